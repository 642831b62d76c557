package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"time"
)

// How much P7 and P8 store.
const (
	backlogEvents = 500_000 // two deliveries each
	storedEvents  = 10_000_000
	batchOfMany   = 400
)

// largeBacklog is P7: a million deliveries are owed when the program starts.
// The receiver is away while they come in.
func largeBacklog(ctx context.Context, w *world) error {
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	h.receiver.slowDown(time.Hour)
	if err := h.flood(ctx, w, "Loaded", backlogEvents); err != nil {
		return err
	}
	for owed := 0.0; owed < 1.9*backlogEvents; {
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
		figures, err := h.api.metrics(ctx)
		if err != nil {
			return err
		}
		owed = figures["hookline_deliveries_owed"]
	}
	h.kill()
	h.kills++
	h.receiver.slowDown(0)
	before := h.receiver.count()
	listening, err := h.start(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	for h.receiver.count() == before && time.Since(began) < time.Minute {
		time.Sleep(5 * time.Millisecond)
	}
	first := listening + time.Since(began)
	began = time.Now()
	if _, err := h.status(ctx, "/login"); err != nil {
		return err
	}
	var page listed
	if err := h.api.call(ctx, http.MethodGet, "/deliveries?limit=50", nil, &page); err != nil {
		return err
	}
	list := time.Since(began)
	memory, err := peakOf(h.pid())
	w.inject("deliveries owed at the start", 2*backlogEvents)
	w.note("listening after %v, first delivery after %v, a page of deliveries in %v, peak of memory %d MB", listening.Round(time.Millisecond), first.Round(time.Millisecond), list.Round(time.Millisecond), memory>>20)
	if err == nil && (listening > 2*time.Second || first > 5*time.Second || list > 500*time.Millisecond || memory > 300<<20) {
		err = errors.New("the limits are 2 s, 5 s, 500 ms and 300 MB")
	}
	return err
}

// flood posts so many events of a kind in batches, from several clients.
func (h *house) flood(ctx context.Context, w *world, kind string, n int) error {
	const clients = 8
	failed := make(chan error, clients)
	for c := range clients {
		go func() {
			client := newHTTP()
			for i := c; i*batchOfMany < n; i += clients {
				if err := h.postMany(ctx, client, kind, i); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	var err error
	for range clients {
		err = errors.Join(err, <-failed)
	}
	w.inject("events", n)
	return err
}

func (h *house) postMany(ctx context.Context, client *http.Client, kind string, batch int) error {
	body := `{"batch":[`
	for j := range batchOfMany {
		if j > 0 {
			body += ","
		}
		body += fmt.Sprintf(`{"type":"track","event":%q,"userId":"user-%d","messageId":"%s-%d-%d"}`, kind, j, kind, batch, j)
	}
	for {
		status, err := postEvents(ctx, client, h.address()+"/v1/batch", h.writeKey, body+"]}", h.told)
		if err != nil || status == http.StatusOK {
			return err
		}
		if err := pause(ctx, time.Second); err != nil { // it was told to come back
			return err
		}
	}
}

// growth is P8: with ten million events stored the load goes as fast as with
// none, and lists are as quick.
func growth(ctx context.Context, w *world) error {
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	empty, err := h.measure(ctx, w)
	if err != nil {
		return err
	}
	if err := h.flood(ctx, w, "Nothing", storedEvents); err != nil {
		return err
	}
	full, err := h.measure(ctx, w)
	if err != nil {
		return err
	}
	began := time.Now()
	var page listed
	if err := h.api.call(ctx, http.MethodGet, "/deliveries?limit=50", nil, &page); err != nil {
		return err
	}
	list := time.Since(began)
	w.note("%.0f events/s accepted with none stored, %.0f with %d; a page of deliveries in %v", empty, full, storedEvents, list.Round(time.Millisecond))
	if full < 0.8*empty || list > 500*time.Millisecond {
		return errors.New("the limits are 80 % of the rate, and 500 ms")
	}
	_, err = h.terminate(syscall.SIGTERM, exitLimit)
	return errors.Join(err, h.log.trouble())
}

// measure is how many events a second are accepted in half a minute.
func (h *house) measure(ctx context.Context, w *world) (float64, error) {
	l := beginLoad(ctx, h, crew{singles: 48, batches: 0}, w.chance)
	before, began := h.told.count(), time.Now()
	err := pause(ctx, 30*time.Second)
	rate := float64(h.told.count()-before) / time.Since(began).Seconds()
	l.end(ctx)
	return rate, errors.Join(err, h.drain(ctx))
}
