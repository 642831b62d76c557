package demo_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/app"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"

	"github.com/google/go-cmp/cmp"
)

// house is a running Hookline with data of its own beside the demo: a source,
// a destination that sends to a bin, and people.
type house struct {
	*app.App
	t        *testing.T
	writeKey string
	db       *sql.DB // looks at the file beside the house
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t}
	data := t.TempDir()
	h.furnish(data)
	h.App = must(app.New(t.Context(), app.Config{Addr: "127.0.0.1:0", Data: data, Version: "test", Log: slog.New(slog.DiscardHandler)}))(t)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	h.db = must(sql.Open("sqlite", "file:"+filepath.Join(data, sqlite.File)+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)"))(t)
	t.Cleanup(func() {
		stop()
		for _, err := range []error{<-ended, h.db.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return h
}

// furnish makes an action that sends to a port nobody listens on, so that what
// it owes is being tried again all the while.
func (h *house) furnish(data string) {
	h.t.Helper()
	ctx := h.t.Context()
	store := must(sqlite.Open(ctx, data, nil))(h.t)
	source := must(store.CreateSource(ctx, hookline.Source{Name: "Website", Enabled: true}))(h.t)
	h.writeKey = source.WriteKey
	must(store.CreateBin(ctx, hookline.Bin{Name: "Bin", Script: hookline.NewBinScript()}))(h.t)
	d := must(store.CreateDestination(ctx, hookline.Destination{
		Name: "CRM", Enabled: true, SourceIDs: []string{source.ID}, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	}))(h.t)
	template := hookline.NewTemplate()
	template.URL = "https://nowhere.invalid/"
	must(store.CreateAction(ctx, hookline.Action{DestinationID: d.ID, Name: "Tell", Enabled: true, Template: template}))(h.t)
	if err := store.Close(); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) call(writeKey, kind, body string) {
	h.t.Helper()
	q := must(http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.URL()+"/v1/"+kind, strings.NewReader(body)))(h.t)
	q.SetBasicAuth(writeKey, "")
	answer := must(http.DefaultClient.Do(q))(h.t)
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
		h.t.Fatalf("%s %s: %s, %v", kind, body, answer.Status, err)
	}
}

// number is what a query that gives one number gives.
func (h *house) number(query string, args ...any) (n int) {
	h.t.Helper()
	if err := h.db.QueryRowContext(h.t.Context(), query, args...).Scan(&n); err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// until waits until a query gives a number, as a page that is looked at again.
func (h *house) until(want int, query string) {
	h.t.Helper()
	for range 1000 {
		if h.number(query) == want {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	h.t.Fatalf("%s does not become %d", query, want)
}

// exceptions are the columns that differ before and after for good reason.
var exceptions = map[string]string{
	"sessions.last_seen_at": "who is signed in has been seen since",
	"settings.value":        "", // compared, but for the key below
}

// whole is every row of every table, as text.
func (h *house) whole() map[string][]string {
	h.t.Helper()
	tables := h.texts("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'goose_db_version'")
	if len(tables) < 18 {
		h.t.Fatalf("only %d tables: %v", len(tables), tables)
	}
	all := map[string][]string{}
	for _, table := range tables {
		all[table] = h.rows(table)
	}
	// The store proves that it can write by writing this (/readyz).
	all["settings"] = slices.DeleteFunc(all["settings"], func(row string) bool { return strings.Contains(row, "key=health.checked_at ") })
	return all
}

func (h *house) texts(query string) (texts []string) {
	h.t.Helper()
	rows := must(h.db.QueryContext(h.t.Context(), query))(h.t)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			h.t.Fatal(err)
		}
		texts = append(texts, text)
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	return texts
}

func (h *house) rows(table string) (all []string) {
	h.t.Helper()
	rows := must(h.db.QueryContext(h.t.Context(), "select * from "+table))(h.t)
	defer func() { _ = rows.Close() }()
	columns := must(rows.Columns())(h.t)
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			h.t.Fatal(err)
		}
		var b strings.Builder
		for i, column := range columns {
			if exceptions[table+"."+column] == "" {
				fmt.Fprintf(&b, "%s=%v ", column, values[i])
			}
		}
		all = append(all, b.String())
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// begin gives the house a past: people, events, rejections and deliveries of
// its own, one of which waits to be tried again.
func (h *house) begin() {
	h.t.Helper()
	h.call(h.writeKey, "identify", `{"userId":"u1","traits":{"email":"ana.sousa@example.com","first_name":"Ana"}}`)
	h.call(h.writeKey, "batch", `{"batch":[{"type":"track","userId":"u1"},{"type":"page","anonymousId":"a7"}]}`)
	h.until(3-1, "select count(*) from deliveries where state = 'retrying'")
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
		"select count(*) from actions":                                   4,
		"select count(*) from sources":                                   3,
	} {
		if n := h.number(query); n < least {
			h.t.Errorf("%s: %d, want at least %d", query, n, least)
		}
	}
	for _, query := range []string{
		"select count(*) from batch_items where delivery_id = ''",
		"select count(*) from deliveries where state in ('queued', 'sending')",
		"select count(*) from deliveries d where not exists (select 1 from requests r where r.delivery_id = d.id)",
		"select count(*) from attempts a where not exists (select 1 from deliveries d where d.id = a.delivery_id)",
		"select count(*) from batch_items i where not exists (select 1 from deliveries d where d.id = i.delivery_id)",
	} {
		if n := h.number(query); n != 0 {
			h.t.Errorf("%s: %d, want none", query, n)
		}
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
	for range 3 {
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
	for _, table := range []string{"people", "identities", "sources", "destinations", "actions", "bins", "bin_requests", "batch_items", "rejections", "settings"} {
		if d := cmp.Diff(before[table], after[table]); d != "" {
			t.Errorf("%s (-before +after):\n%s", table, d)
		}
	}
	if n := h.number("select count(*) from events where name not in ('Later', '')"); n != 0 {
		t.Errorf("%d events of the demo are left", n)
	}
	if got, want := h.number("select count(*) from deliveries"), len(before["deliveries"])+3; got != want {
		t.Errorf("%d deliveries, want %d", got, want)
	}
}
