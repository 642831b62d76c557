package api

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// failing records a delivery of an event that failed, and gives the id of the failure that it is part of.
func (o *office) failing(ids map[string]string, status int) string {
	o.t.Helper()
	now := time.Now().UTC()
	d, err := o.store.CreateDelivery(o.t.Context(), hookline.Owed{
		Delivery: hookline.Delivery{
			State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: ids["destination"], ActionID: ids["action"],
			IdempotencyKey: "key", RequestNumber: 1, CreatedAt: now, NextAttemptAt: now, UpdatedAt: now,
		},
		Request: hookline.Request{Method: "POST", URL: "https://example.com/", Body: []byte("{}")},
	})
	good(o.t, err)
	good(o.t, o.store.Finish(o.t.Context(), hookline.Finished{
		Attempt: hookline.Attempt{DeliveryID: d.ID, Number: 1, RequestNumber: 1, StartedAt: now, Status: status, Answer: []byte(`{"error":"bad key 17"}`), Outcome: hookline.StateFailed, Reason: "The receiver answered no."},
		Outcome: hookline.Outcome{State: hookline.StateFailed, Reason: "The receiver answered no."},
	}))
	failures, err := o.store.ListFailures(o.t.Context(), hookline.FailureFilter{}, hookline.Cursor{})
	good(o.t, err)
	return failures.Rows[0].ID
}

func TestFailuresAreReadAndChanged(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	older, id := o.failing(ids, 401), o.failing(ids, 429)
	_, err := o.desk.AddUser(t.Context(), hookline.User{Email: "ana@example.com", Role: hookline.Support}, "correct horse battery")
	good(t, err)
	_, err = o.desk.AddUser(t.Context(), hookline.User{Email: "viewer@example.com", Role: hookline.Viewer}, "correct horse battery")
	good(t, err)

	page := o.made(call1{method: "GET", path: "/failures?state=open&limit=1", as: hookline.Viewer})
	first := list(page["data"])[0]
	if dig(first, "id") != id || dig(first, "title") != "The receiver says 429: it is sent too much at once" || dig(first, "answer") != "error: bad key …" || dig(first, "delivery_count") != 1.0 {
		t.Errorf("the newest is %v", first)
	}
	next, _ := page["next_cursor"].(string)
	if rest := list(o.made(call1{method: "GET", path: "/failures?cursor=" + next})["data"]); len(rest) != 1 || dig(rest[0], "id") != older {
		t.Errorf("after it come %v", rest)
	}
	if of := list(o.made(call1{method: "GET", path: "/deliveries?failure_id=" + id})["data"]); len(of) != 1 || dig(of[0], "last_status") != 429.0 {
		t.Errorf("its deliveries are %v", of)
	}

	path := "/failures/" + id
	changed := o.made(call1{method: "PATCH", path: path, as: hookline.Support, body: `{"assigned_to":"ana@example.com","note":" asked them "}`})
	if notes := list(changed["notes"]); changed["assigned_to"] != "ana@example.com" || changed["state"] != "open" || len(notes) != 2 ||
		dig(notes[0], "text") != "asked them" || dig(notes[0], "by") != "API token “Script of support”" || dig(notes[1], "deed") != "assign" {
		t.Errorf("assigned is %v", changed)
	}
	if mine := list(o.made(call1{method: "GET", path: "/failures?assigned_to=Ana@example.com"})["data"]); len(mine) != 1 {
		t.Errorf("assigned are %v", mine)
	}
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second).Format(time.RFC3339)
	if got := o.made(call1{method: "PATCH", path: path, body: `{"state":"snoozed","snoozed_until":"` + until + `"}`}); got["state"] != "snoozed" || got["snoozed_until"] != until || got["assigned_to"] != "ana@example.com" {
		t.Errorf("snoozed is %v", got)
	}
	if got := o.made(call1{method: "PATCH", path: path, body: `{"state":"resolved","assigned_to":""}`}); got["state"] != "resolved" || got["snoozed_until"] != nil || got["assigned_to"] != "" {
		t.Errorf("resolved is %v", got)
	}
	if got := o.made(call1{method: "PATCH", path: path, body: `{}`}); got["state"] != "resolved" || len(list(got["notes"])) != 5 {
		t.Errorf("unchanged is %v", got)
	}
	for body, field := range map[string]string{
		`{"state":"closed"}`:                           "state",
		`{"state":"snoozed"}`:                          "snoozed_until",
		`{"snoozed_until":"tomorrow"}`:                 "snoozed_until",
		`{"assigned_to":"nobody@example.com"}`:         "assigned_to",
		`{"assigned_to":"viewer@example.com"}`:         "assigned_to",
		`{"note":"` + strings.Repeat("x", 2001) + `"}`: "note",
	} {
		if fields := o.refused(call1{method: "PATCH", path: path, body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%.40s names %v", body, fields)
		}
	}
	o.refused(call1{method: "GET", path: "/failures?state=closed"}, 422, "invalid")
	o.refused(call1{method: "GET", path: "/failures?assigned_to=nobody@example.com"}, 422, "invalid")
	o.refused(call1{method: "PATCH", path: "/failures/flr_gone", body: `{}`}, 404, "not_found")
}
