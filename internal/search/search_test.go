package search_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hookline/internal/search"

	"github.com/google/go-cmp/cmp"
)

func folded(text string) []byte { return search.Fold(nil, []byte(text)) }

// TestIn: what is typed is found as it stands, from the beginning of a word on.
func TestIn(t *testing.T) {
	const text = `POST https://hooks.example.com/v1?x=1 {"email":"Ana.Lima@Example.com","plan":"100% Pro_max","note":"say \"hi\"\nBo said \u00c9t\u00e9 \ud83c\udf0d","id":"A-1001","zh":"訂單已付款"}`
	for query, want := range map[string]bool{
		"ana.lima@example.com": true, "ANA.LIMA": true, "lima@": true, "ima@": false, // not from the beginning of a word
		"a-1001": true, "A-100": true, "-1001": true, "001": false, "a-10012": false,
		"100%": true, "100% pro": true, "%": true, "%%": false, "_max": true, "pro_max": true, "pro%max": false,
		`say "hi"`: true, `"hi"`: true, "bo said": true, "été": true, "ÉTÉ": true, "\U0001F30D": true,
		"hooks.example.com/v1": true, "example.com/v2": false, "付款": true, "款付": false,
		"ana OR bo": false, "ana*": false, `"email":"ana`: true, "  plan  ": true, "nobody": false,
	} {
		if got := search.Parse(query).In(folded(text)); got != want {
			t.Errorf("%q: found %v", query, got)
		}
	}
	if !search.Parse(" \t ").Empty() || search.Parse("%").Empty() {
		t.Error("only what has no characters is empty")
	}
}

// TestFoldKeepsWhatIsNoEscape: a backslash that escapes nothing stands for itself.
func TestFoldKeepsWhatIsNoEscape(t *testing.T) {
	for text, want := range map[string]string{
		`C:\Docs`: `c:\docs`, `a\`: `a\`, `\u12`: `\u12`, `\uZZZZ`: `\uzzzz`, `\ud83cx`: "\uFFFDx", `\\n`: `\n`, "a\xffb": "a\uFFFDb", `\/\/`: `//`,
	} {
		if got := string(folded(text)); got != want {
			t.Errorf("%q folds to %q, want %q", text, got, want)
		}
	}
}

// built is a segment of texts, and how to read its pages.
func built(texts map[int64]string) (search.Segment, func(int) ([]byte, error)) {
	b := search.NewBuilder()
	for key, text := range texts {
		b.Text(key, []byte(text))
	}
	s := b.Build()
	return s, func(page int) ([]byte, error) { return s.Pages[page], nil }
}

// found are the texts that a search finds by the segment: its candidates that
// have the query.
func found(t *testing.T, texts map[int64]string, query string) []int64 {
	t.Helper()
	s, read := built(texts)
	q := search.Parse(query)
	candidates, err := search.Find(s.Directory, q.Words(), read)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(candidates, func(key int64) bool { return !q.In(folded(texts[key])) })
}

// TestFindMissesNothing compares what is found by the index with what reading
// every text finds, for queries cut out of texts at random.
func TestFindMissesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	parts := []string{"order", "Order-", "ana@example.com", "x", "\\n", `\"`, "é", "訂單", " ", " ", "%", "_", strings.Repeat("long", 12), "https://", "/"}
	texts := map[int64]string{}
	for i := range int64(900) {
		text := fmt.Sprintf("each %x ", i*7919)
		for range random.IntN(12) {
			text += parts[random.IntN(len(parts))]
			if random.IntN(3) == 0 {
				text += fmt.Sprint(random.IntN(3000))
			}
		}
		texts[1_790_000_000_000_000+i*i*3] = text
	}
	s, read := built(texts)
	if len(s.Pages) < 3 {
		t.Fatalf("only %d pages", len(s.Pages))
	}
	for range 600 {
		text := texts[1_790_000_000_000_000+sq(random.Int64N(900))]
		from := random.IntN(len(text))
		q := search.Parse(text[from : from+random.IntN(min(20, len(text)-from))+1])
		var want []int64
		for key, other := range texts {
			if q.In(folded(other)) {
				want = append(want, key)
			}
		}
		slices.Sort(want)
		candidates, err := search.Find(s.Directory, q.Words(), read)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.DeleteFunc(candidates, func(key int64) bool { return !q.In(folded(texts[key])) })
		if diff := cmp.Diff(want, got); len(want)+len(got) > 0 && diff != "" {
			t.Fatalf("%q of %q (-read +found):\n%s", text[from:], text, diff)
		}
	}
}

