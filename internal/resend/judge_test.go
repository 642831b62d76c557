package resend_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/internal/resend"
)

// desk is a house with one action, one event and one person, and a judge.
type desk struct {
	*house
	destination hookline.Destination
	action      hookline.Action
	event       hookline.Event
	person      hookline.Person
	judge       *resend.Judge
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	k := &desk{house: newHouse(t)}
	ctx := t.Context()
	k.destination = k.house.destination("CRM")
	var err error
	k.action, err = k.CreateAction(ctx, hookline.Action{DestinationID: k.destination.ID, Name: "Tell", Enabled: true, Trigger: `event = "Signed Up"`, Template: hookline.Template{
		Method: "POST", URL: "https://crm.example.com/", Body: `{"plan":"{{ customer.plan }}"}`,
	}})
	k.must(err)
	_, err = k.AppendEvents(ctx, []hookline.Event{{SourceID: "src_1", Type: hookline.Track, Name: "Signed Up", MessageID: "m1", UserID: "u1", ReceivedAt: time.Now(), Payload: []byte(`{"type":"track","event":"Signed Up"}`)}}, nil)
	k.must(err)
	events, err := k.ListEvents(ctx, hookline.EventFilter{}, hookline.Cursor{})
	k.must(err)
	k.event = events.Rows[0]
	k.person = hookline.Person{ID: "per_0dq3k8f2m1c0a9x7r5t2", UserID: "u1", Attributes: []byte(`{"plan":"free"}`), CreatedAt: time.Now(), UpdatedAt: time.Now()}
	k.must(k.RecordFanout(ctx, hookline.Fanout{People: []hookline.PersonChange{{Person: k.person, Identities: []string{hookline.UserIdentity("u1")}}}}))
	k.judge = resend.NewJudge(k.Store, delivery.NewResender(k.Store, compose.New()))
	return k
}

// made records a failed delivery of the desk's action.
func (k *desk) made(change func(*hookline.Owed)) hookline.Delivery {
	k.t.Helper()
	o := hookline.Owed{
		Delivery: hookline.Delivery{
			State: hookline.StateFailed, Origin: hookline.OriginEvent, DestinationID: k.destination.ID, ActionID: k.action.ID, EventID: k.event.ID, PersonID: k.person.ID,
			IdempotencyKey: "key", RequestNumber: 1, Attempts: 1, CreatedAt: time.Now(),
		},
		Request: hookline.Request{Method: "POST", URL: "https://crm.example.com/", Body: []byte(`{"plan":"free"}`)},
	}
	if change != nil {
		change(&o)
	}
	o, err := k.CreateDelivery(k.t.Context(), o)
	k.must(err)
	return o.Delivery
}

func (k *desk) change(change func(*hookline.Action)) {
	k.t.Helper()
	action, err := k.Action(k.t.Context(), k.action.ID)
	k.must(err)
	change(&action)
	_, err = k.UpdateAction(k.t.Context(), action)
	k.must(err)
}

