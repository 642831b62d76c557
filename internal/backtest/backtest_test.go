package backtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// log is a store of a few events, the newest first.
type log struct {
	events []hookline.Event
	people map[string]hookline.Person
	err    error
	pages  int
}

func (l *log) ListEvents(_ context.Context, f hookline.EventFilter, c hookline.Cursor) (list hookline.Listing[hookline.Event], err error) {
	l.pages++
	for _, e := range l.events {
		if !slices.Contains(f.SourceIDs, e.SourceID) || c.Before != "" && e.ID >= c.Before {
			continue
		}
		if list.Older = len(list.Rows) == c.Size(); list.Older {
			break
		}
		list.Rows = append(list.Rows, e)
	}
	return list, l.err
}

func (l *log) PeopleByIdentity(_ context.Context, names []string) (map[string]hookline.Person, error) {
	found := map[string]hookline.Person{}
	for _, name := range names {
		if p, known := l.people[name]; known {
			found[name] = p
		}
	}
	return found, l.err
}

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// add puts an event before those there are, so it must be newer.
func (l *log) add(at time.Time, user, name string, properties map[string]any) {
	payload, _ := json.Marshal(map[string]any{"type": "track", "event": name, "userId": user, "properties": properties})
	e := hookline.Event{ID: fmt.Sprintf("evt_%08d", len(l.events)), SourceID: "src_1", Type: hookline.Track, Name: name, UserID: user, ReceivedAt: at, Payload: payload}
	l.events = slices.Insert(l.events, 0, e)
}

