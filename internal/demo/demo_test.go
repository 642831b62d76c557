package demo_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// begin gives the house a past: people, events, rejections and deliveries of
// its own, one of which waits to be tried again.
func (h *house) begin() {
	h.t.Helper()
	h.call(h.writeKey, "identify", `{"userId":"u1","traits":{"email":"ana.sousa@example.com","first_name":"Ana"}}`)
	h.call(h.writeKey, "batch", `{"batch":[{"type":"track","userId":"u1"},{"type":"page","anonymousId":"a7"}]}`)
	h.until(2, "select count(*) from deliveries where state = 'retrying'")
}

func TestRemovingLeavesTheDatabaseAsBefore(t *testing.T) {
	h := newHouse(t)
	h.begin()
	before := h.whole()
	begun := time.Now()
	if err := h.Demo().Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("made in %s", time.Since(begun))
	h.checkLife()
	h.until(1, "select min(count(*), 1) from conversions") // a while later: orders are held against the goal when they have settled
	if err := h.Demo().Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, h.whole()); d != "" {
		t.Errorf("removing the demo left (-before +after):\n%s", d)
	}
	if err := h.Demo().Remove(t.Context()); hookline.KindOf(err) != hookline.KindNotFound {
		t.Errorf("removing it again: %v", err)
	}
}

// checkLife wants something of everything, spread over the day.
func (h *house) checkLife() {
	h.t.Helper()
	for query, least := range map[string]int{
		"select count(*) from people":                                    51,
		"select count(*) from events":                                    300,
		"select count(distinct type) from events":                        5,
		"select count(*) from rejections":                                4 + 1,
		"select count(distinct created_at / 3600000000) from deliveries": 15,
		"select count(distinct received_at / 3600000000) from events":    18,
		"select count(*) from deliveries where state = 'delivered'":      50,
		"select count(*) from deliveries where state = 'failed'":         5,
		"select count(*) from deliveries where state = 'retrying'":       5 + 2,
		"select count(*) from deliveries where batch_size > 1":           5,
		"select count(*) from bin_requests":                              60,
		"select count(*) from attempts where duration_us > 0":            60,
		"select count(*) from people where attributes like '%🦊%'":        1,
		"select count(*) from actions":                                   4 + 3,
		"select count(*) from sources":                                   3,
		"select count(*) from segments where state = 'ready'":            2,
		"select count(*) from segment_members":                           25,
		"select count(*) from campaigns where state = 'running'":         1,
		"select count(*) from journeys where state = 'waiting'":          5,
		"select count(*) from journeys where state = 'held'":             3,
		"select count(*) from deliveries where state = 'draft'":          3,
		"select count(*) from people where attributes like '%lead_id%'":  15,
		"select count(*) from shortcuts where enabled":                   1,

		"select count(distinct created_at / 3600000000) from deliveries where journey_id <> 0": 8,
		"select count(distinct since / 3600000000) from segment_members":                       8,
	} {
		if n := h.number(query); n < least {
			h.t.Errorf("%s: %d, want at least %d", query, n, least)
		}
	}
	for _, query := range []string{
		"select count(*) from batch_parts where delivery_id = 0",
		"select count(*) from deliveries where state in ('queued', 'sending')",
		"select count(*) from journeys where state in ('going', 'sending')",
		"select count(*) from journeys j where delivery_id <> 0 and not exists (select 1 from deliveries d where d.id = j.delivery_id and d.journey_id = j.id)",
		"select count(*) from failure_deliveries f where not exists (select 1 from deliveries d where d.id = f.delivery_id)",
		"select count(*) from deliveries d where not exists (select 1 from requests r where r.delivery_id = d.id)",
		"select count(*) from attempts a where not exists (select 1 from deliveries d where d.id = a.delivery_id)",
		"select count(*) from batch_parts b where not exists (select 1 from deliveries d where d.id = b.delivery_id)",
	} {
		if n := h.number(query); n != 0 {
			h.t.Errorf("%s: %d, want none", query, n)
		}
	}
}

