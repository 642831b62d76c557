package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

// refused fails unless the answer is exactly this refusal.
func (h *house) refused(a answer, status int, code, message string) {
	h.t.Helper()
	want, err := json.Marshal(message)
	if err != nil {
		h.t.Fatal(err)
	}
	body := `{"success":false,"code":"` + code + `","message":` + string(want) + `,"meta":{"error":` + string(want) + `}}`
	if diff := cmp.Diff(body, a.body); a.status != status || diff != "" {
		h.t.Errorf("answered %d, want %d: %s", a.status, status, diff)
	}
	if got := a.header.Get("Content-Type"); got != "application/json" {
		h.t.Errorf("the refusal is %s", got)
	}
}

const (
	noKey      = "The call carries no write key. Send it as the user name of Basic authorization, or as writeKey in the body."
	unknownKey = "No source has this write key. Copy the key from the source's page in Hookline."
	offSource  = "This source is disabled, so it takes no events. Enable it in Hookline, under Sources."
)

func TestWhoSends(t *testing.T) {
	tests := []struct {
		name, authorization, body string
		status                    int
		message                   string
	}{
		{"Basic", basic("key-of-website"), `{"userId":"u"}`, 200, ""},
		{"Basic with a password", "basic a2V5LW9mLXdlYnNpdGU6c2VjcmV0", `{"userId":"u"}`, 200, ""},
		{"the bare key", "Basic key-of-website", `{"userId":"u"}`, 200, ""},
		{"in the body", "", `{"userId":"u","writeKey":"key-of-website"}`, 200, ""},
		{"another scheme, and in the body", "Bearer x", `{"userId":"u","writeKey":"key-of-website"}`, 200, ""},
		{"an empty name, and in the body", basic(""), `{"userId":"u","writeKey":"key-of-website"}`, 200, ""},
		{"the header comes first", basic("key-of-website"), `{"userId":"u","writeKey":"nobody's"}`, 200, ""},
		{"nobody", "", `{"userId":"u"}`, 401, noKey},
		{"an unknown key", basic("nobody's"), `{"userId":"u","writeKey":"key-of-website"}`, 401, unknownKey},
		{"an unknown key in the body", "", `{"userId":"u","writeKey":"nobody's"}`, 401, unknownKey},
		{"nonsense", "Basic \xff\xfe", `{"userId":"u"}`, 401, unknownKey},
		{"a disabled source", basic("key-of-old"), `{"userId":"u"}`, 404, offSource},
		{"a disabled source in the body", "", `{"userId":"u","writeKey":"key-of-old"}`, 404, offSource},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			a := h.do(http.MethodPost, "/v1/page", test.body, map[string]string{"Authorization": test.authorization})
			switch test.status {
			case 200:
				h.taken(a)
			case 401:
				h.refused(a, 401, "unauthorized", test.message)
				if a.header.Get("WWW-Authenticate") == "" {
					t.Error("a 401 must say how to authenticate")
				}
			case 404:
				h.refused(a, 404, "not_found", test.message)
			}
			if stored := len(h.events) == 1; stored != (test.status == 200) {
				t.Errorf("%d events are stored", len(h.events))
			}
		})
	}
}

func TestBodyIsJSONWhateverItSays(t *testing.T) {
	const call = `{"userId":"u"}`
	tests := []struct{ name, contentType, encoding, body string }{
		{"JSON", "application/json", "", call},
		{"JSON in UTF-8", "application/json; charset=utf-8", "", call},
		{"no type", "", "", call},
		{"text", "text/plain;charset=UTF-8", "", call},
		{"a form with JSON", "application/x-www-form-urlencoded", "", call},
		{"a form with gzip", "application/x-www-form-urlencoded", "gzip", zip(call)},
		{"a form with gzip that does not say so", "application/x-www-form-urlencoded", "", zip(call)},
		{"gzip", "application/json", "gzip", zip(call)},
		{"gzip in capitals", "application/json", "GZIP", zip(call)},
		{"an old name of gzip", "application/json", "x-gzip", zip(call)},
		{"gzip that a proxy unpacked", "application/json", "gzip", call},
		{"identity", "application/json", "identity", call},
		{"nonsense", "image/png", "", call},
		{"gzip in two members", "application/json", "gzip", zip(call[:5]) + zip(call[5:])},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			h.taken(h.do(http.MethodPost, "/v1/page", test.body, map[string]string{"Content-Type": test.contentType, "Content-Encoding": test.encoding}))
			if len(h.events) != 1 || h.events[0].UserID != "u" {
				t.Errorf("stored %v", h.events)
			}
		})
	}
}

