package alert

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/secret"
	"hookline/internal/signing"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
)

// house is a store with a destination that may be ill, and a receiver of alerts.
type house struct {
	t     *testing.T
	store *sqlite.Store
	d     hookline.Destination
	mail  net.Listener

	status int
	got    []outbound.Request
	sums   map[string]hookline.Sample
}

func newHouse(t *testing.T) *house {
	t.Helper()
	store, err := sqlite.Open(t.Context(), home.New(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, store: store, status: 200, sums: map[string]hookline.Sample{}}
	h.d, err = store.CreateDestination(t.Context(), hookline.Destination{Name: "<CRM>", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) Recent(context.Context, time.Time) (map[string]hookline.Sample, error) {
	return h.sums, nil
}

func (h *house) Send(_ context.Context, r outbound.Request) (outbound.Response, error) {
	h.got = append(h.got, r)
	if h.status == 0 {
		return outbound.Response{}, &outbound.Error{Kind: outbound.KindConnect, Message: "connection refused"}
	}
	return outbound.Response{Status: h.status, Body: []byte("ok")}, nil
}

// SendMail sends by the door that is used, to which mail.example.com is this machine; closed, it may not be reached.
func (h *house) SendMail(ctx context.Context, m outbound.Mail) error {
	cfg := outbound.Config{Resolver: h, Timeout: 300 * time.Millisecond}
	if h.mail != nil {
		cfg.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		m.Port = uint16(h.mail.Addr().(*net.TCPAddr).Port)
	}
	client, err := outbound.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	return client.SendMail(ctx, m)
}

func (h *house) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

func (h *house) watch() *Watch {
	return New(h.store, Config{
		Counts: h, Sender: h, Key: func() (*secret.Key, error) { return nil, nil }, PublicURL: "https://hooks.example.com/", Log: slog.New(slog.DiscardHandler),
	})
}

func (h *house) channel(c hookline.AlertChannel) hookline.AlertChannel {
	h.t.Helper()
	c.Name, c.Enabled = "On call", true
	made, err := h.store.CreateAlertChannel(h.t.Context(), c)
	if err != nil {
		h.t.Fatal(err)
	}
	return made
}

// look looks once, and tells what is due then.
func (h *house) look(w *Watch) {
	h.t.Helper()
	now := time.Now()
	if err := errors.Join(w.look(h.t.Context(), now.Add(-time.Hour), now), w.tellDue(h.t.Context())); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) alerts() []hookline.Alert {
	h.t.Helper()
	all, err := h.store.ListAlerts(h.t.Context(), 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func TestAnAlertIsToldOnceWhenItBeginsAndOnceWhenItEnds(t *testing.T) {
	h := newHouse(t)
	c := h.channel(hookline.AlertChannel{Kind: hookline.ChannelWebhook, URL: "https://example.com/alerts"})
	w := h.watch()
	h.look(w)
	h.sums[h.d.ID] = hookline.Sample{Failed: 30, Delivered: 10}
	for range 3 {
		h.look(w)
	}
	w = h.watch() // as after a restart
	h.look(w)
	if len(h.got) != 1 {
		t.Fatalf("told %d times that it began", len(h.got))
	}
	h.sums[h.d.ID] = hookline.Sample{Delivered: 40}
	for range 3 {
		h.look(w)
	}
	h.look(h.watch())
	if len(h.got) != 2 {
		t.Fatalf("told %d times in all", len(h.got))
	}
	all := h.alerts()
	if len(all) != 1 || all[0].Open() {
		t.Errorf("kept as %+v", all)
	}
	h.checkWebhook(c, all[0])
}

func (h *house) checkWebhook(c hookline.AlertChannel, a hookline.Alert) {
	h.t.Helper()
	for i, want := range []string{"alert.began", "alert.ended"} {
		r, told := h.got[i], payload{}
		if err := json.Unmarshal(r.Body, &told); err != nil {
			h.t.Fatal(err)
		}
		if told.Event != want || told.Alert.ID != a.ID || told.Alert.SubjectID != h.d.ID || told.URL != "https://hooks.example.com/destinations/"+h.d.ID || told.ID == "" {
			h.t.Errorf("told %s", r.Body)
		}
		headers := map[string]string{}
		for _, one := range r.Header {
			headers[one.Name] = one.Value
		}
		seconds, err := time.ParseDuration(headers[signing.HeaderWorkspaceTime] + "s")
		if err != nil || headers[signing.HeaderWorkspace] != signing.Workspace(c.Key, time.Unix(int64(seconds.Seconds()), 0), r.Body) {
			h.t.Errorf("signed by %v, %v", headers, err)
		}
	}
	if text := string(h.got[0].Body); !strings.Contains(text, "<CRM> is failing. 30 of 40 tries failed within 10 minutes.") {
		h.t.Errorf("it began: %s", text)
	}
	if text := string(h.got[1].Body); !strings.Contains(text, "is no longer failing. It lasted ") || !strings.Contains(text, `"ended_at"`) {
		h.t.Errorf("it ended: %s", text)
	}
}

func TestNamesAreTextInSlack(t *testing.T) {
	h := newHouse(t)
	h.channel(hookline.AlertChannel{Kind: hookline.ChannelSlack, URL: "https://hooks.slack.com/services/T/B/x"})
	h.sums[h.d.ID] = hookline.Sample{Failed: 30}
	h.look(h.watch())
	if len(h.got) != 1 {
		t.Fatalf("told %d times", len(h.got))
	}
	var told map[string]string
	if err := json.Unmarshal(h.got[0].Body, &told); err != nil || len(told) != 1 || !strings.Contains(told["text"], "&lt;CRM&gt; is failing") {
		t.Errorf("told %s, %v", h.got[0].Body, err)
	}
}

func TestAChannelThatDoesNotAnswerIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.channel(hookline.AlertChannel{Kind: hookline.ChannelSlack, URL: "https://hooks.slack.com/services/T/B/x"})
		w := h.watch()
		h.status = 0
		h.sums[h.d.ID] = hookline.Sample{Failed: 30}
		h.look(w)
		h.sums[h.d.ID] = hookline.Sample{}
		h.look(w) // it is over, but the beginning was not told yet
		if len(h.got) != 1 {
			t.Fatalf("told %d times", len(h.got))
		}
		h.status = 200
		time.Sleep(waits[0] + time.Second)
		h.look(w)
		h.look(w)
		if len(h.got) != 3 || strings.Contains(string(h.got[1].Body), "no longer") || !strings.Contains(string(h.got[2].Body), "no longer") {
			t.Errorf("told %d times", len(h.got))
		}
	})
}

func TestATellingIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.channel(hookline.AlertChannel{Kind: hookline.ChannelSlack, URL: "https://hooks.slack.com/services/T/B/x"})
		w := h.watch()
		h.status = 404
		h.sums[h.d.ID] = hookline.Sample{Failed: 30}
		for range 20 {
			h.look(w)
			time.Sleep(10 * time.Minute)
		}
		tellings, err := h.store.ListTellings(t.Context(), "")
		one := tellings[h.alerts()[0].ID][0]
		if err != nil || len(h.got) != 5 || one.State != hookline.TellingFailed || one.Failure != "The receiver answered 404 Not Found." {
			t.Errorf("tried %d times, it stands at %+v, %v", len(h.got), one, err)
		}
	})
}

