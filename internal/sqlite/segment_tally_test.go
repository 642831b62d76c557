package sqlite

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"
)

// millions makes so many people, a third of whom are on the plan pro.
func millions(t testing.TB, s *Store, n int) {
	t.Helper()
	plans := []string{"free", "pro", "team"}
	for from := 0; from < n; from += 50_000 {
		err := s.write(context.Background(), func(t *tx) error {
			for i := from; i < min(from+50_000, n); i++ {
				attributes := fmt.Sprintf(`{"email":"person%d@example.com","first_name":"Ana","last_name":"Example","city":"Bad Homburg vor der Höhe","signed_up_at":"2026-01-%02dT10:00:00Z","plan":%q,"orders":%d,"lifetime_value":%d.50,"tags":["a","b"],"company":{"name":"Example","size":%d}}`,
					i, 1+i%28, plans[i%3], i%10, i%1000, i%50)
				_, err := t.exec("insert into people ("+personColumns+") values ("+placeholders(9)+")",
					s.ids.New("per"), fmt.Sprint("u", i), "", attributes, i%1000 == 1, 1, int64(1), int64(1), "")
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// cpuTime is what this process has used so far, in all its threads.
func cpuTime(t testing.TB) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkTallyPeople is the editor of a segment with a million people. The
// processor's time is told beside the clock's, for machines that are shared.
func BenchmarkTallyPeople(b *testing.B) {
	s, err := Open(b.Context(), b.TempDir(), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	millions(b, s, 1_000_000)
	for _, text := range []string{`person.plan = "pro" and person.orders >= 5`, `person.plan = "pro" or person.city != "Bonn"`} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				began := cpuTime(b)
				tally, err := s.TallyPeople(b.Context(), text, 5)
				if err != nil || tally.Count == 0 || len(tally.Sample) != 5 {
					b.Fatalf("%+v, %v", tally, err)
				}
				b.ReportMetric((cpuTime(b) - began).Seconds(), "cpu-s/op")
			}
		})
	}
}
