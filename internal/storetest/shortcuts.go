package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type shortcutStore interface {
	ListShortcuts(ctx context.Context) ([]hookline.Shortcut, error)
	Shortcut(ctx context.Context, id string) (hookline.Shortcut, error)
	CreateShortcut(ctx context.Context, s hookline.Shortcut, a hookline.Action) (hookline.Shortcut, error)
	UpdateShortcut(ctx context.Context, s hookline.Shortcut) (hookline.Shortcut, error)
	DeleteShortcut(ctx context.Context, id string) error
	Press(ctx context.Context, id string) (hookline.Press, error)
	LatestPresses(ctx context.Context, shortcutID string, limit int) ([]hookline.Press, error)
	CreatePress(ctx context.Context, p hookline.Press, owed map[string]hookline.Owed) (hookline.Press, error)
}

var shortcutPromises = []promise{
	{"a shortcut is kept with the one action of a destination that belongs to it", shortcutKept},
	{"a faulty shortcut is refused whole", shortcutRefused},
	{"a change is guarded by its version, and renames what Sent shows", shortcutChanged},
	{"a shortcut goes with what it sends; what it owed fails", shortcutDeleted},
	{"a press owes a delivery for each person, once however often it comes", pressOnce},
	{"of many who send one press at once, all hear of the same deliveries", pressRace},
	{"who was deleted or suppressed is refused with words", pressRefused},
	{"a shortcut that is off is not pressed", pressOff},
	{"an old press goes with its deliveries", pressOld},
	{"a shortcut and each press leave entries", shortcutAudited},
}

func (h *house) shortcut(t *testing.T, name string) hookline.Shortcut {
	t.Helper()
	return must(h.CreateShortcut(t.Context(), hookline.Shortcut{Name: name, Least: hookline.Support, Enabled: true}, newShortcutAction()))(t)
}

func newShortcutAction() hookline.Action {
	template := hookline.NewShortcutTemplate()
	template.URL = "https://example.com/tickets"
	return hookline.Action{Template: template, Batching: hookline.NewBatching()}
}

// pressing is a press of s for these people, with what it owes each of them.
func pressing(id string, s hookline.Shortcut, personIDs ...string) (hookline.Press, map[string]hookline.Owed) {
	p := hookline.Press{ID: id, ShortcutID: s.ID, By: "ana@example.com"}
	owed := map[string]hookline.Owed{}
	for _, person := range personIDs {
		p.For = append(p.For, hookline.Pressed{PersonID: person})
		o := newOwed(s.DestinationID)
		o.Origin, o.ActionID, o.PersonID, o.AskedBy, o.IdempotencyKey = hookline.OriginShortcut, s.ActionID, person, p.By, id+person
		owed[person] = o
	}
	return p, owed
}

func shortcutKept(t *testing.T, h *house) {
	b, a := h.shortcut(t, "Open a ticket"), h.shortcut(t, " call back ")
	h.reopen()
	equal(t, "list", must(h.ListShortcuts(t.Context()))(t), []hookline.Shortcut{a, b})
	equal(t, "one", must(h.Shortcut(t.Context(), a.ID))(t), a)
	if a.Name != "call back" || a.Version != 1 || a.CreatedAt.IsZero() || !strings.HasPrefix(a.ID, "sct_") {
		t.Errorf("made %+v", a)
	}
	d := must(h.Destination(t.Context(), a.DestinationID))(t)
	equal(t, "owner and name", d.Owner+" "+d.Name, a.ID+" call back")
	d.Timeout = 7 * time.Second
	must(h.UpdateDestination(t.Context(), d))(t)
	d.SourceIDs = []string{h.source(t, "Website").ID}
	_, err := h.UpdateDestination(t.Context(), d)
	wantKind(t, hookline.KindConflict, err)
	action := must(h.Action(t.Context(), a.ActionID))(t)
	if action.DestinationID != d.ID || !action.Enabled || action.Name != hookline.ShortcutAction {
		t.Errorf("its action is %+v", action)
	}
}

