package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

func TestUntidyPathsAndMethods(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	for _, path := range []string{"", "/", "/sources/", "//sources", "/sources//", "/sources/../people", "/%73ources/", "/nonsense", "/destinations/" + ids["destination"] + "/", "/deliveries/x/y/z"} {
		a := o.send(call1{method: "GET", path: path, as: hookline.Admin})
		if a.status != 404 || !strings.Contains(a.body, `"kind":"not_found","message":"There is no such path.`) || a.header.Get("Location") != "" {
			t.Errorf("%q was answered %d %s", path, a.status, a.body)
		}
		if a := o.send(call1{method: "GET", path: path}); a.status != 401 {
			t.Errorf("%q tells a stranger %d", path, a.status)
		}
	}
	a := o.send(call1{method: "BREW", path: "/sources", as: hookline.Admin})
	if a.status != 405 || a.header.Get("Allow") != "GET, POST" || !strings.Contains(a.body, `"kind":"method_not_allowed"`) {
		t.Errorf("answered %d %s %s", a.status, a.header.Get("Allow"), a.body)
	}
	if a := o.send(call1{method: "HEAD", path: "/sources", as: hookline.Viewer}); a.status != 200 {
		t.Errorf("HEAD was answered %d", a.status)
	}
	if a := o.send(call1{method: "OPTIONS", path: "/sources", header: map[string]string{"Origin": "https://evil.example"}}); a.status != 401 || a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another origin was answered %d %v", a.status, a.header)
	}
	for _, gone := range []string{"/sources/src_gone", "/destinations/dst_gone", "/destinations/dst_gone/actions", "/destinations/" + ids["destination"] + "/actions/act_gone", "/people/nobody", "/people/per_gone", "/deliveries/dlv_gone"} {
		o.refused(call1{method: "GET", path: gone}, 404, "not_found")
	}
	other := o.make("/destinations", `{"name":"Other"}`)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		o.refused(call1{method: method, path: "/destinations/" + other + "/actions/" + ids["action"], body: `{}`}, 404, "not_found")
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("answers may be kept: %q", got)
	}
}

func TestPeopleGoByTheirOwnIDAndByTheSenders(t *testing.T) {
	o := newOffice(t)
	const attributes = `{"zeta":12345678901234567890.10,"email":"ana@example.com","alpha":[1,{"b":null}]}`
	odd := "Ana/Lindqvist ü?#%"
	path := "/people/" + url.PathEscape(odd)
	a := o.do(call1{method: "PUT", path: path, body: `{"attributes":` + strings.ReplaceAll(attributes, ":", " : ") + `}`})
	if a.status != 201 || !strings.Contains(a.body, `"attributes":`+attributes) {
		t.Fatalf("answered %d %s", a.status, a.body)
	}
	p := o.made(call1{method: "GET", path: path})
	own := "/people/" + p["id"].(string)
	if diff := cmp.Diff(p, o.made(call1{method: "GET", path: own})); diff != "" || p["user_id"] != odd || p["email"] != "ana@example.com" {
		t.Errorf("%v: %s", p, diff)
	}
	for _, again := range []string{path, own} {
		a := o.do(call1{method: "PUT", path: again, body: `{"attributes":{"plan":"pro"}}`})
		if a.status != 200 || !strings.Contains(a.body, `"attributes":{"plan":"pro"}`) || !strings.Contains(a.body, `"email":""`) {
			t.Errorf("answered %d %s", a.status, a.body)
		}
	}
	o.refused(call1{method: "PUT", path: "/people/per_gone", body: `{"attributes":{}}`}, 404, "not_found")
	for _, body := range []string{`{}`, `{"attributes":[]}`, `{"attributes":null}`, `{"attributes":{"a":"` + strings.Repeat("x", 64<<10) + `"}}`} {
		if fields := o.refused(call1{method: "PUT", path: "/people/u2", body: body}, 422, "invalid"); fields["attributes"] == nil {
			t.Errorf("%.40s names %v", body, fields)
		}
	}
	o.refused(call1{method: "PUT", path: "/people/" + strings.Repeat("x", 1001), body: `{"attributes":{}}`}, 422, "invalid")
	o.made(call1{method: "DELETE", path: path})
	o.refused(call1{method: "GET", path: own}, 404, "not_found")
}

