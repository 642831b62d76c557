package api

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

type deletionStore interface {
	BeginDeletion(ctx context.Context, w hookline.DeletionWish) (hookline.Deletion, error)
	Deletion(ctx context.Context, id string) (hookline.Deletion, error)
	ListDeletions(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.Deletion], error)
	AllowAgain(ctx context.Context, id string) error
}

// deletionAnswer is a deletion and how far it has come. It names nobody.
type deletionAnswer struct {
	ID         string         `json:"id" example:"del_00000000000000000000"`
	State      string         `json:"state" enum:"waiting,going_on,finished" doc:"waiting: events about the person are still being worked out. going_on: the person is gone, and what names them is being removed."`
	AskedBy    string         `json:"asked_by"`
	AskedAt    time.Time      `json:"asked_at"`
	RemovedAt  *time.Time     `json:"removed_at" doc:"When the person was gone; null before."`
	FinishedAt *time.Time     `json:"finished_at" doc:"null before."`
	Suppressed bool           `json:"suppressed" doc:"Events of the person are refused."`
	Removed    map[string]int `json:"removed" doc:"How many of what were removed so far."`
	Receipt    string         `json:"receipt" doc:"What was removed, what is kept and why, and hashes by which whoever knows the person can check that it was them: as plain text. Empty until it has finished."`
}

func showDeletion(d hookline.Deletion) deletionAnswer {
	a := deletionAnswer{
		ID: d.ID, State: string(d.State), AskedBy: d.By, AskedAt: d.AskedAt, RemovedAt: momentOrNone(d.RemovedAt), FinishedAt: momentOrNone(d.FinishedAt),
		Suppressed: d.Suppress && !d.Allowed, Removed: map[string]int{},
	}
	for what, n := range d.Counts {
		a.Removed[string(what)] = n
	}
	if d.State == hookline.DeletionFinished {
		a.Receipt = d.Receipt()
	}
	return a
}

func momentOrNone(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

func (m *manage) deletePerson(c *call) (deletionAnswer, error) {
	p, err := m.thePerson(c)
	if err != nil {
		return deletionAnswer{}, err
	}
	suppress, err := readYesNo("suppress", c.query("suppress"))
	if err != nil {
		return deletionAnswer{}, err
	}
	d, err := m.Store.BeginDeletion(c.Context(), hookline.DeletionWish{PersonID: p.ID, Suppress: suppress, By: c.askedBy()})
	return showDeletion(d), err
}

// readYesNo reads a parameter that is true or false; nothing is false.
func readYesNo(name, text string) (bool, error) {
	switch text {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, hookline.Invalid("The call could not be understood.", map[string]string{name: "Use true or false."})
}

func (m *manage) listDeletions(c *call) (listAnswer[deletionAnswer], error) {
	at, err := c.cursor()
	if err != nil {
		return listAnswer[deletionAnswer]{}, err
	}
	list, err := m.Store.ListDeletions(c.Context(), at)
	return stretch(list, showDeletion, func(d hookline.Deletion) string { return d.ID }), err
}

func (m *manage) showDeletion(c *call) (deletionAnswer, error) {
	d, err := m.Store.Deletion(c.Context(), c.params["id"])
	return showDeletion(d), err
}

func (m *manage) allowAgain(c *call) (deletionAnswer, error) {
	if err := m.Store.AllowAgain(c.Context(), c.params["id"]); err != nil {
		return deletionAnswer{}, err
	}
	return m.showDeletion(c)
}
