package api

import (
	"context"
	"strconv"
	"time"

	"hookline/internal/hookline"
)

type versionStore interface {
	ListActionVersions(ctx context.Context, actionID string, c hookline.Cursor) (hookline.Listing[hookline.ActionVersion], error)
}

// versionAnswer is an action as somebody saved it.
type versionAnswer struct {
	Number  int          `json:"number" doc:"From 1, without gaps."`
	Name    string       `json:"name"`
	Trigger string       `json:"trigger"`
	Request templateForm `json:"request" doc:"What is secret in it is blotted out unless the token's scope is edit or admin."`
	Batch   batchForm    `json:"batch"`
	MadeBy  string       `json:"made_by" doc:"Who saved it; empty for Hookline itself."`
	MadeAt  time.Time    `json:"made_at"`
	Note    string       `json:"note" doc:"What its author says of it; may be empty."`
}

func (c *call) showVersion(v hookline.ActionVersion) versionAnswer {
	return versionAnswer{
		Number: v.Number, Name: v.Name, Trigger: v.Trigger, Request: c.showRequest(v.Template), Batch: showBatching(v.Batching),
		MadeBy: v.MadeBy, MadeAt: v.MadeAt, Note: v.Note,
	}
}

func (m *manage) listVersions(c *call) (listAnswer[versionAnswer], error) {
	a, err := m.theAction(c)
	if err != nil {
		return listAnswer[versionAnswer]{}, err
	}
	at, err := c.cursor()
	if err != nil {
		return listAnswer[versionAnswer]{}, err
	}
	versions, err := m.Store.ListActionVersions(c.Context(), a.ID, at)
	return stretch(versions, c.showVersion, func(v hookline.ActionVersion) string { return strconv.Itoa(v.Number) }), err
}
