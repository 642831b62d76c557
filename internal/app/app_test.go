package app

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// furnished is an app that runs on a database with a source, a destination and
// an action that sends to url.
type furnished struct {
	*App
	t        *testing.T
	data     string
	writeKey string
	stop     context.CancelFunc
	ended    chan error
}

func start(t *testing.T, url func(own, bin string) string) *furnished {
	t.Helper()
	f := &furnished{t: t, data: t.TempDir(), ended: make(chan error, 1)}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	f.furnish(func(bin string) string { return url("http://"+listener.Addr().String(), bin) })
	f.App, err = New(t.Context(), Config{
		Listener: listener, Data: f.data, AllowCIDRs: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")},
		RetryBase: 50 * time.Millisecond, Version: "test", Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	f.stop = stop
	go func() { f.ended <- f.Run(ctx) }()
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (f *furnished) furnish(url func(bin string) string) {
	f.t.Helper()
	ctx := f.t.Context()
	store, err := sqlite.Open(ctx, f.data, nil)
	must(f.t, err)
	source, err := store.CreateSource(ctx, hookline.Source{Name: "Website", Enabled: true})
	must(f.t, err)
	f.writeKey = source.WriteKey
	bin, err := store.CreateBin(ctx, hookline.Bin{Name: "Bin", Script: hookline.NewBinScript()})
	must(f.t, err)
	d, err := store.CreateDestination(ctx, hookline.Destination{
		Name: "CRM", Enabled: true, SourceIDs: []string{source.ID}, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	must(f.t, err)
	template := hookline.NewTemplate()
	template.URL = url(bin.ID)
	_, err = store.CreateAction(ctx, hookline.Action{DestinationID: d.ID, Name: "Send", Enabled: true, Template: template})
	must(f.t, err)
	must(f.t, store.Close())
}

func (f *furnished) send() {
	f.t.Helper()
	q, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, "http://"+f.listener.Addr().String()+"/v1/track", strings.NewReader(`{"userId":"u1","event":"Signed Up"}`))
	must(f.t, err)
	q.SetBasicAuth(f.writeKey, "")
	answer, err := http.DefaultClient.Do(q)
	must(f.t, err)
	defer func() { must(f.t, answer.Body.Close()) }()
	if text, err := io.ReadAll(answer.Body); err != nil || string(text) != `{"success":true}` {
		f.t.Fatalf("the event was answered %s %s (%v)", answer.Status, text, err)
	}
}

// delivery stops the app and gives the one delivery that it left.
func (f *furnished) delivery() (hookline.DeliveryRow, []hookline.Attempt) {
	f.t.Helper()
	f.stop()
	must(f.t, <-f.ended)
	store, err := sqlite.Open(f.t.Context(), f.data, nil)
	must(f.t, err)
	defer func() { must(f.t, store.Close()) }()
	listing, err := store.ListDeliveries(f.t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	must(f.t, err)
	if len(listing.Rows) != 1 {
		f.t.Fatalf("%d deliveries, want one", len(listing.Rows))
	}
	attempts, err := store.ListAttempts(f.t.Context(), listing.Rows[0].ID)
	must(f.t, err)
	return listing.Rows[0], attempts
}

func TestStopLetsTheAttemptOnItsWayFinish(t *testing.T) {
	arrived := make(chan struct{})
	receiver := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-time.After(500 * time.Millisecond)
	}))
	must(t, receiver.Listener.Close())
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.2:0")
	must(t, err)
	receiver.Listener = listener
	receiver.Start()
	defer receiver.Close()
	f := start(t, func(_, _ string) string { return receiver.URL })
	f.send()
	<-arrived
	d, attempts := f.delivery()
	if d.State != hookline.StateDelivered || len(attempts) != 1 {
		t.Errorf("the delivery is %s after %d attempts", d.State, len(attempts))
	}
}

func TestOwnBinsAreReachedAndTheRestOfTheInstanceIsNot(t *testing.T) {
	for path, want := range map[string]hookline.State{"/b/%s": hookline.StateDelivered, "/healthz": hookline.StateFailed, "/b/%s/../../healthz": hookline.StateFailed} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			f := start(t, func(own, bin string) string { return own + strings.ReplaceAll(path, "%s", bin) })
			f.send()
			f.untilFinal()
			if d, attempts := f.delivery(); d.State != want || len(attempts) != 1 {
				t.Errorf("%s after %d attempts: %s", d.State, len(attempts), d.Reason)
			}
		})
	}
}

// untilFinal waits until the one delivery has ended, looking as a page would.
func (f *furnished) untilFinal() {
	f.t.Helper()
	for range 500 {
		listing, err := f.store.ListDeliveries(f.t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
		must(f.t, err)
		if len(listing.Rows) == 1 && listing.Rows[0].State.Final() {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	f.t.Fatal("the delivery did not end within 5 s")
}
