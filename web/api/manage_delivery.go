package api

import (
	"context"
	"strings"
	"time"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/views"
)

type deliveryStore interface {
	ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error)
	DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error)
	ListAttempts(ctx context.Context, deliveryID string) ([]hookline.Attempt, error)
	ListRequests(ctx context.Context, deliveryID string) ([]hookline.RequestMade, error)
	ListBatchEvents(ctx context.Context, deliveryID string) ([]hookline.BatchEvent, error)
}

// deliveryAnswer is a delivery as a list shows it.
type deliveryAnswer struct {
	ID              string     `json:"id" example:"dlv_00000000000000000000"`
	State           string     `json:"state" enum:"draft,queued,sending,retrying,delivered,failed,held,discarded"`
	Reason          string     `json:"reason" doc:"Why it failed, waits or, when it was delivered, is doubted, in plain words; empty when all is well."`
	Origin          string     `json:"origin" doc:"What made it: event, campaign, shortcut or test."`
	DestinationID   string     `json:"destination_id"`
	DestinationName string     `json:"destination_name" doc:"Empty when the destination was deleted."`
	OwnerID         string     `json:"owner_id" doc:"The campaign or shortcut that the destination belongs to, whose step or request it is; empty for one that stands for itself."`
	OwnerName       string     `json:"owner_name"`
	ActionID        string     `json:"action_id"`
	ActionName      string     `json:"action_name" doc:"Empty when the action was deleted."`
	ActionVersion   int        `json:"action_version" doc:"Which version of the action made it; 0 when that is not known."`
	EventID         string     `json:"event_id" doc:"Empty when no event made it, or several did."`
	EventName       string     `json:"event_name"`
	PersonID        string     `json:"person_id" doc:"Empty when nobody is known."`
	BatchSize       int        `json:"batch_size" doc:"Events in the request; 0 for one that is no batch."`
	IdempotencyKey  string     `json:"idempotency_key" doc:"What receivers see as X-CIO-Idempotency-Key: the same for every attempt."`
	Method          string     `json:"method" doc:"Empty when no request could be made."`
	URL             string     `json:"url"`
	AttemptCount    int        `json:"attempt_count"`
	LastStatus      int        `json:"last_status" doc:"The HTTP status of the last answer; 0 without one."`
	CreatedAt       time.Time  `json:"created_at"`
	NextAttemptAt   *time.Time `json:"next_attempt_at" doc:"When the next attempt is due; null when none is."`
	UpdatedAt       time.Time  `json:"updated_at"`
}

// wholeDelivery is a delivery with all that happened to it.
type wholeDelivery struct {
	deliveryAnswer
	Requests []requestAnswer `json:"requests" doc:"The first one first; a resend that composes anew adds one."`
	Attempts []attemptAnswer `json:"attempts" doc:"The first one first."`
	Events   []carriedAnswer `json:"events" doc:"What a batch carried, in its body's order; empty for any other delivery."`
}

type requestAnswer struct {
	Number  int          `json:"number"`
	Method  string       `json:"method"`
	URL     string       `json:"url"`
	Headers []headerForm `json:"headers"`
	Body    string       `json:"body"`
	Version int          `json:"action_version" doc:"Which version of the action made it; 0 when that is not known."`
	MadeBy  string       `json:"made_by" doc:"Empty for the engine, else who resent."`
	MadeAt  time.Time    `json:"made_at"`
	Deleted bool         `json:"body_deleted" doc:"Whether the body was deleted because it was old; see the retention."`
}

type attemptAnswer struct {
	Number         int          `json:"number"`
	RequestNumber  int          `json:"request_number" doc:"Which of the requests was sent."`
	AskedBy        string       `json:"asked_by" doc:"Empty for the engine, else who resent."`
	StartedAt      time.Time    `json:"started_at"`
	DurationMS     int64        `json:"duration_ms"`
	Outcome        string       `json:"outcome" enum:"delivered,retrying,failed"`
	Reason         string       `json:"reason" doc:"Empty when it was delivered."`
	Status         int          `json:"status" doc:"0 when there was no answer."`
	SentHeaders    []headerForm `json:"sent_headers" doc:"What was added when it was sent: key, time and signatures."`
	AnswerHeaders  []headerForm `json:"answer_headers"`
	AnswerBody     string       `json:"answer_body" doc:"At most 10 KB."`
	AnswerTooLarge bool         `json:"answer_too_large" doc:"Whether the answer was longer and was cut."`
	AnswerDeleted  bool         `json:"answer_deleted" doc:"Whether the answer's body was deleted because it was old; see the retention."`
	AnswerHidden   bool         `json:"answer_hidden" doc:"Whether the answer is left out, because it came from an inside address and the token's scope is not admin."`
}

type carriedAnswer struct {
	EventID   string `json:"event_id"`
	EventName string `json:"event_name"`
	PersonID  string `json:"person_id"`
}

