package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// Canceller gives up what is owed because a person asked; delivery.Engine is one.
type Canceller interface {
	// Cancel makes no further attempt of a delivery; KindConflict when one is on its way, or none is owed.
	Cancel(ctx context.Context, d hookline.Delivery, by string) error
}

// cancellable says beforehand what a cancel would be answered.
func cancellable(row hookline.DeliveryRow) error {
	switch {
	case row.State == hookline.StateSending:
		return hookline.Conflict("This webhook is being sent right now. Wait for the answer, then decide.")
	case !row.State.Owed() && row.State != hookline.StateHeld:
		return hookline.Conflict("This webhook does not wait to be sent, so there is nothing to cancel.")
	}
	return nil
}

// cancelWord is on the button.
func cancelWord(row hookline.DeliveryRow) string {
	if row.Attempts == 0 {
		return "Cancel it"
	}
	return "Cancel retries"
}

func (s *server) askCancelDelivery(w http.ResponseWriter, r *http.Request) error {
	row, err := s.Store.DeliveryRow(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := cancellable(row); err != nil {
		return err
	}
	title, text := "Cancel the retries?", "No further try is made: the webhook has failed, and its page says that you cancelled it. "
	if row.Attempts == 0 {
		title, text = "Cancel this webhook?", "It is not sent: it has failed, and its page says that you cancelled it. "
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: title, Active: ui.NavSent, Crumbs: sentCrumbs(ui.Crumb{Label: views.DeliveryTitle(row), Href: sentPath(row.ID)})},
		Text:   text + "It can be resent later.",
		Action: sentPath(row.ID) + "/cancel", Yes: cancelWord(row), Back: sentPath(row.ID),
	})
}

func (s *server) cancelDelivery(w http.ResponseWriter, r *http.Request) error {
	row, err := s.Store.DeliveryRow(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.Canceller.Cancel(r.Context(), row.Delivery, visitor(r).user.Email); err != nil {
		return err
	}
	return s.done(w, r, sentPath(row.ID), "It is cancelled: no further try is made.")
}
