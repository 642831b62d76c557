package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// stats is what the receiver tells of the requests since it was last reset.
type stats struct {
	Count int           `json:"count"`
	Last  time.Time     `json:"last"`
	P50   time.Duration `json:"p50"` // from the event's own time to its request
	P99   time.Duration `json:"p99"`
}

// receiver answers 200 and counts.
type receiver struct {
	mu    sync.Mutex
	count int
	last  time.Time
	took  []time.Duration
}

// receive serves on a port of the system's choice, which it prints.
func receive(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	fmt.Println(listener.Addr())
	r := &receiver{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hook", r.take)
	mux.HandleFunc("GET /stats", r.tell)
	mux.HandleFunc("POST /reset", r.reset)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	return server.Serve(listener)
}

func (r *receiver) take(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		http.Error(w, "cannot read the body", http.StatusBadRequest)
		return
	}
	now := time.Now()
	at := sentAt(body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	r.last = now
	if at > 0 {
		r.took = append(r.took, now.Sub(time.Unix(0, at)))
	}
}

// sentAt finds the nanoseconds that the load generator put behind "at":" in an
// event, without the cost of reading all of the JSON.
func sentAt(body []byte) int64 {
	const mark = `"at":"`
	for i := 0; i+len(mark) < len(body); i++ {
		if body[i] != '"' || string(body[i:i+len(mark)]) != mark {
			continue
		}
		end := i + len(mark)
		for end < len(body) && body[end] != '"' {
			end++
		}
		n, err := strconv.ParseInt(string(body[i+len(mark):end]), 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	return 0
}

func (r *receiver) tell(w http.ResponseWriter, _ *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.Sort(r.took)
	s := stats{Count: r.count, Last: r.last}
	if n := len(r.took); n > 0 {
		s.P50, s.P99 = r.took[n/2], r.took[n*99/100]
	}
	_ = json.NewEncoder(w).Encode(s)
}

func (r *receiver) reset(http.ResponseWriter, *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count, r.took = 0, nil
}
