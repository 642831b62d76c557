package web

import (
	"context"
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type sentStore interface {
	ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error)
	DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error)
	ListAttempts(ctx context.Context, deliveryID string) ([]hookline.Attempt, error)
	ListRequests(ctx context.Context, deliveryID string) ([]hookline.RequestMade, error)
	ListBatchEvents(ctx context.Context, deliveryID string) ([]hookline.BatchEvent, error)
	Destination(ctx context.Context, id string) (hookline.Destination, error)
	ListHealth(ctx context.Context) (map[string]hookline.Health, error)
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
	EveryDestination(ctx context.Context) ([]hookline.Destination, error)
	ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error)
	Person(ctx context.Context, id string) (hookline.Person, error)
	PersonByIdentity(ctx context.Context, identity string) (hookline.Person, error)
}

func sentPath(id string) string { return "/sent/" + id }

// mayResend says whether the visitor looks after what was sent.
func mayResend(r *http.Request) bool { return visitor(r).user.Role.Allows(hookline.Support) }

func (s *server) listSent(w http.ResponseWriter, r *http.Request) error {
	if path, err := s.opensElsewhere(r); err != nil {
		return err
	} else if path != "" {
		return goTo(w, r, path)
	}
	asked, err := s.readSentFilter(r)
	if err != nil {
		return err
	}
	at := cursor(r)
	m := views.SentListModel{
		Tabs: sentTabs(r.URL.Query()), Choose: mayResend(r), Form: asked.form, Chips: asked.chips, Trouble: asked.trouble,
		Self: r.URL.RequestURI(), Newest: at.Before == "" && at.After == "",
	}
	status := http.StatusOK
	if m.Trouble.Message != "" {
		status, m.Newest = http.StatusUnprocessableEntity, false
	} else {
		list, err := s.Store.ListDeliveries(r.Context(), asked.filter, at)
		if err != nil {
			return err
		}
		m.Rows = list.Rows
		m.Pages = pages(r, list, func(row hookline.DeliveryRow) string { return row.ID })
		showLooked(r, &m, list.Stopped, at)
		m.Newest = m.Newest && !asked.looks() // looking anew with each change would cost more than it tells
		m.Counts, m.News = beside(r, "/sent/counts"), beside(r, "/sent/new")
	}
	if err := s.readSentViews(r, asked, &m); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Sent", Active: ui.NavSent, Crumbs: asked.crumbs, Actions: sentActions(r, asked.filter, len(m.Rows)),
		Subtitle: "Every webhook that was sent or is about to be, with each try and each answer.",
	})
	return s.showStatus(w, r, status, view{page: views.SentList(m), fragment: views.SentRows(m)})
}

// sentActions lead to what is resent, and from a list that can be to resending all of it; and give the list as a file.
func sentActions(r *http.Request, f hookline.DeliveryFilter, rows int) []ui.Button {
	actions := []ui.Button{{Label: "Resends", Icon: "history", Href: "/resends"}}
	if !mayResend(r) || rows == 0 {
		return actions
	}
	actions = append(actions, ui.Button{Label: "Download as CSV", Icon: "download", Href: beside(r, "/sent/export")})
	if _, refused := onForm(hookline.ResendWish{Filter: f, Mode: hookline.ResendCurrent}.Validate()); !refused {
		actions = append(actions, ui.Button{Label: "Resend these…", Icon: "send", Href: resendWith(r.URL.Query(), "", "")})
	}
	return actions
}

// beside is the address of something that goes by the filters of the list: path, with what narrows it.
func beside(r *http.Request, path string) string {
	return sentBeside(r.URL.Query(), path, "", "")
}

func (s *server) showDelivery(w http.ResponseWriter, r *http.Request) error {
	m, err := s.readDelivery(r)
	if err != nil {
		return err
	}
	if err := s.explainDelivery(r.Context(), &m); err != nil {
		return err
	}
	m.Page = ui.Page{Title: views.DeliveryTitle(m.Row), Active: ui.NavSent, Crumbs: sentCrumbs()}
	if m.MayResend = mayResend(r); m.MayResend {
		if m.Shares, err = s.Store.ListShares(r.Context(), m.Row.ID); err != nil {
			return err
		}
		m.Page.Actions = []ui.Button{{Label: "Resend", Icon: "send", Href: sentPath(m.Row.ID) + "/resend"}}
		if cancellable(m.Row) == nil {
			m.Page.Actions = append([]ui.Button{{Label: cancelWord(m.Row), Icon: "ban", Href: sentPath(m.Row.ID) + "/cancel"}}, m.Page.Actions...)
		}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.Delivery(m), fragment: views.DeliveryNow(m)})
}

func sentCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Sent", Href: "/sent"}}, more...)
}

func (s *server) readDelivery(r *http.Request) (views.DeliveryModel, error) {
	var m views.DeliveryModel
	var err error
	if m.Row, err = s.Store.DeliveryRow(r.Context(), r.PathValue("id")); err != nil {
		return m, err
	}
	if m.Attempts, err = s.attemptsFor(r, m.Row.ID); err != nil {
		return m, err
	}
	if m.Requests, err = s.Store.ListRequests(r.Context(), m.Row.ID); err != nil {
		return m, err
	}
	if m.Row.BatchSize > 0 {
		if m.Carried, err = s.Store.ListBatchEvents(r.Context(), m.Row.ID); err != nil {
			return m, err
		}
	}
	keep, err := s.Store.Retention(r.Context())
	if err != nil {
		return m, err
	}
	m.BodyDays = keep.Bodies
	m.Hold, err = s.holdOf(r.Context(), m.Row.DestinationID)
	return m, err
}

// holdOf is why a destination is not sent to now, if it is not; of one that was deleted there is nothing to say.
func (s *server) holdOf(ctx context.Context, destinationID string) (hookline.Hold, error) {
	d, err := unlessMissing(s.Store.Destination(ctx, destinationID))
	if err != nil || d.ID == "" {
		return hookline.Hold{}, err
	}
	health, err := s.Store.ListHealth(ctx)
	return d.Hold(health[d.ID], time.Now()), err
}
