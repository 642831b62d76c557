package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"hookline/internal/docs"
)

func theManual(t *testing.T) *docs.Manual {
	t.Helper()
	m, err := readManual("https://hooks.example.com")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Each page is linked from the contents and shown, with a way to the one before and after it.
func TestEveryPageOfTheManualIsShown(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(viewer)
	contents := b.get("/manual")
	contents.want(t, 200, `href="/manual"`, `action="/manual"`)
	m := theManual(t)
	for _, group := range m.Groups() {
		for _, page := range group.Pages {
			contents.want(t, 200, `href="`+page.Path()+`"`)
			want := []string{`<h1 class="page-title">`, "On this page"}
			if len(page.Sections) < 3 {
				want = want[:1]
			}
			previous, next := m.Neighbours(page.Slug)
			if previous != nil {
				want = append(want, `rel="prev" href="`+previous.Path()+`"`)
			}
			if next != nil {
				want = append(want, `rel="next" href="`+next.Path()+`"`)
			}
			b.get(page.Path()).want(t, 200, want...)
		}
	}
	b.get("/manual/signatures").want(t, 200, "verifyWorkspace", `data-copy="import { createHmac`, `aria-current="page"`)
}

func TestTheManualNamesThisInstance(t *testing.T) {
	s := newSite(t, nil)
	s.as(viewer).get("/manual/sending-events").want(t, 200, "https://hooks.example.com/v1/track", "!hookline.example.com")
}

func TestSearchingTheManual(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(viewer)
	b.get("/manual?q=verify+signatures").want(t, 200, "<mark>", `href="/manual/signatures"`, `value="verify signatures"`)
	b.get("/manual?q=resend+delivery").want(t, 200, `href="/manual/api#api-deliveries"`)
	b.get("/manual?q=xylophone").want(t, 200, "Nothing found for “xylophone”", `href="/manual/words"`)
	b.get("/manual?q=%3Cb%3Ebold").want(t, 200, "&lt;b&gt;bold", "!<b>bold")
	b.get("/manual?q="+strings.Repeat("%C3%A4", 300)).want(t, 200, "Nothing found", "!\uFFFD")
	b.get("/manual?q=++").want(t, 200, "!Nothing found")
	b.get("/manual/nowhere").want(t, 404, "no such page in the manual")
}

func TestTheManualListsTheWholeAPI(t *testing.T) {
	s := newSite(t, nil)
	page := s.as(viewer).get("/manual/api")
	calls := 0
	for _, subject := range manualAPI() {
		page.want(t, 200, `id="`+subject.ID+`"`)
		for _, c := range subject.Calls {
			calls++
			page.want(t, 200, "<code>"+c.Method+" "+c.Path+"</code>")
		}
	}
	if calls < 20 {
		t.Errorf("only %d calls", calls)
	}
}

// Pages of the app lead to the page of the manual that is about them.
func TestHelpLeadsIntoTheManual(t *testing.T) {
	patterns := map[string]bool{}
	for _, route := range (&server{}).routes() {
		patterns[route.pattern] = true
	}
	m := theManual(t)
	for pattern, help := range helpOn {
		if !patterns[pattern] {
			t.Errorf("there is no route %s", pattern)
		}
		slug, section, _ := strings.Cut(strings.TrimPrefix(help.Href, "/manual/"), "#")
		page, ok := m.Page(slug)
		found := section == ""
		for i := 0; ok && i < len(page.Sections); i++ {
			found = found || page.Sections[i].ID == section
		}
		if !ok || !found || help.Label == "" {
			t.Errorf("%s leads to %+v", pattern, help)
		}
	}
	s := newSite(t, nil)
	b := s.as(viewer)
	for path, want := range map[string]string{"/": "getting-started", "/sources": "sources", "/people": "people", "/destinations": "triggers", "/sent": "sent", "/bins": "bins", "/settings/signing-key": "signatures"} {
		b.get(path).want(t, 200, `href="/manual/`+want+`"`)
	}
	b.get("/settings").want(t, 200, "!page-help")
}

var links = regexp.MustCompile(`href="(/[^"]*)"`)

// What the manual links to in the app is a page that there is.
func TestTheManualLeadsIntoTheApp(t *testing.T) {
	mux := http.NewServeMux()
	for _, route := range (&server{}).routes() {
		mux.Handle(route.pattern, http.NotFoundHandler())
	}
	followed := 0
	for _, group := range theManual(t).Groups() {
		for _, page := range group.Pages {
			for _, part := range page.Parts {
				for _, link := range links.FindAllStringSubmatch(part.HTML, -1) {
					r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link[1], nil)
					if err != nil {
						t.Fatal(err)
					}
					followed++
					if _, pattern := mux.Handler(r); pattern == "" {
						t.Errorf("%s links to %s", page.Slug, link[1])
					}
				}
			}
		}
	}
	if followed < 50 {
		t.Errorf("only %d links were found", followed)
	}
}