func shortcutRefused(t *testing.T, h *house) {
	taken := h.shortcut(t, "Open a ticket")
	for name, spoil := range map[string]func(*hookline.Shortcut, *hookline.Action){
		"no name":     func(s *hookline.Shortcut, _ *hookline.Action) { s.Name = " " },
		"nobody":      func(s *hookline.Shortcut, _ *hookline.Action) { s.Least = hookline.Viewer },
		"no address":  func(_ *hookline.Shortcut, a *hookline.Action) { a.Template.URL = "" },
		"long-winded": func(s *hookline.Shortcut, _ *hookline.Action) { s.Description = strings.Repeat("x", 501) },
	} {
		s, a := hookline.Shortcut{Name: name, Least: hookline.Support}, newShortcutAction()
		spoil(&s, &a)
		_, err := h.CreateShortcut(t.Context(), s, a)
		if hookline.KindOf(err) != hookline.KindInvalid {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	_, err := h.CreateShortcut(t.Context(), hookline.Shortcut{Name: taken.Name, Least: hookline.Support}, newShortcutAction())
	wantKind(t, hookline.KindConflict, err)
	equal(t, "list", must(h.ListShortcuts(t.Context()))(t), []hookline.Shortcut{taken})
	if n := len(must(h.EveryDestination(t.Context()))(t)); n != 1 {
		t.Errorf("there are %d destinations: what was refused left one", n)
	}
	for i := range hookline.MaxShortcuts - 1 {
		h.shortcut(t, fmt.Sprint("More ", i))
	}
	_, err = h.CreateShortcut(t.Context(), hookline.Shortcut{Name: "One too many", Least: hookline.Support}, newShortcutAction())
	wantKind(t, hookline.KindConflict, err)
}

func shortcutChanged(t *testing.T, h *house) {
	s, other := h.shortcut(t, "Open a ticket"), h.shortcut(t, "Call back")
	want := s
	want.Name, want.Description, want.Least, want.Enabled = "Open a ticket at once", "In the help desk.", hookline.Editor, false
	changed := must(h.UpdateShortcut(t.Context(), want))(t)
	want.Version, want.UpdatedAt = 2, changed.UpdatedAt
	equal(t, "changed", changed, want)
	equal(t, "name of its destination", must(h.Destination(t.Context(), s.DestinationID))(t).Name, want.Name)
	_, err := h.UpdateShortcut(t.Context(), s)
	wantKind(t, hookline.KindConflict, err)
	changed.Name = other.Name
	_, err = h.UpdateShortcut(t.Context(), changed)
	wantKind(t, hookline.KindConflict, err)
	equal(t, "after it was refused", must(h.Shortcut(t.Context(), s.ID))(t), want)
	_, err = h.UpdateShortcut(t.Context(), hookline.Shortcut{ID: "sct_gone", Name: "Gone", Least: hookline.Support})
	wantKind(t, hookline.KindNotFound, err)
}

func shortcutDeleted(t *testing.T, h *house) {
	s, ana := h.shortcut(t, "Open a ticket"), h.person(t, "ana", `{}`)
	p, owed := pressing("prs_1", s, ana.ID)
	pressed := must(h.CreatePress(t.Context(), p, owed))(t)
	mustDo(t, h.DeleteShortcut(t.Context(), s.ID))
	_, err := h.Shortcut(t.Context(), s.ID)
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.Destination(t.Context(), s.DestinationID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "what it owed", h.stored(t, pressed.For[0].DeliveryID).State, hookline.StateFailed)
	_, err = h.Press(t.Context(), p.ID)
	wantKind(t, hookline.KindNotFound, err)
	wantKind(t, hookline.KindNotFound, h.DeleteShortcut(t.Context(), s.ID))
}

func pressOnce(t *testing.T, h *house) {
	s, ana, bob := h.shortcut(t, "Open a ticket"), h.person(t, "ana", `{}`), h.person(t, "bob", `{}`)
	p, owed := pressing("prs_1", s, ana.ID, bob.ID)
	h.heard()
	first := must(h.CreatePress(t.Context(), p, owed))(t)
	h.wantTold(t, "a press", hookline.TopicDeliveries, hookline.TopicSent,
		hookline.TopicDelivery(first.For[0].DeliveryID), hookline.TopicDelivery(first.For[1].DeliveryID), hookline.TopicPerson(ana.ID), hookline.TopicPerson(bob.ID))
	equal(t, "the second time", must(h.CreatePress(t.Context(), p, owed))(t), first)
	h.reopen()
	equal(t, "after a restart", must(h.Press(t.Context(), p.ID))(t), first)
	equal(t, "the third time", must(h.CreatePress(t.Context(), p, owed))(t), first)
	all := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{Origin: hookline.OriginShortcut}, hookline.Cursor{}))(t)
	if len(all.Rows) != 2 || all.Rows[1].ID != first.For[0].DeliveryID || all.Rows[1].AskedBy != p.By || all.Rows[1].DestinationName != s.Name {
		t.Errorf("owed is %+v", all.Rows)
	}
	again, owedAgain := pressing("prs_2", s, bob.ID)
	second := must(h.CreatePress(t.Context(), again, owedAgain))(t)
	equal(t, "latest", must(h.LatestPresses(t.Context(), s.ID, 5))(t), []hookline.Press{second, first})
	equal(t, "the very latest", must(h.LatestPresses(t.Context(), s.ID, 1))(t), []hookline.Press{second})
	p.By = "bob@example.com"
	_, err := h.CreatePress(t.Context(), p, owed)
	wantKind(t, hookline.KindConflict, err)
	_, err = h.Press(t.Context(), "prs_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func pressRace(t *testing.T, h *house) {
	s, ana := h.shortcut(t, "Open a ticket"), h.person(t, "ana", `{}`)
	p, owed := pressing("prs_1", s, ana.ID)
	const presses = 8
	heard := make([]hookline.Press, presses)
	wantWinners(t, presses, "", atOnce(presses, func(i int) (err error) {
		heard[i], err = h.CreatePress(context.Background(), p, owed)
		return err
	}))
	for _, one := range heard {
		equal(t, "one of them", one, heard[0])
	}
	equal(t, "deliveries", len(h.dueNow(t, s.DestinationID)), 1)
}

func pressRefused(t *testing.T, h *house) {
	s, ana, bob := h.shortcut(t, "Open a ticket"), h.person(t, "ana", `{}`), h.person(t, "bob", `{}`)
	bob.Suppressed = true
	must(h.UpdatePerson(t.Context(), bob))(t)
	p, owed := pressing("prs_1", s, ana.ID, bob.ID, "per_gone")
	p.For = append(p.For, hookline.Pressed{PersonID: h.person(t, "cyd", `{}`).ID, Refused: "The body is no JSON."})
	pressed := must(h.CreatePress(t.Context(), p, owed))(t)
	var words []string
	for _, one := range pressed.For {
		words = append(words, one.Refused)
		if (one.DeliveryID == "") == (one.Refused == "") {
			t.Errorf("neither or both: %+v", one)
		}
	}
	equal(t, "refused", words, []string{"", hookline.PressedSuppressed, hookline.PressedGone, "The body is no JSON."})
	equal(t, "deliveries", len(h.dueNow(t, s.DestinationID)), 1)
	for name, wrong := range map[string]hookline.Press{
		"nobody":   {ID: "prs_2", ShortcutID: s.ID},
		"too many": {ID: "prs_2", ShortcutID: s.ID, For: make([]hookline.Pressed, hookline.MaxChosen+1)},
		"no id":    {ShortcutID: s.ID, For: p.For[:1]},
	} {
		if _, err := h.CreatePress(t.Context(), wrong, owed); hookline.KindOf(err) != hookline.KindConflict {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

func pressOff(t *testing.T, h *house) {
	s, ana := h.shortcut(t, "Open a ticket"), h.person(t, "ana", `{}`)
	p, owed := pressing("prs_1", s, ana.ID)
	s.Enabled = false
	must(h.UpdateShortcut(t.Context(), s))(t)
	_, err := h.CreatePress(t.Context(), p, owed)
	wantKind(t, hookline.KindConflict, err)
	p.ShortcutID = "sct_gone"
	_, err = h.CreatePress(t.Context(), p, owed)
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.Press(t.Context(), p.ID)
	wantKind(t, hookline.KindNotFound, err)
}

func pressOld(t *testing.T, h *house) {
	s, ana := h.shortcut(t, "Open a ticket"), h.person(t, "ana", `{}`)
	p, owed := pressing("prs_1", s, ana.ID)
	must(h.CreatePress(t.Context(), p, owed))(t)
	h.keeps(t, hookline.Retention{Deliveries: 30})
	h.ages(t, 29)
	must(h.Press(t.Context(), p.ID))(t)
	h.ages(t, 31)
	_, err := h.Press(t.Context(), p.ID)
	wantKind(t, hookline.KindNotFound, err)
}

func shortcutAudited(t *testing.T, h *house) {
	ctx, bob := audit.With(t.Context(), ana), h.person(t, "bob", `{}`)
	s := must(h.CreateShortcut(ctx, hookline.Shortcut{Name: "Open a ticket", Least: hookline.Support, Enabled: true}, newShortcutAction()))(t)
	if e := h.did(t); e.Deed != audit.Created || e.Kind != audit.Shortcut || e.ThingName != s.Name {
		t.Errorf("kept is %+v", e)
	}
	p, owed := pressing("prs_1", s, bob.ID, "per_gone")
	must(h.CreatePress(ctx, p, owed))(t)
	if e := h.did(t); e.Deed != audit.Pressed || e.ThingID != s.ID || e.Remark != "for 2 people, of whom 1 was refused" {
		t.Errorf("kept is %+v", e)
	}
	n := h.entries(t)
	must(h.CreatePress(ctx, p, owed))(t)
	equal(t, "entries after the same press", h.entries(t), n)
	s.Least = hookline.Admin
	must(h.UpdateShortcut(ctx, s))(t)
	if e := h.did(t); e.Deed != audit.Changed || string(e.After) != `{"least":"admin"}` {
		t.Errorf("kept is %+v", e)
	}
	mustDo(t, h.DeleteShortcut(ctx, s.ID))
	if e := h.did(t); e.Deed != audit.Deleted || e.ThingName != s.Name {
		t.Errorf("kept is %+v", e)
	}
}
