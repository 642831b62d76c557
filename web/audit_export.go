package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/spreadsheet"
)

// exportStretch is how many entries an export reads at a time.
const exportStretch = 500

// exportAudit gives the entries that the filters leave, the newest first, as a file: for a spreadsheet, or as a JSON
// list. It is written as it is read, so it may be long.
func (s *server) exportAudit(w http.ResponseWriter, r *http.Request) error {
	asked, err := s.readAuditFilter(r)
	if err != nil {
		return err
	}
	if asked.trouble.Message != "" {
		return hookline.Invalid(asked.trouble.Message, asked.trouble.Fields)
	}
	first, err := s.Store.ListAuditEntries(r.Context(), asked.filter, hookline.Cursor{Limit: exportStretch})
	if err != nil {
		return err
	}
	write, kind, ending := exportAuditCSV, spreadsheet.ContentType, "csv"
	if r.URL.Query().Get("format") == "json" {
		write, kind, ending = exportAuditJSON, "application/json", "json"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="hookline-audit-`+time.Now().UTC().Format("2006-01-02")+"."+ending+`"`)
	if err := write(w, s.auditStretches(r, asked.filter, first)); err != nil {
		s.log.WarnContext(r.Context(), "export audit log", "request", traceOf(r).id, "problem", err)
		panic(http.ErrAbortHandler) // the file has begun: nobody may take half of it for the whole
	}
	return nil
}

// stretches calls do with each stretch of a list, from its beginning to its end.
type stretches func(do func([]audit.Entry) error) error

func (s *server) auditStretches(r *http.Request, f audit.Filter, list hookline.Listing[audit.Entry]) stretches {
	return func(do func([]audit.Entry) error) error {
		for {
			if err := do(list.Rows); err != nil || !list.Older {
				return err
			}
			var err error
			at := hookline.Cursor{Before: list.Rows[len(list.Rows)-1].ID, Limit: exportStretch}
			if list, err = s.Store.ListAuditEntries(r.Context(), f, at); err != nil {
				return err
			}
		}
	}
}

func exportAuditCSV(w http.ResponseWriter, all stretches) error {
	out := spreadsheet.New(w, "id", "at", "actor_kind", "actor_id", "actor", "from", "deed", "kind", "thing_id", "thing", "before", "after", "remark")
	return all(func(entries []audit.Entry) error {
		for _, e := range entries {
			out.Row(e.ID, e.At.Format(time.RFC3339Nano), string(e.Actor.Kind), e.Actor.ID, e.Actor.Name, e.Actor.From,
				string(e.Deed), string(e.Kind), e.ThingID, e.ThingName, string(e.Before), string(e.After), e.Remark)
		}
		return out.End()
	})
}

func exportAuditJSON(w http.ResponseWriter, all stretches) error {
	separator := "[\n"
	err := all(func(entries []audit.Entry) error {
		for _, e := range entries {
			text, err := json.Marshal(e)
			if err != nil {
				return fmt.Errorf("encode entry: %w", err)
			}
			if _, err := fmt.Fprintf(w, "%s%s", separator, text); err != nil {
				return fmt.Errorf("write entry: %w", err)
			}
			separator = ",\n"
		}
		return nil
	})
	if err != nil {
		return err
	}
	end := "\n]\n"
	if separator == "[\n" {
		end = "[]\n"
	}
	_, err = fmt.Fprint(w, end)
	return err
}
