package ui

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestLayoutMarksWhereTheReaderIs(t *testing.T) {
	html := shown(t, Layout(Page{
		Title: "Sources", Active: NavSources, Workspace: "Acme",
		User:    User{Name: "Ada Lovelace", Email: "ada@example.com", Role: "Admin"},
		Crumbs:  []Crumb{{"Settings", "/settings"}},
		Actions: []Button{{Label: "New source", Href: "/sources/new", Look: LookMain}},
		Flash:   Flash{Tone: Good, Text: "Saved."},
	}))
	mustContain(t, html, "<title>Sources · Hookline</title>", `href="/sources" aria-current="page"`, "Acme", ">AL<",
		`href="/settings"`, "New source", "Saved.", `action="/logout"`, `href="#content"`, `id="announce"`, `id="confirm"`)
	if n := strings.Count(html, "<h1"); n != 1 {
		t.Errorf("%d headings of level one, want 1", n)
	}
	if n := strings.Count(html, `aria-current="page"`); n != 2 { // the navigation and the last crumb
		t.Errorf("%d marks of the current page, want 2", n)
	}
}

func TestBareHasNoNavigation(t *testing.T) {
	html := shown(t, Bare(Page{Title: "Sign in"}))
	mustContain(t, html, "<h1", "Sign in", `id="flash"`)
	mustNotContain(t, html, `aria-label="Main"`, "/logout")
}

func TestInitials(t *testing.T) {
	for _, tt := range []struct {
		user User
		want string
	}{
		{User{Name: "Ada Lovelace"}, "AL"},
		{User{Name: "ada de la Tour"}, "AT"},
		{User{Name: "Óscar"}, "Ó"},
		{User{Email: "ada@example.com"}, "A"},
		{User{}, "?"},
	} {
		if got := tt.user.Initials(); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.user, got, tt.want)
		}
	}
}

// Whatever the policy of the pages refuses must not be written at all: the browser would drop it silently.
var inline = map[string]*regexp.Regexp{
	"style attribute":  regexp.MustCompile(`\sstyle=`),
	"style element":    regexp.MustCompile(`<style`),
	"inline script":    regexp.MustCompile(`<script(\s+type="[^"]*")?>`),
	"event handler":    regexp.MustCompile(`\son[a-z]+=["{]`),
	"hx-on":            regexp.MustCompile(`hx-on`),
	"evaluated values": regexp.MustCompile(`hx-vals=["']js:`),
	"css component":    regexp.MustCompile(`(?m)^css `),
	"script component": regexp.MustCompile(`(?m)^script `),
}

var iconName = regexp.MustCompile(`(?:Icon\("|Icon: ")([a-z0-9-]+)"`)

func TestViewsWriteNothingInlineAndUseOnlyIconsThereAre(t *testing.T) {
	list, err := os.ReadFile("../../static/icons.txt")
	if err != nil {
		t.Fatal(err)
	}
	icons := strings.Fields(string(list))
	known := map[string]bool{}
	for _, icon := range icons {
		known[icon] = true
	}
	views := os.DirFS("..")
	err = fs.WalkDir(views, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !(strings.HasSuffix(path, ".templ") || strings.HasSuffix(path, ".go")) || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		raw, err := fs.ReadFile(views, path)
		if err != nil {
			return err
		}
		for _, name := range iconName.FindAllSubmatch(raw, -1) {
			if !known[string(name[1])] {
				t.Errorf("views/%s: icon %q is not in static/icons.txt", path, name[1])
			}
		}
		for what, pattern := range inline {
			if strings.HasSuffix(path, ".templ") && pattern.Match(raw) {
				t.Errorf("views/%s: %s, which the page's policy refuses", path, what)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryIconOfTheTablesIsThere(t *testing.T) {
	list, err := os.ReadFile("../../static/icons.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := "\n" + string(list)
	names := map[string]string{}
	for state, b := range deliveryStates {
		names["state "+state] = b.icon
	}
	for _, group := range navigation {
		for _, entry := range group.entries {
			names["navigation "+entry.label] = entry.icon
		}
	}
	for _, tone := range []Tone{Neutral, Info, Active, Good, Warn, Bad} {
		names["tone "+string(tone)] = tone.icon()
	}
	for _, status := range []int{401, 404, 422, 500} {
		names["failure"] = Failure{Status: status}.icon()
	}
	for where, name := range names {
		if !strings.Contains(known, "\n"+name+"\n") {
			t.Errorf("%s: icon %q is not in static/icons.txt", where, name)
		}
	}
}
