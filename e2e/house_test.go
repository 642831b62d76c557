//go:build e2e

package e2e

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"hookline/internal/app"
)

// newHouse starts the whole of Hookline in this process, on an empty database and a port of its own, with a short
// schedule of tries: 0.4 s, 0.8 s, and then it gives up. Changes change how it is started.
func newHouse(t *testing.T, changes ...func(*app.Config)) (url string) {
	t.Helper()
	return newHouseOn(t, t.TempDir(), changes...)
}

// newHouseOn starts it on a folder that may have something in it.
func newHouseOn(t *testing.T, data string, changes ...func(*app.Config)) (url string) {
	t.Helper()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	cfg := app.Config{Addr: "127.0.0.1:0", Data: data, RetryBase: 400 * time.Millisecond, Retries: 2, Version: "e2e", Log: log}
	for _, change := range changes {
		change(&cfg)
	}
	house, err := app.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- house.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("stop the house: %v", err)
		}
	})
	return house.URL()
}

// call posts an event as an app would, and wants it taken.
func call(t *testing.T, url, writeKey, kind, body string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/"+kind, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	q.SetBasicAuth(writeKey, "")
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the %s was answered %s", kind, answer.Status)
	}
}

const (
	adminEmail    = "ana@example.com"
	adminPassword = "correct horse battery"
)

// setUp makes the first administrator, as a new user would.
func setUp(v *visitor) {
	v.open("/")
	v.at("/setup")
	v.fill("Your e-mail address", adminEmail)
	v.fill("Choose a password", adminPassword)
	v.click("Create administrator")
	v.at("/")
}
