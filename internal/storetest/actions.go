package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type actionStore interface {
	ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error)
	CreateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
	UpdateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
	DeleteAction(ctx context.Context, id string) error
}

var actionPromises = []promise{
	{"a new action gets id and times, and stays", actionCreate},
	{"a faulty action is refused", actionRefused},
	{"a destination has at most fifty, whoever is first", actionLimit},
	{"a change changes what it says", actionUpdate},
	{"a deleted action is gone, what it owes stays owed", actionDelete},
}

func newAction(destinationID, name string) hookline.Action {
	a := hookline.Action{DestinationID: destinationID, Name: name, Enabled: true, Template: hookline.NewTemplate()}
	a.Template.URL = "https://example.com/{{ event.userId }}"
	return a
}

func (h *house) action(t *testing.T, destinationID, name string) hookline.Action {
	t.Helper()
	return must(h.CreateAction(t.Context(), newAction(destinationID, name)))(t)
}

func actionCreate(t *testing.T, h *house) {
	d, other := h.destination(t, "CRM"), h.destination(t, "Other")
	wish := hookline.Action{
		DestinationID: d.ID, Name: " Tell ", Trigger: `type = "track" and event = "Order Paid"`,
		Template: hookline.Template{
			Method: "PUT", URL: "{{ url }}", Body: "{% if a %}\n\"ü\"{% endif %}", PlainOutput: true,
			Headers: []hookline.Header{{Name: "X-B", Value: "1"}, {Name: "X-A", Value: "<&>"}, {Name: "X-B", Value: ""}},
		},
		Batching: hookline.Batching{Enabled: true, Size: 7, Window: 1500 * time.Millisecond},
	}
	a := must(h.CreateAction(t.Context(), wish))(t)
	b := h.action(t, d.ID, "Second")
	h.action(t, other.ID, "Elsewhere")
	if !strings.HasPrefix(a.ID, "act_") || a.CreatedAt.IsZero() {
		t.Errorf("made %+v", a)
	}
	want := wish
	want.ID, want.Name, want.Version, want.CreatedAt, want.UpdatedAt = a.ID, "Tell", 1, a.CreatedAt, a.CreatedAt
	equal(t, "made", a, want)
	h.reopen()
	equal(t, "list", must(h.ListActions(t.Context(), d.ID))(t), []hookline.Action{want, b})
	equal(t, "action", must(h.Action(t.Context(), a.ID))(t), want)
}

func actionRefused(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	_, err := h.CreateAction(t.Context(), newAction(d.ID, " "))
	wantKind(t, hookline.KindInvalid, err)
	_, err = h.CreateAction(t.Context(), newAction("dst_gone", "Tell"))
	wantKind(t, hookline.KindNotFound, err)
	a := h.action(t, d.ID, "Tell")
	changed := a
	changed.Template.URL = ""
	_, err = h.UpdateAction(t.Context(), changed)
	wantKind(t, hookline.KindInvalid, err)
	equal(t, "list", must(h.ListActions(t.Context(), d.ID))(t), []hookline.Action{a})
}

func actionLimit(t *testing.T, h *house) {
	d, other := h.destination(t, "CRM"), h.destination(t, "Other")
	for i := range hookline.MaxActions - 3 {
		h.action(t, d.ID, fmt.Sprint("Action ", i))
	}
	errs := atOnce(8, func(i int) error {
		_, err := h.CreateAction(t.Context(), newAction(d.ID, fmt.Sprint("Late ", i)))
		return err
	})
	wantWinners(t, 3, hookline.KindConflict, errs)
	actions := must(h.ListActions(t.Context(), d.ID))(t)
	equal(t, "actions", len(actions), hookline.MaxActions)
	h.action(t, other.ID, "There is room elsewhere")
	mustDo(t, h.DeleteAction(t.Context(), actions[7].ID))
	h.action(t, d.ID, "There is room again")
}

func actionUpdate(t *testing.T, h *house) {
	d, elsewhere := h.destination(t, "CRM"), h.destination(t, "Other")
	a, other := h.action(t, d.ID, "Tell"), h.action(t, d.ID, "Second")
	wish := hookline.Action{
		ID: a.ID, DestinationID: elsewhere.ID, Name: "Told", Trigger: `type = "page"`,
		Template: hookline.Template{Method: "GET", URL: "https://example.org", PlainOutput: true},
		Batching: hookline.NewBatching(),
	}
	changed := must(h.UpdateAction(t.Context(), wish))(t)
	if !changed.UpdatedAt.After(a.UpdatedAt) {
		t.Errorf("updated %v, before %v", changed.UpdatedAt, a.UpdatedAt)
	}
	want := wish
	want.DestinationID, want.Version, want.CreatedAt, want.UpdatedAt = d.ID, 2, a.CreatedAt, changed.UpdatedAt
	equal(t, "changed", changed, want)
	h.reopen()
	equal(t, "list", must(h.ListActions(t.Context(), d.ID))(t), []hookline.Action{want, other})

	wish.ID = "act_gone"
	_, err := h.UpdateAction(t.Context(), wish)
	wantKind(t, hookline.KindNotFound, err)
}

func actionDelete(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	a, kept := h.action(t, d.ID, "Tell"), h.action(t, d.ID, "Second")
	owed := h.delivery(t, d.ID, hookline.StateQueued)
	mustDo(t, h.DeleteAction(t.Context(), a.ID))
	wantKind(t, hookline.KindNotFound, h.DeleteAction(t.Context(), a.ID))
	_, err := h.Action(t.Context(), a.ID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "list", must(h.ListActions(t.Context(), d.ID))(t), []hookline.Action{kept})
	equal(t, "owed", must(h.DeliveryRow(t.Context(), owed.ID))(t).Delivery, owed)
}
