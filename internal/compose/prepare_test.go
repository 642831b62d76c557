package compose

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// TestPreparedMakesWhatTheComposerMakes holds that what is done once for a
// template is right for every event after the first.
func TestPreparedMakesWhatTheComposerMakes(t *testing.T) {
	changes := map[string]func(*hookline.Template){
		"nothing depends on data but the body": func(*hookline.Template) {},
		"a header does": func(t *hookline.Template) {
			t.Headers = append(t.Headers, hookline.Header{Name: "X-Event", Value: "{{ event.event }}"}, hookline.Header{Name: "X-Last", Value: "1"})
		},
		"the address does":         func(t *hookline.Template) { t.URL = "https://example.com/{{ event.event }}" },
		"user and password":        func(t *hookline.Template) { t.URL = "https://user:pass@example.com/" },
		"user and password filled": func(t *hookline.Template) { t.URL = "https://user:{{ event.event }}@example.com/" },
		"an Authorization of its own": func(t *hookline.Template) {
			t.URL, t.Headers = "https://user:pass@example.com/", append(t.Headers, hookline.Header{Name: " authorization ", Value: "Bearer x"})
		},
		"no headers":             func(t *hookline.Template) { t.Headers = nil },
		"a GET":                  func(t *hookline.Template) { t.Method, t.Body = "GET", "{{ broken" },
		"a body that is no JSON": func(t *hookline.Template) { t.Body = `{"a": {{ event.event }}}` },
		"a bad header":           func(t *hookline.Template) { t.Headers[0].Name = "Content-Length" },
		"a bad address":          func(t *hookline.Template) { t.URL = "https://exa mple.com/%zz" },
		"Liquid that cannot be read": func(t *hookline.Template) {
			t.Headers[0].Value = "{{ a"
		},
		"a cancel": func(t *hookline.Template) { t.Body = `{% if event.event == "B" %}{% cancel "no" %}{% endif %}{}` },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			tmpl := template(change)
			prepared := New().Prepare(tmpl)
			for _, event := range []string{"A", "B", "A"} {
				roots := Roots{Person: ana, Event: &hookline.Event{ID: "evt_" + event, Name: event, Payload: fmt.Appendf(nil, `{"event":%q}`, event)}}
				want, wantErr := New().Request(t.Context(), tmpl, roots)
				got, err := prepared.Request(t.Context(), roots)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("of %s (-want +got)\n%s", event, diff)
				}
				if fmt.Sprint(err) != fmt.Sprint(wantErr) {
					t.Errorf("of %s: error %v, want %v", event, err, wantErr)
				}
			}
		})
	}
}

// TestPreparedIsSharedSafely has the race detector look on.
func TestPreparedIsSharedSafely(t *testing.T) {
	prepared := New().Prepare(template(func(*hookline.Template) {}))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				e := &hookline.Event{Payload: fmt.Appendf(nil, `{"userId":"u%d"}`, i)}
				got, err := prepared.Request(t.Context(), Roots{Event: e})
				if err != nil || !strings.Contains(string(got.Body), fmt.Sprintf(`"userId": "u%d"`, i)) {
					t.Errorf("%d: %s, %v", i, got.Body, err)
				}
				// A request's own header must not be seen by others.
				got.Headers = append(got.Headers, hookline.Header{Name: "X", Value: fmt.Sprint(i)})
			}
		})
	}
	all.Wait()
}

func TestTimeIsLimitedForAllPartsTogether(t *testing.T) {
	w := work{Prepared: New().Prepare(template(func(*hookline.Template) {})), ctx: t.Context(), roots: asked{Roots: Roots{Event: signedUp}}}
	before := time.Now()
	if err := w.make(); err != nil {
		t.Fatal(err)
	}
	if w.deadline.Before(before.Add(timeLimit)) || w.deadline.After(time.Now().Add(timeLimit)) {
		t.Errorf("the deadline is %v after the start", w.deadline.Sub(before))
	}
	w.deadline = before
	_, err := w.render(&w.body)
	if e, ok := errors.AsType[*Error](err); !ok || e.Part != Body || e.Line != 5 || e.Message != "Template limit reached: time." {
		t.Errorf("after the deadline: %v", err)
	}
}
