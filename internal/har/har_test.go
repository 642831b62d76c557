package har

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

const ms = time.Millisecond

// object checks that a value is an object with all of these members, each of its kind, and with no others but optional
// ones: the specification knows no more of them.
func object(t *testing.T, where string, value any, members map[string]any, optional ...string) map[string]any {
	t.Helper()
	o, ok := value.(map[string]any)
	if !ok {
		t.Fatalf("%s is %v, want an object", where, value)
	}
	for name, kind := range members {
		if got, want := fmt.Sprintf("%T", o[name]), fmt.Sprintf("%T", kind); got != want {
			t.Errorf("%s.%s is %s, want %s", where, name, got, want)
		}
	}
	for name := range o {
		_, needed := members[name]
		for _, allowed := range optional {
			needed = needed || name == allowed
		}
		if !needed {
			t.Errorf("%s.%s is not in the specification", where, name)
		}
	}
	return o
}

var (
	aText   = ""
	aNumber = 0.0
	aList   []any
	aMap    map[string]any
)

// check says whether a text is a HAR 1.2, by its specification, and gives its entries.
func check(t *testing.T, text []byte) []map[string]any {
	t.Helper()
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	log := object(t, "log", object(t, "", whole, map[string]any{"log": aMap})["log"], map[string]any{"version": aText, "creator": aMap, "entries": aList}, "browser", "pages", "comment")
	if log["version"] != "1.2" {
		t.Errorf("the version is %v", log["version"])
	}
	object(t, "creator", log["creator"], map[string]any{"name": aText, "version": aText}, "comment")
	var entries []map[string]any
	for i, e := range log["entries"].([]any) {
		entries = append(entries, checkEntry(t, fmt.Sprintf("entries[%d]", i), e))
	}
	return entries
}

func checkEntry(t *testing.T, where string, value any) map[string]any {
	t.Helper()
	e := object(t, where, value, map[string]any{"startedDateTime": aText, "time": aNumber, "request": aMap, "response": aMap, "cache": aMap, "timings": aMap},
		"pageref", "serverIPAddress", "connection", "comment")
	if _, err := time.Parse(time.RFC3339, e["startedDateTime"].(string)); err != nil {
		t.Errorf("%s: %v", where, err)
	}
	q := object(t, where+".request", e["request"], map[string]any{
		"method": aText, "url": aText, "httpVersion": aText, "cookies": aList, "headers": aList, "queryString": aList, "headersSize": aNumber, "bodySize": aNumber,
	}, "postData", "comment")
	if data, there := q["postData"]; there {
		object(t, where+".request.postData", data, map[string]any{"mimeType": aText, "text": aText}, "comment")
	}
	r := object(t, where+".response", e["response"], map[string]any{
		"status": aNumber, "statusText": aText, "httpVersion": aText, "cookies": aList, "headers": aList, "content": aMap, "redirectURL": aText,
		"headersSize": aNumber, "bodySize": aNumber,
	}, "comment")
	object(t, where+".response.content", r["content"], map[string]any{"size": aNumber, "mimeType": aText}, "compression", "text", "encoding", "comment")
	for _, list := range []any{q["cookies"], q["headers"], q["queryString"], r["cookies"], r["headers"]} {
		for _, one := range list.([]any) {
			object(t, where+" pair", one, map[string]any{"name": aText, "value": aText}, "comment")
		}
	}
	checkTimings(t, where, e)
	return e
}

// checkTimings: each part took some time, or -1 where there was none, and those of the specification add up.
func checkTimings(t *testing.T, where string, e map[string]any) {
	t.Helper()
	times := object(t, where+".timings", e["timings"], map[string]any{"send": aNumber, "wait": aNumber, "receive": aNumber}, "blocked", "dns", "connect", "ssl", "comment")
	sum := 0.0
	for name, value := range times {
		took := value.(float64)
		optional := name == "blocked" || name == "dns" || name == "connect" || name == "ssl"
		if took < 0 && (!optional || took != -1) {
			t.Errorf("%s.timings.%s is %v", where, name, took)
		}
		if took > 0 && name != "ssl" {
			sum += took
		}
	}
	if math.Abs(sum-e["time"].(float64)) > 0.001 {
		t.Errorf("%s.time is %v, its parts are %v", where, e["time"], sum)
	}
}

func written(t *testing.T, exchanges ...Exchange) []map[string]any {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, "1.2.3", exchanges); err != nil {
		t.Fatal(err)
	}
	return check(t, b.Bytes())
}

func TestEveryArchiveIsOne(t *testing.T) {
	request := hookline.Request{
		Method: "POST", URL: "https://crm.example.com/a?plan=pro&empty=&flag#part", Body: []byte(`{"a":"</script>\u0000"}`),
		Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Odd", Value: "\xff"}},
	}
	at := time.Date(2026, 3, 4, 15, 0, 0, 123456000, time.FixedZone("", 3600))
	entries := written(t,
		Exchange{request, hookline.Attempt{
			StartedAt: at, Duration: 140 * ms, Status: 302, Answer: []byte("ok"), Reason: "The receiver answered 302.",
			AnswerHeaders: []hookline.Header{{Name: "Location", Value: "/there"}},
			Timings:       hookline.Timings{DNS: 2 * ms, Connect: 10 * ms, TLS: 20 * ms, FirstByte: 132 * ms},
		}},
		Exchange{hookline.Request{Method: "GET", URL: "https://crm.example.com"}, hookline.Attempt{StartedAt: at, Duration: 4 * time.Second}},
		Exchange{request, hookline.Attempt{StartedAt: at, Duration: ms, Status: 200, Answer: []byte("\xff\xfe"), AnswerTooLarge: true, Timings: hookline.Timings{DNS: 9 * ms, FirstByte: 5 * ms}}},
		Exchange{request, hookline.Attempt{StartedAt: at, Duration: ms, Status: 200, AnswerHidden: true}},
	)
	if len(entries) != 4 {
		t.Fatalf("%d entries", len(entries))
	}
	first := entries[0]
	if diff := cmp.Diff(map[string]any{"blocked": -1.0, "dns": 2.0, "connect": 30.0, "ssl": 20.0, "send": 0.0, "wait": 100.0, "receive": 8.0}, first["timings"]); diff != "" {
		t.Errorf("timings (-want +got):\n%s", diff)
	}
	q, r := first["request"].(map[string]any), first["response"].(map[string]any)
	wantQuery := []any{map[string]any{"name": "plan", "value": "pro"}, map[string]any{"name": "empty", "value": ""}, map[string]any{"name": "flag", "value": ""}}
	if diff := cmp.Diff(wantQuery, q["queryString"]); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if first["startedDateTime"] != "2026-03-04T14:00:00.123456Z" || r["redirectURL"] != "/there" || q["postData"].(map[string]any)["text"] != string(request.Body) || first["comment"] != "The receiver answered 302." {
		t.Errorf("the first is %v", first)
	}
	if _, there := entries[1]["request"].(map[string]any)["postData"]; there || entries[1]["response"].(map[string]any)["status"] != 0.0 {
		t.Errorf("without body and answer it is %v", entries[1])
	}
	if got := entries[2]["response"].(map[string]any)["content"].(map[string]any); got["text"] != "\uFFFD" || got["comment"] == nil {
		t.Errorf("bytes that are no text are %v", got)
	}
}

func TestAnArchiveOfNothing(t *testing.T) {
	if entries := written(t); len(entries) != 0 {
		t.Errorf("it has %v", entries)
	}
}
