package views

import (
	"slices"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// FailureBefore is something that happened around the beginning of a failure.
type FailureBefore struct {
	What string // "The Authorization header of this action was changed"
	By   string // "" when that is not known
	More string // "version 7", or ""
	Href string // where it can be seen; "" for nowhere
	At   time.Time
}

// words are the whole of it, but for the time.
func (b FailureBefore) words() string {
	text := b.What
	if b.By != "" {
		text += " by " + b.By
	}
	if b.More != "" {
		text += " (" + b.More + ")"
	}
	return text
}

// VersionSaved tells of a version of an action, and what it has otherwise than the
// one before, which is the zero value for the first.
func VersionSaved(path string, before, after hookline.ActionVersion) FailureBefore {
	b := FailureBefore{By: authorWords(after), More: lowerFirst(versionWords(after.Number)), Href: path, At: after.MadeAt}
	if after.Note != "" {
		b.More += ": “" + after.Note + "”"
	}
	parts := changedParts(before, after)
	switch {
	case before.Number == 0:
		b.What = "This action was made"
	case len(parts) == 0:
		b.What = "This action was saved"
	default:
		verb := " was changed"
		if len(parts) > 1 {
			verb = " were changed"
		}
		b.What = capital(listed(parts)) + " of this action" + verb
	}
	return b
}

// changedParts names what two versions of an action have otherwise, never what it
// says: headers hold secrets.
func changedParts(a, b hookline.ActionVersion) []string {
	var parts []string
	add := func(differs bool, name string) {
		if differs {
			parts = append(parts, name)
		}
	}
	add(a.Trigger != b.Trigger, "the trigger")
	add(a.Template.Method != b.Template.Method, "the method")
	add(a.Template.URL != b.Template.URL, "the address")
	for _, name := range changedHeaders(a.Template.Headers, b.Template.Headers) {
		add(true, "the "+name+" header")
	}
	add(a.Template.Body != b.Template.Body || a.Template.PlainOutput != b.Template.PlainOutput, "the body")
	add(a.Batching != b.Batching, "the batches")
	add(a.Name != b.Name, "the name")
	return parts
}

// changedHeaders names the headers that were added, removed or given another value.
func changedHeaders(a, b []hookline.Header) []string {
	values := func(headers []hookline.Header, name string) (all []string) {
		for _, h := range headers {
			if strings.EqualFold(h.Name, name) {
				all = append(all, h.Value)
			}
		}
		return all
	}
	var names []string
	for _, h := range slices.Concat(a, b) {
		known := slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, h.Name) })
		if !known && !slices.Equal(values(a, h.Name), values(b, h.Name)) {
			names = append(names, h.Name)
		}
	}
	return names
}

// FailureListModel is a stretch of the failures.
type FailureListModel struct {
	Page    ui.Page
	Tabs    []ui.Tab
	Rows    []FailureSeen
	Pages   ui.Pages
	Self    string // the path of this stretch
	Newest  bool   // it is the first stretch, which keeps itself true
	State   hookline.FailureState
	Mine    bool
	Open    int // all that are open now, for the navigation
	Trouble hookline.Error
}

// FailureSeen is a failure with what happened just before it, if that is known.
type FailureSeen struct {
	hookline.FailureRow

	Before FailureBefore
}

// FailureModel is one failure.
type FailureModel struct {
	Page       ui.Page
	Seen       FailureSeen
	Around     []FailureBefore // what happened around its beginning, the latest first
	Example    *DeliveryModel  // the newest of its deliveries; nil when nothing is left of it
	Deliveries SentListModel
	Notes      []hookline.FailureNote
	Users      []ui.Option // to whom it can be assigned
	Self       string
	MayRepair  bool
	ResendPath string // of the page that resends all of it; "" for who may not, and when nothing is left
	Me         string // the visitor's own id
	Typed      string // a note that was not taken
	Trouble    hookline.Error
	Morning    time.Time // until when “tomorrow morning” is
}

func (m FailureModel) path() string { return "/failures/" + m.Seen.ID }

// lastAttempt is how the example ended; false when it was never sent.
func (m FailureModel) lastAttempt() (hookline.Attempt, bool) {
	if m.Example == nil || len(m.Example.Attempts) == 0 {
		return hookline.Attempt{}, false
	}
	return m.Example.Attempts[len(m.Example.Attempts)-1], true
}

// noteTitle is what somebody did, in a line.
func noteTitle(n hookline.FailureNote) string {
	who := orElse(n.By, "Hookline")
	switch n.Deed {
	case hookline.DeedNote:
		return who + " wrote"
	case hookline.DeedAssign:
		switch n.Text {
		case "":
			return who + " assigned it to nobody"
		case n.By:
			return who + " looks after it"
		}
		return who + " assigned it to " + n.Text
	case hookline.DeedSnooze:
		until, err := time.Parse(time.RFC3339, n.Text)
		if err != nil {
			return who + " snoozed it"
		}
		return who + " snoozed it until " + until.UTC().Format("2 January 2006, 15:04") + " UTC"
	case hookline.DeedResolve:
		return who + " resolved it"
	case hookline.DeedReopen:
		return who + " opened it again"
	case hookline.DeedReturned:
		return "It opened again by itself: one more failed after it had been resolved"
	case hookline.DeedMended:
		return "It was resolved by itself: nothing of it is left"
	case hookline.DeedForgotten:
		return "It was resolved by itself: what was left of it was deleted, as Settings → Retention says"
	}
	return who
}

func noteIcon(n hookline.FailureNote) (ui.Tone, string) {
	switch n.Deed {
	case hookline.DeedAssign:
		return ui.Info, "user"
	case hookline.DeedSnooze:
		return ui.Neutral, "clock-pause"
	case hookline.DeedResolve, hookline.DeedMended, hookline.DeedForgotten:
		return ui.Good, "check"
	case hookline.DeedReopen, hookline.DeedReturned:
		return ui.Warn, "refresh"
	}
	return ui.Neutral, "pencil"
}

// doings are what was done with a failure, the latest first, and its beginning.
func doings(m FailureModel) []ui.Happening {
	var all []ui.Happening
	for _, n := range m.Notes {
		h := ui.Happening{Title: noteTitle(n), At: n.At}
		h.Tone, h.Icon = noteIcon(n)
		if n.Deed == hookline.DeedNote {
			h.Detail = noteText(n.Text)
		}
		all = append(all, h)
	}
	return append(all, ui.Happening{Tone: ui.Bad, Icon: "alert-triangle", Title: "The first one failed", At: m.Seen.FirstAt})
}

// happenedAround are what happened around a failure's beginning, with the beginning among them.
func happenedAround(m FailureModel) []ui.Happening {
	var all []ui.Happening
	for _, b := range m.Around {
		h := ui.Happening{Tone: ui.Info, Icon: "history", Title: b.words(), At: b.At}
		if b.Href != "" {
			h.Detail = beforeLink(b)
		}
		all = append(all, h)
	}
	title := "The first one failed"
	if m.Seen.Reopened() {
		title = "It began again"
	}
	all = append(all, ui.Happening{Tone: ui.Bad, Icon: "alert-triangle", Title: title, At: m.Seen.OpenedAt})
	slices.SortStableFunc(all, func(a, b ui.Happening) int { return b.At.Compare(a.At) })
	return all
}
