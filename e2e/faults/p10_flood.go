package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// floodShare is how many calls a key may have under way while another calls.
const floodShare = 256

// flood is P10: one key with its share under way, then with ten times as much.
// It is answered 429 for what is over, and the other key does not notice.
func flood(ctx context.Context, w *world) error {
	w.want("calls of the flood", "calls refused 429")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	const other = "the-key-of-another"
	if err := h.api.call(ctx, http.MethodPost, "/sources", map[string]any{"name": "Another", "write_key": other}, nil); err != nil {
		return err
	}
	length := time.Duration(w.often(3, 20)) * time.Second
	within, err := h.beside(ctx, w, other, floodShare, length)
	if err != nil {
		return err
	}
	over, err := h.beside(ctx, w, other, 10*floodShare, length)
	if err != nil {
		return err
	}
	w.note("the other key's median: %v beside a key with its share of calls, %v beside one with ten times that", within.Round(time.Millisecond), over.Round(time.Millisecond))
	limit := within * 12 / 10
	if !w.long { // two figures taken one after the other on a machine that is not ours alone
		limit = 2*within + 50*time.Millisecond
	}
	if over > limit {
		return fmt.Errorf("%v is more than %v", over, limit)
	}
	_, err = h.terminate(syscall.SIGTERM, exitLimit)
	return errors.Join(err, h.log.trouble())
}

// untilFlooded is how long the flood's connections take to be made, which is
// not what is measured.
const untilFlooded = 2 * time.Second

// beside floods with one key and measures what another waits meanwhile.
func (h *house) beside(ctx context.Context, w *world, other string, connections int, length time.Duration) (median time.Duration, err error) {
	begins := time.Now().Add(untilFlooded)
	ctx, stop := context.WithDeadline(ctx, begins.Add(length))
	defer stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: 4 * connections, MaxIdleConnsPerHost: 4 * connections}, Timeout: 30 * time.Second}
	var flooding sync.WaitGroup
	var calls, refused atomic.Int64
	for i := range connections {
		flooding.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				body := fmt.Sprintf(`{"type":"track","event":"Nothing","userId":"u","messageId":"f-%d-%d-%d"}`, connections, i, n)
				status, _ := postEvents(context.WithoutCancel(ctx), client, h.address()+"/v1/track", h.writeKey, body, h.told)
				calls.Add(1)
				refused.Add(int64(btoi(status == http.StatusTooManyRequests)))
			}
		})
	}
	var took []time.Duration
	for n := 0; ctx.Err() == nil; n++ {
		body := fmt.Sprintf(`{"type":"track","event":"Nothing","userId":"v","messageId":"o-%d-%d"}`, connections, n)
		began := time.Now()
		status, failed := postEvents(context.WithoutCancel(ctx), h.api.http, h.address()+"/v1/track", other, body, h.told)
		if failed != nil || status != http.StatusOK {
			err = fmt.Errorf("the other key was answered %d: %w", status, failed)
			break
		}
		if began.After(begins) {
			took = append(took, time.Since(began))
		}
	}
	stop()
	flooding.Wait()
	client.CloseIdleConnections()
	w.inject("calls of the flood", int(calls.Load()))
	w.inject("calls refused 429", int(refused.Load()))
	if err != nil || len(took) == 0 {
		return 0, errors.Join(err, errors.New("the other key had no answer"))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
