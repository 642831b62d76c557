//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"hookline/internal/app"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"

	"github.com/google/go-cmp/cmp"
)

// flushed is how many events each library has to send at once.
const flushed = 200

// TestPublishedClientLibraries lets published libraries, of the versions in clients/package-lock.json and
// clients/go.sum, send to a house of which they know no more than the host and the key.
func TestPublishedClientLibraries(t *testing.T) {
	for name, command := range map[string][]string{
		"Segment for Node":     {"node", "send.js", "segment"},
		"Customer.io for Node": {"node", "send.js", "customerio"},
		"RudderStack for Node": {"node", "send.js", "rudderstack"},
		"Segment for Go":       {"go", "run", "."},
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			writeKey := createSource(t, data, name)
			whileOpen(t, data, func(url string) {
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				client := exec.CommandContext(ctx, command[0], append(command[1:], url, writeKey)...)
				client.Dir = "clients"
				if said, err := client.CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s", strings.Join(command, " "), err, said)
				}
			})
			wantEachOnce(t, data)
		})
	}
}

// whileOpen runs the whole of Hookline on a folder for as long as do takes.
func whileOpen(t *testing.T, data string, do func(url string)) {
	t.Helper()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	house, err := app.New(t.Context(), app.Config{Addr: "127.0.0.1:0", Data: data, Version: "e2e", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- house.Run(ctx) }()
	do(house.URL())
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stop the house: %v", err)
	}
}

func createSource(t *testing.T, data, name string) (writeKey string) {
	t.Helper()
	store := openStore(t, data)
	source, err := store.CreateSource(t.Context(), hookline.Source{Name: name, Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return source.WriteKey
}

func openStore(t *testing.T, data string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// wantEachOnce compares what is stored with what the libraries were told to send.
func wantEachOnce(t *testing.T, data string) {
	t.Helper()
	store := openStore(t, data)
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	events, err := store.EventsAfter(t.Context(), "", 10*flushed)
	if err != nil {
		t.Fatal(err)
	}
	if len(events) == 0 {
		t.Fatal("nothing was stored")
	}
	got, messages := map[string]int{}, map[string]bool{}
	for _, e := range events {
		got[summary(t, e)]++
		messages[e.MessageID] = true
	}
	want := map[string]int{
		`identify user:u-1 "" {"email":"ana@example.com","plan":"pro","seats":3}`:         1,
		`track user:u-1 "Order Completed" {"items":["a","b"],"total":27.5}`:               1,
		`page user:u-1 "Pricing" {"category":"Docs","url":"https://example.com/pricing"}`: 1,
		`group user:u-1 "" {"groupId":"g-1","name":"Acme"}`:                               1,
		`alias user:u-1 "" {"previousId":"anonymous-1"}`:                                  1,
	}
	for n := range flushed {
		want[fmt.Sprintf(`track user:u-1 "Flushed" {"n":%d}`, n)] = 1
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if len(messages) != len(events) {
		t.Errorf("%d events have only %d message ids", len(events), len(messages))
	}
	rejected, err := store.ListRejections(t.Context(), events[0].SourceID, hookline.Cursor{})
	if err != nil || len(rejected.Rows) > 0 {
		t.Errorf("rejected %v (%v)", rejected.Rows, err)
	}
}

// summary is what was chosen by whoever called the library, without what libraries add of their own.
func summary(t *testing.T, e hookline.Event) string {
	t.Helper()
	var sent struct {
		Traits, Properties            map[string]any
		GroupID, PreviousID, Category string
	}
	if err := json.Unmarshal(e.Payload, &sent); err != nil {
		t.Fatal(err)
	}
	fields := map[string]any{}
	for _, from := range []map[string]any{sent.Traits, sent.Properties} {
		for name, value := range from {
			fields[name] = value
		}
	}
	for name, value := range map[string]string{"groupId": sent.GroupID, "previousId": sent.PreviousID, "category": sent.Category} {
		if value != "" {
			fields[name] = value
		}
	}
	if e.Type == hookline.Page {
		delete(fields, "name") // some libraries repeat it among the properties
	}
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %s %q %s", e.Type, e.Identity(), e.Name, text)
}
