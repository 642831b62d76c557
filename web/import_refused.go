package web

import (
	"net/http"
	"strconv"

	"hookline/internal/hookline"
	"hookline/internal/spreadsheet"
)

// downloadRefused gives the rows that an import refused as a file like the one that came in, with a column that says
// why: mended, it can be imported.
func (s *server) downloadRefused(w http.ResponseWriter, r *http.Request) error {
	i, err := s.Store.Import(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", spreadsheet.ContentType)
	w.Header().Set("Content-Disposition", `attachment; filename="hookline-refused-`+i.ID+`.csv"`)
	if err := s.writeRefused(w, r, i); err != nil {
		s.log.WarnContext(r.Context(), "download refused rows", "request", traceOf(r).id, "problem", err)
		panic(http.ErrAbortHandler) // the file has begun: nobody may take half of it for the whole
	}
	return nil
}

func (s *server) writeRefused(w http.ResponseWriter, r *http.Request, i hookline.Import) error {
	out := spreadsheet.New(w, append(append([]string{}, i.Header...), "line", "why")...)
	for after := 0; ; {
		rows, err := s.Store.ListImportRefusals(r.Context(), i.ID, after, exportStretch)
		if err != nil {
			return err
		}
		for _, one := range rows {
			cells := append(make([]string, 0, len(i.Header)+2), one.Cells...)
			for len(cells) < len(i.Header) {
				cells = append(cells, "")
			}
			out.Row(append(cells[:len(i.Header)], strconv.Itoa(one.Line), one.Reason)...)
		}
		if err := out.End(); err != nil || len(rows) < exportStretch {
			return err
		}
		after = rows[len(rows)-1].Line
	}
}
