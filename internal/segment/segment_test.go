package segment_test

import (
	"encoding/json"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func (h *house) wantMembers(g hookline.Segment, want ...string) {
	h.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), h.members(g)); diff != "" {
		h.t.Errorf("members of %s (-want +got)\n%s", g.Name, diff)
	}
	stored, err := h.Segment(h.t.Context(), g.ID)
	check(h.t, err)
	if stored.Size != len(want) || stored.State != hookline.SegmentReady {
		h.t.Errorf("%s is %s with a size of %d, want ready with %d", g.Name, stored.State, stored.Size, len(want))
	}
}

func (h *house) wantMoves(want ...string) {
	h.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), h.moves()); diff != "" {
		h.t.Errorf("moves (-want +got)\n%s", diff)
	}
}

func TestPeopleEnterAndLeave(t *testing.T) {
	h := newHouse(t)
	h.send(identify("ana", map[string]any{"plan": "pro"}), identify("bob", map[string]any{"plan": "free"}))
	pro := h.segment("Pro", `person.plan = "pro"`)
	h.settle()
	h.wantMembers(pro, "ana")
	h.wantMoves() // a first count is no move

	h.send(identify("bob", map[string]any{"plan": "pro"}), identify("ana", map[string]any{"plan": "free"}), identify("cy", map[string]any{"plan": "pro"}))
	h.settle()
	h.wantMembers(pro, "bob", "cy")
	h.wantMoves("+Pro bob", "-Pro ana", "+Pro cy")

	bob := h.person("bob")
	bob.Attributes = json.RawMessage(`{"plan":"team"}`)
	_, err := h.UpdatePerson(t.Context(), bob)
	check(t, err)
	_, _, err = h.PutPerson(t.Context(), "dee", json.RawMessage(`{"plan":"pro"}`))
	check(t, err)
	check(t, h.DeletePerson(t.Context(), h.person("cy").ID))
	h.settle()
	h.wantMembers(pro, "dee")
}

func TestWhatPeopleDidCounts(t *testing.T) {
	h := newHouse(t)
	h.send(track("ana", "Order"), track("ana", "Order"), track("bob", "Order"), identify("cy", nil))
	often := h.segment("Often", `did("Order", within 1 hour) >= 3`)
	never := h.segment("Never", `!did("Order")`)
	h.settle()
	h.wantMembers(often)
	h.wantMembers(never, "cy")
	h.send(track("ana", "Order"), track("bob", "Order"), track("cy", "Order"), track("dee", "Other"))
	h.settle()
	h.wantMembers(often, "ana")
	h.wantMembers(never, "dee")

	h.now = h.now.Add(time.Hour - 10*time.Second)
	h.settle()
	h.wantMembers(often, "ana")
	h.now = h.now.Add(10 * time.Second)
	h.settle()
	h.wantMembers(often)
	h.wantMoves("+Often ana", "-Never cy", "+Never dee", "-Often ana")
}

func TestWhatSomebodyDidBeforeTheyWereKnownCounts(t *testing.T) {
	h := newHouse(t)
	did := h.segment("Visited", `did("Visit") >= 2`)
	h.settle()
	h.send(call{Type: "track", AnonymousID: "a1", Event: "Visit"}, call{Type: "track", AnonymousID: "a1", Event: "Visit"})
	h.settle()
	h.wantMembers(did)
	h.send(call{Type: "identify", UserID: "ana", AnonymousID: "a1"})
	h.settle()
	h.wantMembers(did, "ana")
	again := h.segment("Visited again", `did("Visit", within 1 day) >= 2`) // counts in the log
	h.settle()
	h.wantMembers(again, "ana")
}

