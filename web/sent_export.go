package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/spreadsheet"
	"hookline/views"
)

// exportSent gives the webhooks that the filters leave, the newest first, as a file for a spreadsheet. It is written as
// it is read, so it may be long. It has what the list shows, and no secret. The audit log tells who took it.
func (s *server) exportSent(w http.ResponseWriter, r *http.Request) error {
	asked, err := s.readSentFilter(r)
	if err != nil {
		return err
	}
	if asked.trouble.Message != "" {
		return hookline.Conflict("The filter in the address cannot be read, so there is no list to download. Go to Sent and narrow it again.")
	}
	remark := "everything"
	if words := asked.words(); len(words) > 0 {
		remark = strings.Join(words, ", ")
	}
	if err := s.Store.RecordAudit(r.Context(), audit.OfSent().Say(audit.Exported, remark)); err != nil {
		return err
	}
	first, err := s.Store.ListDeliveries(r.Context(), asked.filter, hookline.Cursor{Limit: exportStretch})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", spreadsheet.ContentType)
	w.Header().Set("Content-Disposition", `attachment; filename="hookline-sent-`+time.Now().UTC().Format("2006-01-02")+`.csv"`)
	if err := s.writeSent(w, r, asked.filter, first); err != nil {
		s.log.WarnContext(r.Context(), "export sent", "request", traceOf(r).id, "problem", err)
		panic(http.ErrAbortHandler) // the file has begun: nobody may take half of it for the whole
	}
	return nil
}

// writeSent writes a stretch of the list and all that come after it. Where looking takes long it goes on from where it
// stopped, until all was looked at.
func (s *server) writeSent(w http.ResponseWriter, r *http.Request, f hookline.DeliveryFilter, list hookline.Listing[hookline.DeliveryRow]) error {
	out := spreadsheet.New(w, "id", "made", "state", "reason", "made_by", "destination", "action", "action_version", "event", "event_id",
		"person", "method", "url", "last_answer", "tries", "next_try", "idempotency_key")
	for {
		for _, row := range list.Rows {
			out.Row(sentCells(row)...)
		}
		if err := out.End(); err != nil || !list.Older {
			return err
		}
		at := hookline.Cursor{Before: list.Stopped, Limit: exportStretch}
		if at.Before == "" {
			at.Before = list.Rows[len(list.Rows)-1].ID
		}
		var err error
		if list, err = s.Store.ListDeliveries(r.Context(), f, at); err != nil {
			return err
		}
	}
}

func sentCells(row hookline.DeliveryRow) []string {
	return []string{
		row.ID, momentText(row.CreatedAt), string(row.State), row.Reason, string(row.Origin), row.DestinationName, row.ActionName,
		numberText(row.ActionVersion), row.EventName, row.EventID, row.PersonLabel, row.Method, views.SafeURL(row.URL),
		numberText(row.LastStatus), strconv.Itoa(row.Attempts), momentText(row.NextAttemptAt), row.IdempotencyKey,
	}
}

// numberText writes a number of which none is 0.
func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
