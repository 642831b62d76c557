package sqlite

import (
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func TestSamples(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	minute := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	one := hookline.Sample{DestinationID: "dst_1", Minute: minute, Delivered: 3, Failed: 1, Spans: hookline.Spans{3, 1}, Waiting: 2, Overdue: 1500 * time.Millisecond}
	house := hookline.Sample{Minute: minute, Events: 5, Delivered: 3, Failed: 1}
	for range 2 { // the second time is added
		if err := s.SaveSamples(t.Context(), []hookline.Sample{one, house}); err != nil {
			t.Fatal(err)
		}
	}
	later := hookline.Sample{DestinationID: "dst_1", Minute: minute.Add(time.Minute), Retrying: 4}
	if err := s.SaveSamples(t.Context(), []hookline.Sample{later}); err != nil {
		t.Fatal(err)
	}
	got, err := s.ListSamples(t.Context(), "dst_1", minute)
	if d := cmp.Diff([]hookline.Sample{one.Add(one), later}, got); d != "" || err != nil {
		t.Errorf("kept (-want +got): %v\n%s", err, d)
	}
	if got, err := s.ListSamples(t.Context(), "", minute); len(got) != 1 || got[0].Events != 10 || err != nil {
		t.Errorf("of the house %+v, %v", got, err)
	}
	sums, err := s.SumSamples(t.Context(), minute.Add(30*time.Second)) // minutes count whole
	want := map[string]hookline.Sample{"dst_1": {DestinationID: "dst_1", Delivered: 6, Retrying: 4, Failed: 2}}
	if d := cmp.Diff(want, sums); d != "" || err != nil {
		t.Errorf("in sum (-want +got): %v\n%s", err, d)
	}
	if err := s.ForgetSamples(t.Context(), minute.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.ListSamples(t.Context(), "dst_1", minute); len(got) != 1 || !got[0].Minute.Equal(later.Minute) || err != nil {
		t.Errorf("after forgetting %+v, %v", got, err)
	}
}

func TestPlansOfSamples(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	checkPlan(t, s, asked{listSamplesQuery, []any{"dst_1", 1}}, "SEARCH health_samples USING PRIMARY KEY (destination_id=? AND minute>?)")
	checkPlan(t, s, asked{"delete from health_samples where minute < $1", []any{1}}, "SEARCH health_samples USING INDEX health_samples_minute (minute<?)")
}
