package outbound_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"hookline/internal/outbound"
)

// benchReceiver answers at once; its own cost is the same for both clients.
func benchReceiver(b *testing.B) string {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "ok")
	}))
	b.Cleanup(server.Close)
	return server.URL
}

var benchBody = bytes.Repeat([]byte("x"), 600)

var benchHeaders = []outbound.Header{
	{Name: "Content-Type", Value: "application/json"},
	{Name: "X-CIO-Idempotency-Key", Value: "dlv_0123456789"},
	{Name: "X-CIO-Timestamp", Value: "1700000000"},
	{Name: "X-CIO-Signature", Value: "b8ef36f696a75712548cbb0cc04b9e906f73979dc4ad4967e91e55f753b20787"},
}

func BenchmarkSend(b *testing.B) {
	url := benchReceiver(b)
	client, err := outbound.New(outbound.Config{
		UserAgent: "Hookline/bench", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	measure(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, err := client.Send(context.Background(), outbound.Request{
				Method: "POST", URL: url + "/hook", Header: benchHeaders, Body: benchBody,
			})
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkBareClient is the yardstick: a tuned http.Client with a time-out and
// nothing else.
func BenchmarkBareClient(b *testing.B) {
	url := benchReceiver(b)
	client := &http.Client{
		Timeout:   4 * time.Second,
		Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
	}
	b.Cleanup(client.CloseIdleConnections)
	measure(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := bareSend(client, url+"/hook"); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// measure counts processor time beside the clock, receiver included: on a shared
// machine only that can be compared from one run to the next.
func measure(b *testing.B) {
	b.Helper()
	b.ReportAllocs()
	b.SetParallelism(32)
	begun := processorTime(b)
	b.Cleanup(func() {
		b.ReportMetric(float64((processorTime(b)-begun).Microseconds())/float64(b.N), "cpu-µs/op")
	})
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func bareSend(client *http.Client, url string) error {
	req, err := http.NewRequest("POST", url, bytes.NewReader(benchBody))
	if err != nil {
		return err
	}
	for _, h := range benchHeaders {
		req.Header.Set(h.Name, h.Value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return err
}
