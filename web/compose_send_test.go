package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/views"
)

// receives answers each request as it says, and keeps the last one.
type receives struct {
	answer outbound.Response
	err    error
	got    []outbound.Request
}

func (r *receives) Send(_ context.Context, q outbound.Request) (outbound.Response, error) {
	r.got = append(r.got, q)
	return r.answer, r.err
}

// testingSite is a site whose tests really go through the engine.
func testingSite(t *testing.T, r *receives) *site {
	t.Helper()
	return newSite(t, func(c *Config) {
		c.Tester = delivery.New(c.Store.(delivery.Store), r, delivery.Config{Version: "test"}, slog.New(slog.DiscardHandler))
	})
}

func answering(status int, body string) *receives {
	return &receives{answer: outbound.Response{
		Status: status, Body: []byte(body), Header: http.Header{"Content-Type": {"application/json"}},
		Timings: outbound.Timings{DNS: 2 * time.Millisecond, Connect: 3 * time.Millisecond, TLS: 4 * time.Millisecond, FirstByte: 19 * time.Millisecond},
	}}
}

func testPath(d hookline.Destination, actionID string) string {
	return views.ComposerPath(d.ID, actionID, "test")
}

func TestATestSendsWhatThePreviewShows(t *testing.T) {
	r := answering(201, `{"lead_id":42,"lead":{"plan":"pro"}}`)
	s := testingSite(t, r)
	website := s.source("Website")
	d := s.destination(hookline.Destination{SharedSecret: "s3cr3t"}, website) // which is off
	p := s.person(hookline.Person{UserID: "u1", Email: "ana@x.example", Attributes: []byte(`{"email":"ana@x.example","plan":"free"}`)})
	e := s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1", Payload: []byte(`{"type":"track","event":"Signed Up","properties":{"plan":"trial"}}`)})
	b := s.as(editor).htmx().with("HX-Target", "test")
	got := b.post(testPath(d, ""), composed("attribute_name", "plan", "attribute_value", "{{ response.lead.plan }}"))
	got.want(t, 200, "!<html", "The receiver answered 201 Created", "lead_id", "Finding the address (DNS)", "2 ms", "3 ms", "4 ms", "10 ms", "In all",
		"would set <strong>plan</strong> to “pro” (text); now: “free”", "lead_id: 42 → set attribute lead_id", "A test goes to the receiver all the same", `id="answer-picker" hx-swap-oob="true"`)
	if len(r.got) != 1 || r.got[0].URL != "https://example.com/people/u1?e=Signed%20Up" || r.got[0].Method != "PUT" || !strings.Contains(string(r.got[0].Body), "trial") {
		t.Fatalf("sent %+v", r.got)
	}
	rows, err := s.store.ListDeliveries(t.Context(), hookline.DeliveryFilter{Origin: hookline.OriginTest}, hookline.Cursor{})
	if err != nil || len(rows.Rows) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	if row := rows.Rows[0]; row.State != hookline.StateDelivered || row.ActionID != "" || row.EventID != e.ID || row.PersonID != p.ID || row.Attempts != 1 {
		t.Errorf("kept %+v", row)
	}
	if after, err := s.store.Person(t.Context(), p.ID); err != nil || string(after.Attributes) != string(p.Attributes) {
		t.Errorf("a test changed the person: %s, %v", after.Attributes, err)
	}
	id := rows.Rows[0].ID
	b.with("HX-Target", "preview").post(views.ComposerPath(d.ID, "", "preview"), composed("tested", id, "attribute_name", "n", "attribute_value", "{{ response.lead_id }}")).
		want(t, 200, `id="would-set" hx-swap-oob="true"`, "would set <strong>n</strong> to 42 (number); now: none")
	viewer := s.as(viewer)
	viewer.get("/sent/"+id).want(t, 200, "Made as a test by editor@example.com")
	viewer.get("/sent?origin=test").want(t, 200, "Tests only", ">Test<", id)
	viewer.get("/sent?origin=event").want(t, 200, "Made by events", "!"+id)
	viewer.get("/events/"+e.ID).want(t, 200, id)
}

