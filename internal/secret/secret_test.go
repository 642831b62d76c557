package secret

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

func newKey(t *testing.T, letter string) *Key {
	t.Helper()
	key, err := ReadKey(base64.StdEncoding.EncodeToString([]byte(strings.Repeat(letter, keySize))), "HOOKLINE_SECRET_KEY")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const value = `a"b/c&d=e f+g`

// keeper has one secret, crm, for api.example.com.
func keeper(t *testing.T) (*Keeper, map[string]hookline.KeptSecret) {
	t.Helper()
	key := newKey(t, "k")
	s := hookline.KeptSecret{Name: "crm", Hosts: []string{"api.example.com"}}
	s.Sealed = key.Seal(s, value)
	return &Keeper{References: NewReferences("mark"), Key: func() (*Key, error) { return key, nil }}, map[string]hookline.KeptSecret{"crm": s}
}

func TestAValueIsPutInAsItsPlaceAsks(t *testing.T) {
	k, all := keeper(t)
	of := func(m Mode) string { return k.References.Of("crm", m) }
	kept := hookline.Request{
		Method: "POST", URL: "https://api.example.com/" + of(InURL) + "?t=" + of(InURL), Body: []byte(of(InJSON) + " " + of(InForm) + " " + of(InText)),
		Headers: []hookline.Header{{Name: "A", Value: "plain"}, {Name: "Authorization", Value: "Bearer " + of(InHeader)}},
	}
	before := hookline.Request{Method: kept.Method, URL: kept.URL, Body: append([]byte{}, kept.Body...), Headers: append([]hookline.Header{}, kept.Headers...)}
	got, veil, err := k.Reveal(kept, all)
	want := hookline.Request{
		Method: "POST", URL: "https://api.example.com/a%22b/c%26d%3De%20f%2Bg?t=a%22b/c%26d%3De%20f%2Bg",
		Body:    []byte(`a\"b/c\u0026d=e f+g a%22b%2Fc%26d%3De+f%2Bg ` + value),
		Headers: []hookline.Header{{Name: "A", Value: "plain"}, {Name: "Authorization", Value: "Bearer " + value}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if diff := cmp.Diff(before, kept); diff != "" {
		t.Errorf("what is kept was changed (-want +got)\n%s", diff)
	}
	if shown := k.References.ShownRequest(kept); strings.Contains(string(shown.Body)+shown.URL+shown.Headers[1].Value, "secret.crm.") || shown.Headers[1].Value != "Bearer {{ secret.crm }}" {
		t.Errorf("shown is %+v", shown)
	}
	for _, echo := range []string{
		value, `{"t":"a\"b/c&d=e f+g"}`, `a\"b/c\u0026d=e f+g`, `a\"b\/c\u0026d=e f+g`, "a%22b/c%26d%3De%20f%2Bg", "a%22b%2Fc%26d%3De+f%2Bg",
		base64.StdEncoding.EncodeToString([]byte(value)),
	} {
		if covered := veil.Cover("<" + echo + ">"); covered == "<"+echo+">" || strings.Contains(covered, "b/c") {
			t.Errorf("an echo stays: %s", covered)
		}
	}
	if covered := veil.CoverCut("x" + value[:6]); covered != "x"+shown {
		t.Errorf("the beginning of an echo stays: %s", covered)
	}
}

// TestWhatOutsidersWriteIsNoReference: only this instance can make one.
func TestWhatOutsidersWriteIsNoReference(t *testing.T) {
	k, all := keeper(t)
	real := k.References.Of("crm", InJSON)
	for _, text := range []string{
		"secret.crm.j.0000000000000000", NewReferences("another").Of("crm", InJSON), strings.Replace(real, ".j.", ".t.", 1),
		strings.Replace(real, "crm", "crn", 1), real[:len(real)-1], "{{ secret.crm }}", "secret.",
	} {
		got, veil, err := k.Reveal(hookline.Request{URL: "https://api.example.com/", Body: []byte(text)}, all)
		if err != nil || string(got.Body) != text || !veil.Empty() {
			t.Errorf("%q became %q, %v", text, got.Body, err)
		}
	}
}

func TestWhatIsNotSent(t *testing.T) {
	k, all := keeper(t)
	body := []byte(k.References.Of("crm", InText))
	refuses := func(k *Keeper, address string, body []byte, final bool, words string) {
		t.Helper()
		got, _, err := k.Reveal(hookline.Request{URL: address, Body: body}, all)
		if err == nil || errors.Is(err, ErrRefused) != final || !strings.Contains(err.Error(), words) || len(got.Body) != 0 {
			t.Errorf("%s: %q, %v", address, got.Body, err)
		}
	}
	for _, address := range []string{
		"https://evil.example.com/", "https://api.example.com.evil.example/", "https://api.example.com:8443/", "https://xapi.example.com/",
		"https://api.example.com@evil.example/", "https://evil.example/?api.example.com", "https://evil.example\\@api.example.com/", "nonsense",
	} {
		refuses(k, address, body, true, "may only be sent to api.example.com")
	}
	refuses(k, "https://api.example.com/", []byte(k.References.Of("other", InText)), true, "There is no secret “other”.")
	wrong := &Keeper{References: k.References, Key: func() (*Key, error) { return newKey(t, "w"), nil }}
	refuses(wrong, "https://api.example.com/", body, false, "another key")
	none := &Keeper{References: k.References, Key: func() (*Key, error) { return nil, nil }}
	refuses(none, "https://api.example.com/", body, false, "another key")
}

func TestASecretIsSealedWithItsNameAndHosts(t *testing.T) {
	key := newKey(t, "k")
	s := hookline.KeptSecret{Name: "crm", Hosts: []string{"api.example.com"}}
	s.Sealed = key.Seal(s, value)
	if strings.Contains(string(s.Sealed), "b/c") {
		t.Error("the value is readable")
	}
	if got, err := key.Open(s); err != nil || got != value {
		t.Errorf("%q, %v", got, err)
	}
	moved, renamed, cut := s, s, s
	moved.Hosts, renamed.Name, cut.Sealed = []string{"evil.example"}, "other", s.Sealed[:5]
	for what, one := range map[string]hookline.KeptSecret{"other hosts": moved, "another name": renamed, "a piece": cut} {
		if _, err := key.Open(one); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTheKeyFile(t *testing.T) {
	dir := t.TempDir()
	keys, err := NewKeys(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if key, err := keys.Key(); key != nil || err != nil {
		t.Errorf("before it is needed: %v, %v", key, err)
	}
	s := hookline.KeptSecret{Name: "crm", Hosts: []string{"a.example"}}
	key, err := keys.MakeKey()
	if err != nil {
		t.Fatal(err)
	}
	s.Sealed = key.Seal(s, value)
	info, err := os.Stat(filepath.Join(dir, File))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	again, err := NewKeys(dir, "")
	if err != nil || len(again.Closed([]hookline.KeptSecret{s})) != 0 {
		t.Errorf("the next start does not open it: %v", err)
	}
	other, err := NewKeys(t.TempDir(), "")
	if err != nil || len(other.Closed([]hookline.KeptSecret{s})) != 1 {
		t.Errorf("without the key it opens: %v", err)
	}
	if _, err := NewKeys(dir, "short"); !errors.Is(err, ErrKey) || !strings.Contains(err.Error(), "HOOKLINE_SECRET_KEY must be 32 random bytes in base64") {
		t.Errorf("a faulty key: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, File), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if damaged, err := NewKeys(dir, ""); err != nil || len(damaged.Closed([]hookline.KeptSecret{s})) != 1 {
		t.Errorf("a damaged file opens it: %v", err)
	}
}