func sq(i int64) int64 { return i * i * 3 }

// TestFindNarrows: a lookup does not give everything back to be read.
func TestFindNarrows(t *testing.T) {
	texts := map[int64]string{}
	for i := range int64(2000) {
		texts[i+1] = fmt.Sprintf("order number%d of shop%d", i, i%50)
	}
	s, read := built(texts)
	for query, want := range map[string]int{"number77": 11, "number1999": 1, "shop7": 40, "nobody": 0, "order": 2000, "order number5": 111, "shop49 number": 40} {
		candidates, err := search.Find(s.Directory, search.Parse(query).Words(), read)
		if err != nil || len(candidates) != want {
			t.Errorf("%q: %d candidates, want %d, %v", query, len(candidates), want, err)
		}
	}
	if got := found(t, texts, "number1999 of shop49"); !slices.Equal(got, []int64{2000}) {
		t.Errorf("found %v", got)
	}
}

// TestMarks: a mark is found by itself, and never by a text.
func TestMarks(t *testing.T) {
	b := search.NewBuilder()
	b.Text(1, []byte("status 404"))
	b.Text(2, []byte("status 200"))
	b.Mark(2, "status", "404")
	b.Mark(9, "status", "404")
	s := b.Build()
	if s.Oldest != 1 || b.Len() != 3 {
		t.Errorf("%d texts from %d on", b.Len(), s.Oldest)
	}
	read := func(page int) ([]byte, error) { return s.Pages[page], nil }
	for _, test := range []struct {
		terms []search.Term
		want  []int64
	}{
		{[]search.Term{search.Mark("status", "404")}, []int64{2, 9}},
		{[]search.Term{search.Mark("status", "40")}, nil},
		{[]search.Term{search.Mark("cause", "404")}, nil},
		{search.Parse("404").Words(), []int64{1}},
		{nil, []int64{1, 2, 9}},
	} {
		got, err := search.Find(s.Directory, test.terms, read)
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%v: %v (-want +found):\n%s", test.terms, err, diff)
		}
	}
}

// TestDamage: whatever happened to a segment, reading it ends with an error or
// without, but it ends.
func TestDamage(t *testing.T) {
	texts := map[int64]string{}
	for i := range int64(300) {
		texts[i+1] = fmt.Sprintf("a%d b%d c%d", i, i%9, i%30)
	}
	s, _ := built(texts)
	random := rand.New(rand.NewPCG(5, 6))
	broken := 0
	for range 2000 {
		page, at := random.IntN(len(s.Pages)), 0
		text := slices.Clone(s.Pages[page])
		if at = random.IntN(len(text)); random.IntN(2) == 0 {
			text = text[:at]
		} else {
			text[at] = byte(random.IntN(256))
		}
		_, err := search.Find(s.Directory, search.Parse(fmt.Sprint("c", random.IntN(30), " b", random.IntN(9))).Words(), func(n int) ([]byte, error) {
			if n == page {
				return text, nil
			}
			return s.Pages[n], nil
		})
		if err != nil {
			broken++
		}
	}
	if broken == 0 {
		t.Error("no damage was noticed")
	}
	gone := errors.New("gone")
	if _, err := search.Find(s.Directory, search.Parse("a1").Words(), func(int) ([]byte, error) { return nil, gone }); !errors.Is(err, gone) {
		t.Errorf("a page that cannot be read: %v", err)
	}
}

func BenchmarkBuild(b *testing.B) {
	text := []byte(`{"userId":"user-%d","event":"Order Completed","properties":{"total":129.5,"currency":"EUR","items":[{"sku":"A-1001","name":"Desk lamp","price":39.9,"quantity":2}],"coupon":"SPRING"},"context":{"ip":"203.0.113.7","locale":"de-DE","page":{"path":"/checkout","referrer":"https://example.com/"}}}`)
	for b.Loop() {
		made := search.NewBuilder()
		for i := range int64(4000) {
			made.Text(i+1, fmt.Appendf(nil, string(text), i))
		}
		made.Build()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4000, "ns/text")
}
