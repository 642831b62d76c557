package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

// sized makes a page call of exactly n bytes.
func sized(n int) string {
	const frame = `{"type":"page","userId":"u","x":""}`
	return frame[:len(frame)-2] + strings.Repeat("x", n-len(frame)) + `"}`
}

// nested makes a page call of n levels, of which the call is the first.
func nested(n int) string {
	return `{"type":"page","userId":"u","x":` + strings.Repeat(`[`, n-1) + strings.Repeat(`]`, n-1) + `}`
}

func TestLimitsOfAnEvent(t *testing.T) {
	tests := []struct {
		name, item, around, want string // around: more members of the batch; want: part of the reason, "" when taken
	}{
		{"as large as may be", sized(32768), ``, ``},
		{"larger", sized(32769), ``, `it has 32769 bytes, and at most 32768`},
		{"as large as may be with what it inherits", sized(32758), `,"context":{"abc":12}`, ``},
		{"larger with what it inherits", sized(32759), `,"context":{"abc":12}`, `it has 32769 bytes`},
		{"white space does not count", strings.Replace(sized(32000), ":", strings.Repeat(" ", 1000)+":", 1), ``, ``},
		{"as deep as may be", nested(200), ``, ``},
		{"deeper", nested(201), ``, `at most 200 levels`},
		{"much deeper", nested(16000), ``, `at most 200 levels`},
		{"as deep as may be with what it inherits", sized(100), `,"context":` + objects(199), ``},
		{"deeper with what it inherits", sized(100), `,"context":` + objects(200), `at most 200 levels`},
		{"depth elsewhere in the batch", sized(100), `,"x":` + objects(300), ``},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const good = `{"type":"page","userId":"good"}`
			body := fmt.Sprintf(`{"batch":[%s,%s]%s}`, test.item, good, test.around)
			store, _, err := accept(t, "", body)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if len(store.events) != 2 {
					t.Fatalf("rejected: %v", store.rejections)
				}
				return
			}
			if len(store.rejections) == 0 || !strings.Contains(store.rejections[0].Reason, test.want) {
				t.Fatalf("rejections %+v, want %q", store.rejections, test.want)
			}
			if test.around == "" && (len(store.events) != 1 || store.events[0].UserID != "good") {
				t.Errorf("the good item was not taken")
			}
		})
	}
}

func objects(levels int) string {
	return strings.Repeat(`{"a":`, levels-1) + `{}` + strings.Repeat(`}`, levels-1)
}