func TestListsGoOnWhereTheyEnded(t *testing.T) {
	o := newOffice(t)
	for i := range 5 {
		o.made(call1{method: "PUT", path: fmt.Sprintf("/people/u%d", i), body: `{"attributes":{"plan":"pro"}}`})
	}
	o.made(call1{method: "PUT", path: "/people/other", body: `{"attributes":{}}`})
	var seen []string
	path, pages := "/people?q=PRO&limit=2", 0
	for ; pages < 5; pages++ {
		page := o.made(call1{method: "GET", path: path})
		for _, p := range list(page["data"]) {
			seen = append(seen, dig(p, "user_id").(string))
		}
		next, more := page["next_cursor"].(string)
		if !more {
			break
		}
		path = "/people?q=PRO&limit=2&cursor=" + next
	}
	if got := strings.Join(seen, " "); got != "u4 u3 u2 u1 u0" || pages != 2 {
		t.Errorf("%d pages go on and hold %s", pages, got)
	}
	for query, name := range map[string]string{"limit=0": "limit", "limit=201": "limit", "limit=x": "limit", "page=2": "page", "state=sent": "state"} {
		if fields := o.refused(call1{method: "GET", path: "/people?" + query}, 422, "invalid"); fields[name] == nil {
			t.Errorf("%s names %v", query, fields)
		}
	}
}

func TestDeliveriesAreNarrowed(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	before, after := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	for query, want := range map[string]int{
		"":             1,
		"state=failed": 1, "state=queued": 0,
		"destination_id=" + ids["destination"]: 1, "destination_id=dst_x": 0,
		"action_id=" + ids["action"]: 1, "action_id=act_x": 0,
		"person_id=per_x": 0, "event_id=evt_x": 0, "campaign_id=cmp_x": 0,
		"status=400": 1, "status=200": 0,
		"q=BAD": 1, "q=example.com": 1, "q=answered+400": 1, "q=" + ids["delivery"]: 1, "q=t0psecret": 0, "q=%25": 0, "q=x": 0,
		"event_name=x": 0, "origin=test": 1, "origin=event": 0, "cause=tls": 0, "attempts=1": 1, "attempts=2": 0, "q=bad&attempts=1&origin=test": 1,
		"since=" + before: 1, "since=" + after: 0, "until=" + before: 0, "until=" + after: 1,
		"state=failed&status=400&since=" + before: 1,
		"resend_id=" + ids["resend"]:              0, "resend_id=" + ids["resend"] + "&outcome=delivered": 0,
	} {
		if got := list(o.made(call1{method: "GET", path: "/deliveries?" + query})["data"]); len(got) != want {
			t.Errorf("%q gives %d deliveries, want %d", query, len(got), want)
		}
	}
	for query, name := range map[string]string{"state=sent": "state", "status=99": "status", "status=ok": "status", "since=today": "since", "until=1": "until", "journey=c": "journey", "q=" + strings.Repeat("x", 1001): "q", "q=%ff": "q", "origin=me": "origin", "cause=rain": "cause", "attempts=0": "attempts", "outcome=failed": "resend_id", "resend_id=rsn_1&outcome=lost": "outcome"} {
		if fields := o.refused(call1{method: "GET", path: "/deliveries?" + query}, 422, "invalid"); fields[name] == nil {
			t.Errorf("%s names %v", query, fields)
		}
	}
}