func TestMergedPeopleAreOne(t *testing.T) {
	h := newHouse(t)
	often := h.segment("Often", `did("Order") >= 2`)
	hand := h.segment("Friends", "")
	h.send(call{Type: "identify", AnonymousID: "a1", Traits: map[string]any{"x": 1}}, call{Type: "track", AnonymousID: "a1", Event: "Order"}, track("ana", "Order"))
	h.settle()
	stranger, err := h.PersonByIdentity(t.Context(), hookline.AnonymousIdentity("a1"))
	check(t, err)
	check(t, h.PutMembers(t.Context(), hand.ID, []string{stranger.ID, "per_nobody"}))
	h.settle()
	h.wantMembers(often)
	h.send(call{Type: "alias", UserID: "ana", PreviousID: "a1"})
	h.settle()
	h.wantMembers(often, "ana")
	h.wantMembers(hand, "ana")
}

func TestSegmentsNameSegments(t *testing.T) {
	h := newHouse(t)
	hand := h.segment("Friends", "")
	pro := h.segment("Pro", `person.plan = "pro"`)
	both := h.segment("Both", `segment("`+pro.ID+`") and segment("`+hand.ID+`")`)
	rest := h.segment("Rest", `!segment("`+both.ID+`")`)
	h.send(identify("ana", map[string]any{"plan": "pro"}), identify("bob", map[string]any{"plan": "pro"}))
	check(t, h.PutMembers(t.Context(), hand.ID, []string{h.person("ana").ID}))
	h.settle()
	h.wantMembers(both, "ana")
	h.wantMembers(rest, "bob")
	check(t, h.PutMembers(t.Context(), hand.ID, []string{h.person("bob").ID}))
	check(t, h.RemoveMembers(t.Context(), hand.ID, []string{h.person("ana").ID}))
	h.settle()
	h.wantMembers(both, "bob")
	h.wantMembers(rest, "ana")
	h.send(identify("bob", map[string]any{"plan": "free"}))
	h.settle()
	h.wantMembers(both)
	h.wantMembers(rest, "ana", "bob")

	if err := h.DeleteSegment(t.Context(), both.ID); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("a segment that another asks for is deleted: %v", err)
	}
	check(t, h.DeleteSegment(t.Context(), rest.ID))
	pro, err := h.Segment(t.Context(), pro.ID)
	check(t, err)
	pro.Condition = `person.plan = "free"`
	_, err = h.UpdateSegment(t.Context(), pro)
	check(t, err)
	h.settle()
	h.wantMembers(pro, "bob")
}

func TestNothingIsKeptWithoutSegments(t *testing.T) {
	h := newHouse(t)
	h.send(identify("ana", map[string]any{"plan": "pro"}), track("ana", "Order"))
	h.settle()
	g := h.segment("Did", `did("Order", within 1 day)`)
	h.settle()
	h.wantMembers(g, "ana")
	check(t, h.DeleteSegment(t.Context(), g.ID))
	h.now = h.now.Add(time.Hour)
	h.settle()
	plan, err := h.SegmentPlan(t.Context())
	check(t, err)
	if plan.Begun || len(plan.Deeds) > 0 {
		t.Errorf("still followed: %+v", plan)
	}
	ana := h.person("ana")
	standings, err := h.Standings(t.Context(), []string{ana.ID})
	check(t, err)
	if len(standings) > 0 {
		t.Errorf("still kept: %+v", standings)
	}
	again := h.segment("Did", `did("Order", within 2 days)`)
	h.settle()
	h.wantMembers(again, "ana")
}

func TestMoreTimesAreKeptWhenNeeded(t *testing.T) {
	h := newHouse(t)
	h.segment("One", `did("Order", within 1 day)`)
	for range 30 {
		h.send(track("ana", "Order"))
	}
	h.settle()
	many := h.segment("Many", `did("Order", within 1 day) >= 30`)
	h.settle()
	h.wantMembers(many, "ana")
	plan, err := h.SegmentPlan(t.Context())
	check(t, err)
	if len(plan.Deeds) != 1 || plan.Deeds[0].Times < 30 {
		t.Errorf("counted are %+v, want one kind with enough times", plan.Deeds)
	}
}
