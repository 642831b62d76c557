package web

import (
	"context"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

// What happened within this time before a failure began may be its reason; a little after is as good, since what was
// made before may still be on its way.
const (
	longBefore  = 24 * time.Hour
	littleAfter = time.Minute
)

// justBefore is the last change of a failure's action before it began; the zero value when there was none.
func (s *server) justBefore(ctx context.Context, f hookline.FailureRow) (views.FailureBefore, error) {
	changes, err := s.changesOf(ctx, f, 1)
	if err != nil || len(changes) == 0 {
		return views.FailureBefore{}, err
	}
	return changes[0], nil
}

// changesOf are the last versions of a failure's action around its beginning.
func (s *server) changesOf(ctx context.Context, f hookline.FailureRow, most int) ([]views.FailureBefore, error) {
	if f.ActionName == "" {
		return nil, nil
	}
	versions, err := s.Store.ActionVersionsMade(ctx, f.ActionID, f.OpenedAt.Add(-longBefore), f.OpenedAt.Add(littleAfter), most)
	if err != nil {
		return nil, err
	}
	path := versionsPath(hookline.Action{ID: f.ActionID, DestinationID: f.DestinationID})
	all := make([]views.FailureBefore, len(versions))
	for i, v := range versions {
		var before hookline.ActionVersion
		href := path
		if v.Number > 1 {
			if before, err = unlessMissing(s.Store.ActionVersion(ctx, v.ActionID, v.Number-1)); err != nil {
				return nil, err
			}
			href = views.ComparePath(path, v.Number-1, v.Number)
		}
		all[i] = views.VersionSaved(href, before, v)
	}
	return all, nil
}

// around is what happened around a failure's beginning: to its action, to its destination, and among the events.
func (s *server) around(ctx context.Context, f hookline.FailureRow) ([]views.FailureBefore, error) {
	all, err := s.changesOf(ctx, f, 5)
	if err != nil {
		return nil, err
	}
	d, err := unlessMissing(s.Store.Destination(ctx, f.DestinationID))
	if err != nil {
		return nil, err
	}
	if since := f.OpenedAt.Sub(d.UpdatedAt); d.ID != "" && since < longBefore && since > -littleAfter {
		what := "The settings of the destination were changed"
		if d.UpdatedAt.Equal(d.CreatedAt) {
			what = "The destination was made"
		}
		all = append(all, views.FailureBefore{What: what, Href: destinationPath(d.ID), At: d.UpdatedAt})
	}
	first, newKind, err := s.Store.FailureBegan(ctx, f.ID)
	if err != nil || !newKind {
		return all, err
	}
	row, err := unlessMissing(s.Store.DeliveryRow(ctx, first))
	if err == nil && row.EventID != "" && row.EventName != "" {
		all = append(all, views.FailureBefore{What: "An event came that its source had not sent lately: " + row.EventName, Href: "/events/" + row.EventID, At: row.CreatedAt})
	}
	return all, err
}
