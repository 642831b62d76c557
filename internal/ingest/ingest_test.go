package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

var (
	website  = hookline.Source{ID: "src_1", Name: "Website", WriteKey: "key-of-website", Enabled: true}
	billing  = hookline.Source{ID: "src_2", Name: "Billing", WriteKey: "key-of-billing", Enabled: true}
	disabled = hookline.Source{ID: "src_3", Name: "Old", WriteKey: "key-of-old"}
	noon     = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
)

// memory keeps the promises of Store for a test.
type memory struct {
	mu         sync.Mutex
	sources    map[string]hookline.Source
	events     []hookline.Event
	rejections []hookline.Rejection
	seen       map[string]bool
	trouble    error // what every call fails with
}

func newMemory() *memory {
	m := &memory{sources: map[string]hookline.Source{}, seen: map[string]bool{}}
	for _, s := range []hookline.Source{website, billing, disabled} {
		m.sources[s.WriteKey] = s
	}
	return m
}

func (m *memory) SourceByWriteKey(_ context.Context, key string) (hookline.Source, error) {
	if source, ok := m.sources[key]; ok {
		return source, nil
	}
	return hookline.Source{}, hookline.NotFound("source")
}

func (m *memory) AppendEvents(_ context.Context, events []hookline.Event, rejections []hookline.Rejection) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.trouble != nil {
		return 0, m.trouble
	}
	duplicates := 0
	for _, e := range events {
		if key := e.SourceID + " " + e.MessageID; m.seen[key] {
			duplicates++
			continue
		} else {
			m.seen[key] = true
		}
		m.events = append(m.events, e)
	}
	m.rejections = append(m.rejections, rejections...)
	return duplicates, nil
}

// accept sends one call of the website and gives what was kept.
func accept(t *testing.T, kind hookline.EventType, body string) (*memory, Receipt, error) {
	t.Helper()
	store := newMemory()
	receipt, err := New(store, Limits{}).Accept(t.Context(), Call{Source: website, Type: kind, Body: []byte(body), ReceivedAt: noon})
	return store, receipt, err
}

func TestAcceptSingle(t *testing.T) {
	store, receipt, err := accept(t, hookline.Track, `{
		"userId": "u1", "event": "Signed Up", "messageId": "m1", "writeKey": "key-of-website",
		"properties": {"plan": "Startup", "n": 12345678901234567890},
		"_metadata": {"a": [1, 2]}, "timestamp": "2026-03-04T11:59:00.5Z", "sentAt": "2026-03-04T11:59:10Z"
	}`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Receipt{Source: website, Events: 1}, receipt); diff != "" {
		t.Error(diff)
	}
	want := []hookline.Event{{
		SourceID: "src_1", Type: hookline.Track, MessageID: "m1", UserID: "u1", Name: "Signed Up",
		Timestamp: noon.Add(-9500 * time.Millisecond), ReceivedAt: noon,
		Payload: json.RawMessage(`{"userId":"u1","event":"Signed Up","messageId":"m1",` +
			`"properties":{"plan":"Startup","n":12345678901234567890},"_metadata":{"a":[1,2]},` +
			`"timestamp":"2026-03-04T11:59:50.500Z","sentAt":"2026-03-04T11:59:10Z","type":"track",` +
			`"originalTimestamp":"2026-03-04T11:59:00.5Z","receivedAt":"2026-03-04T12:00:00.000Z"}`),
	}}
	if diff := cmp.Diff(want, store.events); diff != "" {
		t.Error(diff)
	}
}

func TestAcceptBatch(t *testing.T) {
	store, receipt, err := accept(t, "", `{
		"batch": [
			{"type": "track", "userId": "u1", "event": "A", "messageId": "m1", "context": {"ip": "1.2.3.4", "app": {"v": 2}}, "integrations": null},
			{"type": "track", "userId": "u1", "messageId": "m2"},
			7,
			{"type": "identify", "anonymousId": "a1", "messageId": "m1"},
			{"type": "page", "anonymousId": "a1", "messageId": "m3", "name": "Home"}
		],
		"context": {"library": {"name": "go"}, "app": {"v": 1, "w": 1}}, "integrations": {"All": true},
		"sentAt": "2026-03-04T12:00:05Z"
	}`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Receipt{Source: website, Events: 3, Duplicates: 1, Rejected: 2}, receipt); diff != "" {
		t.Error(diff)
	}
	want := []string{
		`{"type":"track","userId":"u1","event":"A","messageId":"m1","context":{"ip":"1.2.3.4","app":{"v":2},"library":{"name":"go"}},` +
			`"integrations":{"All":true},"sentAt":"2026-03-04T12:00:05Z","timestamp":"2026-03-04T12:00:00.000Z","receivedAt":"2026-03-04T12:00:00.000Z"}`,
		`{"type":"page","anonymousId":"a1","messageId":"m3","name":"Home","context":{"library":{"name":"go"},"app":{"v":1,"w":1}},` +
			`"integrations":{"All":true},"sentAt":"2026-03-04T12:00:05Z","timestamp":"2026-03-04T12:00:00.000Z","receivedAt":"2026-03-04T12:00:00.000Z"}`,
	}
	if diff := cmp.Diff(want, payloads(store)); diff != "" {
		t.Error(diff)
	}
	rejected := []hookline.Rejection{
		{SourceID: "src_1", Type: "track", Reason: string(noEventName), ReceivedAt: noon, Payload: `{"type":"track","userId":"u1","messageId":"m2"}`},
		{SourceID: "src_1", Reason: string(notAnObject), ReceivedAt: noon, Payload: `7`},
	}
	if diff := cmp.Diff(rejected, store.rejections); diff != "" {
		t.Error(diff)
	}
}

func payloads(m *memory) []string {
	var list []string
	for _, e := range m.events {
		list = append(list, string(e.Payload))
	}
	return list
}

func TestAcceptFails(t *testing.T) {
	tests := map[string]struct {
		source  hookline.Source
		kind    hookline.EventType
		body    string
		trouble error
		want    hookline.Kind
	}{
		"no key at all":           {body: `{"batch":[]}`, want: hookline.KindUnauthorized},
		"an unknown key":          {body: `{"writeKey":"nobody's","batch":[]}`, want: hookline.KindUnauthorized},
		"a key that is no text":   {body: `{"writeKey":7,"batch":[]}`, want: hookline.KindUnauthorized},
		"a disabled source":       {body: `{"writeKey":"key-of-old","batch":[]}`, want: hookline.KindNotFound},
		"no JSON from nobody":     {body: `{`, want: hookline.KindInvalid},
		"no JSON from the site":   {source: website, body: `{`, want: hookline.KindInvalid},
		"no batch":                {source: website, body: `{"batch":{}}`, want: hookline.KindInvalid},
		"a bad single":            {source: website, kind: hookline.Track, body: `{}`, want: hookline.KindInvalid},
		"a store in trouble":      {source: website, kind: hookline.Page, body: `{"userId":"u"}`, trouble: errors.New("disk full"), want: hookline.KindUnavailable},
		"a store in trouble, bad": {source: website, kind: hookline.Page, body: `{}`, trouble: errors.New("disk full"), want: hookline.KindUnavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			store := newMemory()
			store.trouble = test.trouble
			in := New(store, Limits{})
			_, err := in.Accept(t.Context(), Call{Source: test.source, Type: test.kind, Body: []byte(test.body), ReceivedAt: noon})
			if got := hookline.KindOf(err); got != test.want {
				t.Errorf("%v is %q, want %q", err, got, test.want)
			}
			if len(store.events) > 0 {
				t.Errorf("stored %s", payloads(store))
			}
		})
	}
}