func TestATestWithoutScriptsKeepsWhatWasTyped(t *testing.T) {
	r := answering(200, "{}")
	s := testingSite(t, r)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor)
	got := b.post(testPath(d, ""), composed("name", "Half a name", "attribute_name", "lead_id", "attribute_value", "{{ response.lead_id }}", "expect_statuses", "200, 2x1"))
	got.want(t, 200, "<html", `value="Half a name"`, `value="lead_id"`, `value="200, 2x1"`, "The receiver answered 200 OK", "lead_id was not set", "Delivered, with a doubt")
	tested := regexp.MustCompile(`name="tested" value="([^"]+)"`).FindStringSubmatch(got.Body.String())
	if tested == nil {
		t.Fatal("the test is not remembered")
	}
	b.post(views.ComposerPath(d.ID, "", "headers"), composed("edit", "add-header", "tested", tested[1])).want(t, 200, "The receiver answered 200 OK")
	other := s.destination(hookline.Destination{Name: "Other", Enabled: true})
	b.post(views.ComposerPath(other.ID, "", "headers"), composed("edit", "add-header", "tested", tested[1])).want(t, 200, "!The receiver answered")
}

func TestATestThatCannotBeSentSaysWhy(t *testing.T) {
	r := answering(200, "{}")
	s := testingSite(t, r)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor).htmx().with("HX-Target", "test")
	for name, test := range map[string]struct {
		form url.Values
		want string
	}{
		"no address":        {composed("url", ""), "Enter the address to send to"},
		"an inside address": {composed("url", "http://127.0.0.1/x"), "127.0.0.1"},
		"Liquid not closed": {composed("body", "{{ a"), "Line 1, column 1"},
		"no JSON":           {composed("body", "{ a }"), "The body could not be made"},
		"cancelled":         {composed("body", `{% cancel "no" %}`), "decided not to send this: no"},
	} {
		t.Run(name, func(t *testing.T) {
			b.post(testPath(d, ""), test.form).want(t, 422, "The test was not sent", test.want, "!<html")
		})
	}
	if len(r.got) != 0 {
		t.Errorf("%d were sent", len(r.got))
	}
	for _, role := range []hookline.Role{support, viewer} {
		s.as(role).post(testPath(d, ""), composed()).want(t, 403)
	}
}

func TestATestThatFailedSaysWhy(t *testing.T) {
	r := answering(503, "busy")
	s := testingSite(t, r)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor).htmx().with("HX-Target", "test")
	b.post(testPath(d, ""), composed()).want(t, 200, "503 Service Unavailable", "A test is tried once only", "busy", "Send a test: what the receiver answers")
	r.answer, r.err = outbound.Response{}, &outbound.Error{Kind: outbound.KindConnect, Message: "nobody listens at example.com"}
	b.post(testPath(d, ""), composed()).want(t, 200, "No answer", "Nobody listens at example.com.")
}

func TestInsideAnswersAreForAdministrators(t *testing.T) {
	r := answering(200, `{"lead_id":424242}`)
	r.answer.Inside = true
	s := testingSite(t, r)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	form := composed("attribute_name", "lead_id", "attribute_value", "{{ response.lead_id }}", "save", "keep")
	s.as(editor).htmx().with("HX-Target", "test").post(testPath(d, ""), form).want(t, 200, "!424242", "Only administrators see what it says", "unless an administrator saves this action")
	s.as(admin).htmx().with("HX-Target", "test").post(testPath(d, ""), form).want(t, 200, "424242", "would set <strong>lead_id</strong>")

	path := "/destinations/" + d.ID + "/actions/new"
	s.as(editor).post(path, form)
	a := s.onlyAction(d)
	if a.Response.Inside {
		t.Error("an editor's action sets attributes from the inside")
	}
	path = "/destinations/" + d.ID + "/actions/" + a.ID
	s.as(admin).post(path, form).wantRedirect(t, path)
	s.as(editor).post(path, composed("name", "Renamed", "attribute_name", "lead_id", "attribute_value", "{{ response.lead_id }}")).wantRedirect(t, path)
	if a = s.onlyAction(d); !a.Response.Inside || a.Name != "Renamed" {
		t.Errorf("after another change by an editor: %+v", a)
	}
	s.as(editor).post(path, composed("attribute_name", "lead_id", "attribute_value", "{{ response | json }}")).wantRedirect(t, path)
	if a = s.onlyAction(d); a.Response.Inside {
		t.Error("an editor chose what is set from the inside")
	}
}

