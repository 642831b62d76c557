package api

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/alert"
	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const (
	channelBody = `{"kind":"webhook","name":"On-call","url":"https://ana:pass@example.com/s3cret-path?x=1"}`
	mailBody    = `{"kind":"email","name":"Mail","host":"smtp.example.com","user":"mail-user","password":"p4ss w0rd","from":"hookline@example.com","to":["ana@example.com"]}`
)

// watch tells nobody: it notes what it was to tell by, and gives what a test
// says came back.
type watch struct {
	sent alert.Sent
	got  []hookline.AlertChannel
}

func (w *watch) Test(_ context.Context, c hookline.AlertChannel) alert.Sent {
	w.got = append(w.got, c)
	return w.sent
}

func TestAlertChannelsByAPI(t *testing.T) {
	o := newOffice(t)
	made := o.made(call1{method: "POST", path: "/alert-channels", as: hookline.Editor, body: channelBody})
	path := "/alert-channels/" + made["id"].(string)
	if made["enabled"] != true || made["url"] != "https://example.com/"+blot || made["has_password"] != false {
		t.Errorf("it was made as %v", made)
	}
	key := o.made(call1{method: "GET", path: path + "/signing-key", as: hookline.Editor})["key"].(string)
	if len(key) < 20 || made["signing_key"] != masked(key) {
		t.Errorf("its key is %q, shown as %v", key, made["signing_key"])
	}
	changed := o.made(call1{method: "PATCH", path: path, body: `{"name":"Chat","enabled":false}`})
	kept, err := o.store.AlertChannel(t.Context(), made["id"].(string))
	if err != nil || changed["name"] != "Chat" || kept.Enabled || !strings.Contains(kept.URL, "ana:pass@example.com/s3cret-path?x=1") || kept.Key != key {
		t.Errorf("changed it is %v, kept as %+v, %v", changed, kept, err)
	}
	o.made(call1{method: "PATCH", path: path, body: `{"url":"https://example.org/"}`})
	if seen := o.made(call1{method: "GET", path: path, as: hookline.Viewer}); seen["url"] != "https://example.org/" || seen["name"] != "Chat" {
		t.Errorf("with another address it is %v", seen)
	}
	for body, field := range map[string]string{
		`{"kind":"slack"}`:                            "kind",
		`{"url":"http://127.0.0.1/"}`:                 "url",
		`{"url":""}`:                                  "url",
		`{"url":` + quote(made["url"].(string)) + `}`: "url",
		`{"name":" "}`:                                "name",
		`{"host":"smtp.example.com"}`:                 "host",
		`{"password":"x"}`:                            "password",
	} {
		if fields := o.refused(call1{method: "PATCH", path: path, body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%s names %v", body, fields)
		}
	}
	if fields := o.refused(call1{method: "POST", path: "/alert-channels", body: `{"kind":"pigeon","name":"A"}`}, 422, "invalid"); fields["kind"] == nil {
		t.Errorf("another kind names %v", fields)
	}
	o.made(call1{method: "DELETE", path: path})
	o.refused(call1{method: "GET", path: path}, 404, "not_found")
	o.refused(call1{method: "POST", path: path + "/test"}, 404, "not_found")
}

func TestMailPasswordsByAPIAreSealed(t *testing.T) {
	o := newOffice(t)
	made := o.made(call1{method: "POST", path: "/alert-channels", body: mailBody})
	id := made["id"].(string)
	path := "/alert-channels/" + id
	if made["has_password"] != true || made["port"] != 587.0 || made["security"] != "starttls" || made["url"] != "" || made["signing_key"] != "" {
		t.Errorf("it was made as %v", made)
	}
	sealed := func() string {
		t.Helper()
		one, err := o.store.AlertChannel(t.Context(), id)
		good(t, err)
		return string(one.Mail.Sealed)
	}
	before := sealed()
	if before == "" || strings.Contains(before, "p4ss") {
		t.Errorf("kept is %q", before)
	}
	o.made(call1{method: "PATCH", path: path, body: `{"to":["bob@example.com","ana@example.com"]}`})
	if sealed() != before {
		t.Error("the password did not stay")
	}
	for body, field := range map[string]string{
		`{"host":"smtp.example.org"}`: "password",
		`{"user":"somebody"}`:         "password",
		`{"host":"localhost"}`:        "host",
		`{"port":0}`:                  "port",
		`{"security":"none"}`:         "security",
		`{"to":["nobody"]}`:           "to",
		`{"from":"x"}`:                "from",
		`{"url":"https://a.example"}`: "url",
	} {
		if fields := o.refused(call1{method: "PATCH", path: path, body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%s names %v", body, fields)
		}
	}
	o.made(call1{method: "PATCH", path: path, body: `{"host":"smtp.example.org","password":"p4ss again"}`})
	if now := sealed(); now == before || now == "" {
		t.Errorf("with another server kept is %q", now)
	}
	if changed := o.made(call1{method: "PATCH", path: path, body: `{"user":""}`}); changed["has_password"] != false || sealed() != "" {
		t.Errorf("without a user it is %v", changed)
	}
	o.refused(call1{method: "GET", path: path + "/signing-key"}, 404, "not_found")
	if strings.Contains(o.log.String(), "p4ss") {
		t.Error("the log has the password")
	}
}

func TestAlertChannelsAreTestedByAPI(t *testing.T) {
	w := &watch{sent: alert.Sent{Status: 200, Answer: []byte("ok\xff"), Took: 1500 * time.Millisecond}}
	o := newOffice(t, func(c *ManageConfig) { c.Watch = w })
	path := "/alert-channels/" + o.make("/alert-channels", channelBody) + "/test"
	got := o.made(call1{method: "POST", path: path, as: hookline.Editor})
	if got["told"] != true || got["status"] != 200.0 || got["answer_body"] != "ok\uFFFD" || got["duration_ms"] != 1500.0 || got["failure"] != "" {
		t.Errorf("it came to %v", got)
	}
	if len(w.got) != 1 || !strings.Contains(w.got[0].URL, "s3cret-path") || w.got[0].Key == "" {
		t.Errorf("tested with %+v", w.got)
	}
	w.sent = alert.Sent{Failure: "The receiver answered 404 Not Found.", Status: 404, Answer: []byte("inside"), Inside: true}
	got = o.made(call1{method: "POST", path: path, as: hookline.Editor})
	if got["told"] != false || got["failure"] != w.sent.Failure || got["answer_body"] != "" || got["answer_hidden"] != true {
		t.Errorf("of an inside address it came to %v", got)
	}
	if got = o.made(call1{method: "POST", path: path}); got["answer_body"] != "inside" || got["answer_hidden"] != false {
		t.Errorf("an administrator is told %v", got)
	}
	o.refused(call1{method: "POST", path: path, as: hookline.Support}, 403, "forbidden")
	if entries := o.entries(audit.Filter{Deed: audit.Tested}); len(entries) != 3 || len(w.got) != 3 {
		t.Errorf("%d entries, %d tests", len(entries), len(w.got))
	}
}
