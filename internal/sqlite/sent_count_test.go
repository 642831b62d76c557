package sqlite

import (
	"testing"

	"hookline/internal/hookline"
)

// TestPlansOfStateCounts: what is counted goes by the index that has the fewest rows of it, and is not sorted.
func TestPlansOfStateCounts(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for name, test := range map[string]struct {
		f    hookline.DeliveryFilter
		want string
	}{
		"failed":                  {hookline.DeliveryFilter{State: hookline.StateFailed}, "deliveries_open (state=?)"},
		"failed of a destination": {hookline.DeliveryFilter{State: hookline.StateFailed, DestinationID: "dst_1", Status: 503}, "deliveries_open (state=?)"},
		"doubted of one":          {hookline.DeliveryFilter{State: hookline.StateDoubted, DestinationID: "dst_1"}, "deliveries_doubted (state=?)"},
		"all of a destination":    {hookline.DeliveryFilter{DestinationID: "dst_1"}, "deliveries_destination (destination_id=?)"},
		"queued of one":           {hookline.DeliveryFilter{State: hookline.StateQueued, DestinationID: "dst_1"}, "deliveries_due (destination_id=? AND next_attempt_at>?)"},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := s.matching(t.Context(), "d.id as id", test.f, "")
			if err != nil {
				t.Fatal(err)
			}
			checkPlan(t, s, asked{anyOrder(q, rare(test.f.State)), q.args}, test.want)
		})
	}
}
