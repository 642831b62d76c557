package ui

import "strings"

// Page is what the layout needs to know about a page. The server fills Workspace, User and Flash for every page, the
// handler says the rest.
type Page struct {
	Title     string   // the heading of the page and the first part of the window's title
	Subtitle  string   // one plain sentence below the heading, or ""
	Active    Nav      // the entry of the navigation that is marked
	Workspace string   // the name of the workspace, below ours
	User      User     // who is signed in
	Crumbs    []Crumb  // the way here, outermost first, without this page itself
	Actions   []Button // the buttons beside the heading, the main one last
	Flash     Flash    // what happened just before; the zero value says nothing
	Help      Crumb    // the page of the manual about this page; the zero value: none
	Narrow    bool     // keeps lines short on pages that are one form

	OpenFailures int    // how many failures there are to repair, for the navigation
	Drafts       string // how many drafts there are, likewise; "" for none
}

// User is the signed-in person as the layout shows them.
type User struct {
	Name  string
	Email string
	Role  string // as people read it: "Admin", "Editor", "Support", "Viewer"
}

// Initials are at most two capital letters for the avatar: those of the first and last word of the name, or of the
// address when there is no name.
func (u User) Initials() string {
	words := strings.Fields(u.Name)
	if len(words) == 0 {
		words = strings.Fields(u.Email)
	}
	switch len(words) {
	case 0:
		return "?"
	case 1:
		return firstLetter(words[0])
	}
	return firstLetter(words[0]) + firstLetter(words[len(words)-1])
}

func firstLetter(word string) string {
	return strings.ToUpper(string([]rune(word)[:1]))
}

// Label is the name, or the address for a person without one.
func (u User) Label() string {
	if u.Name == "" {
		return u.Email
	}
	return u.Name
}

// Crumb is one step of the way to a page.
type Crumb struct {
	Label string
	Href  string
}

// Flash is one short word about what just happened, shown once at the top of the next page.
type Flash struct {
	Tone Tone
	Text string
	Undo string // a path that a press of Undo posts to, or ""
}

// Tone is what a colour means. Colour is never the only sign: an icon or a word goes with it.
type Tone string

// The tones, from quiet to loud. The style sheet has a class for each.
const (
	Neutral Tone = "neutral"
	Info    Tone = "info"
	Active  Tone = "active"
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
)

func (t Tone) class() string {
	if t == "" {
		t = Neutral
	}
	return "tone-" + string(t)
}

// icon is the sign that goes with the tone in a message.
func (t Tone) icon() string {
	switch t {
	case Good:
		return "circle-check"
	case Warn:
		return "alert-triangle"
	case Bad:
		return "alert-circle"
	default:
		return "info-circle"
	}
}

// HTMXConfig is the content of the htmx-config meta element. It forbids what the page's policy would refuse anyway,
// keeps no copies of pages in the browser's storage, and swaps 422 answers, which are forms with their errors.
const HTMXConfig = `{"allowEval":false,"includeIndicatorStyles":false,"historyCacheSize":0,"historyRestoreAsHxRequest":false,` +
	`"selfRequestsOnly":true,"scrollIntoViewOnBoost":false,"attributesToSettle":["class","width","height"],` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422","swap":true},` +
	`{"code":"[45]..","swap":false,"error":true},{"code":"...","swap":false}]}`
