package views

import (
	"encoding/base64"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

// words gives the words of which a real shell makes up the command, curl itself left out.
func words(t *testing.T, command string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", `curl() { for word in "$@"; do printf '%s\0' "$word"; done; }`+"\n"+command).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, command)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestCurlIsWhatWasSent(t *testing.T) {
	const nasty = `{"it's": "$(touch /tmp/x) ` + "`id`" + ` \" ! \\ ${HOME} %s; & | < > *", "n": 1}` + "\n@end\n"
	r := hookline.Request{
		Method: "POST", URL: "https://crm.example.com/a'b?x=1&y=$HOME[1-3]",
		Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-It's", Value: "a 'b' \"c\" $d"}, {Name: "X-Empty"}},
		Body:    []byte(nasty),
	}
	want := []string{
		"-X", "POST", "--globoff", "https://crm.example.com/a'b?x=1&y=$HOME[1-3]",
		"-H", "Content-Type: application/json", "-H", `X-It's: a 'b' "c" $d`, "-H", "X-Empty;", "--data-raw", nasty,
	}
	if diff := cmp.Diff(want, words(t, Curl(r))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCurlWithoutBodyOrType(t *testing.T) {
	get := hookline.Request{Method: "GET", URL: "https://crm.example.com/"}
	if diff := cmp.Diff([]string{"-X", "GET", "https://crm.example.com/"}, words(t, Curl(get))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	untyped := hookline.Request{Method: "PUT", URL: "https://crm.example.com/", Body: []byte("@/etc/passwd")}
	want := []string{"-X", "PUT", "https://crm.example.com/", "-H", "Content-Type:", "--data-raw", "@/etc/passwd"}
	if diff := cmp.Diff(want, words(t, Curl(untyped))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCurlCarriesBytesThatACommandLineCannot(t *testing.T) {
	for _, body := range []string{"a\x00b", "\xff\xfe", "line\r\nline"} {
		command := Curl(hookline.Request{Method: "POST", URL: "https://crm.example.com/", Headers: []hookline.Header{{Name: "Content-Type", Value: "x/y"}}, Body: []byte(body)})
		encoded, _, ok := strings.Cut(command, " | base64 -d | curl ")
		raw, err := base64.StdEncoding.DecodeString(strings.Trim(strings.TrimPrefix(encoded, "echo "), "'"))
		if !ok || err != nil || string(raw) != body || !strings.HasSuffix(command, "--data-binary @-") {
			t.Errorf("%q became %s (%v)", body, command, err)
		}
	}
}

func TestCurlHasNoSecrets(t *testing.T) {
	command := Curl(hookline.Request{
		Method: "POST", URL: "https://crm.example.com/?access_token=geheim-1234&a=1",
		Headers: []hookline.Header{
			{Name: "Authorization", Value: "Basic Z2VoZWltOmdlaGVpbQ=="},
			{Name: "X-Api-Key", Value: "geheim-5678"},
			{Name: "X-CIO-Signature", Value: strings.Repeat("ab", 32)},
		},
	})
	for _, secret := range []string{"geheim", "Z2Vo", "abab", "5678"} {
		if strings.Contains(command, secret) {
			t.Errorf("%q is in\n%s", secret, command)
		}
	}
	for _, word := range []string{"access_token=YOUR_SECRET&a=1", "Authorization: YOUR_AUTHORIZATION", "X-Api-Key: YOUR_X_API_KEY", "X-CIO-Signature: YOUR_X_CIO_SIGNATURE"} {
		if !strings.Contains(command, word) {
			t.Errorf("%q is not in\n%s", word, command)
		}
	}
}

func TestSafeURL(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example/b?c=d#e":                     "https://a.example/b?c=d#e",
		"https://a.example/?key=1&KEY=2&monkey=3":       "https://a.example/?key=" + blot + "&KEY=" + blot + "&monkey=3",
		"https://a.example/?api%5Fkey=s&x#frag":         "https://a.example/?api%5Fkey=" + blot + "&x#frag",
		"https://u:p@a.example/@x?token=":               "https://a.example/@x?token=",
		"https://u:p@a.example":                         "https://a.example",
		"https://a.example/?q=a=b&client_secret=s%26=t": "https://a.example/?q=a=b&client_secret=" + blot,
		"https://a.example/?to=me@b.example":            "https://a.example/?to=me@b.example",
		"":                                              "",
	} {
		if got := SafeURL(address); got != want {
			t.Errorf("%s is shown as %s, want %s", address, got, want)
		}
	}
}
