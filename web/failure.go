package web

import (
	"context"
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type failureStore interface {
	ListFailures(ctx context.Context, f hookline.FailureFilter, c hookline.Cursor) (hookline.Listing[hookline.FailureRow], error)
	CountOpenFailures(ctx context.Context) (int, error)
	Failure(ctx context.Context, id string) (hookline.FailureRow, error)
	ListFailureNotes(ctx context.Context, id string) ([]hookline.FailureNote, error)
	FailureBegan(ctx context.Context, id string) (deliveryID string, newKind bool, err error)
	ChangeFailure(ctx context.Context, id string, c hookline.FailureChange) error
	ActionVersionsMade(ctx context.Context, actionID string, since, until time.Time, limit int) ([]hookline.ActionVersion, error)
}

const (
	failuresShown = 25 // on one page
	ofFailure     = 10 // of its webhooks, on its own page
)

func failurePath(id string) string { return "/failures/" + id }

// openFailures is the number in the navigation. A page is worth more than it.
func (s *server) openFailures(r *http.Request) int {
	if visitor(r).user.ID == "" {
		return 0
	}
	n, err := s.Store.CountOpenFailures(r.Context())
	if err != nil {
		s.log.ErrorContext(r.Context(), "count failures", "request", traceOf(r).id, "problem", err)
	}
	return n
}

// listFailures shows what is to be repaired, what began last first.
func (s *server) listFailures(w http.ResponseWriter, r *http.Request) error {
	at := cursor(r)
	at.Limit = failuresShown
	m := views.FailureListModel{Self: r.URL.RequestURI(), Newest: at.Before == "" && at.After == ""}
	filter := readFailureFilter(r, &m)
	var err error
	if m.Open, err = s.Store.CountOpenFailures(r.Context()); err != nil {
		return err
	}
	m.Tabs = failureTabs(m)
	status := http.StatusOK
	if m.Trouble.Message != "" {
		status = http.StatusUnprocessableEntity
	} else if err := s.readFailures(r, &m, filter, at); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Failures", Active: ui.NavFailures,
		Subtitle: "What failed in the same way, as one thing to repair. What began last comes first.",
	})
	return s.showStatus(w, r, status, view{page: views.FailureList(m), fragment: views.FailureRowsSwap(m)})
}

func readFailureFilter(r *http.Request, m *views.FailureListModel) hookline.FailureFilter {
	q := r.URL.Query()
	f := hookline.FailureFilter{State: hookline.FailureState(q.Get("state"))}
	if m.Mine = q.Get("assigned") == "me"; m.Mine {
		f.AssignedTo = visitor(r).user.ID
	}
	switch {
	case f.State == "" && m.Mine:
		f.Unresolved = true
	case f.State == "":
		f.State = hookline.FailureOpen
	case !f.State.Known():
		m.Trouble = hookline.Error{Message: "Choose one of the tabs above."}
	}
	m.State = f.State
	return f
}

func failureTabs(m views.FailureListModel) []ui.Tab {
	tabs := []ui.Tab{
		{Label: "Open", Href: "/failures", Active: !m.Mine && m.State == hookline.FailureOpen},
		{Label: "Assigned to me", Href: "/failures?assigned=me", Active: m.Mine},
		{Label: "Snoozed", Href: "/failures?state=snoozed", Active: !m.Mine && m.State == hookline.FailureSnoozed},
		{Label: "Resolved", Href: "/failures?state=resolved", Active: !m.Mine && m.State == hookline.FailureResolved},
	}
	return tabs
}

func (s *server) readFailures(r *http.Request, m *views.FailureListModel, f hookline.FailureFilter, at hookline.Cursor) error {
	list, err := s.Store.ListFailures(r.Context(), f, at)
	if err != nil {
		return err
	}
	m.Rows = make([]views.FailureSeen, len(list.Rows))
	for i, row := range list.Rows {
		m.Rows[i].FailureRow = row
		if m.Rows[i].Before, err = s.justBefore(r.Context(), row); err != nil {
			return err
		}
	}
	m.Pages = pages(r, list, func(f hookline.FailureRow) string { return f.Place })
	return nil
}

