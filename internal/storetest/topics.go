package storetest

import (
	"testing"

	"hookline/internal/hookline"
)

// What a commit changed is told before its caller hears of it.
var topicPromises = []promise{
	{"every change of the configuration is told", topicConfig},
	{"a change is told to those who look at the thing", topicThing},
	{"what failed is not told", topicFailed},
}

// wantTold checks which topics a call told, among others perhaps.
func (h *house) wantTold(t *testing.T, what string, topics ...hookline.Topic) {
	t.Helper()
	told := map[hookline.Topic]bool{}
	for _, topic := range h.heard() {
		told[topic] = true
	}
	for _, topic := range topics {
		if !told[topic] {
			t.Errorf("%s: %q was not told, only %v", what, topic, told)
		}
	}
}

func topicConfig(t *testing.T, h *house) {
	ctx := t.Context()
	tell := func(what string, err error) {
		t.Helper()
		mustDo(t, err)
		h.wantTold(t, what, hookline.TopicConfig)
	}
	h.heard()
	s := h.source(t, "Website")
	tell("make source", nil)
	_, err := h.UpdateSource(ctx, s)
	tell("change source", err)
	d := h.destination(t, "CRM")
	tell("make destination", nil)
	_, err = h.UpdateDestination(ctx, d)
	tell("change destination", err)
	a := h.action(t, d.ID, "Tell")
	tell("make action", nil)
	_, err = h.UpdateAction(ctx, a)
	tell("change action", err)
	tell("delete action", h.DeleteAction(ctx, a.ID))
	tell("delete destination", h.DeleteDestination(ctx, d.ID))
	tell("delete source", h.DeleteSource(ctx, s.ID))
	_, err = h.RotateSigningKey(ctx)
	tell("rotate signing key", err)
}

func topicThing(t *testing.T, h *house) {
	ctx := t.Context()
	h.append(t, newEvent("src_1", "m1"))
	h.wantTold(t, "append event", hookline.TopicEvents, hookline.TopicSource("src_1"))
	must(h.AppendEvents(ctx, nil, []hookline.Rejection{newRejection("src_2", "")}))(t)
	h.wantTold(t, "append rejection", hookline.TopicSource("src_2"))

	p := h.person(t, "u1", `{}`)
	h.wantTold(t, "record person", hookline.TopicPerson(p.ID))
	must(h.UpdatePerson(ctx, p))(t)
	h.wantTold(t, "change person", hookline.TopicPerson(p.ID))
	mustDo(t, h.DeletePerson(ctx, p.ID))
	h.wantTold(t, "delete person", hookline.TopicPerson(p.ID))

	b := h.bin(t, "Mine")
	h.heard()
	must(h.UpdateBin(ctx, b))(t)
	h.wantTold(t, "change bin", hookline.TopicBin(b.ID))
	must(h.AppendBinRequest(ctx, newBinRequest(b.ID)))(t)
	h.wantTold(t, "append bin request", hookline.TopicBin(b.ID))
	mustDo(t, h.ClearBin(ctx, b.ID))
	h.wantTold(t, "clear bin", hookline.TopicBin(b.ID))
	mustDo(t, h.DeleteBin(ctx, b.ID))
	h.wantTold(t, "delete bin", hookline.TopicBin(b.ID))

	d := h.destination(t, "CRM")
	h.delivery(t, d.ID, hookline.StateQueued)
	h.heard()
	mustDo(t, h.DeleteDestination(ctx, d.ID))
	h.wantTold(t, "delete destination", hookline.TopicSent)
}

func topicFailed(t *testing.T, h *house) {
	h.heard()
	d := newDestination("CRM")
	d.SourceIDs = []string{"src_gone"}
	_, err := h.CreateDestination(t.Context(), d)
	wantKind(t, hookline.KindInvalid, err)
	equal(t, "told", h.heard(), []hookline.Topic{})
}