func showDelivery(d hookline.DeliveryRow) deliveryAnswer {
	return deliveryAnswer{
		ID: d.ID, State: string(d.State), Reason: d.Reason, Origin: string(d.Origin),
		DestinationID: d.DestinationID, DestinationName: d.DestinationName, OwnerID: d.Owner, OwnerName: d.OwnerName, ActionID: d.ActionID, ActionName: d.ActionName, ActionVersion: d.ActionVersion,
		EventID: d.EventID, EventName: d.EventName, PersonID: d.PersonID, BatchSize: d.BatchSize, IdempotencyKey: d.IdempotencyKey,
		Method: d.Method, URL: views.SafeURL(d.URL), AttemptCount: d.Attempts, LastStatus: d.LastStatus,
		CreatedAt: d.CreatedAt, NextAttemptAt: moment(d.NextAttemptAt), UpdatedAt: d.UpdatedAt,
	}
}

func showRequest(r hookline.RequestMade) requestAnswer {
	return requestAnswer{
		r.Number, r.Request.Method, views.SafeURL(r.Request.URL), sentHeaders(r.Request.Headers), text(r.Request.Body), r.ActionVersion, r.MadeBy, r.MadeAt, r.BodyDeleted,
	}
}

func showAttempt(a hookline.Attempt) attemptAnswer {
	return attemptAnswer{
		Number: a.Number, RequestNumber: a.RequestNumber, AskedBy: a.AskedBy, StartedAt: a.StartedAt, DurationMS: a.Duration.Milliseconds(),
		Outcome: string(a.Outcome), Reason: a.Reason, Status: a.Status, SentHeaders: sentHeaders(a.Sent),
		AnswerHeaders: sentHeaders(a.AnswerHeaders), AnswerBody: text(a.Answer), AnswerTooLarge: a.AnswerTooLarge,
		AnswerDeleted: a.AnswerDeleted, AnswerHidden: a.AnswerHidden,
	}
}

func showCarried(e hookline.BatchEvent) carriedAnswer {
	return carriedAnswer{e.EventID, e.EventName, e.PersonID}
}

// sentHeaders are headers as they may be shown: what authorizes is blotted
// out, and signatures are cut short, so that a log of ours signs nothing.
func sentHeaders(headers []hookline.Header) []headerForm {
	shown := showHeaders(compose.SafeHeaders(headers))
	for i, h := range shown {
		if strings.Contains(strings.ToLower(h.Name), "signature") && len(h.Value) > 16 {
			shown[i].Value = h.Value[:8] + "…" + h.Value[len(h.Value)-4:]
		}
	}
	return shown
}

// text is a body as JSON can hold it: what is no UTF-8 becomes U+FFFD.
func text(body []byte) string { return strings.ToValidUTF8(string(body), "\uFFFD") }

func (m *manage) listDeliveries(c *call) (listAnswer[deliveryAnswer], error) {
	var none listAnswer[deliveryAnswer]
	filter, err := c.deliveryFilter()
	if err != nil {
		return none, err
	}
	at, err := c.cursor()
	if err != nil {
		return none, err
	}
	deliveries, err := m.Store.ListDeliveries(c.Context(), filter, at)
	return stretch(deliveries, showDelivery, func(d hookline.DeliveryRow) string { return d.ID }), err
}

func (m *manage) showDelivery(c *call) (wholeDelivery, error) {
	var whole wholeDelivery
	d, err := m.Store.DeliveryRow(c.Context(), c.params["id"])
	if err != nil {
		return whole, err
	}
	requests, err := m.Store.ListRequests(c.Context(), d.ID)
	if err != nil {
		return whole, err
	}
	attempts, err := m.Store.ListAttempts(c.Context(), d.ID)
	if err != nil {
		return whole, err
	}
	if !c.may(admin) {
		attempts = hookline.WithoutInside(attempts)
	}
	carried, err := m.Store.ListBatchEvents(c.Context(), d.ID)
	return wholeDelivery{
		showDelivery(d), listed(requests, showRequest).Data, listed(attempts, showAttempt).Data, listed(carried, showCarried).Data,
	}, err
}

type resendForm struct {
	Mode string `json:"mode" required:"true" enum:"current,original,each" doc:"current composes it anew, with the action and the person as they are now; original sends the first request's bytes; each makes a delivery of each event of a batch, with the body that it had there."`
}

func (m *manage) resend(c *call, read func(*resendForm) error) (wholeDelivery, error) {
	var form resendForm
	if err := read(&form); err != nil {
		return wholeDelivery{}, err
	}
	mode := delivery.Mode(form.Mode)
	if mode != delivery.Current && mode != delivery.Original && mode != delivery.Each {
		return wholeDelivery{}, hookline.Invalid("The delivery was not sent again.", map[string]string{"mode": "Use current or original, or each for a batch."})
	}
	if _, err := m.Store.DeliveryRow(c.Context(), c.params["id"]); err != nil {
		return wholeDelivery{}, err
	}
	if err := m.Resender.Resend(c.Context(), c.params["id"], mode, c.askedBy()); err != nil {
		return wholeDelivery{}, refusedResend(err)
	}
	return m.showDelivery(c)
}
