package docs

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func manual(t *testing.T) *Manual {
	t.Helper()
	m, err := New("https://hooks.test", map[string][]Insert{"api": {{Section{ID: "api-moons", Title: "Moons"}, "GET /moons: list the moons"}}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestEveryPageIsInTheContents also finds a page that stands there twice.
func TestEveryPageIsInTheContents(t *testing.T) {
	var listed []string
	for _, group := range manual(t).Groups() {
		for _, page := range group.Pages {
			listed = append(listed, "pages/"+page.Slug+".md")
		}
	}
	files, err := fs.Glob(pages, "pages/*")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(listed)
	if !slices.Equal(listed, files) {
		t.Errorf("listed %v\nthere are %v", listed, files)
	}
}

func TestTheAddressIsFilledIn(t *testing.T) {
	m := manual(t)
	found := 0
	for _, page := range m.order {
		for _, part := range page.Parts {
			if strings.Contains(part.HTML+part.Code.Text, Host) {
				t.Errorf("%s still says %s", page.Slug, Host)
			}
			found += strings.Count(part.Code.Text, "https://hooks.test")
		}
	}
	if found < 10 {
		t.Errorf("only %d samples name this instance", found)
	}
}

var (
	headings = regexp.MustCompile(`<h(\d) id="([^"]*)">`)
	ids      = regexp.MustCompile(` id="([^"]*)"`)
	regions  = regexp.MustCompile(`aria-label="([^"]*)"`)
)

// TestPagesAreSound holds what screen readers and the page's policy ask for.
func TestPagesAreSound(t *testing.T) {
	for _, page := range manual(t).order {
		t.Run(page.Slug, func(t *testing.T) {
			if page.Title == "" || !strings.HasSuffix(page.Summary, ".") || len(page.Summary) > 220 {
				t.Errorf("title %q, summary %q", page.Title, page.Summary)
			}
			seen := map[string]bool{}
			once := func(what, name string) {
				if name == "" || seen[what+name] {
					t.Errorf("the %s %q is empty or there twice", what, name)
				}
				seen[what+name] = true
			}
			for _, part := range page.Parts {
				checkHTML(t, part.HTML, once)
				if part.HTML == "" && part.Insert == "" && part.Picture == nil {
					once("label", part.Code.Label)
				}
				if part.Code.Label != "" && part.Code.Text == "" {
					t.Errorf("the block %q is empty", part.Code.Label)
				}
			}
		})
	}
}

func checkHTML(t *testing.T, html string, once func(what, name string)) {
	t.Helper()
	for _, found := range ids.FindAllStringSubmatch(html, -1) {
		once("id", found[1])
	}
	for _, found := range regions.FindAllStringSubmatch(html, -1) {
		once("label", found[1])
	}
	for _, found := range headings.FindAllStringSubmatch(html, -1) {
		if found[1] != "2" {
			t.Errorf("the heading %s is of level %s: pages have one level", found[2], found[1])
		}
	}
	for _, forbidden := range []string{"style=", "<script", "<!-- raw HTML", "<pre", "<img"} {
		if strings.Contains(html, forbidden) {
			t.Errorf("%s in %s", forbidden, html)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, source := range map[string]string{
		"no title":            "Text alone.\n",
		"no summary":          "# Title\n\n## Section\n",
		"code in a list":      "# Title\n\nSummary.\n\n- one\n\n  ```sh\n  ls\n  ```\n",
		"code of no kind":     "# Title\n\nSummary.\n\n```\nls\n```\n",
		"an insert of nobody": "# Title\n\nSummary.\n\n```insert none\n```\n",
		"a sample not there":  "# Title\n\nSummary.\n\n```go @none.go\n```\n",
	} {
		page, err := reading{slug: "x", base: Host}.read(source)
		if err == nil {
			t.Errorf("%s: read as %+v", name, page)
		}
	}
}

func TestRead(t *testing.T) {
	page, err := reading{slug: "x", base: Host}.read("# The *title*\n\nThe\nsummary.\n\n## A `b`\n\nText <b onclick=x>bold</b>.\n\n| One | Two |\n|---|---|\n| a | `x \\| y` |\n\n```sh\nls\n```\n\n```sh\nls -l\n```\n")
	if err != nil {
		t.Fatal(err)
	}
	if page.Title != "The title" || page.Summary != "The summary." || len(page.Sections) != 1 || page.Sections[0] != (Section{ID: "a-b", Title: "A b"}) {
		t.Errorf("%+v", page)
	}
	if len(page.Parts) != 3 || page.Parts[1].Code.Label != "Terminal" || page.Parts[2].Code != (Code{Label: "Terminal (2)", Language: "sh", Text: "ls -l"}) {
		t.Fatalf("%+v", page.Parts)
	}
	html := page.Parts[0].HTML
	for _, want := range []string{`<td data-label="Two"><div><code>x | y</code></div></td>`, `<th scope="col">One</th>`, `aria-label="Table of One and Two: A b"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in\n%s", want, html)
		}
	}
	if strings.Contains(html, "onclick") {
		t.Errorf("raw HTML came through: %s", html)
	}
}

func TestNeighbours(t *testing.T) {
	m := manual(t)
	before, after := m.Neighbours("getting-started")
	if before != nil || after == nil || after.Slug != "words" {
		t.Errorf("%v, %v", before, after)
	}
	if before, after = m.Neighbours("security"); before == nil || after != nil {
		t.Errorf("%v, %v", before, after)
	}
	if before, after = m.Neighbours("none"); before != nil || after != nil {
		t.Errorf("%v, %v", before, after)
	}
}

var manualLinks = regexp.MustCompile(`href="/manual/([a-z-]+)(#[a-z0-9-]+)?"`)

// TestLinksWithinTheManual follows them, down to the heading. Links to the
// pages of the app are followed where those pages are.
func TestLinksWithinTheManual(t *testing.T) {
	m, followed := manual(t), 0
	for _, page := range m.order {
		for _, part := range page.Parts {
			for _, link := range manualLinks.FindAllStringSubmatch(part.HTML, -1) {
				followed++
				target, ok := m.Page(link[1])
				if !ok || link[2] != "" && !slices.ContainsFunc(target.Sections, func(s Section) bool { return "#"+s.ID == link[2] }) {
					t.Errorf("%s links to %s", page.Slug, link[0])
				}
			}
			if strings.Contains(part.HTML, `href="#`) || strings.Contains(part.HTML, `href=""`) {
				t.Errorf("%s has a link to nowhere", page.Slug)
			}
		}
	}
	if followed < 30 {
		t.Errorf("only %d links were found", followed)
	}
}
