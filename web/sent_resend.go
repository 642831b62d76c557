package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// Resender sends a delivery again because a person asked; delivery.Resender is one.
type Resender interface {
	// PreviewResend gives the request that Resend would send. It changes nothing.
	PreviewResend(ctx context.Context, deliveryID string, mode delivery.Mode) (compose.Made, error)
	// Resend makes a delivery due at once; KindConflict when it cannot be.
	Resend(ctx context.Context, deliveryID string, mode delivery.Mode, askedBy string) error
	// PreviewDraft gives the request that SendDraft would send now. It changes nothing.
	PreviewDraft(ctx context.Context, deliveryID string) (compose.Made, error)
	// SendDraft makes a draft due at once; KindConflict when it cannot be.
	SendDraft(ctx context.Context, deliveryID, askedBy string) error
	// Anew composes a delivery's request by the action as it is now. It changes nothing.
	Anew(ctx context.Context, d hookline.Delivery) (made compose.Made, version int, err error)
}

// resendMode is composing anew unless something else was asked for.
func resendMode(text string) delivery.Mode {
	switch mode := delivery.Mode(text); mode {
	case delivery.Original, delivery.Each:
		return mode
	}
	return delivery.Current
}

func (s *server) askResend(w http.ResponseWriter, r *http.Request) error {
	return s.showResend(w, r, resendMode(r.URL.Query().Get("mode")), nil)
}

// resend ends on the delivery's page, which shows the new try as it happens.
func (s *server) resend(w http.ResponseWriter, r *http.Request) error {
	id, mode := r.PathValue("id"), resendMode(r.PostFormValue("mode"))
	if _, err := s.Store.DeliveryRow(r.Context(), id); err != nil {
		return err
	}
	err := s.Resender.Resend(r.Context(), id, mode, visitor(r).user.Email)
	if _, ok := onForm(err); ok {
		return s.showResend(w, r, mode, err)
	}
	if err != nil {
		return err
	}
	if mode == delivery.Each {
		return s.done(w, r, views.EverythingSent, "The events of the batch are on their way, each on its own. They are at the top of this list.")
	}
	return s.done(w, r, sentPath(id), "It is on its way again. This page shows the answer.")
}

// showResend shows what would go, or why nothing can: refused is what a try to resend ended with.
func (s *server) showResend(w http.ResponseWriter, r *http.Request, mode delivery.Mode, refused error) error {
	d, err := s.readDelivery(r)
	if err != nil {
		return err
	}
	m := views.ResendModel{Row: d.Row, Attempts: d.Attempts, Mode: string(mode), Last: d.Last()}
	if d.Hold.Cause.Holds() {
		m.Warnings = append(m.Warnings, views.HoldWarning(d.Hold))
	}
	status := http.StatusOK
	if refused == nil {
		refused = s.previewResend(r, &m)
	} else {
		status = http.StatusConflict
	}
	if m.Trouble, err = plainRefusal(refused); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Resend", Active: ui.NavSent,
		Crumbs: sentCrumbs(ui.Crumb{Label: views.DeliveryTitle(d.Row), Href: sentPath(d.Row.ID)}),
	})
	return s.showStatus(w, r, status, view{page: views.Resend(m)})
}

func (s *server) previewResend(r *http.Request, m *views.ResendModel) error {
	if err := resendable(m.Row); err != nil {
		return err
	}
	made, err := s.Resender.PreviewResend(r.Context(), m.Row.ID, delivery.Mode(m.Mode))
	m.Next = s.Secrets.ShownRequest(made.Request)
	for _, warning := range made.Warnings {
		m.Warnings = append(m.Warnings, warningText(warning))
	}
	return err
}

// resendable says beforehand what the store would say to a resend, so that nobody reads a page in vain.
func resendable(row hookline.DeliveryRow) error {
	switch {
	case row.State == hookline.StateSending:
		return hookline.Conflict("This webhook is being sent right now. Wait for the answer, then decide.")
	case row.State == hookline.StateQueued:
		return hookline.Conflict("This webhook waits to be sent already. Nothing needs to be done.")
	case row.State == hookline.StateHeld && row.Tries == 0:
		return hookline.Conflict("This webhook waits already, for its destination to be sent to again. Nothing needs to be done.")
	case row.State == hookline.StateHeld: // it is between two tries
	case !row.State.CanResend():
		return hookline.Conflict("A webhook that is " + string(row.State) + " cannot be resent.")
	case row.DestinationName == "":
		return hookline.Conflict("The destination was deleted, so there is nowhere to send this.")
	}
	return nil
}

// plainRefusal is why something cannot be resent, as its page says it. What a page cannot say stays an error.
func plainRefusal(err error) (string, error) {
	e, ok := errors.AsType[*hookline.Error](err)
	if !ok {
		return "", err
	}
	switch e.Kind {
	case hookline.KindConflict, hookline.KindInvalid, hookline.KindNotFound:
		return e.Message, nil
	}
	return "", err
}

func warningText(w compose.Warning) string {
	if w.Line == 0 {
		return w.Message
	}
	return fmt.Sprintf("%s (%s, line %d)", w.Message, w.Part, w.Line)
}