func TestJudge(t *testing.T) {
	const current, original = hookline.ResendCurrent, hookline.ResendOriginal
	for _, test := range []struct {
		name   string
		mode   hookline.ResendMode
		change func(k *desk, o *hookline.Owed)
		want   hookline.ResendOutcome
		note   string
		body   string // of the request made anew
	}{
		{"as it is", current, nil, hookline.ResentWaiting, "", `{"plan":"free"}`},
		{"as it was", original, nil, hookline.ResentWaiting, "", ""},
		{"another template", current, func(k *desk, _ *hookline.Owed) {
			k.change(func(a *hookline.Action) { a.Template.Body = `{"p":"{{ customer.plan }}"}` })
		}, hookline.ResentWaiting, "", `{"p":"free"}`},
		{"trigger no longer met", current, func(k *desk, _ *hookline.Owed) {
			k.change(func(a *hookline.Action) { a.Trigger = `event = "Paid"` })
		}, hookline.SkippedTrigger, "", ""},
		{"trigger met by the person", current, func(k *desk, _ *hookline.Owed) {
			k.change(func(a *hookline.Action) { a.Trigger = `person.plan = "free"` })
		}, hookline.ResentWaiting, "", `{"plan":"free"}`},
		{"trigger no longer met by the person", current, func(k *desk, _ *hookline.Owed) {
			k.change(func(a *hookline.Action) { a.Trigger = `person.plan = "pro"` })
		}, hookline.SkippedTrigger, "", ""},
		{"trigger no longer met, as it was", original, func(k *desk, _ *hookline.Owed) {
			k.change(func(a *hookline.Action) { a.Trigger = `event = "Paid"` })
		}, hookline.ResentWaiting, "", ""},
		{"template breaks", current, func(k *desk, _ *hookline.Owed) {
			k.change(func(a *hookline.Action) { a.Template.Body = "{\n{{ 1 | divided_by: 0 }}}" })
		}, hookline.SkippedTemplate, "line 2", ""},
		{"template cancels", current, func(k *desk, _ *hookline.Owed) {
			k.change(func(a *hookline.Action) { a.Template.Body = "{% cancel %}" })
		}, hookline.SkippedCancelled, "decided not to send", ""},
		{"event deleted", current, func(_ *desk, o *hookline.Owed) { o.EventID = hookline.KeyID("evt", 7) }, hookline.SkippedMissing, "The event was deleted", ""},
		{"person deleted", current, func(k *desk, _ *hookline.Owed) { k.must(k.DeletePerson(k.t.Context(), k.person.ID)) }, hookline.SkippedMissing, "person was deleted", ""},
		{"person deleted, as it was", original, func(k *desk, _ *hookline.Owed) { k.must(k.DeletePerson(k.t.Context(), k.person.ID)) }, hookline.ResentWaiting, "", ""},
		{"action deleted", current, func(k *desk, _ *hookline.Owed) { k.must(k.DeleteAction(k.t.Context(), k.action.ID)) }, hookline.SkippedMissing, "action was deleted", ""},
		{"never a request", original, func(_ *desk, o *hookline.Owed) { o.RequestNumber, o.Request = 0, hookline.Request{} }, hookline.SkippedMissing, "no original bytes", ""},
		{"never a request, anew", current, func(_ *desk, o *hookline.Owed) { o.RequestNumber, o.Request = 0, hookline.Request{} }, hookline.ResentWaiting, "", `{"plan":"free"}`},
		{"destination deleted", original, func(_ *desk, o *hookline.Owed) { o.DestinationID = "dst_gone" }, hookline.SkippedNowhere, "", ""},
		{"destination off", original, func(k *desk, _ *hookline.Owed) {
			d := k.destination
			d.Enabled = false
			_, err := k.UpdateDestination(k.t.Context(), d)
			k.must(err)
		}, hookline.SkippedOff, "", ""},
		{"delivered", original, func(_ *desk, o *hookline.Owed) { o.State = hookline.StateDelivered }, hookline.SkippedDelivered, "", ""},
		{"owed", original, func(_ *desk, o *hookline.Owed) { o.State = hookline.StateQueued }, hookline.SkippedOwed, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := newDesk(t)
			d := k.made(func(o *hookline.Owed) {
				if test.change != nil {
					test.change(k, o)
				}
			})
			item, err := k.judge.Judge(t.Context(), hookline.ResendWish{Mode: test.mode}, d)
			k.must(err)
			if item.Outcome != test.want || !strings.Contains(item.Note, test.note) || (item.Note == "") != (test.note == "") || item.Delivery.ID != d.ID {
				t.Errorf("%s, %q, want %s, %q", item.Outcome, item.Note, test.want, test.note)
			}
			if body := bodyOf(item); body != test.body {
				t.Errorf("would send %q, want %q", body, test.body)
			}
		})
	}
}

// TestWhoDiscardsJudgesNothingElse: a draft that could not be sent is discarded, too.
func TestWhoDiscardsJudgesNothingElse(t *testing.T) {
	k := newDesk(t)
	wish := hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateDraft}, Mode: hookline.ResendDiscard}
	for state, want := range map[hookline.State]hookline.ResendOutcome{hookline.StateDraft: hookline.ResentDiscarded, hookline.StateQueued: hookline.SkippedDecided} {
		d := k.made(func(o *hookline.Owed) { o.State, o.DestinationID = state, "dst_gone" })
		item, err := k.judge.Judge(t.Context(), wish, d)
		k.must(err)
		if item.Outcome != want || item.Request != nil {
			t.Errorf("one that is %s: %+v", state, item)
		}
	}
}

func bodyOf(item hookline.ResendItem) string {
	if item.Request == nil {
		return ""
	}
	return string(item.Request.Body)
}