func TestCrossOrigin(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/v1/track", "/v1/b", "/v1/import", "/v1/anything/else"} {
		a := h.do(http.MethodOptions, path, "", map[string]string{
			"Authorization": "", "Origin": "https://shop.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type",
		})
		if a.status != http.StatusNoContent || a.body != "" {
			t.Errorf("%s: answered %d %s", path, a.status, a.body)
		}
		checkOrigin(t, a)
		if got, want := a.header.Get("Access-Control-Allow-Headers"), "Authorization, Content-Type, X-Retry-Count"; got != want {
			t.Errorf("%s: allows the headers %q, want %q", path, got, want)
		}
		if got := a.header.Get("Access-Control-Allow-Methods"); !strings.Contains(got, "POST") {
			t.Errorf("%s: allows the methods %q", path, got)
		}
	}
	origin := map[string]string{"Origin": "https://shop.example"}
	checkOrigin(t, h.do(http.MethodPost, "/v1/page", `{"userId":"u"}`, origin))
	checkOrigin(t, h.do(http.MethodPost, "/v1/page", `{`, origin))
	checkOrigin(t, h.do(http.MethodPost, "/v1/page", `{}`, map[string]string{"Authorization": basic("x")}))
	h.trouble = errors.New("disk full")
	checkOrigin(t, h.do(http.MethodPost, "/v1/page", `{"userId":"u"}`, origin))
}

func checkOrigin(t *testing.T, a answer) {
	t.Helper()
	if got := a.header.Values("Access-Control-Allow-Origin"); !cmp.Equal(got, []string{"*"}) {
		t.Errorf("%d allows the origins %q", a.status, got)
	}
	if got := a.header.Get("Access-Control-Allow-Credentials"); got != "" {
		t.Errorf("%d allows credentials: %q", a.status, got)
	}
}

func TestOtherPathsAndMethods(t *testing.T) {
	h := newHouse(t)
	const elsewhere = "There is no such call. Use /v1/track, /v1/identify, /v1/page, /v1/screen, /v1/group, /v1/alias or /v1/batch."
	for _, path := range []string{"/v1/", "/v1/x", "/v1/tracks", "/v1/track/x", "/v1//track", "/v1/TRACK", "/v1/%2e%2e/track"} {
		h.refused(h.post(path, `{"userId":"u","event":"E"}`), 404, "not_found", elsewhere)
	}
	h.refused(h.post("/v2/track", `{}`), 404, "not_found", "There is no such page. It may have been deleted.")
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "post"} {
		a := h.do(method, "/v1/track", `{"userId":"u","event":"E"}`, nil)
		h.refused(a, 405, "method_not_allowed", "This path does not take this method. Use POST, OPTIONS.")
		if got := a.header.Get("Allow"); got != "POST, OPTIONS" {
			t.Errorf("%s: allowed are %q", method, got)
		}
	}
	if a := h.do(http.MethodHead, "/v1/track", "", nil); a.status != 405 {
		t.Errorf("HEAD: answered %d", a.status)
	}
	if len(h.events) > 0 {
		t.Errorf("stored %v", h.events)
	}
}

func TestDuplicatesAreASuccess(t *testing.T) {
	h := newHouse(t)
	for range 3 {
		h.taken(h.post("/v1/track", `{"userId":"u","event":"E","messageId":"m"}`))
	}
	h.taken(h.post("/v1/batch", `{"batch":[{"type":"page","userId":"u","messageId":"m"},{"type":"page","userId":"u","messageId":"n"}]}`))
	if len(h.events) != 2 {
		t.Errorf("stored %v", h.events)
	}
}

