//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// patience is how long a visitor waits for anything, in milliseconds. It is given with every call, because the
// library does not hand its default on to clicks and fills: those would wait thirty seconds.
var patience = playwright.Float(15_000)

// visitor is a person with a browser window. Its methods fail the test; none returns an error to be forgotten.
type visitor struct {
	t    *testing.T
	page playwright.Page // for what has no method here; give every call a timeout and look at its error

	mu       sync.Mutex
	troubles []string
	expected []string
}

// visitOption changes how the visitor's browser is set up.
type visitOption func(*playwright.BrowserNewContextOptions)

// withoutScripts is a visitor whose browser runs no JavaScript.
func withoutScripts(o *playwright.BrowserNewContextOptions) {
	o.JavaScriptEnabled = playwright.Bool(false)
}

// onPhone is a visitor with a small screen.
func onPhone(o *playwright.BrowserNewContextOptions) {
	o.Viewport = &playwright.Size{Width: 390, Height: 844}
	o.HasTouch = playwright.Bool(true)
}

// visit opens a window on the server at base. It is closed at the end of the test, before the server that was
// started earlier, so that open event streams do not hold that server up.
func visit(t *testing.T, base string, options ...visitOption) *visitor {
	t.Helper()
	o := playwright.BrowserNewContextOptions{
		BaseURL:       &base,
		Viewport:      &playwright.Size{Width: 1440, Height: 900},
		Locale:        playwright.String("en-GB"),
		ReducedMotion: playwright.ReducedMotionReduce,
		Permissions:   []string{"clipboard-read", "clipboard-write"},
	}
	for _, option := range options {
		option(&o)
	}
	window, err := browser.NewContext(o)
	if err != nil {
		t.Fatalf("open a window: %v", err)
	}
	v := &visitor{t: t}
	t.Cleanup(func() { v.leave(window) })
	v.listen(window)
	if traced() {
		v.must("record what happens", window.Tracing().Start(playwright.TracingStartOptions{
			Screenshots: playwright.Bool(true), Snapshots: playwright.Bool(true),
		}))
	}
	v.page, err = window.NewPage()
	v.must("open a page", err)
	return v
}

// listen collects what the browser complains about, in every page of the window.
func (v *visitor) listen(window playwright.BrowserContext) {
	window.OnConsole(func(m playwright.ConsoleMessage) {
		if m.Type() == "error" || m.Type() == "warning" {
			v.complain("console " + m.Type() + ": " + m.Text())
		}
	})
	window.OnWebError(func(e playwright.WebError) { v.complain("uncaught: " + e.Error().Error()) })
	v.must("watch the policy", window.AddInitScript(playwright.Script{Content: playwright.String(
		`addEventListener("securitypolicyviolation", (e) => console.error("policy refused", e.effectiveDirective, e.blockedURI, e.sample));`,
	)}))
}

func (v *visitor) complain(trouble string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.troubles = append(v.troubles, trouble)
}

// expects says that the browser may complain about something that contains part, such as "status of 422".
func (v *visitor) expects(part string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.expected = append(v.expected, part)
}

func (v *visitor) leave(window playwright.BrowserContext) {
	v.t.Helper()
	for _, trouble := range v.unexpected() {
		v.t.Errorf("the browser complained: %s", trouble)
	}
	if v.t.Failed() && v.page != nil {
		v.keepWhatHappened(window)
	}
	if err := window.Close(); err != nil {
		v.t.Errorf("close the window: %v", err)
	}
}

// traced says whether everything that visitors do is recorded, which takes a story half as long again.
func traced() bool { return os.Getenv("E2E_TRACE") != "" }

// keepWhatHappened keeps the page of a story that failed, as a picture and in HTML; and the whole way there when it was traced.
func (v *visitor) keepWhatHappened(window playwright.BrowserContext) {
	v.t.Helper()
	path := filepath.Join(out, fileName(v.t.Name())+".failed")
	_, _ = v.page.Screenshot(playwright.PageScreenshotOptions{Path: playwright.String(path + ".png"), FullPage: playwright.Bool(true), Timeout: patience})
	if html, err := v.page.Content(); err == nil {
		_ = os.WriteFile(path+".html", []byte(html), 0o600)
	}
	v.t.Logf("the page as it was left: e2e/%s.png and .html; E2E_TRACE=1 records the way there", path)
	if !traced() {
		return
	}
	if err := window.Tracing().Stop(path + ".zip"); err == nil {
		v.t.Logf("what happened: node .cache/playwright-driver/package/cli.js show-trace e2e/%s.zip", path)
	}
}

func (v *visitor) unexpected() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var left []string
next:
	for _, trouble := range v.troubles {
		for _, part := range v.expected {
			if strings.Contains(trouble, part) {
				continue next
			}
		}
		left = append(left, trouble)
	}
	return left
}

func (v *visitor) must(what string, err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

func fileName(name string) string {
	return notInNames.ReplaceAllString(name, "-")
}
