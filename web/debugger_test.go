package web

import (
	"context"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/internal/ingest"
)

// works runs the stage that finds what events set off, until the test ends.
func (s *site) works() {
	ctx, stop := context.WithCancel(context.Background())
	stage := fanout.New(s.store, compose.New(), nil, slog.New(slog.NewTextHandler(s.t.Output(), nil)))
	ended := make(chan error, 1)
	line := s.hub.join("the stage", []hookline.Topic{hookline.TopicEvents})
	go func() {
		for range line.hint {
			stage.Nudge()
		}
	}()
	go func() { ended <- stage.Run(ctx) }()
	s.t.Cleanup(func() {
		stop()
		s.hub.leave(line)
		close(line.hint) // the store tells the hub of nothing any more
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
}

// workedOut waits until an event has been worked out.
func (s *site) workedOut(eventID string) {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if cursor, err := s.store.FanoutCursor(s.t.Context()); err != nil || cursor >= eventID {
			return
		}
	}
	s.t.Fatalf("%s was not worked out", eventID)
}

// calls takes a call as the API does, and says which event it became.
func (s *site) calls(source hookline.Source, kind hookline.EventType, body string) string {
	s.t.Helper()
	receipt, err := ingest.New(s.store, ingest.Limits{}).Accept(s.t.Context(), ingest.Call{Source: source, Type: kind, Body: []byte(body), ReceivedAt: time.Now()})
	if err != nil && hookline.KindOf(err) != hookline.KindInvalid {
		s.t.Fatal(err)
	}
	return receipt.FirstID
}

func TestDebuggerShowsEverythingThatCameIn(t *testing.T) {
	s := newSite(t, nil)
	source, other := s.source("Website"), s.source("Shop")
	path := "/sources/" + source.ID + "/debugger"
	b := s.as(viewer)
	b.get(path).want(t, 200, "No call yet", "!tester")
	s.as(editor).get(path).want(t, 200, "No call yet", "/sources/"+source.ID+"/tester")

	first := s.calls(source, hookline.Track, `{"userId":"u1","event":"Signed Up","messageId":"m1","properties":{"plan":"Startup"}}`)
	s.calls(source, hookline.Track, `{"userId":"u1","event":"Signed Up","messageId":"m1"}`)
	s.calls(source, hookline.Track, `{"userId":"u1","note":"nameless"}`)
	s.calls(source, hookline.Page, `{"anonymousId":"a7","name":"Pricing<script>alert(1)</script>"}`)
	s.calls(other, hookline.Track, `{"userId":"u1","event":"Elsewhere"}`)
	b.get(path).want(t, 200, "Accepted", "Duplicate", "Rejected", "The track call has no event name", "Pricing&lt;script&gt;", "!<script>alert", "a7 (not signed in)",
		"/events/"+first, "sse-connect=\"/live?topic=source", "!Elsewhere", "?paused=")
	b.htmx().get(path).want(t, 200, "Signed Up", "!<html", "!sse-connect")

	for query, texts := range map[string][]string{
		"?state=accepted":                     {"Signed Up", "Pricing", "!has no event name", "!came before"},
		"?state=rejected":                     {"!>Signed Up<", "has no event name"},
		"?state=duplicate":                    {"came before", "!Pricing&lt;"},
		"?type=page":                          {"Pricing", "!>Signed Up<"},
		"?name=Signed+Up":                     {">Signed Up<", "!Pricing&lt;"},
		"?q=sTARTup":                          {">Signed Up<", "!Pricing&lt;", "!came before"},
		"?q=nameless&state=rejected":          {"has no event name"},
		"?q=%25":                              {"Nothing fits", "Show all"},
		"?type=%3Cb%3E":                       {"Nothing fits", "&lt;b&gt;", "!<b>"},
		"?q=" + url.QueryEscape(`"><script>`): {"Nothing fits", "!\"><script>"},
		"?before=0":                           {"The list ends here"},
	} {
		b.get(path+query).want(t, 200, texts...)
	}
	b.get("/sources/src_none/debugger").want(t, 404)
}

var pauseLink = regexp.MustCompile(`href="([^"]*paused=[^"]*)"`)

func TestDebuggerStandsStillWhilePaused(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	b := s.as(viewer)
	s.calls(source, hookline.Track, `{"userId":"u1","event":"Before"}`)
	link := pauseLink.FindStringSubmatch(b.get("/sources/" + source.ID + "/debugger?type=track").Body.String())
	if link == nil {
		t.Fatal("no link to pause")
	}
	paused := strings.ReplaceAll(link[1], "&amp;", "&")
	b.get(paused).want(t, 200, "Paused", "Nothing has come in since", ">Before<", "!sse-connect", `name="paused"`)
	s.calls(source, hookline.Track, `{"userId":"u1","event":"After"}`)
	b.get(paused).want(t, 200, "More has come in since", ">Before<", "!>After<", `href="/sources/`+source.ID+`/debugger?type=track"`)
	b.get("/sources/"+source.ID+"/debugger").want(t, 200, ">After<", ">Before<")
}

func TestDebuggerGoesThroughLongLogs(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	ticks := make([]hookline.Event, 60)
	for i := range ticks {
		ticks[i] = hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: "Tick", UserID: "u1", MessageID: hookline.Secret(), Payload: []byte("{}")}
	}
	if _, err := s.store.AppendEvents(t.Context(), ticks, nil); err != nil {
		t.Fatal(err)
	}
	b := s.as(viewer)
	older := regexp.MustCompile(`rel="next" href="([^"]*)"`).FindStringSubmatch(b.get("/sources/" + source.ID + "/debugger").Body.String())
	if older == nil {
		t.Fatal("no link to older calls")
	}
	b.get(older[1]).want(t, 200, "Older calls", "Back to the newest", ">Tick<", "!sse-connect", "!rel=\"next\"")
}

