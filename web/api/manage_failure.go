package api

import (
	"context"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

type failureStore interface {
	ListFailures(ctx context.Context, f hookline.FailureFilter, c hookline.Cursor) (hookline.Listing[hookline.FailureRow], error)
	Failure(ctx context.Context, id string) (hookline.FailureRow, error)
	ListFailureNotes(ctx context.Context, id string) ([]hookline.FailureNote, error)
	ChangeFailure(ctx context.Context, id string, c hookline.FailureChange) error
	UserByEmail(ctx context.Context, email string) (hookline.User, error)
}

var failureParameters = append([]parameter{
	{"state", "Only those in this state: open, snoozed or resolved.", "string"},
	{"assigned_to", "Only those that this user looks after, by e-mail address.", "string"},
	{"destination_id", "Only those of this destination.", "string"},
}, pageParameters...)

// failureAnswer is a failure as a list shows it.
type failureAnswer struct {
	ID              string     `json:"id" example:"flr_00000000000"`
	Title           string     `json:"title" doc:"What is so, in plain words."`
	Remedy          string     `json:"remedy" doc:"What most likely helps."`
	Trouble         string     `json:"trouble" enum:"status,large,timeout,dns,tls,refused,connect,reset,proxy,protocol,request,template,notjson,other"`
	Status          int        `json:"status" doc:"The HTTP status of the answers; 0 without."`
	Answer          string     `json:"answer" doc:"What the answers, or the reasons, have in common: without numbers, ids and the like."`
	DestinationID   string     `json:"destination_id"`
	DestinationName string     `json:"destination_name" doc:"Empty when the destination was deleted."`
	ActionID        string     `json:"action_id"`
	ActionName      string     `json:"action_name" doc:"Empty when the action was deleted."`
	State           string     `json:"state" enum:"open,snoozed,resolved"`
	SnoozedUntil    *time.Time `json:"snoozed_until" doc:"Null unless it is snoozed."`
	AssignedTo      string     `json:"assigned_to" doc:"The e-mail address of who looks after it; empty for nobody."`
	FirstAt         time.Time  `json:"first_at" doc:"When the first of them failed."`
	LastAt          time.Time  `json:"last_at" doc:"When the latest of them failed."`
	OpenedAt        time.Time  `json:"opened_at" doc:"As first_at, or when it opened again after it had been resolved."`
	Deliveries      int        `json:"delivery_count" doc:"Deliveries that are part of it now; GET /deliveries?failure_id= lists them."`
	Total           int        `json:"total_count" doc:"How many failed like this in all."`
	People          int        `json:"person_count" doc:"Whom those that are part of it now are about; who is in a batch is not counted."`
	Recent          int        `json:"last_hour_count" doc:"How many failed like this in the last hour."`
}

// wholeFailure is a failure with what was done with it.
type wholeFailure struct {
	failureAnswer
	Notes []failureNoteAnswer `json:"notes" doc:"What was done with it, the latest first; at most 200."`
}

type failureNoteAnswer struct {
	By   string    `json:"by" doc:"Empty for Hookline itself."`
	At   time.Time `json:"at"`
	Deed string    `json:"deed" enum:"note,assign,snooze,resolve,reopen,returned,mended,forgotten" doc:"returned: one more failed after it had been resolved. mended: nothing of it was left. forgotten: what was left of it was deleted because it was old."`
	Text string    `json:"text" doc:"The note; to whom it was assigned; until when it was snoozed."`
}

func showFailure(f hookline.FailureRow) failureAnswer {
	return failureAnswer{
		ID: f.ID, Title: views.FailureTitle(f.Failure), Remedy: views.FailureRemedy(f.Failure),
		Trouble: string(f.Trouble), Status: f.Status, Answer: f.Answer,
		DestinationID: f.DestinationID, DestinationName: f.DestinationName, ActionID: f.ActionID, ActionName: f.ActionName,
		State: string(f.State), SnoozedUntil: moment(f.SnoozedUntil), AssignedTo: f.Assignee,
		FirstAt: f.FirstAt, LastAt: f.LastAt, OpenedAt: f.OpenedAt, Deliveries: f.Deliveries, Total: f.Total, People: f.People, Recent: f.Recent,
	}
}

func (m *manage) listFailures(c *call) (listAnswer[failureAnswer], error) {
	var none listAnswer[failureAnswer]
	f := hookline.FailureFilter{State: hookline.FailureState(c.query("state")), DestinationID: c.query("destination_id")}
	if f.State != "" && !f.State.Known() {
		return none, hookline.Invalid("The list could not be read.", map[string]string{"state": "There is no such state. " + knownNames([]string{"open", "snoozed", "resolved"})})
	}
	var err error
	if f.AssignedTo, err = m.userNamed(c, c.query("assigned_to")); err != nil {
		return none, err
	}
	at, err := c.cursor()
	if err != nil {
		return none, err
	}
	failures, err := m.Store.ListFailures(c.Context(), f, at)
	return stretch(failures, showFailure, func(f hookline.FailureRow) string { return f.Place }), err
}

// userNamed gives the id of the user with an e-mail address; "" for "".
func (m *manage) userNamed(c *call, email string) (string, error) {
	if email == "" {
		return "", nil
	}
	u, err := m.Store.UserByEmail(c.Context(), email)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return "", hookline.Invalid("There is no such user.", map[string]string{"assigned_to": "Nobody has this e-mail address. Use that of somebody who may look after failures."})
	}
	return u.ID, err
}

