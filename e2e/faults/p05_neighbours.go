package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// slowNeighbours is P5: 50 destinations, 10 of which never answer. The other
// 40 get theirs as if those were not there.
func slowNeighbours(ctx context.Context, w *world) error {
	w.want("destinations that hang", "destinations that answer")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	r, err := newTimed()
	if err != nil {
		return err
	}
	defer r.close()
	const all, hanging = 50, 10
	for i := range all {
		url := r.url + "/answer"
		if i < hanging { // each is a host of its own: what is bounded by host must not be what saves the others
			hangs, err := newTimed()
			if err != nil {
				return err
			}
			defer hangs.close()
			url = hangs.url + "/hang"
		}
		if err := h.neighbour(ctx, i, url); err != nil {
			return err
		}
	}
	w.inject("destinations that hang", hanging)
	w.inject("destinations that answer", all-hanging)
	sent := 0
	for end := time.Now().Add(time.Duration(w.often(6, 60)) * time.Second); time.Now().Before(end); sent++ {
		body := fmt.Sprintf(`{"type":"track","event":"Neighbours","userId":"u","messageId":"n%d","properties":{"at":"%d"}}`, sent, time.Now().UnixNano())
		if status, err := postEvents(ctx, h.api.http, h.address()+"/v1/track", h.writeKey, body, h.told); err != nil || status != http.StatusOK {
			return fmt.Errorf("post: status %d: %w", status, err)
		}
		if err := pause(ctx, 40*time.Millisecond); err != nil {
			return err
		}
	}
	want := sent * (all - hanging)
	for range 50 {
		if r.count() >= want {
			break
		}
		_ = pause(ctx, 100*time.Millisecond)
	}
	p95, memory := r.p95(), 0
	if memory, err = peakOf(h.pid()); err != nil {
		return err
	}
	w.note("%d events to 50 destinations: the 40 that answer got %d of %d within the time, p95 %v after the event; peak of memory %d MB", sent, r.count(), want, p95.Round(time.Millisecond), memory>>20)
	_, stopped := h.terminate(syscall.SIGTERM, 8*time.Second)
	switch limit := w.within(100 * time.Millisecond); {
	case r.count() < want:
		return fmt.Errorf("the 40 that answer got %d of %d", r.count(), want)
	case p95 > limit:
		return fmt.Errorf("p95 is %v, %v is the limit", p95, limit)
	case memory > 300<<20:
		return fmt.Errorf("it held %d MB", memory>>20)
	}
	return errors.Join(stopped, h.log.trouble())
}

// within is a limit of time. The short form runs on machines that do other
// things at the same time, and allows five times as much: what it looks for is
// waiting behind a neighbour, which takes seconds.
func (w *world) within(limit time.Duration) time.Duration {
	if w.long {
		return limit
	}
	return 5 * limit
}

func (h *house) neighbour(ctx context.Context, i int, url string) error {
	var made struct {
		ID string `json:"id"`
	}
	err := h.api.call(ctx, http.MethodPost, "/destinations", map[string]any{"name": fmt.Sprint("neighbour ", i), "source_ids": []string{h.sourceID}}, &made)
	if err != nil {
		return err
	}
	return h.api.call(ctx, http.MethodPost, "/destinations/"+made.ID+"/actions", map[string]any{
		"name": "send", "trigger": `event = "Neighbours"`, "request": map[string]any{"url": url, "body": "{{ event.properties.at }}"},
	}, nil)
}

// timed is a receiver that measures how long an event was on its way: the
// bodies hold the time at which it was posted.
type timed struct {
	server *http.Server
	url    string
	gone   chan struct{}

	mu   sync.Mutex
	took []time.Duration
}

func newTimed() (*timed, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &timed{url: "http://" + listener.Addr().String(), gone: make(chan struct{})}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = r.server.Serve(listener) }() // it ends when it is closed
	return r, nil
}

func (r *timed) close() {
	close(r.gone)
	_ = r.server.Close()
}

func (r *timed) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if q.URL.Path == "/hang" {
		select {
		case <-q.Context().Done():
		case <-r.gone:
		}
		return
	}
	now := time.Now()
	body, err := io.ReadAll(q.Body)
	at, err2 := strconv.ParseInt(strings.TrimSpace(string(body)), 10, 64)
	if errors.Join(err, err2) != nil {
		http.Error(w, "no time", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.took = append(r.took, now.Sub(time.Unix(0, at)))
}

func (r *timed) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.took)
}

func (r *timed) p95() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(r.took))
	return sorted[len(sorted)*95/100]
}
