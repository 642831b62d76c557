package main

import (
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// pause waits on the clock of the outside world: the process under test has one
// of its own.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

// furnish makes a source, a destination and an action in an empty database.
func furnish(t *testing.T, data, receiver string) (writeKey string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	source, err := store.CreateSource(t.Context(), hookline.Source{Name: "Load", Enabled: true})
	must(t, err)
	d, err := store.CreateDestination(t.Context(), hookline.Destination{
		Name: "Ledger", Enabled: true, SourceIDs: []string{source.ID}, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	must(t, err)
	template := hookline.NewTemplate()
	template.URL, template.Body = receiver, `{"message": "{{ event.messageId }}"}`
	_, err = store.CreateAction(t.Context(), hookline.Action{DestinationID: d.ID, Name: "Send", Enabled: true, Trigger: `event = "Loaded"`, Template: template})
	must(t, err)
	must(t, store.Close())
	return source.WriteKey
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func storedEvents(t *testing.T, store *sqlite.Store) map[string][]string {
	t.Helper()
	events := map[string][]string{}
	last := ""
	for {
		page, err := store.EventsAfter(t.Context(), last, 1000)
		must(t, err)
		if len(page) == 0 {
			return events
		}
		for _, e := range page {
			events[e.MessageID] = append(events[e.MessageID], e.ID)
			last = e.ID
		}
	}
}
