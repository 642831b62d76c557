package api

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

type resendStore interface {
	CreateResend(ctx context.Context, w hookline.ResendWish) (hookline.ResendRun, error)
	ResendRun(ctx context.Context, id string) (hookline.ResendRun, error)
	ListResends(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.ResendRun], error)
	ChangeResend(ctx context.Context, id string, to hookline.ResendState, by string) error
}

// resendFilter is what a run is narrowed to, as the list of deliveries is by its parameters.
type resendFilter struct {
	State         string `json:"state" doc:"failed, retrying, delivered or doubted; empty for all, of which those that wait already are left out. draft is about drafts: current sends them for the first time, composed with the attributes of the moment, discard throws them away."`
	CampaignID    string `json:"campaign_id" doc:"Only those that the steps of this campaign sent to people."`
	DestinationID string `json:"destination_id"`
	ActionID      string `json:"action_id"`
	PersonID      string `json:"person_id" doc:"Hookline's own id (per_…)."`
	EventID       string `json:"event_id"`
	FailureID     string `json:"failure_id" doc:"Only those of this failure."`
	Status        int    `json:"status" doc:"The HTTP status of the last answer; 0 for any."`
	Since         string `json:"since" doc:"Only those made at this time or later (RFC 3339)."`
	Until         string `json:"until" doc:"Only those made before this time (RFC 3339)."`
	ResendID      string `json:"resend_id" doc:"Only those that an earlier run looked at."`
	Outcome       string `json:"outcome" doc:"And of those only what came to this there, such as failed."`
}

type resendManyForm struct {
	Filter    resendFilter `json:"filter" required:"true" doc:"Which deliveries. What is made after the call is not among them."`
	Mode      string       `json:"mode" required:"true" enum:"current,original,discard" doc:"current composes each anew when it is its turn, with the action and the person as they are then; original sends each one's first request's bytes; discard throws drafts away and sends nothing."`
	Delivered bool         `json:"delivered" doc:"Also what was delivered already. A filter by state delivered or doubted includes them by itself."`
	PerSecond float64      `json:"per_second" doc:"How many become due in a second; 0 for as fast as they are taken."`
	RampMS    int64        `json:"ramp_ms" doc:"How long it takes from a tenth of the rate to all of it."`
}

// resendAnswer is a run and how far it has come.
type resendAnswer struct {
	ID        string         `json:"id" example:"rsn_00000000000"`
	State     string         `json:"state" enum:"running,paused,cancelled,finished"`
	Filter    resendFilter   `json:"filter"`
	Mode      string         `json:"mode" enum:"current,original,discard"`
	Delivered bool           `json:"delivered"`
	PerSecond float64        `json:"per_second"`
	RampMS    int64          `json:"ramp_ms"`
	AskedBy   string         `json:"asked_by"`
	CreatedAt time.Time      `json:"created_at"`
	ChangedAt time.Time      `json:"changed_at" doc:"When it began, went on, paused or ended last."`
	Matched   *int           `json:"matched" doc:"How many fitted the filter when it began; null until they are counted."`
	Looked    int            `json:"looked" doc:"How many of them have been looked at."`
	Resent    int            `json:"resent" doc:"How many of those were sent again, or are due, or were discarded by a run that does that."`
	Skipped   int            `json:"skipped" doc:"How many were left out."`
	Counts    map[string]int `json:"counts" doc:"How many came to what: delivered, failed, retrying, waiting, discarded, gone; those that were left out by reason: skipped_delivered, skipped_owed, skipped_decided, skipped_trigger, skipped_cancelled, skipped_template, skipped_missing, skipped_nowhere, skipped_off, skipped_test."`
}

func showResend(run hookline.ResendRun) resendAnswer {
	a := resendAnswer{
		ID: run.ID, State: string(run.State), Filter: showResendFilter(run.Filter), Mode: string(run.Mode), Delivered: run.Delivered,
		PerSecond: run.PerSecond, RampMS: run.Ramp.Milliseconds(), AskedBy: run.By, CreatedAt: run.CreatedAt, ChangedAt: run.ChangedAt,
		Looked: run.Looked(), Resent: run.Resent(), Skipped: run.Skipped(), Counts: map[string]int{},
	}
	if run.Matched >= 0 {
		a.Matched = &run.Matched
	}
	for outcome, n := range run.Counts {
		a.Counts[string(outcome)] = n
	}
	return a
}

