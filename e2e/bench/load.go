package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// result is what the load generator and the bare loop print when they end.
type result struct {
	Sent    int           `json:"sent"`
	Failed  int           `json:"failed"`
	Began   time.Time     `json:"began"`
	Elapsed time.Duration `json:"elapsed"`
}

func (r result) perSecond() float64 { return float64(r.Sent) / r.Elapsed.Seconds() }

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

// spread runs n jobs on so many goroutines and gives what came of it.
func spread(ctx context.Context, connections, n int, job func(ctx context.Context, i int) error) result {
	r := result{Began: time.Now()}
	var next, failed atomic.Int64
	var workers sync.WaitGroup
	for range connections {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(n) && ctx.Err() == nil; i = next.Add(1) {
				if job(ctx, int(i)) != nil {
					failed.Add(1)
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

// baseline is R: signed bodies of 600 bytes over 64 connections, nothing else.
func baseline(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("baseline", flag.ContinueOnError)
	url := flags.String("url", "", "receiver")
	n := flags.Int("n", 1000, "requests")
	if err := flags.Parse(args); err != nil {
		return err
	}
	const connections = 64
	c := client(connections)
	body := []byte(`{"padding":"` + strings.Repeat("x", 586) + `"}`)
	r := spread(ctx, connections, *n, func(ctx context.Context, _ int) error {
		mac := hmac.New(sha256.New, []byte("my_signing_key"))
		mac.Write(body)
		header := http.Header{"Content-Type": {"application/json"}, "X-Signature": {hex.EncodeToString(mac.Sum(nil))}}
		return post(ctx, c, *url, header, body)
	})
	return json.NewEncoder(os.Stdout).Encode(r)
}

// load sends track events of about 600 bytes to Hookline.
func load(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	url := flags.String("url", "", "Hookline")
	key := flags.String("key", "", "write key")
	n := flags.Int("n", 1000, "events")
	batch := flags.Int("batch", 1, "events a call")
	connections := flags.Int("connections", 64, "at once")
	perSecond := flags.Float64("rate", 0, "calls a second; 0: as many as go")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *key == "" || *batch < 1 {
		return errors.New("load needs -key and -batch")
	}
	limit := rate.NewLimiter(rate.Inf, 1)
	if *perSecond > 0 {
		limit.SetLimit(rate.Limit(*perSecond))
	}
	c := client(*connections)
	run := time.Now().UnixNano()
	r := spread(ctx, *connections, *n / *batch, func(ctx context.Context, i int) error {
		if err := limit.Wait(ctx); err != nil {
			return err
		}
		header := http.Header{"Content-Type": {"application/json"}}
		if *batch == 1 {
			return post(ctx, c, *url+"/v1/track", authorized(header, *key), event(run, i))
		}
		return post(ctx, c, *url+"/v1/batch", authorized(header, *key), batchOf(run, i, *batch))
	})
	r.Sent *= *batch
	r.Failed *= *batch
	return json.NewEncoder(os.Stdout).Encode(r)
}

func authorized(header http.Header, key string) http.Header {
	q := http.Request{Header: header}
	q.SetBasicAuth(key, "")
	return header
}

// people is how many different ones the events are about.
const people = 1000

func event(run int64, i int) []byte {
	return fmt.Appendf(nil, `{"type":"track","messageId":"%d-%d","userId":"user-%d","event":"Order Completed","timestamp":"2026-11-21T10:00:00Z",`+
		`"properties":{"at":"%d","order_id":"order-%d","total":129.95,"currency":"EUR","coupon":"AUTUMN","products":[{"sku":"A-1001","name":"Notebook","quantity":2,"price":12.5},`+
		`{"sku":"B-2002","name":"Fountain pen","quantity":1,"price":104.95}]},"context":{"library":{"name":"bench","version":"1.0.0"},"locale":"en-GB",`+
		`"userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","page":{"url":"https://shop.example.com/checkout/thanks","title":"Thank you"}}}`,
		run, i, i%people, time.Now().UnixNano(), i)
}

func batchOf(run int64, i, size int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"batch":[`)
	for j := range size {
		if j > 0 {
			b.WriteByte(',')
		}
		b.Write(event(run, i*size+j))
	}
	b.WriteString(`]}`)
	return b.Bytes()
}
