package ingest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

func TestIDsOfEveryType(t *testing.T) {
	tests := []struct{ id, want string }{ // "refused" for a call that is not taken
		{`"u1"`, `u1`},
		{`" u1 "`, ` u1 `},
		{`"Zo\u00eb \"Z\" \\ 🙂"`, `Zoë "Z" \ 🙂`},
		{`"a\u0000b"`, "a\uFFFDb"},
		{`17`, `17`},
		{`-3.50`, `-3.50`},
		{`12345678901234567890`, `12345678901234567890`},
		{`null`, ``},
		{`""`, ``},
		{`"  "`, ``},
		{`true`, `refused`},
		{`{"id":1}`, `refused`},
		{`["u1"]`, `refused`},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			store, _, err := accept(t, hookline.Page, `{"anonymousId":"a1","userId":`+test.id+`}`)
			if test.want == "refused" {
				want := "The userId of a call must be a text or a number."
				if err == nil || err.Error() != want {
					t.Fatalf("%v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := store.events[0].UserID; got != test.want {
				t.Errorf("the id is %q, want %q", got, test.want)
			}
			stored, _ := memberOf(t, store.events[0].Payload, "userId").(string)
			if test.want != "" && stored != test.want {
				t.Errorf("the payload has %q, want %q", stored, test.want)
			}
		})
	}
}

func memberOf(t *testing.T, payload []byte, name string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(payload)))
	d.UseNumber()
	var all map[string]any
	if err := d.Decode(&all); err != nil {
		t.Fatalf("%s: %v", payload, err)
	}
	return all[name]
}

func TestWhatATypeNeeds(t *testing.T) {
	tests := []struct {
		name string
		kind hookline.EventType
		body string
		want refusal // "" when it is taken
	}{
		{"identify by user", hookline.Identify, `{"userId":"u"}`, ""},
		{"identify by nobody", hookline.Identify, `{"traits":{"email":""}}`, noIdentityBy},
		{"identify by e-mail", hookline.Identify, `{"traits":{"email":"ana@example.com"}}`, ""},
		{"identify by the last e-mail", hookline.Identify, `{"traits":{"email":"ana@example.com","email":null}}`, noIdentityBy},
		{"identify by text that is no e-mail", hookline.Identify, `{"traits":{"email":"ana"}}`, noIdentityBy},
		{"identify by traits that are no object", hookline.Identify, `{"traits":["email"]}`, noIdentityBy},
		{"identify by context.traits", hookline.Identify, `{"context":{"traits":{"email":"ana@example.com"}}}`, noIdentityBy},
		{"track by anonymous id", hookline.Track, `{"anonymousId":"a","event":"E"}`, ""},
		{"track by e-mail", hookline.Track, `{"traits":{"email":"ana@example.com"},"event":"E"}`, ""},
		{"track by nobody", hookline.Track, `{"event":"E"}`, noIdentityBy},
		{"track nothing", hookline.Track, `{"userId":"u"}`, noEventName},
		{"track blanks", hookline.Track, `{"userId":"u","event":" "}`, noEventName},
		{"track an object", hookline.Track, `{"userId":"u","event":{}}`, "The event of a call must be a text or a number."},
		{"track a number", hookline.Track, `{"userId":"u","event":404}`, ""},
		{"page without a name", hookline.Page, `{"userId":"u"}`, ""},
		{"page with a strange name", hookline.Page, `{"userId":"u","name":["x"]}`, ""},
		{"page by e-mail", hookline.Page, `{"traits":{"email":"ana@example.com"}}`, noIdentity},
		{"screen by nobody", hookline.Screen, `{}`, noIdentity},
		{"group", hookline.Group, `{"userId":"u","groupId":7}`, ""},
		{"group of nobody", hookline.Group, `{"groupId":"g"}`, noIdentity},
		{"group without group", hookline.Group, `{"userId":"u"}`, noGroup},
		{"alias", hookline.Alias, `{"userId":"u","previousId":"p"}`, ""},
		{"alias from nobody", hookline.Alias, `{"userId":"u"}`, noPrevious},
		{"alias to nobody", hookline.Alias, `{"anonymousId":"a","previousId":"p"}`, noPrevious},
		{"item", "", `{"batch":[{"type":"page","userId":"u"}]}`, ""},
		{"item of no type", "", `{"batch":[{"userId":"u"}]}`, noType},
		{"item of an unknown type", "", `{"batch":[{"type":"Track","userId":"u","event":"E"}]}`, noType},
		{"item of a type that is no text", "", `{"batch":[{"type":{},"userId":"u"}]}`, noType},
		{"item that is null", "", `{"batch":[null]}`, notAnObject},
		{"item that is an array", "", `{"batch":[[]]}`, notAnObject},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store, _, _ := accept(t, test.kind, test.body)
			if test.want == "" {
				if len(store.events) != 1 || len(store.rejections) != 0 {
					t.Fatalf("%d events, rejections %v", len(store.events), store.rejections)
				}
				return
			}
			if len(store.events) != 0 || len(store.rejections) != 1 {
				t.Fatalf("%d events, %d rejections", len(store.events), len(store.rejections))
			}
			if got := store.rejections[0].Reason; got != string(test.want) {
				t.Errorf("rejected because %q, want %q", got, test.want)
			}
		})
	}
}