func TestCallsAreShownFormattedAndRaw(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	e := s.calls(source, hookline.Track, `{"userId":"u1","event":"E","messageId":"m1","properties":{"a":"</script><script>x"}}`)
	s.calls(source, hookline.Track, `{"userId":"u1","event":"E","messageId":"m1","b":2}`)
	s.calls(source, hookline.Track, `{"c":3}`)
	list, err := s.store.ListIntakes(t.Context(), hookline.IntakeFilter{SourceID: source.ID})
	if err != nil || len(list.Rows) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	b := s.as(viewer)
	for path, raw := range map[string]string{
		"/events/" + e:                   `&#34;properties&#34;:{&#34;a&#34;:`,
		"/duplicates/" + list.Rows[1].ID: `&#34;b&#34;:2`,
		"/rejections/" + list.Rows[0].ID: `{&#34;c&#34;:3}`,
	} {
		b.get(path).want(t, 200, "!"+raw, "?view=raw#call", "!<script>x", "!Send again", "!tester")
		b.get(path+"?view=raw").want(t, 200, raw, "!<script>x")
	}
	b.get("/duplicates/"+list.Rows[1].ID).want(t, 200, "/events/"+e, "same messageId")
	b.get("/duplicates/dup_none").want(t, 404)
}

func TestTester(t *testing.T) {
	s := newSite(t, nil)
	s.works()
	source, other := s.source("Website"), s.source("Shop")
	path := "/sources/" + source.ID + "/tester"
	b := s.as(editor)
	s.as(support).get(path).want(t, 403)
	b.get(path).want(t, 200, "Signed Up", "Kind of call", "!Latest events")
	for _, kind := range hookline.EventTypes() {
		b.get(path+"?example="+string(kind)).want(t, 200, `<option value="`+string(kind)+`" selected`)
	}
	b.get(path+"?example=evt_none").want(t, 404)

	sent := b.post(path, form("type", "track", "body", "{\r\n \"userId\": \"u1\",\r\n \"event\": \"Tried\"\r\n}"))
	eventPath := sent.Header().Get("Location")
	if !strings.HasPrefix(eventPath, "/events/evt_") {
		t.Fatalf("%d to %q: %s", sent.Code, eventPath, sent.seen())
	}
	b.get(eventPath).want(t, 200, "The event was taken", "Nothing is connected", "!Not worked out yet", ">Tried<")
	b.get(path+"?example="+strings.TrimPrefix(eventPath, "/events/")).want(t, 200, "&#34;event&#34;: &#34;Tried&#34;", "!messageId&#34;:", "!receivedAt", "Latest events")
	b.get("/sources/"+other.ID+"/tester?example="+strings.TrimPrefix(eventPath, "/events/")).want(t, 404)

	for _, test := range []struct{ kind, body, says string }{
		{"track", "{\n  \"userId\": \"ü1\", oops\n}", "Line 2, column 19: "},
		{"track", `[1]`, "a call is one JSON object"},
		{"track", ``, "Line 1, column 1"},
		{"track", `{"userId":"u1"}`, "has no event name"},
		{"identify", `{"traits":{}}`, "says of nobody"},
		{"track", `{"userId":"u1","event":"` + strings.Repeat("x", 40<<10) + `"}`, "too large"},
		{"nonsense", `{"userId":"u1"}`, "Choose what sort of call it is"},
	} {
		got := b.post(path, form("type", test.kind, "body", test.body))
		got.want(t, 422, test.says, `aria-invalid="true"`)
		if typed := test.body[:min(len(test.body), 12)]; !strings.Contains(got.Body.String(), strings.NewReplacer(`"`, "&#34;").Replace(typed)) {
			t.Errorf("%q was lost", typed)
		}
	}
	again := form("type", "track", "body", `{"userId":"u1","event":"Tried","messageId":"mine"}`)
	b.post(path, again)
	b.post(path, again).wantRedirect(t, "/sources/"+source.ID+"/debugger")
	b.get("/sources/"+source.ID+"/debugger").want(t, 200, "the call is a duplicate")

	b.post("/sources/"+source.ID+"/enabled", form("enabled", "false"))
	b.post(path, again).want(t, 422, "This source is off", "mine")
}

