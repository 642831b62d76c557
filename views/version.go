package views

import (
	"net/url"
	"strconv"
	"strings"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// VersionSeen is a version of an action as somebody may see it. What is kept is compared, what is shown is seen.
type VersionSeen struct {
	hookline.ActionVersion

	Sentence string            // when it sends
	Shown    hookline.Template // without what may be secret, for who may not see that
}

// Who names the author of a version.
func (v VersionSeen) Who() string { return authorWords(v.ActionVersion) }

func authorWords(v hookline.ActionVersion) string {
	if v.MadeBy == "" {
		return "Hookline"
	}
	return v.MadeBy
}

func versionWords(number int) string { return "Version " + strconv.Itoa(number) }

// ComparePath is the page that compares two versions; path is that of the list.
func ComparePath(path string, from, to int) string {
	return path + "/compare?" + url.Values{"from": {strconv.Itoa(from)}, "to": {strconv.Itoa(to)}}.Encode()
}

// batchWords says how a version gathers events.
func batchWords(b hookline.Batching) string {
	limits := "at most " + count(b.Size, "event") + " a request, waiting no longer than " + strconv.FormatFloat(b.Window.Seconds(), 'f', -1, 64) + " seconds"
	switch {
	case b.Enabled:
		return capital(limits)
	case b == hookline.NewBatching():
		return "Off"
	}
	return "Off; when on, " + limits
}

func plainWords(plain bool) string {
	if plain {
		return "Put in exactly as they are"
	}
	return "Escaped for the content type"
}

// difference is one thing that two versions have otherwise: before and after, or lines of what has several.
type difference struct {
	name          string
	before, after string
	lines         []diffLine
}

// differences are what two versions have otherwise, in the order of the composer.
func differences(a, b VersionSeen) (short, long []difference) {
	add := func(name string, differs bool, before, after string) {
		if differs {
			short = append(short, difference{name: name, before: before, after: after})
		}
	}
	addLines := func(name string, before, after linesSeen) {
		if lines, changed := compareLines(before, after); changed {
			long = append(long, difference{name: name, lines: lines})
		}
	}
	add("Name", a.Name != b.Name, a.Name, b.Name)
	if a.Sentence != b.Sentence {
		add("Trigger", true, a.Sentence, b.Sentence)
	} else { // what sounds the same may be written in another way
		add("Trigger", a.Trigger != b.Trigger, a.Trigger, b.Trigger)
	}
	add("Method", a.Template.Method != b.Template.Method, a.Template.Method, b.Template.Method)
	after := b.Shown.URL
	if after == a.Shown.URL {
		after += " (what is hidden has changed)"
	}
	add("Address", a.Template.URL != b.Template.URL, a.Shown.URL, after)
	addLines("Headers", headerLines(a), headerLines(b))
	addLines("Body", bodyLinesOf(a), bodyLinesOf(b))
	add("Values in the body", a.Template.PlainOutput != b.Template.PlainOutput, plainWords(a.Template.PlainOutput), plainWords(b.Template.PlainOutput))
	add("Batches", a.Batching != b.Batching, batchWords(a.Batching), batchWords(b.Batching))
	addLines("What is made of the answer", responseLines(a), responseLines(b))
	return short, long
}

func headerLines(v VersionSeen) linesSeen {
	var lines linesSeen
	for i, h := range v.Template.Headers {
		lines.real = append(lines.real, h.Name+": "+h.Value)
		lines.shown = append(lines.shown, h.Name+": "+v.Shown.Headers[i].Value)
	}
	return lines
}

func bodyLinesOf(v VersionSeen) linesSeen {
	if v.Template.Body == "" {
		return linesSeen{}
	}
	lines := strings.Split(v.Template.Body, "\n")
	return linesSeen{lines, lines}
}

// responseLines are what a version makes of an answer: a line for what a good one looks like, one for each attribute.
func responseLines(v VersionSeen) linesSeen {
	var lines []string
	if words := expectationWords(v.Response.Expect); words != "" {
		lines = append(lines, words)
	}
	if v.Response.Expect.EmptyIsOK {
		lines = append(lines, "An attribute may come out empty.")
	}
	for _, a := range v.Response.Attributes {
		lines = append(lines, a.Name+" is set to "+a.Value)
	}
	return linesSeen{lines, lines}
}

// VersionListModel is a stretch of the versions of an action, the newest first.
type VersionListModel struct {
	Page    ui.Page
	Path    string // of the list
	InUse   int
	Rows    []hookline.ActionVersion
	Pages   ui.Pages
	MayEdit bool
}

// offeredVersions is how many versions can be chosen from.
const offeredVersions = 200

// versionOptions are the versions to choose from, the newest first, with those that are chosen however old they are.
func versionOptions(inUse int, chosen ...int) []ui.Option {
	var options []ui.Option
	add := func(n int) {
		label := versionWords(n)
		if n == inUse {
			label += ", in use"
		}
		options = append(options, ui.Option{Value: strconv.Itoa(n), Label: label})
	}
	oldest := max(1, inUse-offeredVersions+1)
	for n := inUse; n >= oldest; n-- {
		add(n)
	}
	for _, n := range chosen {
		if n < oldest {
			add(n)
		}
	}
	return options
}

// VersionModel is one version.
type VersionModel struct {
	Page    ui.Page
	Version VersionSeen
	InUse   int
}

// VersionCompareModel is what two versions have otherwise.
type VersionCompareModel struct {
	Page          ui.Page
	Path          string // of the list
	Before, After VersionSeen
	InUse         int
	Requests      VersionRequestsModel
}

// VersionRequestsModel are the requests that two versions would make with one event.
type VersionRequestsModel struct {
	Path          string
	From, To      int
	Preview       PreviewModel // what they are made with, and what else could be chosen
	Before, After VersionMade
}

// VersionMade is the request that a version would make.
type VersionMade struct {
	Number  int
	Met     bool // by the event: it would be made
	Request hookline.Request
	Problem string // why there is none, whole sentences
}

// words say whether anything would be sent.
func (m VersionMade) words() string {
	switch {
	case !m.Met:
		return "would not send for this event: its trigger does not match."
	case m.Problem != "":
		return "would not send: " + m.Problem
	}
	return "would send for this event."
}

// ConflictModel is what somebody else saved while an action was being composed.
type ConflictModel struct {
	Saved   VersionSeen // what is in use by now
	Mine    VersionSeen // what was typed
	Changed string      // the page that says what they changed
}

// Who is the author of what is in use by now.
func (m ConflictModel) Who() string { return m.Saved.Who() }

// noteWords end the sentence about what somebody else saved with their note on it.
func (m ConflictModel) noteWords() string {
	if m.Saved.Note == "" {
		return "."
	}
	return ": “" + m.Saved.Note + "”."
}

// saveWords says on a button that it saves over what somebody else saved, if it does.
func (m ComposerModel) saveWords(words string) string {
	if m.Conflict == nil {
		return words
	}
	return strings.Replace(words, "Save", "Save all the same", 1)
}