func TestWhatWasOnItsWayAtACrashIsNotToldTwice(t *testing.T) {
	h := newHouse(t)
	h.channel(hookline.AlertChannel{Kind: hookline.ChannelSlack, URL: "https://hooks.slack.com/services/T/B/x"})
	h.sums[h.d.ID] = hookline.Sample{Failed: 30}
	w := h.watch()
	if err := w.look(t.Context(), time.Now().Add(-time.Hour), time.Now()); err != nil {
		t.Fatal(err)
	}
	due, err := h.store.DueTellings(t.Context(), time.Now(), 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("%+v, %v", due, err)
	}
	due[0].State = hookline.TellingSending // and then it is killed
	if err := errors.Join(h.store.SaveTelling(t.Context(), due[0]), h.store.AbandonTellings(t.Context())); err != nil {
		t.Fatal(err)
	}
	h.look(h.watch())
	if len(h.got) != 0 {
		t.Errorf("told %d times more", len(h.got))
	}
}

func TestTheWatchSettlesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.sums[h.d.ID] = hookline.Sample{Failed: 30}
		w := h.watch()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx) }()
		time.Sleep(50 * time.Second)
		if n := len(h.alerts()); n != 0 {
			t.Errorf("%d alerts in the first minute", n)
		}
		time.Sleep(30 * time.Second)
		if n := len(h.alerts()); n != 1 {
			t.Errorf("%d alerts after it", n)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