func (m *manage) showFailure(c *call) (wholeFailure, error) {
	f, err := m.Store.Failure(c.Context(), c.params["id"])
	if err != nil {
		return wholeFailure{}, err
	}
	notes, err := m.Store.ListFailureNotes(c.Context(), f.ID)
	return wholeFailure{showFailure(f), listed(notes, func(n hookline.FailureNote) failureNoteAnswer {
		return failureNoteAnswer{n.By, n.At, string(n.Deed), n.Text}
	}).Data}, err
}

// failureForm is what can be changed of a failure.
type failureForm struct {
	State        string `json:"state" enum:"open,snoozed,resolved"`
	SnoozedUntil string `json:"snoozed_until" doc:"For snoozed: a time within the next 90 days (RFC 3339)."`
	AssignedTo   string `json:"assigned_to" doc:"The e-mail address of somebody who may look after it: support staff, an editor or an administrator; empty for nobody."`
	Note         string `json:"note" doc:"Something for colleagues, at most 2,000 characters; it is added to the others."`
}

func (m *manage) changeFailure(c *call, read func(*failureForm) error) (wholeFailure, error) {
	f, err := m.Store.Failure(c.Context(), c.params["id"])
	if err != nil {
		return wholeFailure{}, err
	}
	form := failureForm{State: string(f.State), AssignedTo: f.Assignee}
	if err := read(&form); err != nil {
		return wholeFailure{}, err
	}
	change := hookline.FailureChange{By: c.askedBy(), Note: form.Note}
	if form.State != string(f.State) || form.SnoozedUntil != "" {
		change.State = hookline.FailureState(form.State)
	}
	if form.SnoozedUntil != "" {
		if change.SnoozedUntil, err = time.Parse(time.RFC3339, form.SnoozedUntil); err != nil {
			return wholeFailure{}, hookline.Invalid("The failure was not changed.", map[string]string{"snoozed_until": "Use a time such as 2026-03-04T12:00:00Z."})
		}
	}
	if change.Assign = form.AssignedTo != f.Assignee; change.Assign {
		if change.AssignTo, err = m.userNamed(c, form.AssignedTo); err != nil {
			return wholeFailure{}, err
		}
	}
	if err := m.Store.ChangeFailure(c.Context(), f.ID, change); err != nil {
		return wholeFailure{}, err
	}
	return m.showFailure(c)
}
