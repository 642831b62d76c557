package static

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func get(t *testing.T, address, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestTheBuiltFilesAreInTheBinary(t *testing.T) {
	if err := Check(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, contentType, holds string }{
		{"app.js", "text/javascript; charset=utf-8", "htmx"},
		{"theme.js", "text/javascript; charset=utf-8", "bsTheme"},
		{"app.css", "text/css; charset=utf-8", "--tblr-"},
		{"icons.svg", "image/svg+xml", `<symbol id="send"`},
		{"favicon.svg", "image/svg+xml", "<svg"},
		{"editor.js", "text/javascript; charset=utf-8", "cm-editor"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := get(t, Path(tt.name), "")
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(tt.holds)) {
				t.Errorf("%s: status %d, %d bytes, want %q in them", Path(tt.name), res.StatusCode, len(body), tt.holds)
			}
			if got := res.Header.Get("Content-Type"); got != tt.contentType {
				t.Errorf("Content-Type %q, want %q", got, tt.contentType)
			}
			if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("Cache-Control %q, want immutable: the name carries a hash", got)
			}
		})
	}
}

func TestTheNoticesNameWhatIsInside(t *testing.T) {
	res := get(t, Path("notices.txt"), "")
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || string(body) != Notices() {
		t.Errorf("status %d, %d bytes; Notices has %d", res.StatusCode, len(body), len(Notices()))
	}
	for _, part := range []string{"The Go Authors", "modernc.org/sqlite", "github.com/osteele/liquid", "htmx.org", "@tabler/icons", "SIL OPEN FONT LICENSE"} {
		if !bytes.Contains(body, []byte(part)) {
			t.Errorf("the notices do not name %s: run make assets", part)
		}
	}
}

func TestTheStyleSheetTakesNothingFromElsewhere(t *testing.T) {
	body, err := io.ReadAll(get(t, Path("app.css"), "").Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"url(http", "url(//", "@import"} {
		if bytes.Contains(body, []byte(from)) {
			t.Errorf("app.css contains %q, which the page's policy refuses", from)
		}
	}
}

func TestEveryListedIconIsInTheSprite(t *testing.T) {
	body, err := io.ReadAll(get(t, Path("icons.svg"), "").Body)
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("icons.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(list))
	for lines.Scan() {
		if !bytes.Contains(body, []byte(`<symbol id="`+lines.Text()+`"`)) {
			t.Errorf("icon %q is listed but was not built: run make assets", lines.Text())
		}
	}
}

func TestTextIsZippedForWhoAcceptsIt(t *testing.T) {
	plain, err := io.ReadAll(get(t, Path("app.css"), "identity, gzip;q=0").Body)
	if err != nil {
		t.Fatal(err)
	}
	res := get(t, Path("app.css"), "br, gzip")
	if got := res.Header.Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("Content-Encoding %q, want gzip", got)
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(plain, unzipped) {
		t.Errorf("zipped body unzips to %d bytes, plain has %d", len(unzipped), len(plain))
	}
}

func TestAFontIsSentAsItIs(t *testing.T) {
	for name := range built.files {
		if !strings.HasSuffix(name, ".woff2") {
			continue
		}
		res := get(t, prefix+name, "gzip")
		if res.Header.Get("Content-Type") != "font/woff2" || res.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: headers %v, want an unzipped font/woff2", name, res.Header)
		}
		return
	}
	t.Error("no font was built")
}

func TestHeadSendsNoBody(t *testing.T) {
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodHead, Path("app.js"), nil))
	if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "0" {
		t.Errorf("HEAD: status %d, %d bytes, Content-Length %q", w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
	}
}

func TestWhatIsNotThereIs404AndNotKept(t *testing.T) {
	for _, address := range []string{"/static/app.js", "/static/", "/static/meta.json", "/static/../static.go", "/static/.gitkeep"} {
		res := get(t, address, "gzip")
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != "" {
			t.Errorf("%s: status %d, Cache-Control %q, want a plain 404", address, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
}

func TestABinaryWithoutAssetsSaysSo(t *testing.T) {
	b, err := open(fstest.MapFS{".gitkeep": {}})
	if err != nil {
		t.Fatal(err)
	}
	saved := built
	built = b
	t.Cleanup(func() { built = saved })
	if err := Check(); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("Check() = %v, want ErrNotBuilt", err)
	}
	if got := Path("app.js"); got != "/static/app.js" {
		t.Errorf("Path = %q, want the plain name, which is a 404 to be seen", got)
	}
}

func TestTheMetafileTellsWhatBecameWhat(t *testing.T) {
	got, err := parseMeta([]byte(`{"outputs":{
		"static/dist/app-1.js":{"entryPoint":"static/src/app.js"},
		"static/dist/icons-2.svg":{"entryPoint":".cache/icons.svg"},
		"static/dist/inter-3.woff2":{}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"app-1.js": "app.js", "icons-2.svg": "icons.svg", "inter-3.woff2": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := parseMeta([]byte("not json")); err == nil {
		t.Error("a broken metafile was accepted")
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0": false, "br": false, "gzip;q=x": false,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("acceptsGzip(%q) = %v, want %v", header, got, want)
		}
	}
}
