package web

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
)

// page is an open page: what it has heard so far.
type page struct {
	mu     sync.Mutex
	header http.Header
	heard  strings.Builder
	broken error // what the next write answers
}

func (p *page) Header() http.Header              { return p.header }
func (p *page) WriteHeader(int)                  {}
func (p *page) Flush()                           {}
func (p *page) SetReadDeadline(time.Time) error  { return nil }
func (p *page) SetWriteDeadline(time.Time) error { return nil }

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard.Write(b)
	return len(b), p.broken
}

func (p *page) hints() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Count(p.heard.String(), "event: changed\ndata: 1\n\n")
}

func (p *page) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard.String()
}

// open asks for a line and gives back the page, and what ends with it.
func (b *browser) open(ctx context.Context, query string) (*page, <-chan struct{}) {
	p := &page{header: http.Header{}}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "https://hooks.example.com/live?"+query, nil)
	for _, cookie := range b.cookies {
		r.AddCookie(cookie)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.site.handler.ServeHTTP(p, r)
	}()
	return p, ended
}

// settle lets everything happen that happens within the pause between hints.
func settle() {
	time.Sleep(2 * livePause) // synctest's clock
	synctest.Wait()
}

func TestOpenPagesHearOfTheirTopics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		p, ended := s.as(viewer).open(ctx, "topic=sent&topic=bin:1")
		settle()
		if got := p.hints(); got != 1 {
			t.Fatalf("%d hints when the line opens, want 1: something may have changed before", got)
		}
		for _, topic := range []hookline.Topic{hookline.TopicSent, hookline.TopicBin("1"), hookline.TopicBin("2"), hookline.TopicEvents} {
			s.hub.Notify(topic)
			settle()
		}
		if got := p.hints(); got != 3 {
			t.Errorf("%d hints, want 3: two topics are followed, two are not", got)
		}
		if got := p.header.Get("Content-Type"); got != "text/event-stream" {
			t.Errorf("Content-Type is %q", got)
		}
		cancel()
		<-ended
		if len(s.hub.lines) != 0 {
			t.Errorf("%d topics are followed by nobody", len(s.hub.lines))
		}
	})
}

// Whether a webhook is held follows from its destination, and how a destination stands from what waits for it.
func TestPagesHearOfDestinationsThatHold(t *testing.T) {
	for topic, want := range map[string]int{"sent": 3, "delivery:dlv_1": 3, "standing": 3, "overview": 4, "deliveries": 0, "bin:1": 0} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, nil)
			ctx, cancel := context.WithCancel(t.Context())
			p, ended := s.as(viewer).open(ctx, "topic="+topic)
			settle()
			before := p.hints()
			for _, changed := range []hookline.Topic{hookline.TopicSent, hookline.TopicDelivery("dlv_1"), hookline.TopicConfig, hookline.TopicHealth, hookline.TopicEvents} {
				s.hub.Notify(changed)
				time.Sleep(2 * overviewPause)
				synctest.Wait()
			}
			if got := p.hints() - before; got != want {
				t.Errorf("%s: %d hints, want %d", topic, got, want)
			}
			cancel()
			<-ended
		})
	}
}

func TestHintsAreFewHoweverMuchChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		p, ended := s.as(viewer).open(ctx, "topic=sent")
		for range 3000 { // 3 s
			s.hub.Notify(hookline.TopicSent)
			time.Sleep(time.Millisecond)
		}
		settle()
		if got := p.hints(); got < 9 || got > 12 {
			t.Errorf("%d hints in 3 s, want one per 300 ms", got)
		}
		before := p.hints()
		s.hub.Notify(hookline.TopicSent)
		settle()
		if p.hints() != before+1 {
			t.Error("the last change was never told")
		}
		cancel()
		<-ended
	})
}

