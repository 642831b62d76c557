package sqlite

import (
	"testing"

	"hookline/internal/hookline"
)

// TestPlansOfJourneys: what is asked while people walk costs what it gives,
// however many journeys there are.
func TestPlansOfJourneys(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for _, test := range []struct {
		name string
		q    asked
		want string
	}{
		{"due", asked{dueJourneysQuery, []any{"cmp_1", 1, 100}}, "INDEX journeys_due (campaign_id=? AND due_at<?)"},
		{"at a step", asked{journeysAtQuery, []any{"cmp_1", "stp_1", 100}}, "INDEX journeys_step (campaign_id=? AND step_id=?)"},
		{"counts of steps", asked{stepCountsQuery, []any{"cmp_1"}}, "COVERING INDEX journeys_step (campaign_id=?)"},
		{"counts of states", asked{stateCountsQuery, []any{"cmp_1"}}, "COVERING INDEX journeys_state (campaign_id=?)"},
		{"may begin", asked{mayBeginQuery, []any{"cmp_1", "per_1", 1}}, "INDEX journeys_once (person_id=? AND campaign_id=?)"},
		{"begin together", asked{beginTogetherQuery(2), []any{"cmp_1", "stp_1", 1, 1, 1, "per_1", 2, "per_2"}}, "INDEX journeys_once (person_id=? AND campaign_id=?)"},
		{"wake", asked{wakeQuery, []any{"per_1", 1}}, "INDEX journeys_once (person_id=?)"},
		{"merge", asked{mergeJourneys, []any{"per_1", "per_2"}}, "INDEX journeys_once (person_id=?)"},
	} {
		t.Run(test.name, func(t *testing.T) { checkPlan(t, s, test.q, test.want) })
	}
	for _, c := range cursors {
		for want, f := range map[string]hookline.JourneyFilter{
			"journeys_state (campaign_id=? AND state=?":              {CampaignID: "cmp_1"},
			"journeys_step (campaign_id=? AND step_id=? AND state=?": {CampaignID: "cmp_1", StepID: "stp_1"},
		} {
			checkPlan(t, s, listed(selectJourneys(f), c.cursor), want)
		}
	}
}