func trigger(t *testing.T, text string) *condition.Condition {
	t.Helper()
	c, err := condition.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func template(body string) hookline.Template {
	made := hookline.NewTemplate()
	made.URL, made.Body = "https://example.com/", body
	return made
}

func ask(t *testing.T, l *log, q Question) Answer {
	t.Helper()
	q.SourceIDs = []string{"src_1"}
	answer, err := New(l, compose.New()).Run(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// orders are six on two days, two of them in one second, one without a total, and one of somebody without a name; and
// one event that is something else.
func orders() *log {
	l := &log{people: map[string]hookline.Person{}}
	for i := range 6 {
		user := fmt.Sprintf("u%d", i)
		l.people[hookline.UserIdentity(user)] = hookline.Person{ID: "per_" + user, UserID: user, Attributes: json.RawMessage(`{"name":"Ana"}`)}
		properties := map[string]any{"total": i}
		switch i {
		case 2:
			delete(properties, "total")
		case 4:
			delete(l.people, hookline.UserIdentity(user))
		}
		at := noon.Add(time.Duration(i-3) * 8 * time.Hour)
		if i == 5 {
			at = noon.Add(8 * time.Hour).Add(300 * time.Millisecond)
		}
		l.add(at, user, "Order Completed", properties)
	}
	l.add(noon.Add(24*time.Hour), "u1", "Signed Up", nil)
	return l
}

const ordersOnly = `type = "track" and event = "Order Completed"`

func TestCounts(t *testing.T) {
	a := ask(t, orders(), Question{Since: noon.Add(-20 * time.Hour), Trigger: trigger(t, ordersOnly), Template: template(`{"total": {{ event.properties.total }}, "name": "{{ customer.name }}"}`)})
	if a.Looked != 6 || a.Matched != 5 || a.Failed != 1 || a.Canceled != 0 || a.Cut || !a.Oldest.Equal(noon.Add(-16*time.Hour)) {
		t.Errorf("%+v", a)
	}
	if a.Peak != 2 || !a.PeakAt.Equal(noon.Add(8*time.Hour)) {
		t.Errorf("the peak is %d at %v", a.Peak, a.PeakAt)
	}
	var days []string
	for _, d := range a.Days {
		days = append(days, fmt.Sprint(d.Begin.Format("2"), ":", d.Matched))
	}
	if got := strings.Join(days, " "); got != "9:1 10:4 11:0" {
		t.Errorf("by day: %s", got)
	}
	if len(a.Troubles) != 1 || a.Troubles[0].Count != 1 || !a.Troubles[0].InOutput || a.Troubles[0].Event.UserID != "u2" || !strings.Contains(a.Troubles[0].Message, "not valid JSON") {
		t.Errorf("troubles: %+v", a.Troubles)
	}
	if len(a.Gaps) != 1 || a.Gaps[0].Part != compose.Body || a.Gaps[0].Line != 1 || a.Gaps[0].Event.UserID != "u4" || !strings.Contains(a.Gaps[0].Message, "customer.name") {
		t.Errorf("gaps: %+v", a.Gaps)
	}
	if a.NewlySent+a.NoLonger+a.Different+len(a.Samples) > 0 {
		t.Errorf("compared with nothing: %+v", a)
	}
}

func TestTemplatesThatSayNo(t *testing.T) {
	a := ask(t, orders(), Question{Trigger: trigger(t, ordersOnly), Template: template(`{% if event.properties.total == 3 %}{% cancel %}{% endif %}{}`)})
	if a.Matched != 6 || a.Canceled != 1 || a.Failed != 0 {
		t.Errorf("%+v", a)
	}
}

func TestCompared(t *testing.T) {
	saved := &Saved{Trigger: trigger(t, `event = "Order Completed" and properties.total >= 1`), Template: template(`{"u":"{{ event.userId }}"}`)}
	a := ask(t, orders(), Question{
		Trigger:  trigger(t, `event = "Order Completed" and properties.total <= 3`),
		Template: template(`{"u":"{{ event.userId }}"{% if event.properties.total == 1 %},"first":true{% endif %}}`), Saved: saved,
	})
	if a.NewlySent != 1 || a.NoLonger != 2 || a.Different != 1 || len(a.Samples) != 4 {
		t.Errorf("newly %d, no longer %d, different %d, %d samples", a.NewlySent, a.NoLonger, a.Different, len(a.Samples))
	}
	for _, s := range a.Samples {
		switch s.Event.UserID {
		case "u0":
			if s.Before != nil || s.After == nil {
				t.Errorf("u0: %+v", s)
			}
		case "u4", "u5":
			if s.Before == nil || s.After != nil {
				t.Errorf("%s: %+v", s.Event.UserID, s)
			}
		case "u1":
			if string(s.Before.Body) != `{"u":"u1"}` || string(s.After.Body) != `{"u":"u1","first":true}` || s.Person.ID != "per_u1" {
				t.Errorf("u1: %s, then %s", s.Before.Body, s.After.Body)
			}
		default:
			t.Errorf("%s does not change", s.Event.UserID)
		}
	}
}

// TestLongLogsAreReadInPages, each event once, to the end or as far as is asked.
func TestLongLogsAreReadInPages(t *testing.T) {
	l := &log{}
	for i := range 2*atOnce + 3 {
		l.add(noon.Add(time.Duration(i)*time.Second), "u", "Seen", nil)
	}
	q := Question{Trigger: trigger(t, `type = "track"`), Template: template("{}")}
	if a := ask(t, l, q); a.Looked != 2*atOnce+3 || a.Cut || l.pages != 3 || a.Peak != 1 {
		t.Errorf("looked at %d on %d pages, cut %t", a.Looked, l.pages, a.Cut)
	}
	q.Limit = atOnce + 1
	if a := ask(t, l, q); a.Looked != atOnce+1 || a.Cut {
		t.Errorf("of the newest it looked at %d, cut %t", a.Looked, a.Cut)
	}
}

func TestNothingToLookAt(t *testing.T) {
	l := orders()
	a, err := New(l, compose.New()).Run(t.Context(), Question{Trigger: trigger(t, ""), Template: template("{}")})
	if err != nil || a.Looked != 0 || l.pages != 0 {
		t.Errorf("without sources: %+v, %v", a, err)
	}
	l.err = errors.New("the disk is gone")
	if _, err := New(l, compose.New()).Run(t.Context(), Question{SourceIDs: []string{"src_1"}}); !errors.Is(err, l.err) {
		t.Errorf("%v", err)
	}
}
