package web

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

func TestSentIsNarrowedToAStretchThatEndsNow(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(viewer)
	for text, words := range map[string]string{"hour": "Made: In the last hour", "today": "Made: Today (UTC)", "week": "Made: In the last 7 days"} {
		b.get("/sent?range="+text).want(t, 200, words, l.owed.ID, `value="`+text+`" selected`)
	}
	b.get("/sent?range=hour&since=2100-01-01").want(t, 200, "Nothing fits", "!"+l.owed.ID)
	b.get("/sent?range=hour&until="+time.Now().Add(-2*time.Hour).UTC().Format(time.RFC3339)).want(t, 200, "Nothing fits")
	b.get("/sent?range=year").want(t, 422, "There is no such time", "!"+l.owed.ID)
}

// TestStretchesOfTime: what is made from when on; a moment that is named beside counts when it is later.
func TestStretchesOfTime(t *testing.T) {
	now := time.Date(2026, 3, 4, 14, 2, 0, 0, time.FixedZone("", 2*3600))
	moment := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for text, want := range map[string]string{"hour": "2026-03-04T11:02:00Z", "today": "2026-03-04T00:00:00Z", "week": "2026-02-25T12:02:00Z"} {
		f := &sentFilter{query: url.Values{"range": {text}}}
		f.readRange(now)
		if !f.filter.Since.Equal(moment(want)) {
			t.Errorf("%s is since %s, want %s", text, f.filter.Since, want)
		}
		later := moment("2026-03-04T11:30:00Z")
		f.filter.Since = later
		f.readRange(now)
		if !f.filter.Since.Equal(later) {
			t.Errorf("%s takes the place of what is later", text)
		}
	}
}

func TestSentsRowsAreChosen(t *testing.T) {
	s, _, all := failedLots(t)
	b := s.as(support)
	b.get("/sent").want(t, 200, `name="id" value="`+all[0].ID+`"`, `form="sent-chosen"`, `action="/resends/new"`, "Choose all on this page", "Resend chosen…")
	s.as(viewer).get("/sent").want(t, 200, "!Resend chosen…", `!name="id"`)

	two := "id=" + all[0].ID + "&id=" + all[2].ID
	b.get("/resends/new?chosen=yes&"+two).want(t, 200, "2 webhooks fit the filter.", "2 chosen webhooks", `action="/resends/new?`+strings.ReplaceAll(two, "&", "&amp;")+`"`)
	b.get("/sent?"+two).want(t, 200, "2 chosen webhooks", all[0].ID, all[2].ID, "!"+all[1].ID, `href="`+everything+`"`)
	b.post("/resends/new?"+two, form("per_second", "", "sure", "yes")).want(t, 303)
	runs, err := s.store.ListResends(t.Context(), hookline.Cursor{})
	s.must(err)
	if len(runs.Rows) != 1 || len(runs.Rows[0].Filter.IDs) != 2 {
		t.Fatalf("begun is %+v", runs.Rows)
	}
	b.get("/resends/"+runs.Rows[0].ID).want(t, 200, "2 chosen webhooks")
	b.get("/resends").want(t, 200, "2 chosen webhooks", "!Everything")

	b.get("/resends/new?chosen=yes").want(t, 409, "Nothing is chosen", "!"+all[0].ID)
	b.get("/resends/new?chosen=yes&id=").want(t, 409, "Nothing is chosen")
	b.get("/resends/new?id=per_00000000001").want(t, 409, "are no webhooks")
	many := "chosen=yes"
	for i := range 101 {
		many += "&id=" + hookline.KeyID("dlv", int64(i+1))
	}
	b.get("/resends/new?"+many).want(t, 409, "At most 100 webhooks")
	b.get("/sent?id="+evilQuery).want(t, 422, "!"+evil)
}

const everything = "/sent?view=all"

