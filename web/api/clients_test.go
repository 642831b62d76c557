package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestClientLibraries sends what the client libraries write on the wire when
// only their host and key are set.
func TestClientLibraries(t *testing.T) {
	tests := []struct {
		name, path string
		header     []string
		body       string
		want       []string // type, identity and name of each event stored
	}{
		{
			"Segment for Node", "/v1/batch",
			[]string{"Content-Type: application/json", "Authorization: " + basic(website.WriteKey), "User-Agent: analytics-node-next/latest"},
			`{"batch":[{"userId":"019mr8mf4r","traits":{"plan":"pro"},"type":"identify","integrations":{},` +
				`"timestamp":"2026-03-04T11:59:59.001Z","messageId":"node-next-1772625599001-0d7f","context":{"library":{"name":"@segment/analytics-node","version":"2.1.3"}},"_metadata":{"nodeVersion":"22.1.0"}},` +
				`{"userId":"019mr8mf4r","event":"Order Completed","properties":{"total":27.5},"type":"track","integrations":{},` +
				`"timestamp":"2026-03-04T11:59:59.002Z","messageId":"node-next-1772625599002-0d80","context":{},"_metadata":{}}],"sentAt":"2026-03-04T12:00:00.000Z"}`,
			[]string{"identify user:019mr8mf4r ", "track user:019mr8mf4r Order Completed"},
		},
		{
			"Segment for Node 2.2, with the key in the body", "/v1/batch",
			[]string{"Content-Type: application/json", "User-Agent: analytics-node-next/latest"},
			`{"batch":[{"groupId":"g1","userId":"u1","traits":{},"type":"group","messageId":"node-next-1"}],"writeKey":"key-of-website","sentAt":"2026-03-04T12:00:00.000Z"}`,
			[]string{"group user:u1 "},
		},
		{
			"Segment in a browser", "/v1/t",
			[]string{"Content-Type: text/plain", "Origin: https://shop.example"},
			`{"timestamp":"2026-03-04T11:59:59.500Z","integrations":{"Segment.io":true},"userId":null,"anonymousId":"2f1c8a4e-6d0b","event":"Clicked","type":"track","properties":{},` +
				`"context":{"page":{"path":"/","url":"https://shop.example/"},"userAgent":"Mozilla/5.0","timezone":"Europe/Lisbon"},"messageId":"ajs-next-1772625599500-1","writeKey":"key-of-website",` +
				`"sentAt":"2026-03-04T12:00:00.000Z","_metadata":{"bundled":[],"unbundled":[],"bundledIds":[]}}`,
			[]string{"track anon:2f1c8a4e-6d0b Clicked"},
		},
		{
			"Segment in a browser, batching", "/v1/b",
			[]string{"Content-Type: text/plain", "Origin: https://shop.example"},
			`{"writeKey":"key-of-website","batch":[{"timestamp":"2026-03-04T11:59:59.500Z","anonymousId":"2f1c","type":"page","properties":{"title":"Shop"},"messageId":"ajs-next-1","writeKey":"key-of-website"}],` +
				`"sentAt":"2026-03-04T12:00:00.000Z"}`,
			[]string{"page anon:2f1c "},
		},
		{
			"Segment for Go", "/v1/batch",
			[]string{"Content-Type: application/json", "Authorization: " + basic(website.WriteKey), "User-Agent: analytics-go (version: 3.0.0)"},
			`{"messageId":"6a1f","sentAt":"2026-03-04T12:00:00.123456789Z","batch":[{"type":"alias","messageId":"6a20","previousId":"anon-1","userId":"u1","timestamp":"2026-03-04T13:59:59.123456789+02:00"}],` +
				`"context":{"library":{"name":"analytics-go","version":"3.0.0"}}}`,
			[]string{"alias user:u1 "},
		},
		{
			"Segment for Python, with gzip", "/v1/batch",
			[]string{"Content-Type: application/json", "Content-Encoding: gzip", "Authorization: " + basic(website.WriteKey), "User-Agent: analytics-python/2.3.2"},
			zip(`{"batch": [{"integrations": {}, "anonymousId": null, "timestamp": "2026-03-04T11:59:59.123456+00:00", "userId": "u1", "event": "Signed Up", "properties": {}, "type": "track", "context": {}, "messageId": "py-1"}], "sentAt": "2026-03-04T12:00:00.123456+00:00", "writeKey": "key-of-website"}`),
			[]string{"track user:u1 Signed Up"},
		},
		{
			"Customer.io for Node", "/v1/batch",
			[]string{"Content-Type: application/json", "Authorization: " + basic(website.WriteKey), "X-Retry-Count: 1"},
			`{"batch":[{"anonymousId":"a1","name":"Home","type":"screen","integrations":{},"timestamp":"2026-03-04T11:59:59.001Z","messageId":"cio-1","context":{"library":{"name":"@customerio/cdp-analytics-node"}},"_metadata":{}}],"sentAt":"2026-03-04T12:00:00.000Z"}`,
			[]string{"screen anon:a1 Home"},
		},
		{
			"Customer.io by hand, a person known by e-mail", "/v1/identify",
			[]string{"Content-Type: application/json", "Authorization: " + basic(website.WriteKey)},
			`{"traits": {"email": "cool.person@example.com", "name": "Cool Person"}}`,
			[]string{"identify email:cool.person@example.com "},
		},
		{
			"RudderStack for Node, gzip in a form", "/v1/batch",
			[]string{"Content-Type: application/x-www-form-urlencoded", "Content-Encoding: gzip", "Authorization: " + basic(website.WriteKey)},
			zip(`{"batch":[{"userId":"u1","event":"Test","type":"track","channel":"server","context":{"library":{"name":"analytics-node"}},"_metadata":{"nodeVersion":"22.1.0"},"originalTimestamp":"2026-03-04T11:59:59.001Z","messageId":"node-1","sentAt":"2026-03-04T12:00:00.000Z"}],"sentAt":"2026-03-04T12:00:00.000Z"}`),
			[]string{"track user:u1 Test"},
		},
		{
			"RudderStack for Node, gzip that does not say so", "/v1/batch",
			[]string{"Content-Type: application/x-www-form-urlencoded", "Authorization: " + basic(website.WriteKey)},
			zip(`{"batch":[{"userId":"u1","event":"Test","type":"track","messageId":"node-1"}]}`),
			[]string{"track user:u1 Test"},
		},
		{
			"an import of old", "/v1/import",
			[]string{"Content-Type: application/json", "Authorization: " + basic(website.WriteKey)},
			`{"batch":[{"type":"track","userId":7,"event":"Bought","timestamp":"2012-12-02T00:30:12.984Z"}]}`,
			[]string{"track user:7 Bought"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			status, body := h.raw(fmt.Sprintf("POST %s HTTP/1.1\r\nHost: h\r\n%s\r\nContent-Length: %d\r\n\r\n%s",
				test.path, strings.Join(test.header, "\r\n"), len(test.body), test.body))
			if status != 200 || body != `{"success":true}` {
				t.Fatalf("answered %d %s", status, body)
			}
			var got []string
			for _, e := range h.events {
				got = append(got, fmt.Sprintf("%s %s %s", e.Type, e.Identity(), e.Name))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if len(h.rejections) > 0 {
				t.Errorf("rejected %v", h.rejections)
			}
		})
	}
}
