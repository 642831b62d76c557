package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type destinationStore interface {
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
	Destination(ctx context.Context, id string) (hookline.Destination, error)
	CreateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error)
	UpdateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error)
	DeleteDestination(ctx context.Context, id string) error
}

var destinationPromises = []promise{
	{"a new destination gets id and times, and stays", destinationCreate},
	{"a faulty destination is refused whole", destinationRefused},
	{"a change changes what it says", destinationUpdate},
	{"what is owed fails when the destination is deleted", destinationDelete},
}

func newDestination(name string) hookline.Destination {
	return hookline.Destination{Name: name, Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout}
}

func (h *house) destination(t *testing.T, name string) hookline.Destination {
	t.Helper()
	return must(h.CreateDestination(t.Context(), newDestination(name)))(t)
}

func destinationCreate(t *testing.T, h *house) {
	s1, s2 := h.source(t, "Website"), h.source(t, "Billing")
	plain := h.destination(t, " CRM ")
	full := must(h.CreateDestination(t.Context(), hookline.Destination{
		Name: "Warehouse", SourceIDs: []string{s2.ID, s1.ID, s2.ID}, SharedSecret: "s3cret",
		SignatureMode: hookline.SignSegment, StandardSecrets: []string{"whsec_b", "whsec_a"}, Timeout: 1500 * time.Millisecond, StandardEnds: map[string]time.Time{"whsec_a": received, "whsec_gone": received},
	}))(t)
	if !strings.HasPrefix(plain.ID, "dst_") || plain.CreatedAt.IsZero() || plain.Name != "CRM" {
		t.Errorf("made %+v", plain)
	}
	want := hookline.Destination{
		ID: full.ID, Name: "Warehouse", SourceIDs: []string{s1.ID, s2.ID}, SharedSecret: "s3cret", SignatureMode: hookline.SignSegment,
		StandardSecrets: []string{"whsec_b", "whsec_a"}, StandardEnds: map[string]time.Time{"whsec_a": received}, Timeout: 1500 * time.Millisecond, CreatedAt: full.CreatedAt, UpdatedAt: full.CreatedAt,
	}
	equal(t, "made", full, want)
	h.reopen()
	equal(t, "list", must(h.ListDestinations(t.Context()))(t), []hookline.Destination{plain, want})
	equal(t, "destination", must(h.Destination(t.Context(), full.ID))(t), want)
}

func destinationRefused(t *testing.T, h *house) {
	s := h.source(t, "Website")
	for name, spoil := range map[string]func(*hookline.Destination){
		"no name":        func(d *hookline.Destination) { d.Name = " " },
		"no time-out":    func(d *hookline.Destination) { d.Timeout = 0 },
		"unknown mode":   func(d *hookline.Destination) { d.SignatureMode = "half" },
		"unknown source": func(d *hookline.Destination) { d.SourceIDs = []string{s.ID, "src_gone"} },
	} {
		d := newDestination("CRM")
		spoil(&d)
		_, err := h.CreateDestination(t.Context(), d)
		if hookline.KindOf(err) != hookline.KindInvalid {
			t.Errorf("%s: error = %v", name, err)
		}
	}
	equal(t, "list", must(h.ListDestinations(t.Context()))(t), []hookline.Destination{})
}

func destinationUpdate(t *testing.T, h *house) {
	s1, s2 := h.source(t, "Website"), h.source(t, "Billing")
	d := newDestination("CRM")
	d.SourceIDs, d.SharedSecret, d.StandardSecrets = []string{s1.ID}, "old", []string{"whsec_a"}
	d = must(h.CreateDestination(t.Context(), d))(t)
	other := h.destination(t, "Other")

	wish := newDestination("Shop CRM")
	wish.ID, wish.Enabled, wish.SourceIDs, wish.Timeout = d.ID, false, []string{s2.ID}, 2*time.Second
	changed := must(h.UpdateDestination(t.Context(), wish))(t)
	if !changed.UpdatedAt.After(d.UpdatedAt) {
		t.Errorf("updated %v, before %v", changed.UpdatedAt, d.UpdatedAt)
	}
	want := wish
	want.CreatedAt, want.UpdatedAt = d.CreatedAt, changed.UpdatedAt
	equal(t, "changed", changed, want)

	wish.Name, wish.SourceIDs = "Half", []string{s1.ID, "src_gone"}
	_, err := h.UpdateDestination(t.Context(), wish)
	wantKind(t, hookline.KindInvalid, err)
	h.reopen()
	equal(t, "list", must(h.ListDestinations(t.Context()))(t), []hookline.Destination{want, other})

	wish.ID, wish.SourceIDs = "dst_gone", nil
	_, err = h.UpdateDestination(t.Context(), wish)
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.Destination(t.Context(), "dst_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func destinationDelete(t *testing.T, h *house) {
	d, other := h.destination(t, "CRM"), h.destination(t, "Other")
	a := h.action(t, d.ID, "Tell")
	before, others := map[hookline.State]hookline.Delivery{}, h.delivery(t, other.ID, hookline.StateQueued)
	for _, state := range hookline.States() {
		before[state] = h.delivery(t, d.ID, state)
	}

	mustDo(t, h.DeleteDestination(t.Context(), d.ID))
	wantKind(t, hookline.KindNotFound, h.DeleteDestination(t.Context(), d.ID))
	h.reopen()
	equal(t, "list", must(h.ListDestinations(t.Context()))(t), []hookline.Destination{other})
	_, err := h.Action(t.Context(), a.ID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "another's delivery", must(h.DeliveryRow(t.Context(), others.ID))(t).Delivery, others)
	for state, want := range before {
		got := must(h.DeliveryRow(t.Context(), want.ID))(t).Delivery
		switch state {
		case hookline.StateQueued, hookline.StateRetrying, hookline.StateHeld, hookline.StateDraft:
			want.State, want.Reason = hookline.StateFailed, "The destination was deleted."
			want.NextAttemptAt, want.UpdatedAt = time.Time{}, got.UpdatedAt
		}
		equal(t, "delivery that was "+string(state), got, want)
	}
}