func TestGoodItemsAreTakenAmongBadOnes(t *testing.T) {
	h := newHouse(t)
	h.taken(h.post("/v1/batch", `{"batch":[{"type":"page"},{"type":"page","userId":"u"},{"type":"track","userId":"u"},[],{"type":"page","userId":"`+strings.Repeat("u", 33_000)+`"}]}`))
	if len(h.events) != 1 || len(h.rejections) != 4 {
		t.Errorf("stored %d, rejected %v", len(h.events), h.rejections)
	}
}

func TestASingleCallThatCannotBeUsed(t *testing.T) {
	h := newHouse(t)
	const reason = "The track call has no event name. Give it an event, such as “Signed Up”."
	h.refused(h.post("/v1/track", `{"userId":"u","properties":{"a":1}}`), 400, "invalid", reason)
	if len(h.rejections) != 1 {
		t.Fatalf("kept %v", h.rejections)
	}
	h.rejections[0].ReceivedAt = time.Time{}
	want := hookline.Rejection{SourceID: "src_1", Type: "track", Reason: reason, Payload: `{"userId":"u","properties":{"a":1}}`}
	if diff := cmp.Diff(want, h.rejections[0]); diff != "" {
		t.Error(diff)
	}
	h.stillTakes()
}

func TestTemporaryTrouble(t *testing.T) {
	tests := []struct {
		name                      string
		trouble                   error
		status                    int
		code, retryAfter, message string
	}{
		{"anything", errors.New("write wal: no space left on device"), 503, "unavailable", "2", "Events cannot be stored just now. Send this call again in a few seconds."},
		{
			"the store says when", &hookline.Error{Kind: hookline.KindUnavailable, Message: "The disk is full.", RetryAfter: 29500 * time.Millisecond, Cause: errors.New("no space left on device")},
			503, "unavailable", "30", "The disk is full.",
		},
		{"too often", &hookline.Error{Kind: hookline.KindThrottled, Message: "Too fast."}, 429, "throttled", "1", "Too fast."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			h.trouble = test.trouble
			a := h.post("/v1/page", `{"userId":"u","messageId":"m"}`)
			h.refused(a, test.status, test.code, test.message)
			if got := a.header.Get("Retry-After"); got != test.retryAfter {
				t.Errorf("Retry-After %q, want %q", got, test.retryAfter)
			}
			if cause := "no space left on device"; test.status == 503 && !strings.Contains(h.log.String(), cause) {
				t.Errorf("the log does not tell the cause: %s", h.log)
			}
			h.trouble = nil
			h.taken(h.post("/v1/page", `{"userId":"u","messageId":"m"}`))
			if len(h.events) != 1 {
				t.Errorf("stored %v", h.events)
			}
		})
	}
}

func TestPanicIsAnsweredWithoutInternals(t *testing.T) {
	h := newHouse(t)
	h.panics = true
	h.refused(h.post("/v1/page", `{"userId":"u"}`), 500, "internal", "Something went wrong in Hookline. Its log says more.")
	if log := h.log.String(); !strings.Contains(log, "secret detail") || !strings.Contains(log, "level=ERROR") {
		t.Errorf("the log does not tell of the panic: %s", log)
	}
	h.panics = false
	h.stillTakes()
}

func TestOneLineOfLogPerCall(t *testing.T) {
	h := newHouse(t)
	h.post("/v1/batch", `{"batch":[{"type":"page","userId":"u","messageId":"m"},{"type":"page","userId":"u","messageId":"m"},7]}`)
	h.post("/v1/t", `{}`)
	lines := strings.Split(strings.TrimSpace(h.log.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	for _, want := range []string{"level=INFO", "source=src_1", "type=batch", "events=2", "duplicates=1", "rejected=1", "bytes=103", "status=200", "duration="} {
		if !strings.Contains(lines[0], want) {
			t.Errorf("%s is not in %s", want, lines[0])
		}
	}
	for _, want := range []string{"type=track", "rejected=1", "status=400", `error="The track call has no event name`} {
		if !strings.Contains(lines[1], want) {
			t.Errorf("%s is not in %s", want, lines[1])
		}
	}
	if strings.Contains(h.log.String(), website.WriteKey) {
		t.Errorf("the log shows the write key: %s", h.log)
	}
}
