package api

import (
	"errors"
	"strconv"
	"time"
	"unicode/utf8"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

var deliveryParameters = append([]parameter{
	{"state", "Only those in this state.", "string"},
	{"destination_id", "Only those to this destination.", "string"},
	{"campaign_id", "Only those that the steps of this campaign sent to people; one step: also destination_id, which is the step's own.", "string"},
	{"action_id", "Only those of this action.", "string"},
	{"person_id", "Only those about this person; Hookline's own id (per_…).", "string"},
	{"event_id", "Only those that this event set off.", "string"},
	{"failure_id", "Only those that are part of this failure.", "string"},
	{"q", "Only those with this text in the URL, the body, an answer or the reason of a try, the name of the event, its messageId, the idempotency key or what the person is called, as it stands and from the beginning of a word on; or with this id of a delivery or an event; or about the person with this user id or e-mail address.", "string"},
	{"event_name", "Only those that an event of this name set off.", "string"},
	{"origin", "Only those made by an event (event), by somebody trying an action out (test), by a step of a campaign (campaign), or by somebody who pressed a shortcut (shortcut).", "string"},
	{"status", "Only those whose last answer had this HTTP status.", "integer"},
	{"cause", "Only those that have no answer for this cause: timeout, dns, connect, tls, reset, protocol, proxy or refused.", "string"},
	{"attempts", "Only those with at least so many attempts.", "integer"},
	{"since", "Only those made at this time or later (RFC 3339).", "date-time"},
	{"until", "Only those made before this time (RFC 3339).", "date-time"},
	{"resend_id", "Only those that this run looked at.", "string"},
	{"outcome", "And of those only what came to this there: a member of the run's counts, such as failed.", "string"},
}, pageParameters...)

// deliveryFilter reads what a list of deliveries is narrowed to.
func (c *call) deliveryFilter() (hookline.DeliveryFilter, error) {
	f := hookline.DeliveryFilter{
		State: hookline.State(c.query("state")), DestinationID: c.query("destination_id"), CampaignID: c.query("campaign_id"), ActionID: c.query("action_id"),
		PersonID: c.query("person_id"), EventID: c.query("event_id"), EventName: c.query("event_name"), FailureID: c.query("failure_id"),
		Query: c.query("q"), Origin: hookline.Origin(c.query("origin")), Cause: hookline.NetworkCause(c.query("cause")),
		ResendID: c.query("resend_id"), ResendOutcome: hookline.ResendOutcome(c.query("outcome")),
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
	c.readLooks(&f, wrong)
	f.Since = c.readTime("since", wrong)
	f.Until = c.readTime("until", wrong)
	if len(wrong) > 0 {
		return f, hookline.Invalid("The list could not be read.", wrong)
	}
	return f, nil
}

// readLooks reads what the list is looked for by.
func (c *call) readLooks(f *hookline.DeliveryFilter, wrong map[string]string) {
	if len(f.Query) > maxQuery || !utf8.ValidString(f.Query) {
		wrong["q"] = "Use a text of at most 1,000 bytes."
	}
	if f.Origin != "" && !f.Origin.Known() {
		wrong["origin"] = "Use event, test, campaign or shortcut."
	}
	if f.Cause != "" && !f.Cause.Known() {
		var names []string
		for _, cause := range hookline.NetworkCauses() {
			names = append(names, string(cause))
		}
		wrong["cause"] = "There is no such cause. " + knownNames(names)
	}
	if text := c.query("attempts"); text != "" {
		var err error
		if f.Attempts, err = strconv.Atoi(text); err != nil || f.Attempts < 1 {
			wrong["attempts"] = "Use a whole number from 1 on."
		}
	}
}

// maxQuery is the longest text that is searched for, in bytes.
const maxQuery = 1000

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
