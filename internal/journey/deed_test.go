package journey_test

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// TestDeedsAreAskedFor: what somebody did decides a branch, and ends a wait within
// a minute, though it changes nothing about the person.
func TestDeedsAreAskedFor(t *testing.T) {
	h := newHouse(t)
	bought := func() {
		h.happens(hookline.Event{SourceID: "src_1", Type: hookline.Track, UserID: "u1", Name: "Bought", Payload: []byte(`{"type":"track","userId":"u1","event":"Bought"}`)})
	}
	c := h.campaign(nil,
		hookline.Step{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitCondition, Condition: `did("Bought") >= 2`, Span: 24 * time.Hour}},
		hookline.Step{
			Kind: hookline.StepBranch, If: `did("Bought", within 7 days) >= 3`,
			Yes: []hookline.Step{{ID: "stp_yes", Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitSpan, Span: time.Hour}}},
			No:  []hookline.Step{{ID: "stp_no", Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitSpan, Span: time.Hour}}},
		},
	)
	j := h.enter(c, h.person("u1", `{}`))
	bought()
	h.later(2 * time.Minute)
	h.want(j, hookline.JourneyWaiting, "stp_1")
	bought()
	h.later(time.Minute)
	h.want(j, hookline.JourneyWaiting, "stp_no")
}
