package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"
)

// TestEventIsFound sends a batch through the receiver's eyes: each event is JSON,
// has the size the bench speaks of, and is known again by its number and time.
func TestEventIsFound(t *testing.T) {
	at := time.Unix(0, 1_790_000_000_123_456_789)
	body := eventBatch(at, 998, 3, at)
	var call struct {
		Batch []json.RawMessage `json:"batch"`
	}
	if err := json.Unmarshal(body, &call); err != nil || len(call.Batch) != 3 {
		t.Fatalf("%d events, %v:\n%s", len(call.Batch), err, body)
	}
	if n := len(call.Batch[0]); n < 550 || n > 750 {
		t.Errorf("an event has %d bytes", n)
	}
	if got := slices.Collect(numbersAfter(markOrder, body)); !slices.Equal(got, []int{998, 999, 1000}) {
		t.Errorf("numbers: %v", got)
	}
	if got := slices.Collect(numbersAfter(markAt, body)); !slices.Equal(got, []int{int(at.UnixNano()), int(at.UnixNano()), int(at.UnixNano())}) {
		t.Errorf("times: %v", got)
	}
	if got := slices.Collect(numbersAfter(markAt, bytes.Repeat([]byte("x"), 600))); got != nil {
		t.Errorf("times in no event: %v", got)
	}
}

func TestInboxCounts(t *testing.T) {
	in := &inbox{refuse: 10}
	run := time.Now()
	in.count(run.Add(time.Second), event(run, 5, run))
	if _, refused := in.count(run.Add(2*time.Second), event(run, 6, run)); refused {
		t.Error("6 was refused")
	}
	if _, refused := in.count(run.Add(3*time.Second), eventBatch(run, 9, 2, run)); !refused {
		t.Error("10 was not refused")
	}
	in.count(run.Add(9*time.Second), event(run, 5, run))
	s := in.now()
	if s.Requests != 4 || s.Events != 4 || s.Again != 1 {
		t.Errorf("counted %+v", s)
	}
	if !s.First.Equal(run.Add(time.Second)) || !s.Last.Equal(run.Add(3*time.Second)) {
		t.Errorf("from %s to %s", s.First.Sub(run), s.Last.Sub(run))
	}
	if s.P50 < 2*time.Second || s.P99 < s.P50 {
		t.Errorf("p50 %s, p99 %s", s.P50, s.P99)
	}
}
