package web

import (
	"encoding/json"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// signUps makes three events: one with a plan, one without a plan, and something else.
func signUps(s *site, source hookline.Source) {
	for i, payload := range []string{
		`{"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"Pro","seats":3}}`,
		`{"type":"track","event":"Signed Up","userId":"u2","properties":{"plan":"Pro"}}`,
		`{"type":"track","event":"Left","userId":"u1"}`,
	} {
		name := []string{"Signed Up", "Signed Up", "Left"}[i]
		s.event(hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: name, UserID: []string{"u1", "u2", "u1"}[i], Payload: json.RawMessage(payload), ReceivedAt: time.Now().Add(-time.Minute)})
	}
}

func TestAnActionIsTriedOnThePast(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	d := s.destination(hookline.Destination{Enabled: true}, source)
	signUps(s, source)
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/new"
	ask := func(pairs ...string) *answer {
		return b.htmx().with("HX-Target", "backtest").post(path+"/backtest", composed(append([]string{"backtest", "1"}, pairs...)...))
	}
	ask().want(t, 200, "2 of 3 events match the trigger.", "last 24 hours", "Would be sent", "Missing values", "customer.id", "!Could not be sent</h3>", "!Beside the saved", "!<html")
	ask("url", "https://example.com/", "body", `{"seats": {{ event.properties.seats }}}`).
		want(t, 200, "Could not be sent</h3>", "For 1 of 2 matching events.", "Body, line 1", "of the finished text", "/events/evt_")
	ask("trigger_text", `event = "Never"`).want(t, 200, "0 of 3 events match the trigger.")
	ask("trigger_text", `event = `).want(t, 200, "not complete yet")
	b.post(path+"/backtest", composed("backtest", "7")).want(t, 200, "<html", "2 of 3 events match", "last 7 days", `value="Tell the CRM"`)
	s.as(support).post(path+"/backtest", composed("backtest", "7")).want(t, 403)
}

func TestTheSavedActionIsComparedWith(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	d := s.destination(hookline.Destination{Enabled: true}, source)
	signUps(s, source)
	a := s.action(d, func(a *hookline.Action) {
		a.Trigger = `event = "Signed Up"`
		a.Template = hookline.Template{
			Method: "POST", URL: "https://example.com/", Body: `{"plan": "{{ event.properties.plan }}"}`,
			Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Authorization", Value: "Bearer abcdefghijklmnop"}},
		}
	})
	path := "/destinations/" + d.ID + "/actions/" + a.ID + "/backtest"
	b := s.as(editor).htmx().with("HX-Target", "backtest")
	same := composed("backtest", "1", "method", "POST", "url", a.Template.URL, "body", a.Template.Body)
	same["header_name"], same["header_value"] = []string{"Content-Type", "Authorization"}, []string{"application/json", "Bearer abcdefghijklmnop"}
	b.post(path, same).want(t, 200, "nothing changes for these events")
	same.Set("trigger_text", `type = "track"`)
	same.Set("body", `{"plan": "{{ event.properties.plan }}", "event": "{{ event.event }}"}`)
	b.post(path, same).want(t, 200, "1 would be sent that is not sent now, 2 would be sent with another request", "Newly sent", "Another request", "Left", "!abcdefgh")
}

func TestSavingWhatDoesNotWorkAsksFirst(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	d := s.destination(hookline.Destination{Enabled: true}, source)
	signUps(s, source)
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/new"
	broken := composed("url", "https://example.com/", "body", `{"seats": {{ event.properties.seats }}}`, "save", "enable")
	b.post(path, broken).want(t, 422, "Not saved yet", "The trigger matches 2 events of the latest, and for 1 of them", "Save all the same", `name="despite" value="enable"`, "event.properties.seats")
	if actions, err := s.store.ListActions(t.Context(), d.ID); err != nil || len(actions) > 0 {
		t.Fatalf("it was saved: %v, %v", actions, err)
	}
	broken.Set("save", "keep")
	b.post(path, broken) // switched off it harms nobody
	a := s.onlyAction(d)
	path = "/destinations/" + d.ID + "/actions/" + a.ID
	broken.Set("save", "enable")
	b.post(path, broken).want(t, 422, "Not saved yet")
	broken.Del("save")
	broken.Set("despite", "enable")
	b.post(path, broken).wantRedirect(t, path)
	if a = s.onlyAction(d); !a.Enabled {
		t.Error("it is not on")
	}
	broken.Del("despite")
	broken.Set("name", "Renamed")
	b.post(path, broken).wantRedirect(t, path) // nothing that is sent changes
}