func TestPayload(t *testing.T) {
	const ours = `"timestamp":"2026-03-04T12:00:00.000Z","receivedAt":"2026-03-04T12:00:00.000Z"`
	tests := []struct{ name, body, want string }{
		{
			"what is unknown stays, in its order",
			`{"z":{"y":[1.50,{"x":null}]},"messageId":"m","userId":"u","channel":"server","a":1e400}`,
			`{"z":{"y":[1.50,{"x":null}]},"messageId":"m","userId":"u","channel":"server","a":1e400,"type":"page",` + ours + `}`,
		},
		{
			"ours stand where the sender's stood",
			`{"receivedAt":"x","type":"track","messageId":7,"userId":8,"writeKey":"k"}`,
			`{"receivedAt":"2026-03-04T12:00:00.000Z","type":"page","messageId":"7","userId":"8","timestamp":"2026-03-04T12:00:00.000Z"}`,
		},
		{
			"of a name that comes twice the last counts",
			`{"userId":"u1","messageId":"m","userId":"u2","x":1,"x":2,"writeKey":"k","writeKey":"l"}`,
			`{"messageId":"m","userId":"u2","x":1,"x":2,"type":"page",` + ours + `}`,
		},
		{
			"the sender's time is not lost when it is nonsense",
			`{"userId":"u","messageId":"m","timestamp":"soon"}`,
			`{"userId":"u","messageId":"m","timestamp":"2026-03-04T12:00:00.000Z","type":"page","originalTimestamp":"soon","receivedAt":"2026-03-04T12:00:00.000Z"}`,
		},
		{
			"originalTimestamp comes before timestamp",
			`{"userId":"u","messageId":"m","originalTimestamp":"2026-03-04T11:00:00Z","timestamp":"2020-01-01T00:00:00Z","type":"page"}`,
			`{"userId":"u","messageId":"m","originalTimestamp":"2026-03-04T11:00:00Z","timestamp":"2026-03-04T11:00:00.000Z","type":"page","receivedAt":"2026-03-04T12:00:00.000Z"}`,
		},
		{
			"text that SQL cannot hold is mended",
			`{"userId":"u","messageId":"m","properties":{"a` + "\xff" + `":"\u0000\ud800"},"type":"page"}`,
			`{"userId":"u","messageId":"m","properties":{"a` + "\uFFFD" + `":"` + "\uFFFD\uFFFD" + `"},"type":"page",` + ours + `}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store, _, err := accept(t, hookline.Page, test.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(store.events[0].Payload)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMessageIDIsMadeUp(t *testing.T) {
	store, receipt, err := accept(t, "", `{"batch":[{"type":"page","userId":"u"},{"type":"page","userId":"u","messageId":null},{"type":"page","userId":"u","messageId":""}]}`)
	if err != nil || receipt.Duplicates > 0 || len(store.events) != 3 {
		t.Fatalf("%+v, %v", receipt, err)
	}
	for _, e := range store.events {
		if !strings.HasPrefix(e.MessageID, "msg_") || memberOf(t, e.Payload, "messageId") != e.MessageID {
			t.Errorf("message id %q in %s", e.MessageID, e.Payload)
		}
	}
}

func TestInheritance(t *testing.T) {
	tests := []struct{ name, batch, item, want string }{
		{"nothing to inherit", `null`, `{"a":1}`, `{"a":1}`},
		{"nothing of its own", `{"a":1}`, ``, `{"a":1}`},
		{"null of its own", `{"a":1}`, `null`, `{"a":1}`},
		{"its own wins", `{"a":1,"b":2}`, `{"b":3,"c":4}`, `{"b":3,"c":4,"a":1}`},
		{"its own is empty", `{"a":1}`, `{}`, `{"a":1}`},
		{"both are empty", `{}`, `{}`, `{}`},
		{"its own is no object", `{"a":1}`, `"x"`, `"x"`},
		{"the batch's is no object", `[1]`, `{"a":1}`, `{"a":1}`},
		{"its own is long", `{"n7":1,"n40":1}`, longObject(40), longObject(40)[:len(longObject(40))-1] + `,"n40":1}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			item := `{"type":"page","userId":"u"`
			if test.item != "" {
				item += `,"integrations":` + test.item
			}
			store, _, err := accept(t, "", `{"batch":[`+item+`}],"integrations":`+test.batch+`}`)
			if err != nil {
				t.Fatal(err)
			}
			var stored struct{ Integrations json.RawMessage }
			if err := json.Unmarshal(store.events[0].Payload, &stored); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(stored.Integrations)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// longObject has n members: n0, n1 …
func longObject(n int) string {
	var parts []string
	for i := range n {
		parts = append(parts, fmt.Sprintf(`"n%d":0`, i))
	}
	return "{" + strings.Join(parts, ",") + "}"
}