func TestEventIsSentAgain(t *testing.T) {
	s := newSite(t, nil)
	s.works()
	source := s.source("Website")
	id := s.calls(source, hookline.Track, `{"userId":"u1","event":"Paid","messageId":"m1","timestamp":"2026-01-02T03:04:05Z","custom":[1,{"b":1.50}]}`)
	b, path := s.as(editor), "/events/"+id
	s.as(support).get(path+"/again").want(t, 403)
	s.as(support).post(path+"/again", nil).want(t, 403)
	b.get(path+"/again").want(t, 200, "Send this event again?", "new messageId", `action="`+path+`/again"`)
	sent := b.post(path+"/again", nil)
	again, err := s.store.Event(t.Context(), strings.TrimPrefix(sent.Header().Get("Location"), "/events/"))
	if err != nil {
		t.Fatalf("%d %q: %v", sent.Code, sent.Header().Get("Location"), err)
	}
	if again.ID == id || again.MessageID == "m1" || again.Name != "Paid" || again.UserID != "u1" ||
		!again.Timestamp.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) || !strings.Contains(string(again.Payload), `"custom":[1,{"b":1.50}]`) {
		t.Errorf("sent again as %+v %s", again, again.Payload)
	}
	b.get("/events/evt_none/again").want(t, 404)
	b.post("/sources/"+source.ID+"/enabled", form("enabled", "false"))
	b.get(path+"/again").want(t, 409, "is off")
	b.post("/sources/"+source.ID+"/delete", nil)
	b.post(path+"/again", nil).want(t, 409, "is deleted")
	b.get(path).want(t, 200, "!Send again")
}
