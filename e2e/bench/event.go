package main

import (
	"bytes"
	"fmt"
	"iter"
	"strconv"
	"time"
)

// people is how many different ones the events are about.
const people = 1000

// What the receiver looks for in a body: when its event was sent, in
// nanoseconds, and the number it has in its run.
const (
	markAt    = `"at":"`
	markOrder = `"order_id":"order-`
)

// event is a track event of about 600 bytes. The run is part of the messageId.
func event(run time.Time, number int, at time.Time) []byte {
	return fmt.Appendf(nil, `{"type":"track","messageId":"%d-%d","userId":"user-%d","event":"Order Completed","timestamp":"2026-11-21T10:00:00Z",`+
		`"properties":{`+markAt+`%d",`+markOrder+`%d","total":129.95,"currency":"EUR","coupon":"AUTUMN","products":[{"sku":"A-1001","name":"Notebook","quantity":2,"price":12.5},`+
		`{"sku":"B-2002","name":"Fountain pen","quantity":1,"price":104.95}]},"context":{"library":{"name":"bench","version":"1.0.0"},"locale":"en-GB",`+
		`"userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","page":{"url":"https://shop.example.com/checkout/thanks","title":"Thank you"}}}`,
		run.UnixNano(), number, number%people, at.UnixNano(), number)
}

// eventBatch is a call with so many events, the first of which has this number.
func eventBatch(run time.Time, first, size int, at time.Time) []byte {
	var b bytes.Buffer
	b.WriteString(`{"batch":[`)
	for i := range size {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(event(run, first+i, at))
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// numbersAfter gives the number behind each place of mark in a body, without
// the cost of reading all of the JSON.
func numbersAfter(mark string, body []byte) iter.Seq[int] {
	return func(yield func(int) bool) {
		for {
			_, rest, found := bytes.Cut(body, []byte(mark))
			if !found {
				return
			}
			text, _, _ := bytes.Cut(rest[:min(len(rest), 24)], []byte(`"`))
			if n, err := strconv.Atoi(string(text)); err == nil && !yield(n) {
				return
			}
			body = rest
		}
	}
}
