package sqlite

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// TestPlansOfCampaigns: what steps sent is found in an index that has all that
// is asked, and only its ids are put in order.
func TestPlansOfCampaigns(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	listedAs := func(f hookline.DeliveryFilter) asked {
		f.CampaignID = "cmp_1"
		return listed(selectDeliveries(f, nil, nil), hookline.Cursor{})
	}
	now := time.Now()
	for name, test := range map[string]struct {
		q    asked
		want string
	}{
		"numbers":          {asked{numbersQuery(2), []any{hookline.KeyAt(now)/aDay - 30, hookline.KeyAt(now) / aDay, "dst_1", "dst_2"}}, "SEARCH x USING COVERING INDEX deliveries_steps (destination_id=? AND state=? AND rowid>? AND rowid<?)"},
		"everything":       {listedAs(hookline.DeliveryFilter{}), "SEARCH d USING COVERING INDEX deliveries_steps (destination_id=?)"},
		"delivered":        {listedAs(hookline.DeliveryFilter{State: hookline.StateDelivered}), "SEARCH d USING COVERING INDEX deliveries_steps (destination_id=? AND state=?)"},
		"drafts":           {listedAs(hookline.DeliveryFilter{State: hookline.StateDraft}), "SEARCH d USING COVERING INDEX deliveries_steps (destination_id=? AND state=?)"},
		"failed of a step": {listedAs(hookline.DeliveryFilter{State: hookline.StateFailed, DestinationID: "dst_1"}), "SEARCH d USING COVERING INDEX deliveries_steps (destination_id=? AND state=?)"},
	} {
		t.Run(name, func(t *testing.T) {
			goes := false
			for _, step := range plan(t, s, test.q) {
				goes = goes || strings.Contains(step, test.want)
				if step == "SCAN d" || step == "SCAN x" || step == "SCAN c" {
					t.Errorf("%s\nof %.300s", step, test.q.text)
				}
			}
			if !goes {
				t.Errorf("does not go by %s:\n\t%s", test.want, strings.Join(plan(t, s, test.q), "\n\t"))
			}
		})
	}
}
