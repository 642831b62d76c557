package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const auditColumns = "id, at, actor_kind, actor_id, actor_name, actor_from, deed, thing_kind, thing_id, thing_name, before, after, remark"

var insertAuditQuery = "insert into audit_entries (" + auditColumns + ") values (" + placeholders(13) + ")"

func scanAuditEntry(r row) (audit.Entry, error) {
	var e audit.Entry
	var before, after string
	var at int64
	err := r.Scan(&e.ID, &at, &e.Actor.Kind, &e.Actor.ID, &e.Actor.Name, &e.Actor.From, &e.Deed, &e.Kind, &e.ThingID, &e.ThingName, &before, &after, &e.Remark)
	e.At = fromMicros(at)
	if before != "" {
		e.Before = json.RawMessage(before)
	}
	if after != "" {
		e.After = json.RawMessage(after)
	}
	return e, err
}

// note keeps what somebody did, in the transaction of the change. Nobody did
// what has no actor in its context: the engine's own work leaves no entry.
func (s *Store) note(ctx context.Context, t *tx, n audit.Note) error {
	actor, known := audit.By(ctx)
	if !known {
		return nil
	}
	return s.noteOf(t, actor, n)
}

func (s *Store) noteOf(t *tx, by audit.Actor, n audit.Note) error {
	_, err := t.exec(insertAuditQuery, s.ids.New("aud"), micros(now()), string(by.Kind), by.ID, by.Name, by.From,
		string(n.Deed), string(n.Kind), n.ThingID, n.ThingName, string(n.Before), string(n.After), n.Remark)
	if err != nil {
		return fmt.Errorf("insert audit entry: %w", err)
	}
	return nil
}

// noteChange keeps what differs between a thing and what it became; a change of
// nothing leaves no entry.
func (s *Store) noteChange(ctx context.Context, t *tx, before, after audit.Thing) error {
	if n, differs := audit.Change(before, after); differs {
		return s.note(ctx, t, n)
	}
	return nil
}

// RecordAudit keeps what somebody did that changes nothing else here, such as
// looking at a secret. It fails when nobody is in the context.
func (s *Store) RecordAudit(ctx context.Context, n audit.Note) error {
	actor, known := audit.By(ctx)
	if !known {
		return fmt.Errorf("record %s %s: nobody did it", n.Kind, n.Deed)
	}
	return s.write(ctx, func(t *tx) error { return s.noteOf(t, actor, n) })
}

// AuditEntry gives one entry.
func (s *Store) AuditEntry(ctx context.Context, id string) (audit.Entry, error) {
	e, err := scanAuditEntry(s.reads.QueryRowContext(ctx, "select "+auditColumns+" from audit_entries where id = $1", id))
	return e, found(err, "entry")
}

// ListAuditEntries gives the entries that fit the filter, the newest first.
func (s *Store) ListAuditEntries(ctx context.Context, f audit.Filter, c hookline.Cursor) (hookline.Listing[audit.Entry], error) {
	return list(ctx, s.reads, selectAudit(f), c, scanAuditEntry)
}

func selectAudit(f audit.Filter) *listQuery {
	q := newList("select " + auditColumns + " from audit_entries")
	for _, term := range []struct{ column, value string }{
		{"thing_id", f.ThingID}, {"actor_name", f.Actor}, {"deed", string(f.Deed)}, {"thing_kind", string(f.Kind)},
	} {
		if term.value != "" {
			q.where(term.column+" = ?", term.value)
		}
	}
	if !f.Since.IsZero() {
		q.where("id >= ?", hookline.IDAt("aud", f.Since))
	}
	if !f.Until.IsZero() {
		q.where("id < ?", hookline.IDAt("aud", f.Until))
	}
	return q
}

// noteDelivery keeps what somebody did with a delivery. Its name is that of the
// action it came from, if that is still there.
func (s *Store) noteDelivery(ctx context.Context, t *tx, d hookline.Delivery, did audit.Deed, remark string) error {
	if _, known := audit.By(ctx); !known {
		return nil
	}
	name, err := actionName(t, d.ActionID)
	if err != nil {
		return err
	}
	return s.note(ctx, t, audit.Thing{Kind: audit.Delivery, ID: d.ID, Name: name}.Say(did, remark))
}

// actionName gives "" for an action that is no longer there.
func actionName(t *tx, id string) (name string, err error) {
	err = t.queryRow("select coalesce((select name from actions where id = $1), '')", id).Scan(&name)
	return name, wrapped(err, "read action")
}

func resendRemark(q hookline.Requeue) string {
	if q.Request == nil {
		return "with the original bytes"
	}
	return "composed anew"
}