func TestDeliveryIsSentAgain(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	path := "/deliveries/" + ids["delivery"]
	for _, body := range []string{`{}`, `{"mode":"anew"}`} {
		if fields := o.refused(call1{method: "POST", path: path + "/resend", body: body, as: hookline.Support}, 422, "invalid"); fields["mode"] == nil {
			t.Errorf("%s names %v", body, fields)
		}
	}
	d := o.made(call1{method: "POST", path: path + "/resend", body: `{"mode":"original"}`, as: hookline.Support})
	if d["state"] != "queued" || d["next_attempt_at"] == nil || dig(list(d["attempts"])[0], "duration_ms") != 1500.0 {
		t.Errorf("resent as %v", d)
	}
	if body := o.do(call1{method: "GET", path: path}).body; strings.Contains(body, "t0psecret") {
		t.Errorf("an administrator reads a secret of a query: %s", body)
	}
	if d["attempt_count"] != 1.0 || dig(list(d["requests"])[0], "body") != "{\"bad\":\"\uFFFD\"}" {
		t.Errorf("it is %v", d)
	}
	o.refused(call1{method: "POST", path: path + "/resend", body: `{"mode":"original"}`}, 409, "conflict")
	o.refused(call1{method: "POST", path: "/deliveries/dlv_gone/resend", body: `{"mode":"original"}`}, 404, "not_found")
	stored, err := o.store.DeliveryRow(t.Context(), ids["delivery"])
	good(t, err)
	if stored.AskedBy != "API token “Script of support”" {
		t.Errorf("it was asked for by %q", stored.AskedBy)
	}
}

func TestRenderShowsTheRequestThatWouldBeMade(t *testing.T) {
	o := newOffice(t)
	const call = `{"template":{"method":"PUT","url":"https://u:p@example.com/{{ customer.id }}","headers":[{"name":"Content-Type","value":"application/json"},{"name":"X-Name","value":"{{ event_name }}"}],
		"body":"{\"total\":{{ event.properties.total }},\"plan\":\"{{ customer.plan }}\"}"},
		"event":{"type":"track","event":"Order \"1\"","userId":"u1","properties":{"total":12345678901234567890}},"person":{"id":"u1","plan":"a\"b"}}`
	got := o.made(call1{method: "POST", path: "/render", as: hookline.Viewer, body: call})
	want := map[string]any{
		"method": "PUT", "url": "https://example.com/u1", "body": `{"total":12345678901234567890,"plan":"a\"b"}`,
		"headers": []any{
			map[string]any{"name": "Authorization", "value": "Basic dTpw"},
			map[string]any{"name": "Content-Type", "value": "application/json"},
			map[string]any{"name": "X-Name", "value": `Order "1"`},
		},
	}
	if diff := cmp.Diff(want, got["request"]); diff != "" || got["cancelled"] != "" {
		t.Errorf("%v: %s", got, diff)
	}
	got = o.made(call1{method: "POST", path: "/render", body: `{"template":{"url":"https://example.com/","body":"\"{{ event.nonsense }}\""},"event":{}}`})
	if warnings := list(got["warnings"]); len(warnings) == 0 || dig(warnings[0], "part") != "body" {
		t.Errorf("no warning is given: %v", got)
	}
	for body, field := range map[string]string{
		`{"template":{"url":"https://example.com/","body":"{"}}`:                "template.body",
		`{"template":{"url":"https://example.com/","body":"{{ x"}}`:             "template.body",
		`{"template":{"url":" "}}`:                                              "template.url",
		`{"template":{"url":"https://example.com/","headers":[{"name":""}]}}`:   "template.headers.0",
		`{"template":{"url":"http://10.0.0.1/"}}`:                               "template.url",
		`{"template":{"url":"https://example.com/"},"event":"evt_1"}`:           "event",
		`{"template":{"url":"https://example.com/"},"response":{"status":200}}`: "response",
	} {
		if fields := o.refused(call1{method: "POST", path: "/render", body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%s names %v", body, fields)
		}
	}
}

func TestRotatedKeySigns(t *testing.T) {
	o := newOffice(t)
	before := o.made(call1{method: "GET", path: "/settings/signing-key"})["key"]
	rotated := o.made(call1{method: "POST", path: "/settings/signing-key/rotate"})
	after := o.made(call1{method: "GET", path: "/settings/signing-key"})
	if rotated["key"] == before || cmp.Diff(rotated, after) != "" {
		t.Errorf("%v was rotated to %v, and %v is read", before, rotated, after)
	}
	keys, err := o.store.SigningKeys(t.Context())
	good(t, err)
	if keys[0].Key != after["key"] || !strings.Contains(o.log.String(), "signing key rotated") {
		t.Error("it does not sign, or nobody would know")
	}
}

func TestCreatingTwiceMakesOne(t *testing.T) {
	o := newOffice(t)
	call := call1{method: "POST", path: "/sources", body: `{"name":"Website"}`, header: map[string]string{"Idempotency-Key": "k1"}}
	first, second := o.do(call), o.do(call)
	if first.status != 201 || second.status != 201 || first.body != second.body {
		t.Errorf("answered %d %s, then %d %s", first.status, first.body, second.status, second.body)
	}
	if first.header.Get("Idempotency-Replayed") != "" || second.header.Get("Idempotency-Replayed") != "true" {
		t.Error("it is not told which answer is the stored one")
	}
	other := call
	other.body = `{"name":"Website" }`
	o.refused(other, 409, "conflict")
	other.body, other.path = call.body, "/destinations"
	o.refused(other, 409, "conflict")
	other = call
	other.as = hookline.Editor
	if a := o.do(other); a.status != 201 || a.body == first.body {
		t.Errorf("another token's key gives %d %s", a.status, a.body)
	}
	o.refused(call1{method: "POST", path: "/sources", body: call.body, header: map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}}, 422, "invalid")
	o.wantSources(2)

	mistaken := call1{method: "POST", path: "/sources", body: `{"name":""}`, header: map[string]string{"Idempotency-Key": "mistaken once"}}
	o.refused(mistaken, 422, "invalid")
	mistaken.body = `{"name":"Mended"}`
	o.made(mistaken)
	o.wantSources(3)
	path := "/sources/" + o.make("/sources", `{"name":"Changed"}`)
	for _, body := range []string{`{"enabled":false}`, `{"enabled":true}`} { // a change is itself repeatable, so a key means nothing to it
		o.made(call1{method: "PATCH", path: path, body: body, header: map[string]string{"Idempotency-Key": "k3"}})
	}
	if strings.Contains(o.log.String(), "mistaken once") {
		t.Error("the key is in the log")
	}
}