// TestSurvey: what a run would do is told beforehand, and nothing is changed.
func TestSurvey(t *testing.T) {
	k := newDesk(t)
	for i := range 7 {
		k.made(func(o *hookline.Owed) {
			if i < 2 {
				o.Request.Body = []byte(`{"plan":"trial"}`)
			}
			if i == 1 {
				o.Reason = "It accepted the connection but did not answer within 4 s."
			} else {
				o.LastStatus = 503
			}
		})
	}
	broken := k.made(func(o *hookline.Owed) { o.EventID = hookline.KeyID("evt", 7) })
	k.made(func(o *hookline.Owed) { o.State = hookline.StateDelivered })
	w := hookline.ResendWish{Mode: hookline.ResendCurrent}
	s, err := k.judge.Survey(t.Context(), w)
	k.must(err)
	if s.Looked != 9 || !s.Whole || s.Changed != 2 || s.Same != 5 || s.Resent() != 7 || s.Destinations[k.destination.ID] != 7 || s.Again != 0 || len(s.Unanswered) != 1 {
		t.Errorf("survey %+v", s)
	}
	if s.Skipped[hookline.SkippedMissing] != 1 || s.Examples[hookline.SkippedMissing].Delivery.ID != broken.ID || s.Skipped[hookline.SkippedDelivered] != 1 {
		t.Errorf("left out %v, %v", s.Skipped, s.Examples)
	}
	if len(s.Samples) != 5 || !s.Samples[0].Changed() || s.Samples[4].Changed() || string(s.Samples[0].After.Body) != `{"plan":"free"}` || string(s.Samples[0].Before.Body) != `{"plan":"trial"}` {
		t.Errorf("samples %+v", s.Samples)
	}
	w.Delivered, w.Mode = true, hookline.ResendOriginal
	s, err = k.judge.Survey(t.Context(), w)
	k.must(err)
	if s.Again != 1 || s.Same != 9 || s.Changed != 0 || len(s.Skipped) != 0 {
		t.Errorf("byte for byte, with what was delivered: %+v", s)
	}
	list, err := k.ListDeliveries(t.Context(), hookline.DeliveryFilter{State: hookline.StateQueued}, hookline.Cursor{})
	k.must(err)
	if len(list.Rows) > 0 {
		t.Errorf("a survey made %d due", len(list.Rows))
	}
}

// TestSurveyLooksAtSomeOfMany: it says so, and counts no others.
func TestSurveyLooksAtSomeOfMany(t *testing.T) {
	h := newHouse(t)
	h.owe(h.destination("CRM").ID, hookline.StateFailed, 0, resend.MaxLooked+100)
	judge := resend.NewJudge(h.Store, delivery.NewResender(h.Store, compose.New()))
	s, err := judge.Survey(t.Context(), hookline.ResendWish{Mode: hookline.ResendOriginal})
	h.must(err)
	if s.Whole || s.Looked > resend.MaxLooked || s.Looked == 0 || s.Same != s.Looked {
		t.Errorf("survey %s", fmt.Sprint(s.Looked, s.Whole, s.Same))
	}
}

// TestASurveyTellsWhatHasLostItsBody: the look before says what the run will.
func TestASurveyTellsWhatHasLostItsBody(t *testing.T) {
	h := newHouse(t)
	h.owe(h.destination("CRM").ID, hookline.StateFailed, 0, 3)
	h.must(h.SetRetention(t.Context(), hookline.Retention{Bodies: 30}))
	atOnce := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	h.must(h.ApplyRetention(t.Context(), time.Now().AddDate(0, 2, 0), atOnce))
	wish := hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateFailed}, Mode: hookline.ResendOriginal, By: "ana@example.com"}
	got, err := resend.NewJudge(h.Store, delivery.NewResender(h.Store, compose.New())).Survey(t.Context(), wish)
	h.must(err)
	if got.Looked != 3 || got.Same != 1 || got.Skipped[hookline.SkippedMissing] != 2 || got.Examples[hookline.SkippedMissing].Note != hookline.BodyDeleted {
		t.Errorf("the survey is %+v", got) // the newest row of all keeps its body
	}
	defer h.work(&sender{})()
	run := h.await(h.resendAll(nil).ID, "ended", ended)
	h.wantCounts(run, map[hookline.ResendOutcome]int{hookline.ResentDelivered: 1, hookline.SkippedMissing: 2})
}