// In a house without a past nothing is left that could count as one.
func TestRemovingLeavesAnEmptyHouseEmpty(t *testing.T) {
	h := newHouse(t)
	h.until(1, "select count(*) from cursors where name = 'retention_clock'") // which each house sets once
	before := h.whole()
	if err := h.Demo().Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.Demo().Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, h.whole()); d != "" {
		t.Errorf("removing the demo left (-before +after):\n%s", d)
	}
}

func TestMakingItTwiceIsRefused(t *testing.T) {
	h := newHouse(t)
	if err := h.Demo().Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := h.whole()
	if err := h.Demo().Make(t.Context()); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("making it again: %v", err)
	}
	if d := cmp.Diff(before, h.whole()); d != "" {
		t.Errorf("the refused one changed (-before +after):\n%s", d)
	}
}

// The demo's people are strangers to those who are there: nobody is merged
// with them or changed by them.
func TestTheDemoKeepsAwayFromWhoIsThere(t *testing.T) {
	h := newHouse(t)
	h.call(h.writeKey, "identify", `{"traits":{"email":"ana.sousa@example.com"}}`)
	h.call(h.writeKey, "identify", `{"userId":"demo-1003","traits":{"first_name":"Mine"}}`)
	h.until(2, "select count(*) from people")
	before := h.rows("people")
	if err := h.Demo().Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, row := range before {
		if !slices.Contains(h.rows("people"), row) {
			t.Errorf("this person changed: %s", row)
		}
	}
	if n := h.number("select count(*) from people"); n != 52 {
		t.Errorf("%d people, want 52", n)
	}
}

func TestWhatOthersHaveTouchedStays(t *testing.T) {
	h := newHouse(t)
	if err := h.Demo().Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.call(h.writeKey, "identify", `{"userId":"demo-1012","traits":{"vip":true}}`)
	h.until(1, `select count(*) from people where attributes like '%"vip":true%'`)
	if err := h.Demo().Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.number("select count(*) from people where user_id = 'demo-1012'"); n != 1 {
		t.Errorf("who is known to another source is there %d times", n)
	}
	if n := h.number("select count(*) from people"); n != 1 {
		t.Errorf("%d people are left, want 1", n)
	}
	if n := h.number("select count(*) from events"); n != 1 {
		t.Errorf("%d events are left, want the one of the other source", n)
	}
}

// Removing while the engine is at work leaves nothing behind, whatever was on
// its way.
func TestRemovingWhileItIsOnItsWay(t *testing.T) {
	h := newHouse(t)
	h.begin()
	before := h.whole()
	const times = 2
	for range times {
		if err := h.Demo().Make(t.Context()); err != nil {
			t.Fatal(err)
		}
		key := h.texts("select write_key from sources where name = 'Demo: shop'")[0]
		for i := range 20 {
			h.call(key, "track", fmt.Sprintf(`{"userId":"demo-10%02d","event":"Refund Requested","properties":{"order_id":"x","total":1}}`, 11+i))
		}
		if err := h.Demo().Remove(t.Context()); err != nil {
			t.Fatal(err)
		}
		// The next event of others is worked out after all that was: what was
		// left would be here by then.
		h.call(h.writeKey, "track", `{"userId":"u1","event":"Later"}`)
		h.until(0, "select count(*) from events where name = 'Later' and id > (select event_id from cursors where name = 'fanout')")
	}
	after := h.whole()
	for _, table := range []string{"people", "identities", "sources", "destinations", "actions", "bins", "batch_parts", "rejections", "settings"} {
		if d := cmp.Diff(before[table], after[table]); d != "" {
			t.Errorf("%s (-before +after):\n%s", table, d)
		}
	}
	if n := h.number("select count(*) from bin_requests where bin_id not in (select id from bins)"); n != 0 {
		t.Errorf("%d requests are left of bins that are gone", n)
	}
	if n := h.number("select count(*) from events where name not in ('Later', '')"); n != 0 {
		t.Errorf("%d events of the demo are left", n)
	}
	if got, want := h.number("select count(*) from deliveries"), len(before["deliveries"])+times; got != want {
		t.Errorf("%d deliveries, want %d", got, want)
	}
}
