package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// connections is how many the bare loop keeps, and the load generator when it
// sends events one by one.
const connections = 64

// load says what the load generator is to send.
type load struct {
	events      int
	batch       int // events a call
	connections int
	perSecond   int  // calls; 0: as many as go
	again       bool // calls that fail are made again until they are accepted, for a minute
}

// result is what the load generator and the bare loop print when they end.
type result struct {
	Sent    int           `json:"sent"`
	Failed  int           `json:"failed"`
	Why     string        `json:"why"` // what was wrong with the first that failed
	Began   time.Time     `json:"began"`
	Elapsed time.Duration `json:"elapsed"`
}

func (r result) perSecond() float64 { return float64(r.Sent) / r.Elapsed.Seconds() }

// load runs the load generator against this house, source by source in turn.
func (h *house) load(ctx context.Context, l load) (result, error) {
	return h.b.role(ctx, "load", "-url", h.url, "-keys", strings.Join(h.keys, ","), "-n", strconv.Itoa(l.events), "-batch", strconv.Itoa(l.batch),
		"-connections", strconv.Itoa(l.connections), "-rate", strconv.Itoa(l.perSecond), "-again="+strconv.FormatBool(l.again))
}

// role runs this program in another role and reads the result it prints. A call
// that was refused is an error.
func (b *bench) role(ctx context.Context, args ...string) (result, error) {
	var r result
	c := exec.CommandContext(ctx, b.self, args...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return r, fmt.Errorf("run %s: %w", args[0], err)
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return r, fmt.Errorf("read result of %s: %w", args[0], err)
	}
	if r.Failed > 0 {
		return r, fmt.Errorf("%s: %d of %d were refused, the first because: %s", args[0], r.Failed, r.Sent+r.Failed, r.Why)
	}
	return r, nil
}

// generate is the load generator: it sends track events of about 600 bytes.
func generate(ctx context.Context, args []string) error {
	var l load
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	url := flags.String("url", "", "Hookline")
	keys := flags.String("keys", "", "write keys, which take turns")
	flags.IntVar(&l.events, "n", 1000, "events")
	flags.IntVar(&l.batch, "batch", 1, "events a call")
	flags.IntVar(&l.connections, "connections", connections, "at once")
	flags.IntVar(&l.perSecond, "rate", 0, "calls a second; 0: as many as go")
	flags.BoolVar(&l.again, "again", false, "repeat calls that fail")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *keys == "" || l.batch < 1 || l.connections < 1 {
		return errors.New("load needs -keys, -batch and -connections")
	}
	s := sender{load: l, url: *url, keys: strings.Split(*keys, ","), client: client(l.connections), began: time.Now()}
	r := spread(ctx, l.connections, l.events/l.batch, s.call)
	r.Sent *= l.batch
	r.Failed *= l.batch
	return json.NewEncoder(os.Stdout).Encode(r)
}

type sender struct {
	load
	url    string
	keys   []string
	client *http.Client
	began  time.Time
}

// call makes the call of this number, counted from 0.
func (s sender) call(ctx context.Context, number int) error {
	at := s.wait(number)
	path, body := "/v1/track", event(s.began, number, at)
	if s.batch > 1 {
		path, body = "/v1/batch", eventBatch(s.began, number*s.batch, s.batch, at)
	}
	q := http.Request{Header: http.Header{"Content-Type": {"application/json"}}}
	q.SetBasicAuth(s.keys[number%len(s.keys)], "")
	err := post(ctx, s.client, s.url+path, q.Header, body)
	for began := time.Now(); err != nil && s.again && ctx.Err() == nil && time.Since(began) < time.Minute; {
		time.Sleep(10 * time.Millisecond)
		err = post(ctx, s.client, s.url+path, q.Header, body)
	}
	return err
}

// wait waits for the moment at which a call is due and gives the time from which
// it counts: now, or when it was due if the calls before it held it up.
func (s sender) wait(number int) time.Time {
	if s.perSecond == 0 {
		return time.Now()
	}
	due := s.began.Add(time.Duration(number) * time.Second / time.Duration(s.perSecond))
	ahead := time.Until(due)
	if ahead <= 0 {
		return due
	}
	time.Sleep(ahead)
	return time.Now()
}

// client keeps as many connections as there are senders.
func client(connections int) *http.Client {
	return &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			MaxIdleConns: connections, MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections,
			DisableCompression: true, IdleConnTimeout: time.Minute,
		},
	}
}

// spread does n jobs, numbered from 0, on so many goroutines and gives what came
// of it.
func spread(ctx context.Context, goroutines, n int, job func(ctx context.Context, number int) error) result {
	r := result{Began: time.Now()}
	var next, failed atomic.Int64
	var why sync.Once
	var workers sync.WaitGroup
	for range goroutines {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := job(ctx, i); err != nil {
					failed.Add(1)
					why.Do(func() { r.Why = err.Error() })
				}
			}
		})
	}
	workers.Wait()
	r.Elapsed, r.Failed = time.Since(r.Began), int(failed.Load())
	r.Sent = n - r.Failed
	return r
}

func post(ctx context.Context, c *http.Client, url string, header http.Header, body []byte) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	q.Header = header
	answer, err := c.Do(q)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", answer.Status)
	}
	return nil
}
