package demo_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/app"
	"hookline/internal/hookline"
	"hookline/internal/requestbin"
	"hookline/internal/sqlite"
)

// house is a running Hookline with data of its own beside the demo: a source,
// a destination that sends to a bin, and people.
type house struct {
	*app.App
	t        *testing.T
	writeKey string
	began    time.Time
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
	h := &house{t: t, began: time.Now()}
	data := t.TempDir()
	listener := must((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	h.furnish(data, "http://"+listener.Addr().String())
	h.App = must(app.New(t.Context(), app.Config{
		Listener: listener, Data: data, RetryBase: time.Hour, Version: "test", Log: slog.New(slog.DiscardHandler),
	}))(t)
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

// furnish makes an action that sends to a bin which answers 503, so that what it
// owes waits to be tried again all the while.
func (h *house) furnish(data, url string) {
	h.t.Helper()
	ctx := h.t.Context()
	store := must(sqlite.Open(ctx, data, nil))(h.t)
	source := must(store.CreateSource(ctx, hookline.Source{Name: "Website", Enabled: true}))(h.t)
	h.writeKey = source.WriteKey
	busy := hookline.NewBinScript()
	busy.Status = http.StatusServiceUnavailable
	bin := must(store.CreateBin(ctx, hookline.Bin{Name: "Bin", Script: busy}))(h.t)
	d := must(store.CreateDestination(ctx, hookline.Destination{
		Name: "CRM", Enabled: true, SourceIDs: []string{source.ID}, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	}))(h.t)
	template := hookline.NewTemplate()
	template.URL = url + requestbin.Path(bin.ID)
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

// healthRow begins the one row that may differ: the store proves that it can
// write by writing it (/readyz).
const healthRow = "key=health.checked_at "

// whole is every row of every table, as text.
func (h *house) whole() map[string][]string {
	h.t.Helper()
	h.letStagesRest()
	tables := h.texts("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'goose_db_version'")
	if len(tables) < 18 {
		h.t.Fatalf("only %d tables: %v", len(tables), tables)
	}
	all := map[string][]string{}
	for _, table := range tables {
		all[table] = h.rows(table)
	}
	for _, table := range []string{"attribute_counts", "attribute_survey"} { // counted whenever there is time for it
		delete(all, table)
	}
	// The house counts once a minute what it does itself meanwhile.
	all["health_samples"] = h.rows(fmt.Sprintf("health_samples where minute < %d or destination_id <> '' and destination_id not in (select id from destinations)", h.began.Unix()/60))
	all["settings"] = slices.DeleteFunc(all["settings"], func(row string) bool { return strings.HasPrefix(row, healthRow) })
	h.leaveLateOut(all)
	all["cursors"] = slices.DeleteFunc(all["cursors"], isPlaceOfCampaigns)
	return all
}

// letStagesRest waits until every person was asked, every journey is where it
// stays, and every order was held against the goal; without segments, until their
// stage has tidied up behind the last one, as it does behind any.
func (h *house) letStagesRest() {
	h.t.Helper()
	for _, owed := range []string{
		"select count(*) from segment_asks",
		"select count(*) from journeys where due_at <> 0 and due_at <= cast(unixepoch('subsec') * 1000000 as integer)",
		"select count(*) from events where exists (select 1 from campaigns) and id > coalesce((select event_id from cursors where name = 'goals'), 0)",
		`select ((select count(*) from segment_work) + (select count(*) from counted_deeds) + (select count(*) from cursors where name = 'segments'))
			* not exists (select 1 from segments)`,
	} {
		h.until(0, owed)
	}
}

// isPlaceOfCampaigns says of a cursor's row whether it stays, for a while or for
// good, once there was a segment or a campaign. It says how far a stage came.
func isPlaceOfCampaigns(row string) bool {
	for _, name := range []string{"segments.version", "journeys", "journey_moves", "goals"} {
		if strings.HasPrefix(row, "name="+name+" ") {
			return true
		}
	}
	return false
}

// leaveLateOut leaves out the indexes that rows enter when there are enough of
// them: when that was, is no matter, but every entry has to be about a row.
func (h *house) leaveLateOut(all map[string][]string) {
	h.t.Helper()
	for _, table := range []string{"late_runs", "search_segments", "search_pages"} { // what leads nowhere is not found, see look.go
		delete(all, table)
	}
	all["cursors"] = slices.DeleteFunc(all["cursors"], func(row string) bool { return strings.HasPrefix(row, "name=search ") })
	for index, dangling := range map[string]string{
		"events_by_identity":   "select count(*) from events_by_identity k left join events e on e.id = k.event_id and e.identity = k.identity where e.id is null",
		"deliveries_by_person": "select count(*) from deliveries_by_person k left join deliveries d on d.id = k.delivery_id and d.person_id = k.person_id where d.id is null",
	} {
		if n := h.number(dangling); n != 0 {
			h.t.Errorf("%d entries of %s lead nowhere", n, index)
		}
		delete(all, index)
		all["cursors"] = slices.DeleteFunc(all["cursors"], func(row string) bool { return strings.HasPrefix(row, "name="+index+" ") })
	}
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
			fmt.Fprintf(&b, "%s=%v ", column, values[i])
		}
		all = append(all, b.String())
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	slices.Sort(all)
	return all
}
