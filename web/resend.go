package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/resend"
	"hookline/views"
	"hookline/views/ui"
)

type resendStore interface {
	CreateResend(ctx context.Context, w hookline.ResendWish) (hookline.ResendRun, error)
	ResendRun(ctx context.Context, id string) (hookline.ResendRun, error)
	ListResends(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.ResendRun], error)
	ChangeResend(ctx context.Context, id string, to hookline.ResendState, by string) error
	ResendNotes(ctx context.Context, id string, each int) (map[hookline.ResendOutcome][]hookline.ResendItem, error)
	CountMatches(ctx context.Context, f hookline.DeliveryFilter, before string, most int) (hookline.Waiting, error)
	resend.JudgeStore
}

// notesEach is how many reasons are shown for each kind that was left out.
const notesEach = 3

func resendPath(id string) string { return "/resends/" + id }

func resendCrumbs(more ...ui.Crumb) []ui.Crumb {
	return sentCrumbs(append([]ui.Crumb{{Label: "Resends", Href: "/resends"}}, more...)...)
}

func (s *server) listResends(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Store.ListResends(r.Context(), cursor(r))
	if err != nil {
		return err
	}
	destinations, err := s.Store.ListDestinations(r.Context())
	if err != nil {
		return err
	}
	m := views.ResendListModel{Self: r.URL.RequestURI(), Destinations: map[string]string{}}
	for _, d := range destinations {
		m.Destinations[d.ID] = d.Name
	}
	m.Runs = list.Rows
	m.Pages = pages(r, list, func(run hookline.ResendRun) string { return run.ID })
	m.Page = s.page(w, r, ui.Page{
		Title: "Resends", Active: ui.NavSent, Crumbs: sentCrumbs(),
		Subtitle: "Many webhooks at once, sent again at a pace.",
	})
	return s.show(w, r, view{page: views.ResendList(m), fragment: views.ResendRows(m)})
}

func (s *server) showResendRun(w http.ResponseWriter, r *http.Request) error {
	m, err := s.readResendRun(r)
	if err != nil {
		return err
	}
	m.Page = ui.Page{Title: views.ResendTitle(m.Run), Active: ui.NavSent, Crumbs: resendCrumbs()}
	if m.Run.Drafts() {
		m.Page.Active, m.Page.Crumbs = ui.NavDrafts, draftCrumbs()
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.ResendRun(m), fragment: views.ResendRunNow(m)})
}

func (s *server) readResendRun(r *http.Request) (views.ResendRunModel, error) {
	var m views.ResendRunModel
	var err error
	if m.Run, err = s.Store.ResendRun(r.Context(), r.PathValue("id")); err != nil {
		return m, err
	}
	if m.Notes, err = s.Store.ResendNotes(r.Context(), m.Run.ID, notesEach); err != nil {
		return m, err
	}
	if m.Filter, err = s.filterWords(r, sentQuery(m.Run.Filter)); err != nil {
		return m, err
	}
	m.Sent = sentWith(sentQuery(m.Run.Filter), "", "")
	m.MayResend = mayResend(r)
	m.Holds, err = s.holdsOf(r.Context(), m.Run)
	return m, err
}

// holdsOf says which destinations keep a run waiting, if any does: the names of those that hold while it is running and
// has something due.
func (s *server) holdsOf(ctx context.Context, run hookline.ResendRun) ([]string, error) {
	if run.Counts[hookline.ResentWaiting] == 0 {
		return nil, nil
	}
	waiting, err := s.Store.MatchDeliveries(ctx, hookline.DeliveryFilter{ResendID: run.ID, ResendOutcome: hookline.ResentWaiting}, hookline.Cursor{Limit: 500})
	if err != nil {
		return nil, err
	}
	var words []string
	told := map[string]bool{}
	for _, d := range waiting {
		if told[d.DestinationID] {
			continue
		}
		told[d.DestinationID] = true
		destination, err := unlessMissing(s.Store.Destination(ctx, d.DestinationID))
		if err != nil {
			return nil, err
		}
		hold, err := s.holdOf(ctx, d.DestinationID)
		if err != nil {
			return nil, err
		}
		if hold.Cause.Holds() {
			words = append(words, destination.Name+": "+hold.Reason)
		}
	}
	return words, nil
}

// filterWords says in words what an address of Sent is narrowed to.
func (s *server) filterWords(r *http.Request, q url.Values) ([]string, error) {
	f, err := s.sentFilterOf(r.Context(), q)
	if err != nil {
		return nil, err
	}
	return f.words(), nil
}

// sentQuery is the address of Sent that a filter is read from.
func sentQuery(f hookline.DeliveryFilter) url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"state": string(f.State), "origin": string(f.Origin), "campaign": f.CampaignID, "destination": f.DestinationID, "action": f.ActionID, "person": f.PersonID,
		"event_id": f.EventID, "event": f.EventName, "q": f.Query, "cause": string(f.Cause), "failure": f.FailureID, "resend": f.ResendID, "outcome": string(f.ResendOutcome), "since": momentText(f.Since), "until": momentText(f.Until),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Status != 0 {
		q.Set("status", strconv.Itoa(f.Status))
	}
	if f.Attempts != 0 {
		q.Set("attempts", strconv.Itoa(f.Attempts))
	}
	if len(f.IDs) > 0 {
		q["id"] = f.IDs
	}
	return q
}

func momentText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (s *server) pauseResend(w http.ResponseWriter, r *http.Request) error {
	return s.changeResend(w, r, hookline.ResendPaused)
}

func (s *server) continueResend(w http.ResponseWriter, r *http.Request) error {
	return s.changeResend(w, r, hookline.ResendRunning)
}

func (s *server) cancelResend(w http.ResponseWriter, r *http.Request) error {
	return s.changeResend(w, r, hookline.ResendCancelled)
}

func (s *server) changeResend(w http.ResponseWriter, r *http.Request, to hookline.ResendState) error {
	id, by := r.PathValue("id"), visitor(r).user.Email
	run, err := s.Store.ResendRun(r.Context(), id)
	if err != nil {
		return err
	}
	if err := s.Store.ChangeResend(r.Context(), id, to, by); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "resend changed", "resend", id, "to", string(to), "by", by)
	return s.done(w, r, resendPath(id), views.ResendChanged(run, to))
}

func (s *server) askCancelResend(w http.ResponseWriter, r *http.Request) error {
	run, err := s.Store.ResendRun(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if run.State.Over() {
		return hookline.Conflict("This is over already, so there is nothing left to cancel.")
	}
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Cancel this " + views.ResendNoun(run) + "?", Active: ui.NavSent, Crumbs: resendCrumbs(ui.Crumb{Label: views.ResendTitle(run), Href: resendPath(run.ID)})},
		Text: views.CancelResendWords(run), Action: resendPath(run.ID) + "/cancel", Yes: "Cancel the " + views.ResendNoun(run), Back: resendPath(run.ID),
	})
}
