package views

import (
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
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

// received is what a receiver saw of a request.
type received struct {
	method, uri string
	header      http.Header
	body        []byte
}

// TestCurlSendsWhatWasSent runs commands in a real shell, with a real curl, against a receiver: whatever stands in a
// request arrives as it is, and does nothing on the way.
func TestCurlSendsWhatWasSent(t *testing.T) {
	var got received
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = received{r.Method, r.RequestURI, r.Header, body}
	}))
	t.Cleanup(receiver.Close)
	trap := filepath.Join(t.TempDir(), "trap")
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	quotes := `'"` + "`touch " + trap + "`$(touch " + trap + `);touch ` + trap + ` # \' '\'' ${IFS}&|<>!*?~%s` + "\n"
	for name, body := range map[string]string{
		"quotes": quotes, "a file": "@/etc/passwd", "an option": "--config /etc/passwd", "every byte": string(every), "nothing but NUL": "\x00",
		"line ends": "a\r\nb\r", "long": strings.Repeat(quotes, 200<<10/len(quotes)), "long bytes": strings.Repeat("\xff", 200<<10), "none": "",
	} {
		t.Run(name, func(t *testing.T) {
			const path = `/a'b;$HOME/[1-3]{x,y}?q=` + "`id`" + `&w='"$(id)&z=%20#`
			r := hookline.Request{Method: "PUT", URL: receiver.URL + path[:len(path)-1], Body: []byte(body), Headers: []hookline.Header{
				{Name: "X-Quotes", Value: strings.TrimSpace(quotes)}, {Name: "X-Bytes", Value: "caf\xc3\xa9 \xff"}, {Name: "X-File", Value: "@/etc/passwd"}, {Name: "X-Empty"},
			}}
			command := exec.CommandContext(t.Context(), "sh") // as it is pasted into a terminal
			command.Stdin = strings.NewReader(`curl() { command curl -sS --noproxy "*" "$@"; }` + "\n" + Curl(r) + "\n")
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if string(got.body) != body || got.method != "PUT" || got.uri != path[:len(path)-1] {
				t.Errorf("%s %s came with %.200q", got.method, got.uri, got.body)
			}
			for _, h := range r.Headers {
				if values, there := got.header[h.Name]; !there || values[0] != h.Value {
					t.Errorf("%s came as %q, want %q", h.Name, values, h.Value)
				}
			}
			if values, there := got.header["Content-Type"]; there {
				t.Errorf("a type was added: %q", values)
			}
		})
	}
	if _, err := os.Stat(trap); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something in a request was run: %v", err)
	}
}

func TestCurlSaysWhatToPutIn(t *testing.T) {
	r := hookline.Request{
		Method: "POST", URL: "https://crm.example.com/?api_key=geheim",
		Headers: []hookline.Header{{Name: "Authorization", Value: "Bearer geheim"}, {Name: "X-Plain", Value: "1"}, {Name: "X-Empty"}},
	}
	if diff := cmp.Diff([]string{"YOUR_SECRET", "YOUR_AUTHORIZATION"}, CurlAsks(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, word := range CurlAsks(r) {
		if !strings.Contains(Curl(r), word) {
			t.Errorf("%s is not in the command", word)
		}
	}
	if got := CurlAsks(hookline.Request{Method: "GET", URL: "https://crm.example.com/"}); len(got) != 0 {
		t.Errorf("without secrets it asks for %v", got)
	}
}