func TestLimitsOfABatch(t *testing.T) {
	batch := func(n int, around string) string {
		return `{"batch":[` + strings.Repeat(`{"type":"page","userId":"u"},`, n-1) + `{"type":"page","userId":"u"}]` + around + `}`
	}
	large := `,"context":{"a":"` + strings.Repeat("a", 30_000) + `"}`
	tests := []struct {
		name, body string
		taken      int
		want       string
	}{
		{"no items", `{"batch":[]}`, 0, ``},
		{"as many as may be", batch(2500, ``), 2500, ``},
		{"more", batch(2501, ``), 0, `The batch has 2501 calls: at most 2500 are taken.`},
		{"a large context of few", batch(100, large), 100, ``},
		{"a large context of many", batch(200, large), 0, `too large to be repeated`},
		{"no batch", `{}`, 0, `needs a member “batch”`},
		{"a batch that is null", `{"batch":null}`, 0, `needs a member “batch”`},
		{"a batch that is an object", `{"batch":{"type":"page"}}`, 0, `needs a member “batch”`},
		{"an array", `[{"type":"page","userId":"u"}]`, 0, `not an object`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store, receipt, err := accept(t, "", test.body)
			if test.want == "" {
				if err != nil || receipt.Events != test.taken || receipt.Rejected != 0 {
					t.Fatalf("%+v, %v", receipt, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("%v, want %q", err, test.want)
			}
			if len(store.events) != 0 || len(store.rejections) != 1 {
				t.Fatalf("%d events, %d rejections", len(store.events), len(store.rejections))
			}
			if r := store.rejections[0]; r.Type != "batch" || r.Reason != err.Error() || r.SourceID != website.ID {
				t.Errorf("kept as %+v", r)
			}
		})
	}
}

func TestLimitsCanBeSet(t *testing.T) {
	in := New(newMemory(), Limits{EventBytes: 40, Depth: 2, BatchEvents: 1})
	for _, body := range []string{sized(41), nested(3)} {
		if _, err := in.Accept(t.Context(), Call{Source: website, Type: hookline.Page, Body: []byte(body), ReceivedAt: noon}); err == nil {
			t.Errorf("%s was taken", body)
		}
	}
	want := Limits{EventBytes: 40, BodyBytes: 512_000, BatchEvents: 1, Depth: 2}
	if diff := cmp.Diff(want, in.Limits()); diff != "" {
		t.Error(diff)
	}
}

func TestWriteKeyInTheBody(t *testing.T) {
	store := newMemory()
	in := New(store, Limits{})
	send := func(kind hookline.EventType, body string) Receipt {
		t.Helper()
		receipt, err := in.Accept(t.Context(), Call{Type: kind, Body: []byte(body), ReceivedAt: noon})
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		return receipt
	}
	tests := []struct {
		name, body string
		kind       hookline.EventType
		want       Receipt
	}{
		{"of a call", `{"writeKey":"key-of-billing","userId":"u"}`, hookline.Page, Receipt{Source: billing, Events: 1}},
		{"of a batch", `{"batch":[{"type":"page","userId":"u"}],"writeKey":"key-of-billing"}`, "", Receipt{Source: billing, Events: 1}},
		{
			"of items", `{"batch":[7,{"type":"page","userId":"u"},{"type":"page","userId":"u","writeKey":"key-of-billing"},{"type":"page","userId":"u","writeKey":"key-of-website"}]}`, "",
			Receipt{Source: billing, Events: 2, Rejected: 2},
		},
		{
			"the batch's comes first", `{"writeKey":"key-of-billing","batch":[{"type":"page","userId":"u","writeKey":"another"}]}`, "",
			Receipt{Source: billing, Events: 1},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, send(test.kind, test.body)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, e := range store.events {
		if e.SourceID != billing.ID || bytes.Contains(e.Payload, []byte("key")) {
			t.Errorf("%s has %s", e.SourceID, e.Payload)
		}
	}
	for _, r := range store.rejections {
		if strings.Contains(r.Payload, "key-of") {
			t.Errorf("the rejection shows a key: %s", r.Payload)
		}
	}
	if got := store.rejections[1].Reason; got != string(otherKey) {
		t.Errorf("rejected because %q", got)
	}
}

func TestRejectionShowsWhatWasSent(t *testing.T) {
	tests := []struct{ name, sent, want string }{
		{"as it is", ` {"a": 1`, ` {"a": 1`},
		{"without NUL and broken text", "a\x00b\xffc", "a\uFFFDb\uFFFDc"},
		{"without the write key", `{"writeKey": "key-of-website",`, `{"writeKey": "…",`},
		{"cut", strings.Repeat("x", 40_000), strings.Repeat("x", 32_768)},
		{"cut between characters", strings.Repeat("x", 32_767) + "é", strings.Repeat("x", 32_767)},
		{"cut when mending made it longer", strings.Repeat("\x00", 32_768), strings.Repeat("\uFFFD", 10_922)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store, _, err := accept(t, hookline.Track, test.sent)
			if err == nil || len(store.rejections) != 1 {
				t.Fatalf("%v, %d rejections", err, len(store.rejections))
			}
			if diff := cmp.Diff(test.want, store.rejections[0].Payload); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRejectionSaysWhatItWas(t *testing.T) {
	store, _, _ := accept(t, "", `{"batch":[{"type":"tracks","event":"A"},{"type":"page","name":"B"},{"type":7,"event":[]}]}`)
	var got []string
	for _, r := range store.rejections {
		got = append(got, r.Type+" "+r.Name)
	}
	if diff := cmp.Diff([]string{"tracks A", "page B", "7 "}, got); diff != "" {
		t.Error(diff)
	}
}

// TestReadersForget sends calls through one ingester that would show if
// anything of a call stayed for the next.
func TestReadersForget(t *testing.T) {
	store := newMemory()
	in := New(store, Limits{})
	for range 3 {
		first := Call{Source: website, Body: []byte(`{"batch":[{"type":"page","userId":"u","messageId":"m1"},5],"context":{"secret":1},"sentAt":"2020-01-01T00:00:00Z","writeKey":"key-of-billing"}`), ReceivedAt: noon}
		if _, err := in.Accept(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		receipt, err := in.Accept(t.Context(), Call{Source: billing, Type: hookline.Page, Body: []byte(`{"userId":"u","messageId":"m2"}`), ReceivedAt: noon})
		if err != nil || receipt.Events != 1 || receipt.Rejected != 0 {
			t.Fatalf("%+v, %v", receipt, err)
		}
		if _, err := in.Accept(t.Context(), Call{Type: hookline.Page, Body: []byte(`{"userId":"u"}`), ReceivedAt: noon}); hookline.KindOf(err) != hookline.KindUnauthorized {
			t.Fatalf("a call without a key: %v", err)
		}
	}
	want := `{"userId":"u","messageId":"m2","type":"page","timestamp":"2026-03-04T12:00:00.000Z","receivedAt":"2026-03-04T12:00:00.000Z"}`
	if got := string(store.events[1].Payload); got != want {
		t.Errorf("stored %s", got)
	}
}

// hasty gives up at once and goes on to look at what it was given, as a store
// does whose caller went away.
type hasty struct {
	*memory
	given []hookline.Event
}

func (h *hasty) AppendEvents(_ context.Context, events []hookline.Event, _ []hookline.Rejection) (int, error) {
	if h.given == nil {
		h.given = events
	}
	return 0, context.Canceled
}

func TestAStoreThatGaveUpKeepsWhatItWasGiven(t *testing.T) {
	store := &hasty{memory: newMemory()}
	in := New(store, Limits{})
	for _, id := range []string{"first", "second"} {
		_, err := in.Accept(t.Context(), Call{Source: website, Type: hookline.Page, Body: []byte(`{"userId":"` + id + `"}`), ReceivedAt: noon})
		if hookline.KindOf(err) != hookline.KindUnavailable {
			t.Fatal(err)
		}
	}
	if got := store.given[0].UserID; got != "first" {
		t.Errorf("the first call's event became one of %q", got)
	}
}

// FuzzAccept sends anything. Nothing may panic, every refusal is a sentence,
// and what is stored can be read back as one JSON object of UTF-8 text that
// says what the event says.
func FuzzAccept(f *testing.F) {
	for _, seed := range []string{
		`{"userId":"u","event":"E","properties":{"a":[1,"\u0000\ud800"]}}`,
		`{"batch":[{"type":"track","userId":1,"event":"E","context":{}},null],"context":{"a":1},"integrations":{"All":false},"sentAt":1}`,
		`{"batch":[{"type":"alias","userId":"u","previousId":"p","timestamp":"2020-01-01T00:00:00Z","userId":null}],"writeKey":"k"}`,
		"{\"userId\":\"\xff\",\"userId\":\"b\\\"\"}", `[`, nested(201), sized(40000),
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, body string, single bool) {
		kind := hookline.EventType("")
		if single {
			kind = hookline.Track
		}
		store := newMemory()
		receipt, err := New(store, Limits{}).Accept(t.Context(), Call{Source: website, Type: kind, Body: []byte(body), ReceivedAt: noon})
		if err != nil && (hookline.KindOf(err) != hookline.KindInvalid || receipt.Rejected != 1) {
			t.Fatalf("%v, %+v", err, receipt)
		}
		if len(store.events)+receipt.Duplicates != receipt.Events || len(store.rejections) != receipt.Rejected {
			t.Fatalf("%d events and %d rejections, but %+v", len(store.events), len(store.rejections), receipt)
		}
		for _, e := range store.events {
			checkStored(t, e)
		}
		for _, r := range store.rejections {
			if !utf8.ValidString(r.Payload+r.Type+r.Name) || strings.Contains(r.Payload, "\x00") || len(r.Payload) > maxRejected {
				t.Fatalf("kept %+v", r)
			}
		}
	})
}

func checkStored(t *testing.T, e hookline.Event) {
	t.Helper()
	if !json.Valid(e.Payload) || !utf8.Valid(e.Payload) {
		t.Fatalf("stored %q", e.Payload)
	}
	for name, want := range map[string]string{"type": string(e.Type), "messageId": e.MessageID, "userId": e.UserID, "anonymousId": e.AnonymousID} {
		got, _ := memberOf(t, e.Payload, name).(string)
		if want == "" {
			got = strings.TrimSpace(got) // blanks are stored as sent and mean nothing
		}
		if got != want || strings.Contains(want, "\x00") {
			t.Fatalf("%s is %q and stored as %s", name, want, e.Payload)
		}
	}
}
