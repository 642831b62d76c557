package report

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/signing"

	"github.com/google/go-cmp/cmp"
)

// ledger is a store with one reporting webhook, and what there is to tell it.
type ledger struct {
	mu      sync.Mutex
	webhook hookline.ReportingWebhook
	rows    []hookline.Report
	untold  []hookline.Untold
	broken  int // so many of the next writes fail
}

func (l *ledger) ListReportingWebhooks(context.Context) ([]hookline.ReportingWebhook, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.webhook.ID == "" {
		return nil, nil
	}
	return []hookline.ReportingWebhook{l.webhook}, nil
}

func (l *ledger) ReportsAfter(_ context.Context, w hookline.ReportingWebhook, _ time.Time, limit int) (hookline.Reports, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := hookline.Reports{Place: w.Standing.Place}
	for _, r := range l.rows {
		if r.Place > w.Standing.Place && len(found.Rows) < min(limit, 2) {
			found.Rows, found.Place = append(found.Rows, r), r.Place
		}
	}
	found.More = len(found.Rows) == 2
	return found, nil
}

func (l *ledger) AwaitedReports(context.Context, hookline.ReportingWebhook, int64, int) (hookline.Reports, error) {
	return hookline.Reports{}, nil
}

func (l *ledger) ReportBody(context.Context, hookline.Report) ([]byte, error) {
	return []byte(`{"a":"<b>"}`), nil
}

func (l *ledger) SaveTold(_ context.Context, told hookline.Told) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken > 0 {
		l.broken--
		return errors.New("no disk")
	}
	g := &l.webhook.Standing
	g.Place, g.Told, g.Dropped = max(g.Place, told.Place), g.Told+told.Told, g.Dropped+told.Dropped
	return nil
}

func (l *ledger) SaveUntold(_ context.Context, u hookline.Untold) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.untold = append(l.untold, u)
	l.webhook.Standing.Tries, l.webhook.Standing.NextTryAt = u.Tries, u.NextTryAt
	return nil
}

func (l *ledger) standing() hookline.Standing {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.webhook.Standing
}

func (l *ledger) change(do func(w *hookline.ReportingWebhook)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(&l.webhook)
	l.webhook.UpdatedAt = time.Now()
}

// receiver keeps what it was sent, and answers what it is told to.
type receiver struct {
	mu     sync.Mutex
	got    []outbound.Request
	at     []time.Time
	status func(n int) int
}

func (r *receiver) Send(_ context.Context, q outbound.Request) (outbound.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got, r.at = append(r.got, q), append(r.at, time.Now())
	status := http.StatusOK
	if r.status != nil {
		status = r.status(len(r.got))
	}
	if status == 0 {
		return outbound.Response{}, &outbound.Error{Kind: outbound.KindRefused, Message: "the address is not public"}
	}
	return outbound.Response{Status: status}, nil
}

func (r *receiver) ids(t *testing.T) []string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []string
	for _, q := range r.got {
		var p payload
		if err := json.Unmarshal(q.Body, &p); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.EventID)
	}
	return ids
}

func row(n int64, at time.Time) hookline.Report {
	return hookline.Report{Metric: hookline.MetricSent, At: at, Place: n, DeliveryID: hookline.KeyID("dlv", n), Attempt: 1, RequestNumber: 1}
}

func newLedger(rows ...hookline.Report) *ledger {
	return &ledger{rows: rows, webhook: hookline.ReportingWebhook{
		ID: "rpw_1", URL: "https://example.com/reports", Enabled: true, Metrics: hookline.Metrics(), Key: "key", UpdatedAt: time.Now(),
	}}
}

// house runs a reporter until stop is called.
func house(t *testing.T, l *ledger, r *receiver) (reporter *Reporter, stop func()) {
	t.Helper()
	reporter = New(l, r, Config{}, slog.New(slog.DiscardHandler))
	reporter.jitter = func() float64 { return 0.5 }
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := reporter.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	return reporter, func() { cancel(); <-done }
}

func TestEverythingIsToldOnceAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		l, r := newLedger(row(1, now), row(2, now), row(3, now), row(4, now), row(5, now)), &receiver{}
		_, stop := house(t, l, r)
		time.Sleep(3 * time.Second)
		stop()
		want := []string{}
		for _, one := range l.rows {
			want = append(want, one.ID())
		}
		if diff := cmp.Diff(want, r.ids(t)); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if g := l.standing(); g.Place != 5 || g.Told != 5 || g.Dropped != 0 {
			t.Errorf("it stands at %+v", g)
		}
	})
}

func TestAReportIsSignedWithItsOwnKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, r := newLedger(row(1, time.Now())), &receiver{}
		_, stop := house(t, l, r)
		time.Sleep(time.Second)
		stop()
		q := r.got[0]
		header := func(name string) string {
			for _, h := range q.Header {
				if h.Name == name {
					return h.Value
				}
			}
			return ""
		}
		if !signing.VerifyWorkspace("key", header("X-CIO-Timestamp"), header("X-CIO-Signature"), q.Body) {
			t.Errorf("the signature of %s does not hold", q.Body)
		}
		if q.Method != "POST" || header("Content-Type") != "application/json" || header("X-CIO-Idempotency-Key") != l.rows[0].ID() {
			t.Errorf("sent %s %+v", q.Method, q.Header)
		}
	})
}

func TestWhatIsNotTakenIsTriedAgainAndHoldsUpWhatIsBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		l := newLedger(row(1, now), row(2, now))
		r := &receiver{status: func(n int) int {
			if answer, failing := map[int]int{1: 500, 2: 0, 3: 302}[n]; failing {
				return answer
			}
			return 204
		}}
		_, stop := house(t, l, r)
		time.Sleep(2 * time.Minute)
		stop()
		first, second := l.rows[0].ID(), l.rows[1].ID()
		if diff := cmp.Diff([]string{first, first, first, first, second}, r.ids(t)); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		var waits []time.Duration
		for i := range 3 {
			waits = append(waits, r.at[i+1].Sub(r.at[i]))
		}
		if diff := cmp.Diff([]time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second}, waits); diff != "" {
			t.Errorf("waits (-want +got):\n%s", diff)
		}
		var reasons []string
		for _, u := range l.untold {
			reasons = append(reasons, u.Failure)
		}
		want := []string{
			"The receiver answered 500 Internal Server Error.", "The address is not public.",
			"The receiver answered 302 Found. Redirects are not followed: enter the address that answers itself.",
		}
		if diff := cmp.Diff(want, reasons); diff != "" {
			t.Errorf("reasons (-want +got):\n%s", diff)
		}
	})
}

func TestARestartGoesOnWhereItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		l, r := newLedger(row(1, now), row(2, now)), &receiver{status: func(int) int { return 503 }}
		_, stop := house(t, l, r)
		time.Sleep(time.Second)
		stop()
		if g := l.standing(); g.Tries != 1 || g.Told != 0 {
			t.Fatalf("it stands at %+v", g)
		}
		r.mu.Lock()
		r.status = nil
		r.mu.Unlock()
		_, stop = house(t, l, r)
		time.Sleep(5 * time.Second)
		if n := len(r.ids(t)); n != 1 {
			t.Errorf("%d were sent before the next try", n)
		}
		time.Sleep(10 * time.Second)
		stop()
		if g := l.standing(); g.Told != 2 || g.Place != 2 {
			t.Errorf("it stands at %+v", g)
		}
	})
}

func TestWhatGrowsTooOldIsDroppedAndCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		l := newLedger(row(1, now.Add(-8*24*time.Hour)), row(2, now.Add(-6*24*time.Hour)), row(3, now))
		r := &receiver{status: func(int) int { return 500 }}
		_, stop := house(t, l, r)
		time.Sleep(25 * time.Hour)
		g := l.standing()
		if g.Dropped != 2 || g.Told != 0 {
			t.Errorf("after a day it stands at %+v", g)
		}
		if n := len(r.ids(t)); n < 24 || n > 45 {
			t.Errorf("%d tries in 25 hours, want about one an hour", n)
		}
		if slices.Contains(r.ids(t), l.rows[0].ID()) {
			t.Error("what was too old was sent")
		}
		stop()
	})
}

func TestAChangeCountsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, r := newLedger(), &receiver{}
		l.webhook.Enabled = false
		reporter, stop := house(t, l, r)
		l.rows = []hookline.Report{row(1, time.Now())}
		time.Sleep(2 * time.Minute)
		if len(r.ids(t)) != 0 {
			t.Error("one that is off was told")
		}
		l.change(func(w *hookline.ReportingWebhook) { w.Enabled, w.URL = true, "https://example.org/new" })
		reporter.Nudge()
		time.Sleep(time.Second)
		l.change(func(w *hookline.ReportingWebhook) { w.Enabled = false })
		reporter.Nudge()
		time.Sleep(time.Second)
		l.mu.Lock()
		l.rows = append(l.rows, row(2, time.Now()))
		l.mu.Unlock()
		time.Sleep(2 * time.Minute)
		stop()
		if len(r.got) != 1 || r.got[0].URL != "https://example.org/new" {
			t.Errorf("sent %+v", r.got)
		}
	})
}

func TestABrokenStoreLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		l, r := newLedger(row(1, now), row(2, now), row(3, now)), &receiver{}
		l.broken = 3
		_, stop := house(t, l, r)
		time.Sleep(10 * time.Second)
		stop()
		if g := l.standing(); g.Told != 3 || g.Place != 3 || len(r.ids(t)) != 3 {
			t.Errorf("it stands at %+v after %d were sent", g, len(r.got))
		}
	})
}
