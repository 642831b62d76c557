package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/requestbin"
	"hookline/internal/signing"
)

// withBins is a site whose receiver is the real one.
func withBins(t *testing.T) *site {
	return newSite(t, func(c *Config) { c.Receiver = requestbin.New(c.Store.(requestbin.Store), c.Log) })
}

func (s *site) bin(name string) hookline.Bin {
	s.t.Helper()
	bin, err := s.store.CreateBin(s.t.Context(), hookline.Bin{Name: name, Script: hookline.NewBinScript()})
	if err != nil {
		s.t.Fatal(err)
	}
	return bin
}

func (s *site) binRequests(bin hookline.Bin) []hookline.BinRequest {
	s.t.Helper()
	list, err := s.store.ListBinRequests(s.t.Context(), bin.ID, hookline.Cursor{})
	if err != nil {
		s.t.Fatal(err)
	}
	return list.Rows
}

// sendToBin sends as a machine does: without cookies.
func (s *site) sendToBin(path, body string, headers ...string) {
	s.t.Helper()
	b := s.browser()
	for i := 0; i < len(headers); i += 2 {
		b = b.with(headers[i], headers[i+1])
	}
	if got := b.do(http.MethodPut, path, strings.NewReader(body)); got.Code != 200 {
		s.t.Fatalf("%s: %d %s", path, got.Code, got.Body)
	}
}

func binForm(pairs ...string) (path string, values map[string][]string) {
	f := form("name", "Try-out", "status", "200", "delay", "0", "body", `{"ok":true}`, "body_size", "0", "retry_after", "", "fail_first", "0", "fail_status", "503")
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return "/bins/new", f
}

func TestBins(t *testing.T) {
	s := withBins(t)
	b := s.as(editor)
	b.get("/bins").want(t, 200, "No bin yet", `href="/bins/new"`)
	s.as(viewer).get("/bins").want(t, 200, "No bin yet", `!href="/bins/new"`)
	b.get("/bins/new").want(t, 200, "Answer with status", `value="200"`, "{&#34;ok&#34;:true}")

	b.post(binForm("name", " Try-out ", "status", "503", "delay", "0,5", "fail_first", "2"))
	bins, err := s.store.ListBins(t.Context())
	if err != nil || len(bins) != 1 {
		t.Fatalf("%+v, %v", bins, err)
	}
	bin := bins[0]
	want := hookline.BinScript{Status: 503, Delay: 500 * time.Millisecond, Body: `{"ok":true}`, FailFirst: 2, FailStatus: 503}
	if bin.Name != "Try-out" || bin.Script != want {
		t.Errorf("made %+v", bin)
	}
	path := "/bins/" + bin.ID
	b.get(path).want(t, 200, "The bin is ready.", "https://hooks.example.com/b/"+bin.ID, "data-copy", "Nothing received yet",
		"Answers 503 Service Unavailable after 0.5 s with 11 bytes.", "The first 2 requests", "topic=bin%3A"+bin.ID)
	s.as(viewer).get(path).want(t, 200, "https://hooks.example.com/b/"+bin.ID, "!"+path+"/edit", "!"+path+"/clear")

	b.get(path+"/edit").want(t, 200, `value="0.5"`, `value="503"`, "Delete bin")
	_, changed := binForm("name", "Renamed", "body", "fine")
	b.post(path+"/edit", changed).wantRedirect(t, path)
	b.get(path).want(t, 200, "Renamed", "Answers 200 OK at once with 4 bytes.")
	b.get("/bins").want(t, 200, "Renamed", `href="`+path+`"`)

	b.get(path+"/delete").want(t, 200, "Delete this bin?", "stops working", `action="`+path+`/delete"`)
	b.get(path).want(t, 200, "Renamed") // to be asked changes nothing
	b.post(path+"/delete", nil).wantRedirect(t, "/bins")
	b.get(path).want(t, 404, "no such bin")
}

func TestABinsFormSaysWhatIsWrongAndKeepsWhatWasTyped(t *testing.T) {
	s := withBins(t)
	b := s.as(editor)
	for _, test := range []struct{ field, value, says string }{
		{"name", "", "Give the bin a name."},
		{"status", "99", "Choose a status between 200 and 599."},
		{"status", "two hundred", "Enter a whole number"},
		{"status", "", "Choose a status"},
		{"delay", "61", "Choose a delay between 0 and 60 seconds."},
		{"delay", "-1", "Choose a delay"},
		{"delay", "1e300", "Enter seconds"},
		{"delay", "NaN", "Enter seconds"},
		{"delay", "a while", "Enter seconds"},
		{"body_size", "1048577", "Choose a size"},
		{"fail_first", "1.5", "Enter a whole number"},
		{"fail_status", "600", "Choose a status"},
		{"retry_after", "1\r\nX-Evil: 1", "on one line"},
		{"body", strings.Repeat("x", 64<<10+1), "too long"},
	} {
		path, values := binForm(test.field, test.value, "name", "Kept")
		if test.field == "name" {
			values["name"] = []string{""}
		}
		b.post(path, values).want(t, 422, test.says, `aria-invalid="true"`, `href="#field-`+test.field+`"`)
	}
	b.post(binForm("status", `"><script>alert(1)</script>`, "delay", "99")).want(t, 422, "Enter a whole number", "Choose a delay", "&lt;script&gt;", "!<script>alert")
	if bins, err := s.store.ListBins(t.Context()); err != nil || len(bins) != 0 {
		t.Errorf("%d bins were made, %v", len(bins), err)
	}
}

