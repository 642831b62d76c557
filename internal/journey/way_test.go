package journey_test

import (
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// came says what came of each step of a journey, in their order, and checks that
// no visit ends before it begins and none begins before the last one ended.
func (h *house) came(j hookline.Journey) (steps [][2]string) {
	h.t.Helper()
	var last time.Time
	for i, v := range h.now(j).Way {
		if v.BeganAt.Before(last) || !v.EndedAt.IsZero() && v.EndedAt.Before(v.BeganAt) {
			h.t.Errorf("visit %d is from %s to %s, after %s", i, v.BeganAt, v.EndedAt, last)
		}
		outcome := string(v.Outcome)
		if v.EndedAt.IsZero() {
			outcome = "is there"
		}
		steps, last = append(steps, [2]string{v.StepID, outcome}), v.EndedAt
	}
	return steps
}

func (h *house) wantWay(j hookline.Journey, want ...[2]string) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.came(j)); diff != "" {
		h.t.Errorf("the way of the journey (-want +got):\n%s", diff)
	}
}

func TestAJourneyTellsWhenAndWhatCameOfEachStep(t *testing.T) {
	h := newHouse(t)
	branch := hookline.Step{ID: "stp_if", Kind: hookline.StepBranch, If: `person.lead_id != null`, Yes: []hookline.Step{{ID: "stp_end", Kind: hookline.StepExit}}}
	sets := hookline.Step{Kind: hookline.StepUpdate, Sets: []hookline.ResponseAttribute{{Name: "n", Value: "1"}}}
	none := hookline.Step{Kind: hookline.StepUpdate, Sets: []hookline.ResponseAttribute{{Name: "n", Value: "{{ customer.none }}"}}}
	c := h.campaign(nil, h.webhook("Create lead", `{}`, true, true), span(time.Hour), sets, none, h.webhook("Draft", `{}`, false, false), branch)
	entered := h.at
	j := h.enter(c, h.person("u1", `{}`))
	h.wantWay(j, [2]string{"stp_1", "is there"})
	if began := h.now(j).Way[0].BeganAt; began.Before(entered) || began.After(h.at) {
		t.Errorf("the first step was begun at %s, want from %s to %s", began, entered, h.at)
	}
	h.restart()
	sent := time.Now().UTC()
	h.end(h.deliveries()[0].ID, hookline.StateDelivered, `{"lead_id":"L-1"}`)
	h.wantWay(j, [2]string{"stp_1", ""}, [2]string{"stp_2", "is there"})
	if ended := h.now(j).Way[0].EndedAt; ended.Before(sent.Truncate(time.Microsecond)) || ended.After(time.Now()) {
		t.Errorf("the webhook ended at %s, want when its delivery did, after %s", ended, sent)
	}
	h.later(time.Hour)
	h.want(j, hookline.JourneyFinished, "")
	h.wantWay(j, [2]string{"stp_1", ""}, [2]string{"stp_2", "time_came"}, [2]string{"stp_3", "set"}, [2]string{"stp_4", "nothing"},
		[2]string{"stp_5", ""}, [2]string{"stp_if", "yes"}, [2]string{"stp_end", ""})
	waited := h.now(j).Way[1]
	if took := waited.EndedAt.Sub(waited.BeganAt); took < time.Hour {
		t.Errorf("it waited only %s", took)
	}
}

func TestWhatEndsAVisitIsTold(t *testing.T) {
	until := hookline.Step{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitCondition, Span: time.Hour, Condition: `person.plan = "pro"`}}
	for name, test := range map[string]struct {
		happens func(h *house, c hookline.Campaign, j hookline.Journey)
		want    [][2]string
	}{
		"the condition is met": {
			func(h *house, _ hookline.Campaign, _ hookline.Journey) { h.person("u1", `{"plan":"pro"}`); h.run() },
			[][2]string{{"stp_1", "met"}, {"stp_2", "is there"}},
		},
		"the time is up": {
			func(h *house, _ hookline.Campaign, _ hookline.Journey) { h.later(time.Hour) },
			[][2]string{{"stp_1", "time_came"}, {"stp_2", "is there"}},
		},
		"the step is removed": {func(h *house, c hookline.Campaign, _ hookline.Journey) {
			c.Steps = c.Steps[1:]
			must(h.UpdateCampaign(h.t.Context(), c))(h.t)
			h.run()
		}, [][2]string{{"stp_1", "removed"}, {"stp_2", "is there"}}},
		"the journey is stopped there": {func(h *house, _ hookline.Campaign, j hookline.Journey) {
			h.must(h.StopJourney(h.t.Context(), j.ID, "ana@example.com"))
		}, [][2]string{{"stp_1", "is there"}}},
		"the person is suppressed": {func(h *house, _ hookline.Campaign, j hookline.Journey) {
			must(h.SuppressPerson(h.t.Context(), j.PersonID, true))(h.t)
			h.run()
		}, [][2]string{{"stp_1", "is there"}}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.campaign(nil, until, span(time.Hour))
			j := h.enter(c, h.person("u1", `{}`))
			test.happens(h, c, j)
			h.wantWay(j, test.want...)
		})
	}
}
