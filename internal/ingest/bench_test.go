package ingest

import (
	"context"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// track600 is a call of 600 bytes as a library on a server sends it.
var track600 = func() string {
	const call = `{"messageId":"ajs-next-1772625600000-5d1a2f0e-8f0b-4d6e-9a57-1f1d1b0c2a3e","timestamp":"2026-03-04T11:59:59.123Z","type":"track",` +
		`"userId":"019mr8mf4r","event":"Order Completed","properties":{"order_id":"50314b8e9bcf000000000000","total":27.5,"currency":"USD",` +
		`"products":[{"product_id":"507f1f77bcf86cd799439011","sku":"45790-32","name":"Monopoly: 3rd Edition","price":19,"quantity":1}]},` +
		`"context":{"library":{"name":"@segment/analytics-node","version":"2.1.3"},"ip":"203.0.113.7"},"integrations":{},"_metadata":{"nodeVersion":"22.1.0"},"x":""}`
	return call[:len(call)-2] + strings.Repeat("x", 600-len(call)) + `"}`
}()

// void is a store that keeps nothing, to measure what comes before it.
type void struct{}

func (void) SourceByWriteKey(context.Context, string) (hookline.Source, error) { return website, nil }

func (void) AppendEvents(context.Context, []hookline.Event, []hookline.Rejection) (int, error) {
	return 0, nil
}

func BenchmarkAccept(b *testing.B) {
	batch := `{"batch":[` + strings.Repeat(track600+",", 99) + track600 + `],"sentAt":"2026-03-04T12:00:00.000Z"}`
	for _, test := range []struct {
		name, body string
		kind       hookline.EventType
		events     int
	}{
		{"single of 600 bytes", track600, hookline.Track, 1},
		{"batch of 100", batch, "", 100},
	} {
		b.Run(test.name, func(b *testing.B) {
			in := New(void{}, Limits{})
			call := Call{Source: website, Type: test.kind, Body: []byte(test.body), ReceivedAt: noon}
			b.ReportAllocs()
			b.SetBytes(int64(len(test.body)))
			for b.Loop() {
				if receipt, err := in.Accept(b.Context(), call); err != nil || receipt.Events != test.events {
					b.Fatal(receipt, err)
				}
			}
			b.ReportMetric(float64(b.N*test.events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
