package data

import (
	"encoding/json"
	"testing"
)

// benchEvent is a track as the usual libraries send it: about 700 bytes.
const benchEvent = `{"type":"track","event":"Order Completed","userId":"user-1","anonymousId":"507f191e-810c-4972-9de8-60ea00000001",` +
	`"messageId":"ajs-next-1718000000000-00000001","timestamp":"2026-06-10T12:34:56.789Z","sentAt":"2026-06-10T12:34:57.001Z",` +
	`"properties":{"order_id":"50314b8e9bcf","total":129.95,"currency":"EUR","coupon":"SUMMER","plan":"pro",` +
	`"products":[{"sku":"A-1","name":"Punched card","price":19.5,"quantity":2},{"sku":"B-2","name":"Gear \"big\"","price":90.95,"quantity":1}]},` +
	`"context":{"ip":"203.0.113.7","library":{"name":"analytics.js","version":"4.2.0"},"locale":"de-DE",` +
	`"page":{"path":"/checkout","url":"https://shop.example.com/checkout"},"userAgent":"Mozilla/5.0 (X11; Linux x86_64)"}}`

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(benchEvent)))
	for b.Loop() {
		if _, err := Decode(benchEvent); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValid(b *testing.B) {
	b.SetBytes(int64(len(benchEvent)))
	for b.Loop() {
		if err := Valid(benchEvent); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSONValid(b *testing.B) {
	b.SetBytes(int64(len(benchEvent)))
	for b.Loop() {
		if !json.Valid([]byte(benchEvent)) {
			b.Fatal("not valid")
		}
	}
}
