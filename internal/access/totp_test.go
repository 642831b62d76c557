package access

import (
	"testing"
	"time"
)

// TestCodesOfTheStandard are the vectors of RFC 6238, appendix B, for SHA-1.
func TestCodesOfTheStandard(t *testing.T) {
	key := []byte("12345678901234567890")
	for seconds, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := codeAt(key, seconds/codeSeconds, 8); got != want {
			t.Errorf("at %d it is %s, want %s", seconds, got, want)
		}
		if step, ok := stepOf(key, want[2:], time.Unix(seconds, 0)); !ok || step != seconds/codeSeconds {
			t.Errorf("at %d the code %s is of step %d, %t", seconds, want[2:], step, ok)
		}
	}
}

func TestACodeCountsOneStepAround(t *testing.T) {
	key, at := []byte("12345678901234567890"), time.Unix(1_700_000_010, 0)
	for by, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		step := at.Unix()/codeSeconds + by
		if got, ok := stepOf(key, codeAt(key, step, codeDigits), at); ok != want || ok && got != step {
			t.Errorf("the code of %d steps away: step %d, %t", by, got, ok)
		}
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef", "００００００"} {
		if _, ok := stepOf(key, code, at); ok {
			t.Errorf("%q is taken", code)
		}
	}
}

func TestCodeKeys(t *testing.T) {
	text := newCodeKey()
	if key, ok := readCodeKey(text[:4] + " " + text[4:]); !ok || len(key) != 20 || text == newCodeKey() {
		t.Errorf("%q is read as %x, %t", text, key, ok)
	}
	for _, bad := range []string{"", "abc", "1111111111111111111111111111111!", text + text} {
		if _, ok := readCodeKey(bad); ok {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}