func (o *office) wantSources(want int) {
	o.t.Helper()
	sources, err := o.store.ListSources(o.t.Context())
	good(o.t, err)
	if len(sources) != want {
		o.t.Errorf("there are %d sources, want %d", len(sources), want)
	}
}

func TestCreatingAtOnceMakesOne(t *testing.T) {
	o := newOffice(t)
	var all sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		all.Go(func() {
			statuses[i] = o.send(call1{method: "POST", path: "/sources", body: `{"name":"Website"}`, as: hookline.Admin, header: map[string]string{"Idempotency-Key": "k"}}).status
		})
	}
	all.Wait()
	for _, status := range statuses {
		if status != http.StatusCreated && status != http.StatusConflict {
			t.Errorf("answered %v", statuses)
		}
	}
	o.wantSources(1)
}

// trouble is a store that fails or panics.
type trouble struct {
	ManageStore
	err   error
	panic bool
}

func (s trouble) ListSources(context.Context) ([]hookline.Source, error) {
	if s.panic {
		panic("secret detail")
	}
	return nil, s.err
}

func TestTroubleIsToldWithoutItsInside(t *testing.T) {
	unavailable := &hookline.Error{Kind: hookline.KindUnavailable, Message: "Try again.", RetryAfter: 1500 * time.Millisecond, Cause: errors.New("secret detail")}
	for name, test := range map[string]struct {
		trouble
		status int
		kind   string
	}{
		"a fault":     {trouble{err: errors.New("secret detail")}, 500, "internal"},
		"a panic":     {trouble{panic: true}, 500, "internal"},
		"a full disk": {trouble{err: unavailable}, 503, "unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, func(c *ManageConfig) {
				test.ManageStore = c.Store
				c.Store = test.trouble
			})
			o.refused(call1{method: "GET", path: "/sources"}, test.status, test.kind)
			a := o.do(call1{method: "GET", path: "/sources"})
			if strings.Contains(a.body, "secret") || !strings.Contains(o.log.String(), "secret detail") {
				t.Errorf("told %s, logged %s", a.body, o.log.String())
			}
			if got := a.header.Get("Retry-After"); (got == "2") != (test.status == 503) {
				t.Errorf("Retry-After is %q", got)
			}
		})
	}
}