func TestSentCountsItsTabs(t *testing.T) {
	s, l, _ := failedLots(t)
	l.owe(hookline.Delivery{State: hookline.StateQueued})
	b := s.as(viewer)
	b.get("/sent?state=failed&status=503").want(t, 200, `hx-get="/sent/counts?state=failed&amp;status=503"`)
	b.get("/sent?status=many").want(t, 422, "!/sent/counts")
	count := func(label string, n int) string {
		return fmt.Sprintf(`<span>%s</span> <span class="count">%d</span>`, label, n)
	}
	b.get("/sent/counts").want(t, 200, count("All", 4), count("Failed", 3), count("Queued", 1), count("Held", 0), count("With a doubt", 0), "!<html")
	b.get("/sent/counts?state=failed&status=503").want(t, 200, count("All", 2), count("Failed", 2), count("Queued", 0), `href="/sent?state=queued&amp;status=503"`)
	b.get("/sent/counts?q=no+such+text").want(t, 200, count("All", 0))
	b.get("/sent/counts?status=many").want(t, 200, "Failed", `!class="count"`)
}

func TestSentSaysWhatIsNew(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(viewer)
	top := l.owed.ID
	ask := func(query string) *answer { return b.htmx().get("/sent/new?top=" + top + query) }
	ask("").want(t, 200, "!new webhook")
	l.owe(hookline.Delivery{State: hookline.StateQueued})
	ask("").want(t, 200, "1 new webhook.", `href="`+everything+`"`)
	ask("&state=queued").want(t, 200, "1 new webhook.", `hx-get="/sent?state=queued"`)
	ask("&state=failed").want(t, 200, "!new webhook")
	ask("&state=lost").want(t, 200, "!new webhook")
	l.owe(hookline.Delivery{State: hookline.StateQueued})
	ask("").want(t, 200, "2 new webhooks.")
	b.get("/sent").want(t, 200, `data-news="/sent/new"`, "data-still")
	b.get("/sent?q=crm").want(t, 200, "!data-still aria-pressed")
}

// inPieces is a store that gives a list in stretches of two.
type inPieces struct{ Store }

func (s inPieces) ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
	c.Limit = 2
	return s.Store.ListDeliveries(ctx, f, c)
}

func TestSentIsExported(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Store = inPieces{c.Store} })
	l := s.newLot()
	l.fail(401, "=HYPERLINK(\"https://evil.example\")")
	first := l.owed.ID
	l.owe(hookline.Delivery{State: hookline.StateQueued, EventID: l.event.ID, PersonID: l.person.ID})
	for range 3 {
		l.owe(hookline.Delivery{State: hookline.StateQueued})
	}
	b := s.as(support)
	read := func(path string) [][]string {
		t.Helper()
		got := b.get(path)
		got.want(t, 200, "!geheim")
		if kind := got.Header().Get("Content-Type"); kind != "text/csv; charset=utf-8" || !strings.Contains(got.Header().Get("Content-Disposition"), "hookline-sent-") {
			t.Errorf("sent as %s, %s", kind, got.Header().Get("Content-Disposition"))
		}
		rows, err := csv.NewReader(strings.NewReader(got.Body.String())).ReadAll()
		s.must(err)
		return rows
	}
	all := read("/sent/export")
	if len(all) != 6 || all[len(all)-1][0] != first {
		t.Fatalf("%d rows, the last one %v", len(all), all[len(all)-1])
	}
	one := read("/sent/export?state=failed")
	cells := map[string]string{}
	for i, name := range one[0] {
		cells[name] = one[1][i]
	}
	for name, want := range map[string]string{
		"id": first, "state": "failed", "reason": "'=HYPERLINK(\"https://evil.example\")", "made_by": "event", "destination": "CRM", "action": "Tell the plan",
		"event": "Signed Up", "event_id": l.event.ID, "person": "ana@example.com", "method": "POST", "url": "https://crm.example.com/people?api_key=••••••••",
		"last_answer": "401", "tries": "1", "next_try": "",
	} {
		if cells[name] != want {
			t.Errorf("%s is %q, want %q", name, cells[name], want)
		}
	}
	if found := read("/sent/export?q=crm.example.com"); len(found) != len(all) {
		t.Errorf("a search gives %d rows, want %d", len(found), len(all))
	}
	if told := s.entries()[1]; told.Deed != audit.Exported || told.Kind != audit.Delivery || told.Remark != "State: Failed" {
		t.Errorf("the audit log says %+v", told)
	}
	b.get("/sent?state=failed").want(t, 200, `href="/sent/export?state=failed"`)
	b.get("/sent/export?status=many").want(t, 409)
	s.as(viewer).get("/sent?state=failed").want(t, 200, "!/sent/export")
}
