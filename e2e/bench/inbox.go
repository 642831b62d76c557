package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"
)

// stats is what the receiver tells of the requests since it was last reset.
type stats struct {
	Requests int           `json:"requests"`
	Events   int           `json:"events"` // different ones
	Again    int           `json:"again"`  // times that an event came which had come before
	First    time.Time     `json:"first"`  // request
	Last     time.Time     `json:"last"`   // event that had not come before
	P50      time.Duration `json:"p50"`    // from the event's own time to its request
	P95      time.Duration `json:"p95"`
	P99      time.Duration `json:"p99"`
}

// inbox is the receiver: it answers 200, at once or after a while, and counts.
type inbox struct {
	mu     sync.Mutex
	after  time.Duration // how long it takes to answer
	refuse int           // one event in so many is answered 400; 0: none
	stats  stats
	seen   []bool // by number of the event
	took   []time.Duration
}

// receive serves on ports of the system's choice, and prints where as JSON. On
// Linux each is an address of its own, as the receivers of different companies
// are.
func receive(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("receiver", flag.ContinueOnError)
	count := flags.Int("addresses", 1, "how many to listen on")
	first := flags.Int("first", 1, "the last number of the first address, 127.0.0.…")
	in := &inbox{}
	flags.DurationVar(&in.after, "after", 0, "how long to take for an answer")
	flags.IntVar(&in.refuse, "refuse", 0, "answer 400 to one event in so many")
	if err := flags.Parse(args); err != nil {
		return err
	}
	server := &http.Server{Handler: in.routes(), ReadHeaderTimeout: 10 * time.Second}
	var urls []string
	ended := make(chan error, *count)
	for i := range *count {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", loopback(*first+i)+":0")
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		urls = append(urls, "http://"+listener.Addr().String())
		go func() { ended <- server.Serve(listener) }()
	}
	text, err := json.Marshal(urls)
	if err != nil {
		return err
	}
	fmt.Println(string(text))
	select {
	case <-ctx.Done():
		return server.Close()
	case err := <-ended:
		return err
	}
}

func loopback(n int) string {
	if runtime.GOOS != "linux" {
		n = 1 // the others have one address only
	}
	return "127.0.0." + strconv.Itoa(n)
}

func (in *inbox) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hook", in.take)
	mux.HandleFunc("GET /stats", in.tell)
	mux.HandleFunc("POST /reset", in.reset)
	mux.HandleFunc("POST /after", in.answerAfter)
	return mux
}

func (in *inbox) take(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		http.Error(w, "cannot read the body", http.StatusBadRequest)
		return
	}
	after, refused := in.count(time.Now(), body)
	if after > 0 {
		select {
		case <-time.After(after):
		case <-q.Context().Done():
		}
	}
	if refused {
		http.Error(w, "not this one", http.StatusBadRequest)
	}
}

func (in *inbox) count(now time.Time, body []byte) (after time.Duration, refused bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.stats.Requests == 0 {
		in.stats.First = now
	}
	in.stats.Requests++
	for number := range numbersAfter(markOrder, body) {
		in.countEvent(now, number)
		refused = refused || (in.refuse > 0 && number%in.refuse == 0)
	}
	for at := range numbersAfter(markAt, body) {
		in.took = append(in.took, now.Sub(time.Unix(0, int64(at))))
	}
	return in.after, refused
}

func (in *inbox) countEvent(now time.Time, number int) {
	for number >= len(in.seen) {
		in.seen = append(in.seen, make([]bool, max(1024, len(in.seen)))...)
	}
	if in.seen[number] {
		in.stats.Again++
		return
	}
	in.seen[number] = true
	in.stats.Events++
	in.stats.Last = now
}

// tell answers when so many different events are there, or after a while
// without them; who asks is not to disturb the measurement by asking often.
func (in *inbox) tell(w http.ResponseWriter, q *http.Request) {
	events, err1 := strconv.Atoi(q.FormValue("events"))
	within, err2 := time.ParseDuration(q.FormValue("within"))
	if err1 != nil || err2 != nil {
		http.Error(w, "say how many events, and within what time", http.StatusBadRequest)
		return
	}
	deadline := time.Now().Add(within)
	for in.events() < events && time.Now().Before(deadline) && q.Context().Err() == nil {
		time.Sleep(2 * time.Millisecond)
	}
	_ = json.NewEncoder(w).Encode(in.now())
}

func (in *inbox) events() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.stats.Events
}

func (in *inbox) now() stats {
	in.mu.Lock()
	defer in.mu.Unlock()
	slices.Sort(in.took)
	s := in.stats
	if n := len(in.took); n > 0 {
		s.P50, s.P95, s.P99 = in.took[n/2], in.took[n*95/100], in.took[n*99/100]
	}
	return s
}

func (in *inbox) reset(http.ResponseWriter, *http.Request) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.stats, in.seen, in.took = stats{}, nil, nil
}

func (in *inbox) answerAfter(w http.ResponseWriter, q *http.Request) {
	after, err := time.ParseDuration(q.FormValue("after"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.after = after
}
