package outbound_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"hookline/internal/outbound"
)

// benchReceiver starts a receiver that answers at once, as a process of its own:
// what it costs is not counted.
func benchReceiver(b *testing.B) string {
	b.Helper()
	receiver := exec.CommandContext(b.Context(), os.Args[0])
	receiver.Env = append(os.Environ(), outbound.BenchReceiver+"=1")
	receiver.Stderr = os.Stderr
	out, err := receiver.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := receiver.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = receiver.Process.Kill() // it knows no other end
		_ = receiver.Wait()
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(url)
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

// measure counts processor time beside the clock, that of the kernel apart: on a
// shared machine only that can be compared from one run to the next.
func measure(b *testing.B) {
	b.Helper()
	b.ReportAllocs()
	b.SetParallelism(32)
	user, system := processorTime(b)
	b.Cleanup(func() {
		u, s := processorTime(b)
		b.ReportMetric(float64((u-user).Microseconds())/float64(b.N), "user-µs/op")
		b.ReportMetric(float64((s-system).Microseconds())/float64(b.N), "kernel-µs/op")
	})
}

func processorTime(b *testing.B) (user, system time.Duration) {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano()), time.Duration(usage.Stime.Nano())
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
