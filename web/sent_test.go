package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
)

// withResend is a site that can resend.
func withResend(t *testing.T) *site {
	return newSite(t, func(c *Config) { c.Resender = delivery.NewResender(c.Store.(delivery.ResendStore), compose.New()) })
}

// lot is everything that one delivery hangs on.
type lot struct {
	s           *site
	destination hookline.Destination
	action      hookline.Action
	event       hookline.Event
	person      hookline.Person
	owed        hookline.Owed
}

const evil = `<script>alert(1)</script>`

// newLot makes a delivery that waits for its first try: Ana signed up, and the CRM is told her plan.
func (s *site) newLot() *lot {
	s.t.Helper()
	l := &lot{s: s}
	var err error
	l.destination, err = s.store.CreateDestination(s.t.Context(), hookline.Destination{
		Name: "CRM", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	s.must(err)
	template := hookline.Template{
		Method: "POST", URL: "https://crm.example.com/people?api_key=geheim-7777",
		Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Authorization", Value: "Bearer geheim-8888-token"}},
		Body:    `{"plan":"{{ customer.plan }}"}`,
	}
	l.action, err = s.store.CreateAction(s.t.Context(), hookline.Action{DestinationID: l.destination.ID, Name: "Tell the plan", Enabled: true, Template: template})
	s.must(err)
	l.event = s.event(hookline.Event{SourceID: s.source("Website").ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1"})
	l.person = s.person(hookline.Person{UserID: "u1", Email: "ana@example.com", Attributes: []byte(`{"email":"ana@example.com","plan":"free"}`)})
	cursor, err := s.store.FanoutCursor(s.t.Context())
	s.must(err)
	known := hookline.PersonChange{Person: l.person, Identities: []string{hookline.EmailIdentity(l.person.Email)}}
	s.must(s.store.RecordFanout(s.t.Context(), hookline.Fanout{From: cursor, To: cursor, People: []hookline.PersonChange{known}}))
	l.owe(hookline.Delivery{State: hookline.StateQueued, EventID: l.event.ID, PersonID: l.person.ID})
	return l
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// owe makes a further delivery of the lot the one that is spoken of.
func (l *lot) owe(d hookline.Delivery) {
	l.s.t.Helper()
	d.Origin, d.DestinationID, d.ActionID, d.RequestNumber = hookline.OriginEvent, l.destination.ID, l.action.ID, 1
	d.IdempotencyKey, d.CreatedAt, d.UpdatedAt, d.NextAttemptAt = "key-"+hookline.Secret(), time.Now(), time.Now(), time.Now()
	request := hookline.Request{Method: "POST", URL: l.action.Template.URL, Headers: l.action.Template.Headers, Body: []byte(`{"plan":"free"}`)}
	var err error
	l.owed, err = l.s.store.CreateDelivery(l.s.t.Context(), hookline.Owed{Delivery: d, Request: request})
	l.s.must(err)
}

func (l *lot) path() string { return "/sent/" + l.owed.ID }

// due is what the engine reads before it sends.
func (l *lot) due() hookline.Owed {
	l.s.t.Helper()
	owed, err := l.s.store.Owed(l.s.t.Context(), []string{l.owed.ID})
	l.s.must(err)
	if len(owed) != 1 {
		l.s.t.Fatalf("owed %+v", owed)
	}
	return owed[0]
}

// try is an attempt: a says what came back, o what follows.
func (l *lot) try(a hookline.Attempt, o hookline.Outcome) {
	l.s.t.Helper()
	c := l.due()
	a.DeliveryID, a.Number, a.RequestNumber, a.AskedBy = c.ID, c.Attempts+1, c.RequestNumber, c.AskedBy
	a.StartedAt, a.Duration, a.Outcome, a.Reason = time.Now(), 137*time.Millisecond, o.State, o.Reason
	a.Sent = []hookline.Header{
		{Name: "User-Agent", Value: "Hookline/test"},
		{Name: "X-CIO-Idempotency-Key", Value: c.IdempotencyKey},
		{Name: "X-CIO-Timestamp", Value: "1700000000"},
		{Name: "X-CIO-Signature", Value: strings.Repeat("abcd", 16)},
	}
	l.s.must(l.s.store.Finish(l.s.t.Context(), hookline.Finished{Attempt: a, Outcome: o, Tries: c.Tries}))
}

func (l *lot) deliver() {
	l.try(hookline.Attempt{Status: 200, Answer: []byte(`{"ok":true}`)}, hookline.Outcome{State: hookline.StateDelivered})
}

func (l *lot) fail(status int, reason string) {
	l.try(hookline.Attempt{Status: status}, hookline.Outcome{State: hookline.StateFailed, Reason: reason})
}

func TestSentSaysWhatToDoWhenThereIsNothing(t *testing.T) {
	s := withResend(t)
	s.as(viewer).get("/sent").want(t, 200, "Nothing sent yet", `href="/destinations"`, "topic=sent")
	s.as(viewer).get("/sent?state=failed").want(t, 200, "Nothing fits", `href="`+everything+`"`, "!Nothing sent yet")
}

func TestSentListsAndFilters(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.fail(401, "The receiver answered 401 Unauthorized.")
	failed := l.owed.ID
	l.owe(hookline.Delivery{State: hookline.StateQueued})
	b := s.as(viewer)
	b.get("/sent").want(t, 200, "CRM: Tell the plan", "Failed", "Queued", "Signed Up", "ana@example.com", "401 Unauthorized", "none yet",
		`href="/sent/`+failed+`"`, `href="/sent/`+l.owed.ID+`"`, "sse-connect", "!geheim")
	only := func(query string, texts ...string) {
		t.Helper()
		b.get("/sent?"+query).want(t, 200, append(texts, failed, "!"+l.owed.ID)...)
	}
	only("state=failed")
	only("status=401", "Last answer: 401", `aria-label="Remove the filter Last answer: 401"`)
	only("person="+l.person.ID, "Person: ana@example.com")
	only("person=u1", "Person: ana@example.com")
	only("person=ANA%40example.com&state=failed", "Person: ana@example.com", `href="/sent?state=failed"`)
	only("destination="+l.destination.ID+"&status=401", "Destination: CRM", "Last answer: 401", `href="/sent?status=401"`, `href="/sent?destination=`+l.destination.ID+`"`)
	only("action="+l.action.ID+"&state=failed", "Action: CRM: Tell the plan")
	only("state=failed&since=2020-01-01T00:00&until=2100-01-01T00:00:00Z", "From 1 January 2020, 00:00 UTC", "Before 1 January 2100, 00:00 UTC")
	for _, none := range []string{"until=2020-01-01", "since=2100-01-01", "destination=dst_none", "action=act_none", "person=per_none", "state=held&status=500", "status=500"} {
		b.get("/sent?"+none).want(t, 200, "Nothing fits", "!"+failed)
	}
	b.get("/sent?state=sending").want(t, 200, "State: Sending", "Nothing fits")
	b.get("/sent?state=held").want(t, 200, "Nothing is held", "!"+failed)
}

func TestSentSaysWhichFilterIsWrong(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(viewer)
	for query, says := range map[string]string{
		"status=many": "three digits", "status=99": "three digits", "since=yesterday": "Enter a date", "until=31.1.": "Enter a date",
		"person=nobody%40example.com": "Nobody is known by this", "state=lost": "no such state",
	} {
		b.get("/sent?"+query).want(t, 422, says, "These filters cannot be used", "!"+l.owed.ID)
	}
	b.get("/sent?status=%22%3E"+"%3Cscript%3Ealert(1)%3C/script%3E").want(t, 422, "!"+evil)
}

func TestSentPages(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	oldest := l.owed.ID
	for range hookline.PageSize {
		l.owe(hookline.Delivery{State: hookline.StateQueued})
	}
	b := s.as(viewer)
	b.get("/sent?status=&state=queued").want(t, 200, "!"+oldest, "Older", "!Newer", "sse-connect")
	list, err := s.store.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	s.must(err)
	b.get("/sent?state=queued&before="+list.Rows[hookline.PageSize-1].ID).want(t, 200, oldest, "Newer", "state=queued", "!sse-connect", "!Older")
	b.htmx().get("/sent").want(t, 200, "CRM", "!<html", "!sse-connect")
}

func TestADeliverysPageTellsItsStory(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(support)
	b.get(l.path()).want(t, 200, "Waiting for its first try", "As it is going to be sent", "topic=delivery%3A"+l.owed.ID)

	l.try(hookline.Attempt{
		Status: 503, Answer: []byte("<h1>" + evil + "</h1>"), AnswerHeaders: []hookline.Header{{Name: "X-Evil", Value: evil}, {Name: "Set-Cookie", Value: "session=geheim-9999-cookie"}},
		Timings: hookline.Timings{Connect: 10 * time.Millisecond, FirstByte: 60 * time.Millisecond},
	},
		hookline.Outcome{State: hookline.StateRetrying, Reason: "The receiver answered 503 Service Unavailable.", RetryAt: time.Now().Add(90 * time.Minute)})
	b.get(l.path()).want(t, 200, "Next try:", "in 1 hour", "First try: 503 Service Unavailable", "Took 137 ms", "connecting 10 ms", "until the first byte 50 ms",
		"As it was sent", "&lt;h1&gt;", "!"+evil, "!geheim")

	l.deliver()
	b.get(l.path()).want(t, 200, "Delivered at the 2nd try", "2nd try: 200 OK", "First try: 503 Service Unavailable",
		"Signed Up", `href="/events/`+l.event.ID+`"`, `href="/people/`+l.person.ID+`"`, `href="/destinations/`+l.destination.ID+`"`, `href="/destinations/`+l.destination.ID+"/actions/"+l.action.ID+`"`,
		"https://crm.example.com/people?api_key=••••••••", "abcdabcd…abcd", "!"+strings.Repeat("abcd", 4), "!geheim",
		"Copy as curl", "curl -X &#39;POST&#39;", "YOUR_AUTHORIZATION", l.owed.IdempotencyKey, "Hookline/test", `href="`+l.path()+`/resend"`)
	b.htmx().get(l.path()).want(t, 200, "Delivered at the 2nd try", "!<html", "!sse-connect")
	s.as(viewer).get(l.path()).want(t, 200, "Delivered at the 2nd try", "!/resend", "!geheim")
	b.get("/sent/dlv_none").want(t, 404, "no such delivery")
}

func TestADeliverysPageWhenEverythingElseIsGone(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.fail(404, "The receiver answered 404 Not Found.")
	s.must(s.store.DeletePerson(t.Context(), l.person.ID))
	s.must(s.store.DeleteAction(t.Context(), l.action.ID))
	b := s.as(support)
	b.get(l.path()).want(t, 200, "Failed: the receiver answered 404 Not Found.", "deleted", "!/people/"+l.person.ID)
	b.get(l.path()+"/resend").want(t, 200, "The action was deleted", "Original bytes", "!>Resend</span>")
	b.get(l.path()+"/resend?mode=original").want(t, 200, "byte for byte", ">Resend</span>")
	s.must(s.store.DeleteDestination(t.Context(), l.destination.ID))
	b.get(l.path()).want(t, 200, "Deleted destination", "!/destinations/"+l.destination.ID)
	b.get(l.path()+"/resend?mode=original").want(t, 200, "nowhere to send this", "!>Resend</span>")
	b.post(l.path()+"/resend", form("mode", "original")).want(t, 409, "nowhere to send this")
}

func TestASwitchedOffDestinationIsSaid(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.destination.Enabled = false
	_, err := s.store.UpdateDestination(t.Context(), l.destination)
	s.must(err)
	b := s.as(support)
	b.get(l.path()).want(t, 200, "Held: its destination is switched off", "!free place", "!Next try")
	l.fail(500, "Given up.")
	b.get(l.path()).want(t, 200, "Failed: given up.", "!switched off")
	b.get(l.path()+"/resend").want(t, 200, "a resend waits until somebody switches it on", ">Resend</span>")
}

func TestResendComposedAnew(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.fail(401, "The receiver answered 401 Unauthorized.")
	person, err := s.store.Person(t.Context(), l.person.ID)
	s.must(err)
	person.Attributes = []byte(`{"email":"ana@example.com","plan":"` + `pro \u003cb\u003e` + `"}`)
	_, err = s.store.UpdatePerson(t.Context(), person)
	s.must(err)

	b := s.as(support)
	b.get(l.path()+"/resend").want(t, 200, "person’s current attributes", `name="mode" value="current"`, "- ", "&#34;plan&#34;: &#34;free&#34;", "+ ", "pro &lt;b&gt;",
		"!This may be a duplicate", "!geheim", "!<b>")
	b.get(l.path()+"/resend?mode=original").want(t, 200, "Nothing changes", `name="mode" value="original"`, "!pro &lt;b&gt;")

	b.post(l.path()+"/resend", form("mode", "current")).wantRedirect(t, l.path())
	b.get(l.path()).want(t, 200, "It is on its way again.", "About to be resent", "support@example.com asked for it")
	l.deliver()
	b.get(l.path()).want(t, 200, "Delivered at the 2nd try", "support@example.com asked for it.", "Sent request 2.", "Sent request 1.", "Made anew for support@example.com")
	requests, err := s.store.ListRequests(t.Context(), l.owed.ID)
	if err != nil || len(requests) != 2 || !strings.Contains(string(requests[1].Request.Body), "pro <b>") && !strings.Contains(string(requests[1].Request.Body), `pro \u003cb`) {
		t.Errorf("%+v, %v", requests, err)
	}
	b.get(l.path()+"/resend").want(t, 200, "This may be a duplicate", "has already answered 200 OK", l.owed.IdempotencyKey)
}

func TestResendTheOriginal(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.deliver()
	b := s.as(editor)
	b.post(l.path()+"/resend", form("mode", "original")).wantRedirect(t, l.path())
	if c := l.due(); c.RequestNumber != 1 || string(c.Request.Body) != `{"plan":"free"}` || c.AskedBy != "editor@example.com" || c.IdempotencyKey != l.owed.IdempotencyKey {
		t.Errorf("claimed %+v", c)
	}
	b.get(l.path()+"/resend").want(t, 200, "waits to be sent already", "!>Resend</span>")
	b.post(l.path()+"/resend", form("mode", "original")).want(t, 409, "already waits to be sent")
	b.post("/sent/dlv_none/resend", form("mode", "original")).want(t, 404)
}

func TestResendWhatCannotBeComposed(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.fail(400, "The receiver answered 400 Bad Request.")
	l.action.Template.Body = `{"plan": {{ customer.plan }}}`
	_, err := s.store.UpdateAction(t.Context(), l.action)
	s.must(err)
	b := s.as(support)
	b.get(l.path()+"/resend").want(t, 200, "This cannot be resent now", "not valid JSON", "!>Resend</span>")
	b.post(l.path()+"/resend", nil).want(t, 409, "not valid JSON")
	if row, err := s.store.DeliveryRow(t.Context(), l.owed.ID); err != nil || row.State != hookline.StateFailed {
		t.Errorf("%+v, %v", row, err)
	}
}

func TestOnlyThoseWhoLookAfterItResend(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.fail(500, "Given up.")
	b := s.as(viewer)
	b.get(l.path()+"/resend").want(t, 403)
	b.post(l.path()+"/resend", form("mode", "original")).want(t, 403)
	if row, err := s.store.DeliveryRow(t.Context(), l.owed.ID); err != nil || row.State != hookline.StateFailed {
		t.Errorf("%+v, %v", row, err)
	}
}

func TestHostileNamesInSent(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.destination.Name, l.action.Name = evil+"d", evil+"a"
	_, err := s.store.UpdateDestination(t.Context(), l.destination)
	s.must(err)
	_, err = s.store.UpdateAction(t.Context(), l.action)
	s.must(err)
	l.fail(400, "The receiver pointed to "+evil+".")
	b := s.as(support)
	for _, path := range []string{"/sent", "/sent?destination=" + l.destination.ID, "/sent?action=" + l.action.ID, l.path(), l.path() + "/resend"} {
		b.get(path).want(t, 200, "&lt;script&gt;", "!"+evil)
	}
}

func TestSentIsQuickToReadWithManyTries(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	for i := range 10 {
		l.try(hookline.Attempt{Reason: "x"}, hookline.Outcome{State: hookline.StateRetrying, Reason: fmt.Sprintf("Timed out, number %d.", i), RetryAt: time.Now()})
	}
	l.try(hookline.Attempt{}, hookline.Outcome{State: hookline.StateFailed, Reason: "Timed out. Given up after 11 tries."})
	page := s.as(viewer).get(l.path())
	page.want(t, 200, "11th try: no answer", "First try: no answer", "Given up after 11 tries.")
	if body := page.Body.String(); strings.Index(body, "11th try") > strings.Index(body, "First try") {
		t.Error("the latest try is not the first one to be read")
	}
}

// TestResendEachEventOfABatch: the third way is there for batches alone, shows the first event, and makes a delivery of each.
func TestResendEachEventOfABatch(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	ctx := t.Context()
	cursor, err := s.store.FanoutCursor(ctx)
	s.must(err)
	part := hookline.BatchPart{
		DestinationID: l.owed.DestinationID, ActionID: l.owed.ActionID, Key: "k", Request: hookline.Request{Method: "POST", URL: "https://crm.example.com/batch"},
		Items: []hookline.BatchItem{{EventID: hookline.KeyID("evt", 1), Body: []byte(`{"n":1}`)}, {EventID: hookline.KeyID("evt", 2), Body: []byte(`{"n":2}`)}},
	}
	s.must(s.store.RecordFanout(ctx, hookline.Fanout{From: cursor, To: cursor, Parts: []hookline.BatchPart{part}}))
	parts, err := s.store.BatchParts(ctx, part.ActionID, part.Key, 9)
	s.must(err)
	batch := hookline.Owed{Request: part.Request, Delivery: hookline.Delivery{
		State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: part.DestinationID, ActionID: part.ActionID,
		IdempotencyKey: "batch", RequestNumber: 1, BatchSize: 2, NextAttemptAt: time.Now(),
	}}
	batch, err = s.store.CreateBatch(ctx, batch, parts, 2)
	s.must(err)
	reason := "The receiver answered 422."
	s.must(s.store.Finish(ctx, hookline.Finished{
		Attempt: hookline.Attempt{DeliveryID: batch.ID, Number: 1, RequestNumber: 1, StartedAt: time.Now(), Status: 422, Outcome: hookline.StateFailed, Reason: reason},
		Outcome: hookline.Outcome{State: hookline.StateFailed, Reason: reason},
	}))
	b, path := s.as(support), "/sent/"+batch.ID
	b.get(path).want(t, 200, "A receiver answers a batch as a whole", "each event on its own")
	b.get(path+"/resend?mode=each").want(t, 200, "Each of the 2 events goes out as a batch of one", `&#34;n&#34;: 2</del>`, ">Resend</span>")
	b.post(path+"/resend", form("mode", "each")).wantRedirect(t, everything)
	list, err := s.store.ListDeliveries(ctx, hookline.DeliveryFilter{ActionID: part.ActionID}, hookline.Cursor{})
	s.must(err)
	if len(list.Rows) != 4 || list.Rows[0].BatchSize != 1 || list.Rows[1].BatchSize != 1 || list.Rows[0].AskedBy != "support@example.com" {
		t.Errorf("deliveries %+v", list.Rows)
	}
	b.get(l.path()+"/resend").want(t, 200, "!Each event on its own")
	b.post(l.path()+"/resend", form("mode", "each")).want(t, 409, "no batch")
}