func TestWhatABinReceivedIsShownAsText(t *testing.T) {
	s := withBins(t)
	bin, other := s.bin("Try-out"), s.bin("Other")
	const evil = `<script>alert(1)</script>`
	s.sendToBin("/b/"+bin.ID+"/x/%3Cscript%3E?q=%22onload&token=geheim-wort-5678", `{"a":"`+evil+`","n":12345678901234567890}`,
		"X-Evil", `"><img src=x onerror=alert(1)>`, "Content-Type", "application/json", "Authorization", "Bearer geheim-wort-1234")
	q := s.binRequests(bin)[0]
	b := s.as(editor)
	path := "/bins/" + bin.ID
	b.get(path).want(t, 200, "PUT", "/x/%3Cscript%3E?q=%22onload&amp;token=••••••••", "200", `href="`+path+"/requests/"+q.ID, "!<script>alert", "!Nothing received yet", path+"/clear")
	b.htmx().get(path).want(t, 200, "PUT", "!<html", "!sse-connect")

	page := path + "/requests/" + q.ID
	b.get(page).want(t, 200, "PUT", "12345678901234567890", "&lt;script&gt;alert(1)&lt;/script&gt;", "!"+evil, "!<img src=x", "X-Evil", "Raw",
		"Bearer geheim-wort-1234", "token=geheim-wort-5678", "200 OK", "no signature that Hookline knows")
	for _, role := range []hookline.Role{support, viewer} {
		s.as(role).get(page).want(t, 200, "!geheim-wort", "••••", "12345678901234567890")
	}
	b.get("/bins/"+other.ID+"/requests/"+q.ID).want(t, 404)
	b.get("/bins/"+other.ID).want(t, 200, "Nothing received yet")

	got := b.get(page + "/body")
	got.want(t, 200, evil)
	if got.Header().Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("a stranger's bytes may open as a page: %v", got.Header())
	}

	b.get(path+"/clear").want(t, 200, "Clear this bin?", `action="`+path+`/clear"`)
	b.post(path+"/clear", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "Nothing received yet", "The bin is empty.")
}

func TestABinJudgesSignatures(t *testing.T) {
	s := withBins(t)
	bin := s.bin("Try-out")
	keys, err := s.store.SigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.CreateDestination(t.Context(), hookline.Destination{
		Name: "CRM", SharedSecret: "crm-secret-word", SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	}); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	body := []byte(`{"a":1}`)
	s.sendToBin("/b/"+bin.ID, string(body), signing.HeaderWorkspace, signing.Workspace(keys[0].Key, now, body), signing.HeaderWorkspaceTime, signing.Timestamp(now),
		signing.HeaderShared, signing.Shared("crm-secret-word", body))
	b := s.as(viewer)
	b.get("/bins/"+bin.ID).want(t, 200, ">X-CIO-Signature<", ">workspace key<", ">X-Signature<", ">shared secret of CRM<", "!crm-secret-word", "!"+keys[0].Key)

	old := now.Add(-time.Hour)
	s.sendToBin("/b/"+bin.ID, string(body), signing.HeaderWorkspace, signing.Workspace(keys[0].Key, old, body), signing.HeaderWorkspaceTime, signing.Timestamp(old),
		signing.HeaderShared, signing.Shared("another", body))
	b.get("/bins/"+bin.ID).want(t, 200, ">right key, but the timestamp is off<", ">no destination&#39;s secret fits<")
	b.get("/bins/"+bin.ID+"/requests/"+s.binRequests(bin)[0].ID).want(t, 200, "The signature is right, but", "no destination&#39;s secret fits", "!crm-secret-word")
}

func TestABinsOlderRequestsAreOnTheNextPage(t *testing.T) {
	s := withBins(t)
	bin := s.bin("Try-out")
	for i := range shownBinRequests + 1 {
		s.sendToBin(fmt.Sprintf("/b/%s/number-%02d", bin.ID, i), "x")
	}
	b := s.as(viewer)
	path := "/bins/" + bin.ID
	first := b.get(path)
	first.want(t, 200, fmt.Sprintf("number-%02d", shownBinRequests), "number-01", "!number-00", "Older", "sse-connect")
	all := s.binRequests(bin)
	b.get(path+"?before="+all[shownBinRequests-1].ID).want(t, 200, "number-00", "!number-01", "Newer", "!sse-connect")
}

func TestALargeOrBinaryBodyIsShownInPart(t *testing.T) {
	s := withBins(t)
	bin := s.bin("Try-out")
	b := s.as(viewer)
	s.sendToBin("/b/"+bin.ID, strings.Repeat("y", 300<<10)+"END")
	b.get("/bins/"+bin.ID+"/requests/"+s.binRequests(bin)[0].ID).want(t, 200, "Only the first 262,144 bytes of 307,203 bytes are shown.", "!yEND")
	s.sendToBin("/b/"+bin.ID, "a\x00\xffb")
	b.get("/bins/"+bin.ID+"/requests/"+s.binRequests(bin)[0].ID).want(t, 200, "a␀�b", "This is not text")
	s.sendToBin("/b/"+bin.ID, strings.Repeat("z", requestbin.MaxBody+1))
	b.get("/bins/"+bin.ID+"/requests/"+s.binRequests(bin)[0].ID).want(t, 200, "This body is not whole", "Download 1,048,576 bytes")
	s.sendToBin("/b/"+bin.ID, "")
	b.get("/bins/"+bin.ID+"/requests/"+s.binRequests(bin)[0].ID).want(t, 200, "Body: empty", "!Download")
}
