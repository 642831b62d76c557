package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/spreadsheet"
	"hookline/views"
	"hookline/views/ui"
)

// suggestedFrom is how many people tell which attributes there are to choose from.
const suggestedFrom = 500

// askExport lets somebody choose which attributes a file has.
func (s *server) askExport(w http.ResponseWriter, r *http.Request) error {
	whom := peopleFilterOf(r)
	some, err := s.peopleFound(r.Context(), whom, hookline.Cursor{Limit: suggestedFrom})
	if err != nil {
		return err
	}
	segment, err := s.segmentNamed(r.Context(), whom.segment)
	if err != nil {
		return err
	}
	m := views.ExportPeopleModel{
		Search: whom.search, SegmentID: whom.segment, Segment: segment, Back: whom.at("/people"),
		Attributes: attributeNames(some.Rows), Empty: len(some.Rows) == 0,
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Export people", Active: ui.NavPeople, Crumbs: personCrumbs(), Narrow: true,
		Subtitle: "A file for a spreadsheet: a row for each person, a column for each attribute.",
	})
	return s.show(w, r, view{page: views.ExportPeople(m)})
}

// segmentNamed is what the segment is called that people are narrowed to; "" without one.
func (s *server) segmentNamed(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	g, err := s.Store.Segment(ctx, id)
	return g.Name, err
}

// attributeNames are the names that people's attributes have, in the order of the alphabet.
func attributeNames(people []hookline.Person) []string {
	seen := map[string]bool{}
	for _, p := range people {
		var all map[string]json.RawMessage
		if json.Unmarshal(p.Attributes, &all) != nil {
			continue // what is no object has no attributes
		}
		for name := range all {
			seen[name] = true
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// exportPeople gives the people whom the list shows, the newest first. It is written as it is read, so it may be long.
// The audit log tells who took it.
func (s *server) exportPeople(w http.ResponseWriter, r *http.Request) error {
	whom, chosen := peopleFilterOf(r), exportedAttributes(r.URL.Query())
	segment, err := s.segmentNamed(r.Context(), whom.segment)
	if err != nil {
		return err
	}
	first, err := s.peopleFound(r.Context(), whom, hookline.Cursor{Limit: exportStretch})
	if err != nil {
		return err
	}
	remark := views.PeopleWords(whom.search, segment) + ", with " + strconv.Itoa(len(chosen)) + " attributes"
	if err := s.Store.RecordAudit(r.Context(), audit.OfPeople().Say(audit.Exported, remark)); err != nil {
		return err
	}
	w.Header().Set("Content-Type", spreadsheet.ContentType)
	w.Header().Set("Content-Disposition", `attachment; filename="hookline-people-`+time.Now().UTC().Format("2006-01-02")+`.csv"`)
	if err := s.writePeople(w, r, whom, chosen, first); err != nil {
		s.log.WarnContext(r.Context(), "export people", "request", traceOf(r).id, "problem", err)
		panic(http.ErrAbortHandler) // the file has begun: nobody may take half of it for the whole
	}
	return nil
}

// exportedAttributes are those that were ticked, and those that were typed, divided by commas.
func exportedAttributes(q url.Values) []string {
	var chosen []string
	for _, name := range append(slices.Clone(q["attribute"]), strings.Split(q.Get("more"), ",")...) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(chosen, name) {
			chosen = append(chosen, name)
		}
	}
	return chosen
}

func (s *server) writePeople(w http.ResponseWriter, r *http.Request, whom peopleFilter, chosen []string, list hookline.Listing[hookline.Person]) error {
	out := spreadsheet.New(w, append([]string{"id", "email", "anonymous_ids", "first_seen", "last_change", "suppressed"}, chosen...)...)
	for {
		for _, p := range list.Rows {
			cells := []string{p.UserID, p.Email, strings.Join(p.AnonymousIDs, " "), momentText(p.CreatedAt), momentText(p.UpdatedAt), strconv.FormatBool(p.Suppressed)}
			out.Row(append(cells, attributeCells(p, chosen)...)...)
		}
		if err := out.End(); err != nil || !list.Older {
			return err
		}
		var err error
		at := hookline.Cursor{Before: list.Stopped, Limit: exportStretch} // where looking took too long it goes on
		if at.Before == "" {
			at.Before = list.Rows[len(list.Rows)-1].ID
		}
		if list, err = s.peopleFound(r.Context(), whom, at); err != nil {
			return err
		}
	}
}

// attributeCells are the chosen attributes as cells: a text as it is, everything else as JSON, exact.
func attributeCells(p hookline.Person, chosen []string) []string {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(p.Attributes, &all) // what is no object has no attributes
	cells := make([]string, len(chosen))
	for i, name := range chosen {
		value := all[name]
		if bytes.Equal(value, []byte("null")) || json.Unmarshal(value, &cells[i]) == nil {
			continue
		}
		cells[i] = string(value)
	}
	return cells
}
