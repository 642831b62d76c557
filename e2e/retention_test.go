//go:build e2e

package e2e

import (
	"context"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// sentLongAgo makes a database in which something was sent, and its body was deleted because it was old; then it is as
// if no time had passed.
func sentLongAgo(t *testing.T, data string) (deliveryID string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d, err := store.CreateDestination(ctx, hookline.Destination{Name: "CRM", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout})
	must(err)
	template := hookline.NewTemplate()
	template.URL = "https://crm.example.com/hook"
	a, err := store.CreateAction(ctx, hookline.Action{DestinationID: d.ID, Name: "Tell the CRM", Enabled: true, Template: template})
	must(err)
	for range 2 { // the newest stays as it is
		made, err := store.CreateDelivery(ctx, hookline.Owed{
			Delivery: hookline.Delivery{
				State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: d.ID, ActionID: a.ID, RequestNumber: 1,
				IdempotencyKey: hookline.Secret(), CreatedAt: time.Now(), NextAttemptAt: time.Now().Add(time.Hour), UpdatedAt: time.Now(),
			},
			Request: hookline.Request{Method: "POST", URL: template.URL, Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(`{"order":"A-1"}`)},
		})
		must(err)
		reason := "The receiver answered 404 Not Found."
		must(store.Finish(ctx, hookline.Finished{
			Attempt: hookline.Attempt{DeliveryID: made.ID, Number: 1, RequestNumber: 1, StartedAt: time.Now(), Status: 404, Outcome: hookline.StateFailed, Reason: reason, Answer: []byte("no such customer")},
			Outcome: hookline.Outcome{State: hookline.StateFailed, Reason: reason},
		}))
		if deliveryID == "" {
			deliveryID = made.ID
		}
	}
	must(store.SetRetention(ctx, hookline.Retention{Bodies: 30}))
	must(store.ApplyRetention(ctx, time.Now().Add(31*24*time.Hour), func(context.Context, time.Duration) error { return nil }))
	must(store.Close())
	return deliveryID
}

// TestRetention is an administrator who chooses how long things are kept, and a page about what is gone.
func TestRetention(t *testing.T) {
	data := t.TempDir()
	id := sentLongAgo(t, data)
	url := newHouseOn(t, data)
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	v.open("/settings")
	v.inspect("settings-with-retention")
	v.clickOn(v.find(`a[href="/settings/retention"]`))
	v.sees("What is kept now")
	v.inspect("retention")
	v.choose("Events", "My own number of days")
	v.fill("Own number of days for events", "0")
	v.click("Save retention")
	v.sees("between 1 and 3,650")
	v.inspect("retention-refused")
	v.fill("Own number of days for events", "45")
	v.choose("Webhooks with their tries", "90 days")
	v.click("Save retention")
	v.sees("cannot be brought back")
	v.inspect("retention-ask")
	v.click("Delete what is older")
	v.sees("The retention is saved.")

	v.open("/sent/" + id)
	v.sees("Its body was deleted after 30 days, as Settings → Retention says.")
	v.inspect("sent-without-body")
	v.open("/sent/" + id + "/resend?mode=original")
	v.sees("the original bytes cannot be sent")
	v.inspect("resend-without-body")

	plain := visit(t, url, withoutScripts)
	plain.signsIn(adminEmail)
	plain.open("/settings/retention")
	plain.choose("Events", "For ever")
	plain.choose("Webhooks with their tries", "For ever")
	plain.choose("Bodies of webhooks and of answers", "For ever")
	plain.click("Save retention")
	plain.sees("Nothing is deleted.")
}