func showResendFilter(f hookline.DeliveryFilter) resendFilter {
	return resendFilter{
		State: string(f.State), CampaignID: f.CampaignID, DestinationID: f.DestinationID, ActionID: f.ActionID, PersonID: f.PersonID, EventID: f.EventID, FailureID: f.FailureID, Status: f.Status,
		Since: momentText(f.Since), Until: momentText(f.Until), ResendID: f.ResendID, Outcome: string(f.ResendOutcome),
	}
}

func momentText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// read makes the filter that is meant; what is wrong with it goes into wrong.
func (f resendFilter) read(wrong map[string]string) hookline.DeliveryFilter {
	filter := hookline.DeliveryFilter{
		State: hookline.State(f.State), CampaignID: f.CampaignID, DestinationID: f.DestinationID, ActionID: f.ActionID, PersonID: f.PersonID, EventID: f.EventID, FailureID: f.FailureID, Status: f.Status,
		Since: readMoment("filter.since", f.Since, wrong), Until: readMoment("filter.until", f.Until, wrong),
		ResendID: f.ResendID, ResendOutcome: hookline.ResendOutcome(f.Outcome),
	}
	if f.Status != 0 && (f.Status < 100 || f.Status > 599) {
		wrong["filter.status"] = "Use an HTTP status between 100 and 599."
	}
	if f.Outcome != "" && !filter.ResendOutcome.Known() {
		wrong["filter.outcome"] = "There is no such outcome. The members of a run's counts are outcomes."
	}
	if f.Outcome != "" && f.ResendID == "" {
		wrong["filter.resend_id"] = "An outcome is that of a run: say of which."
	}
	return filter
}

func readMoment(name, text string, wrong map[string]string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		wrong[name] = "Use a time such as 2026-03-04T12:00:00Z."
	}
	return at
}

// resendFields gives what is wrong with a wish the names that it has in a body.
func resendFields(name string) string {
	switch name {
	case "state":
		return "filter.state"
	case "ramp":
		return "ramp_ms"
	}
	return name
}

func (m *manage) resendMany(c *call, read func(*resendManyForm) error) (resendAnswer, error) {
	var form resendManyForm
	if err := read(&form); err != nil {
		return resendAnswer{}, err
	}
	wrong := map[string]string{}
	if form.Filter == (resendFilter{}) {
		wrong["filter"] = "Say which deliveries. To resend all there is, give a since that is long ago."
	}
	wish := hookline.ResendWish{
		Filter: form.Filter.read(wrong), Mode: hookline.ResendMode(form.Mode), Delivered: form.Delivered,
		PerSecond: form.PerSecond, Ramp: millis(form.RampMS), By: c.askedBy(),
	}
	if id := wish.Filter.ResendID; id != "" {
		if _, err := m.Store.ResendRun(c.Context(), id); hookline.KindOf(err) == hookline.KindNotFound {
			wrong["filter.resend_id"] = "There is no such run. GET /resends lists them."
		} else if err != nil {
			return resendAnswer{}, err
		}
	}
	if err := also(wrong, named(wish.Validate(), resendFields)); err != nil {
		return resendAnswer{}, err
	}
	run, err := m.Store.CreateResend(c.Context(), wish)
	return showResend(run), err
}

func (m *manage) listResends(c *call) (listAnswer[resendAnswer], error) {
	at, err := c.cursor()
	if err != nil {
		return listAnswer[resendAnswer]{}, err
	}
	runs, err := m.Store.ListResends(c.Context(), at)
	return stretch(runs, showResend, func(run hookline.ResendRun) string { return run.ID }), err
}

func (m *manage) showResend(c *call) (resendAnswer, error) {
	run, err := m.Store.ResendRun(c.Context(), c.params["id"])
	return showResend(run), err
}

// changeResend makes a handler that brings a run into a state.
func (m *manage) changeResend(to hookline.ResendState) func(*call) (resendAnswer, error) {
	return func(c *call) (resendAnswer, error) {
		if err := m.Store.ChangeResend(c.Context(), c.params["id"], to, c.askedBy()); err != nil {
			return resendAnswer{}, err
		}
		return m.showResend(c)
	}
}