func TestWhatIsMadeOfTheAnswerIsComposed(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor)
	b.post("/destinations/"+d.ID+"/actions/new", composed("attribute_name", "lead_id", "attribute_value", "{{ response.lead_id }}",
		"expect_statuses", "200 201", "expect_path", "lead.id", "expect_kind", "number", "empty_is_ok", "on"))
	a := s.onlyAction(d)
	if r := a.Response; len(r.Attributes) != 1 || r.Attributes[0].Value != "{{ response.lead_id }}" || r.Expect.StatusList() != "200, 201" ||
		r.Expect.Path != "lead.id" || r.Expect.Kind != "number" || !r.Expect.EmptyIsOK {
		t.Errorf("kept %+v", r)
	}
	path := "/destinations/" + d.ID + "/actions/" + a.ID
	b.get(path).want(t, 200, `value="{{ response.lead_id }}"`, `value="200, 201"`, `value="lead.id"`)
	for name, test := range map[string]struct {
		form url.Values
		want string
	}{
		"no name":      {composed("attribute_name", "", "attribute_value", "1"), `href="#field-attributes.0"`},
		"no value":     {composed("attribute_name", "a", "attribute_value", " "), "Enter what it is set to"},
		"an id":        {composed("attribute_name", "id", "attribute_value", "1"), "cannot be set"},
		"Liquid":       {composed("attribute_name", "a", "attribute_value", "{{ a"), "Line 1, column 1"},
		"a status":     {composed("expect_statuses", "200, 404"), `href="#field-expect_statuses"`},
		"a kind alone": {composed("expect_kind", "number"), `href="#field-expect_path"`},
	} {
		t.Run(name, func(t *testing.T) { b.post(path, test.form).want(t, 422, "The action was not saved.", test.want) })
	}
	s.as(viewer).get(path).want(t, 200, "Set from an answer that is a success", "{{ response.lead_id }}", "A good answer is 200, 201 and has response.lead.id, which is a number.")
	rows := b.htmx().with("HX-Target", "response")
	edit := views.ComposerPath(d.ID, a.ID, "response")
	rows.post(edit, composed("edit", "add-attribute")).want(t, 200, `id="attribute-0-name"`, "!<html", "!id=\"headers\"")
	rows.post(edit, composed("attribute_name", "a", "attribute_value", "1", "edit", "remove-attribute:0")).want(t, 200, `!id="attribute-0-name"`)
	rows.post(edit, composed("edit", "pick:.lead.id")).want(t, 200, `value="lead_id"`, `value="{{ response.lead.id }}"`)
	rows.post(edit, composed("attribute_name", "id2", "attribute_value", "1", "edit", `pick:["odd key"][0].id2`)).want(t, 200, `value="{{ response[&#34;odd key&#34;][0].id2 }}"`, `!id="attribute-1-name"`)
	rows.post(edit, composed("edit", "pick: }}{% x %}")).want(t, 200, `!id="attribute-0-name"`)
	b.htmx().with("HX-Target", "preview").post(path+"/preview", composed()).want(t, 200, `!id="would-set"`)
}

func TestTheLastAnswerIsOffered(t *testing.T) {
	s := newSite(t, nil)
	id := s.delivery(hookline.Delivery{State: hookline.StateQueued, RequestNumber: 1})
	mustFinish(t, s, id, `{"lead":{"id":"L1","tags":["a"],"list":[{"sku":1}],"none":null},"big":12345678901234567890,"odd key":true}`)
	row, err := s.store.DeliveryRow(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	s.as(editor).get("/destinations/"+row.DestinationID+"/actions/"+row.ActionID).want(t, 200, "Pick from the last answer",
		"lead.id: “L1” → set attribute lead_id", "lead.tags: [&#34;a&#34;] → set attribute tags", "lead.list.0.sku: 1 → set attribute sku",
		"big: 12345678901234567890 → set attribute big", `value="pick:[&#34;odd key&#34;]"`, `value="pick:.lead.tags | json"`, "!lead.none")
}

func mustFinish(t *testing.T, s *site, id, body string) {
	t.Helper()
	err := s.store.Finish(t.Context(), hookline.Finished{
		Outcome: hookline.Outcome{State: hookline.StateDelivered, Reason: "Accepted, but response.id is missing."},
		Attempt: hookline.Attempt{DeliveryID: id, Number: 1, RequestNumber: 1, StartedAt: time.Now(), Status: 200, Answer: []byte(body), Outcome: hookline.StateDelivered, Reason: "Accepted, but response.id is missing."},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsDoubtedIsAmberAndFound(t *testing.T) {
	s := newSite(t, nil)
	id := s.delivery(hookline.Delivery{State: hookline.StateQueued, RequestNumber: 1})
	mustFinish(t, s, id, `{}`)
	b := s.as(support)
	b.get("/sent?state=doubted").want(t, 200, id, "Delivered, with a doubt", "response.id is missing")
	b.get("/sent/"+id).want(t, 200, "Delivered, with a doubt, at the first try", "response.id is missing", "unless somebody resends it", `href="/sent/`+id+`/resend"`)
	b.get("/sent?state=failed").want(t, 200, "!"+id)
}