// A real server, because it is the server's own limits that a line must outlive.
func TestLinesOutliveTheServersLimits(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(viewer)
	server := httptest.NewUnstartedServer(s.handler)
	server.Config.ReadTimeout, server.Config.WriteTimeout = livePause/10, livePause/10
	server.Start()
	defer server.Close()
	defer s.hub.Close() // first: Close waits for open lines

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/live?topic=sent", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range b.cookies {
		r.AddCookie(cookie)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	lines := bufio.NewScanner(answer.Body)
	for hints := 0; hints < 3; { // the pauses between them are longer than the limits
		if !lines.Scan() {
			t.Fatalf("the line ended after %d hints: %v", hints, lines.Err())
		}
		if lines.Text() == "event: changed" {
			hints++
			s.hub.Notify(hookline.TopicSent)
		}
	}
}

func TestQuietLinesShowThatTheyLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		p, ended := s.as(viewer).open(ctx, "topic=sent")
		time.Sleep(61 * time.Second)
		synctest.Wait()
		if got := strings.Count(p.text(), ": still here"); got != 3 {
			t.Errorf("%d heartbeats in a minute, want 3", got)
		}
		cancel()
		<-ended
	})
}

func TestLinesEndWithTheirSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		b := s.as(viewer)
		_, ended := b.open(t.Context(), "topic=sent")
		time.Sleep(time.Minute)
		if err := s.desk.Disable(t.Context(), s.users[viewer].ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(liveCheck)
		synctest.Wait()
		select {
		case <-ended:
		default:
			t.Error("half a minute after the user was disabled, the line is open")
		}
	})
}

// An open page must not keep its session alive at an empty desk.
func TestLinesAreNoUseOfASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		b := s.as(viewer)
		_, ended := b.open(t.Context(), "topic=sent")
		for range 31 {
			time.Sleep(time.Minute)
			b.htmx().with(liveHeader, "1").get("/sources") // as the open page does on each hint
		}
		<-ended
		b.get("/sources").wantRedirect(t, "/login?next=%2Fsources")
	})
}

func TestLinesEndWhenTheServerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		b := s.as(viewer)
		_, first := b.open(t.Context(), "topic=sent")
		settle()
		s.hub.Close()
		s.hub.Close() // twice is no panic
		<-first
		_, second := b.open(t.Context(), "topic=sent")
		<-second
	})
}

func TestTabsDoNotTakeEveryConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		b := s.as(viewer)
		ctx, cancel := context.WithCancel(t.Context())
		var tabs []*page
		var ends []<-chan struct{}
		for range maxLines + 1 {
			p, ended := b.open(ctx, "topic=sent")
			tabs, ends = append(tabs, p), append(ends, ended)
			settle()
		}
		<-ends[0] // the oldest made room
		if text := tabs[0].text(); !strings.HasSuffix(text, "retry: 60000\n\n") {
			t.Errorf("the oldest tab was not told to wait: %q", text)
		}
		s.hub.Notify(hookline.TopicSent)
		settle()
		for i, p := range tabs[1:] {
			if p.hints() != 2 {
				t.Errorf("tab %d heard %d hints, want 2", i+1, p.hints())
			}
		}
		cancel()
		for _, ended := range ends {
			<-ended
		}
		if len(s.hub.lines) != 0 || len(s.hub.sessions) != 0 {
			t.Errorf("the hub keeps %d topics and %d sessions", len(s.hub.lines), len(s.hub.sessions))
		}
	})
}

func TestTheOverviewFollowsAllItCountsSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		p, ended := s.as(viewer).open(ctx, "topic=overview")
		for _, topic := range []hookline.Topic{hookline.TopicSent, hookline.TopicEvents, hookline.TopicConfig} {
			time.Sleep(3 * time.Second)
			before := p.hints()
			s.hub.Notify(topic)
			time.Sleep(time.Millisecond)
			s.hub.Notify(topic) // waits
			settle()
			if got := p.hints() - before; got != 1 {
				t.Errorf("%s: %d hints, want 1", topic, got)
			}
		}
		cancel()
		<-ended
	})
}

func TestLinesAreForWhoIsSignedIn(t *testing.T) {
	s := newSite(t, nil)
	s.as(anyone).get("/live?topic=sent").want(t, 401)
	b := s.as(viewer)
	b.get("/live").want(t, 409)
	b.get("/live?"+strings.Repeat("topic=x&", 11)).want(t, 409)
}
