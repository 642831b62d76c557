package api

import (
	"errors"
	"strconv"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

var deliveryParameters = append([]parameter{
	{"state", "Only those in this state.", "string"},
	{"destination_id", "Only those to this destination.", "string"},
	{"action_id", "Only those of this action.", "string"},
	{"person_id", "Only those about this person; Hookline's own id (per_…).", "string"},
	{"event_id", "Only those that this event set off.", "string"},
	{"failure_id", "Only those that are part of this failure.", "string"},
	{"status", "Only those whose last answer had this HTTP status.", "integer"},
	{"since", "Only those made at this time or later (RFC 3339).", "date-time"},
	{"until", "Only those made before this time (RFC 3339).", "date-time"},
	{"resend_id", "Only those that this run looked at.", "string"},
	{"outcome", "And of those only what came to this there: a member of the run's counts, such as failed.", "string"},
}, pageParameters...)

// deliveryFilter reads what a list of deliveries is narrowed to.
func (c *call) deliveryFilter() (hookline.DeliveryFilter, error) {
	f := hookline.DeliveryFilter{
		State: hookline.State(c.query("state")), DestinationID: c.query("destination_id"), ActionID: c.query("action_id"),
		PersonID: c.query("person_id"), EventID: c.query("event_id"),
		FailureID: c.query("failure_id"),
		ResendID:  c.query("resend_id"), ResendOutcome: hookline.ResendOutcome(c.query("outcome")),
	}
	wrong := map[string]string{}
	if f.State != "" && !f.State.Known() {
		names := make([]string, len(hookline.States()))
		for i, s := range hookline.States() {
			names[i] = string(s)
		}
		wrong["state"] = "There is no such state. " + knownNames(names)
	}
	if text := c.query("status"); text != "" {
		var err error
		if f.Status, err = strconv.Atoi(text); err != nil || f.Status < 100 || f.Status > 599 {
			wrong["status"] = "Use an HTTP status between 100 and 599."
		}
	}
	if f.ResendOutcome != "" && !f.ResendOutcome.Known() {
		wrong["outcome"] = "There is no such outcome. The members of a run's counts are outcomes."
	}
	if f.ResendOutcome != "" && f.ResendID == "" {
		wrong["resend_id"] = "An outcome is that of a run: say of which."
	}
	f.Since = c.readTime("since", wrong)
	f.Until = c.readTime("until", wrong)
	if len(wrong) > 0 {
		return f, hookline.Invalid("The list could not be read.", wrong)
	}
	return f, nil
}

func (c *call) readTime(name string, wrong map[string]string) time.Time {
	text := c.query(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		wrong[name] = "Use a time such as 2026-03-04T12:00:00Z."
	}
	return at
}

// refusedResend turns what stopped a resend into what may be told.
func refusedResend(err error) error {
	if e, ok := errors.AsType[*compose.Cancelled](err); ok {
		return hookline.Conflict(e.Error())
	}
	return err
}
