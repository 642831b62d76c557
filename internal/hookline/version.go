package hookline

import (
	"slices"
	"strings"
	"time"
)

// MaxVersionNote is the longest note on a version, in bytes.
const MaxVersionNote = 200

// ActionVersion is an action as somebody saved it. Versions are numbered from 1
// without gaps, the newest is in use, and none of them ever changes. Whether
// the action is on is no part of it.
type ActionVersion struct {
	ActionID string
	Number   int
	Name     string
	Trigger  string
	Template Template
	Batching Batching
	Response Response
	MadeBy   string // "" for Hookline itself, else the e-mail or token of who saved it
	MadeAt   time.Time
	Note     string // what its author says of it; may be empty
}

// Save is what somebody says when they save an action. The store keeps it with
// the version that they make.
type Save struct {
	By   string // "" for Hookline itself, else an e-mail or a token
	Note string
	Over int // the version that was changed, in whose place no other may have come; 0: whichever it is
}

func (s Save) check(f fields) {
	f.check(len(s.Note) <= MaxVersionNote, "note", "This note is too long: at most 200 characters.")
}

// Saved gives an action as a version of it keeps it.
func (a Action) Saved(at time.Time) ActionVersion {
	return ActionVersion{
		ActionID: a.ID, Number: a.Version, Name: a.Name, Trigger: a.Trigger, Template: a.Template, Batching: a.Batching, Response: a.Response,
		MadeBy: a.Save.By, MadeAt: at, Note: strings.TrimSpace(a.Save.Note),
	}
}

// SavedAs says whether both have the same of what a version keeps.
func (a Action) SavedAs(b Action) bool {
	return a.Name == b.Name && a.Trigger == b.Trigger && a.Batching == b.Batching && a.Template.Same(b.Template) && a.Response.same(b.Response)
}

// Same says whether both make the same requests, byte for byte.
func (t Template) Same(other Template) bool {
	return t.Method == other.Method && t.URL == other.URL && slices.Equal(t.Headers, other.Headers) &&
		t.Body == other.Body && t.PlainOutput == other.PlainOutput
}

// Again gives the action with what the version keeps, under its own id and
// switched on or off as it is.
func (v ActionVersion) Again(a Action) Action {
	a.Name, a.Trigger, a.Template, a.Batching, a.Response = v.Name, v.Trigger, v.Template, v.Batching, v.Response
	return a
}

// same says whether both make the same of every answer; from where is no part of it.
func (r Response) same(other Response) bool {
	a, b := r.Expect, other.Expect
	return slices.Equal(r.Attributes, other.Attributes) && slices.Equal(a.Statuses, b.Statuses) && a.Path == b.Path && a.Kind == b.Kind && a.EmptyIsOK == b.EmptyIsOK
}