func (s *server) showFailure(w http.ResponseWriter, r *http.Request) error {
	return s.showFailureWith(w, r, http.StatusOK, nil)
}

// showFailureWith shows the page, also with what was typed and could not be taken: change may be nil.
func (s *server) showFailureWith(w http.ResponseWriter, r *http.Request, status int, change func(*views.FailureModel)) error {
	m, err := s.readFailure(r)
	if err != nil {
		return err
	}
	if change != nil {
		change(&m)
	}
	m.Page = s.page(w, r, ui.Page{
		Title: views.FailureTitle(m.Seen.Failure), Active: ui.NavFailures, Crumbs: []ui.Crumb{{Label: "Failures", Href: "/failures"}},
	})
	if m.Page.OpenFailures, err = s.Store.CountOpenFailures(r.Context()); err != nil {
		return err
	}
	return s.showStatus(w, r, status, view{page: views.Failure(m), fragment: views.FailureNowSwap(m)})
}

func (s *server) readFailure(r *http.Request) (views.FailureModel, error) {
	ctx, id := r.Context(), r.PathValue("id")
	m := views.FailureModel{MayRepair: mayResend(r), Morning: views.TomorrowMorning(time.Now())}
	var err error
	if m.Seen.FailureRow, err = s.Store.Failure(ctx, id); err != nil {
		return m, err
	}
	if m.Seen.Before, err = s.justBefore(ctx, m.Seen.FailureRow); err != nil {
		return m, err
	}
	if m.Around, err = s.around(ctx, m.Seen.FailureRow); err != nil {
		return m, err
	}
	if m.Notes, err = s.Store.ListFailureNotes(ctx, id); err != nil {
		return m, err
	}
	if err := s.readFailed(r, &m); err != nil {
		return m, err
	}
	if m.MayRepair {
		m.Me = visitor(r).user.ID
		m.Users, err = s.repairers(ctx, m.Seen.FailureRow)
	}
	return m, err
}

// readFailed reads the webhooks that are part of a failure, and of the newest everything.
func (s *server) readFailed(r *http.Request, m *views.FailureModel) error {
	at := cursor(r)
	at.Limit = ofFailure
	filter := hookline.DeliveryFilter{FailureID: m.Seen.ID}
	list, err := s.Store.ListDeliveries(r.Context(), filter, at)
	if err != nil {
		return err
	}
	m.Self = failurePath(m.Seen.ID)
	if r.Method == http.MethodGet {
		m.Self = r.URL.RequestURI()
	}
	m.Deliveries = views.SentListModel{Rows: list.Rows, Pages: pages(r, list, func(row hookline.DeliveryRow) string { return row.ID })}
	m.Deliveries.Form.Failure = m.Seen.ID
	newest := list.Rows
	if at.Before != "" || at.After != "" {
		first, err := s.Store.ListDeliveries(r.Context(), filter, hookline.Cursor{Limit: 1})
		if err != nil {
			return err
		}
		newest = first.Rows
	}
	if len(newest) == 0 {
		return nil
	}
	if m.MayRepair {
		m.ResendPath = "/resends/new?failure=" + m.Seen.ID
	}
	example, err := s.exampleOf(r, newest[0])
	m.Example = &example
	return err
}

// exampleOf is one delivery with all that happened to it.
func (s *server) exampleOf(r *http.Request, row hookline.DeliveryRow) (m views.DeliveryModel, err error) {
	m.Row = row
	if m.Attempts, err = s.attemptsFor(r, row.ID); err != nil {
		return m, err
	}
	m.Requests, err = s.Store.ListRequests(r.Context(), row.ID)
	return m, err
}

// repairers are those to whom a failure can be assigned. Who has it stays in the list, even when they may no longer.
func (s *server) repairers(ctx context.Context, f hookline.FailureRow) ([]ui.Option, error) {
	users, err := s.Store.ListUsers(ctx)
	if err != nil {
		return nil, err
	}
	options := []ui.Option{{Label: "Nobody"}}
	for _, u := range users {
		able := !u.Disabled && u.Role.Allows(hookline.Support)
		if able || u.ID == f.AssignedTo {
			options = append(options, ui.Option{Value: u.ID, Label: u.Email})
		}
	}
	return options, nil
}
