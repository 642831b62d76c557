package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"hookline/internal/compose"
)

// The bodies that send all there is.
const (
	wholeEvent  = "{{ event | json }}"
	wholePerson = "{{ customer | json }}"
)

// editBody formats the body or puts a ready one in its place. The editor gets the text alone, so that one undo takes it
// back; without scripts it is the page with everything that was typed. Nothing is kept.
func (s *server) editBody(w http.ResponseWriter, r *http.Request) error {
	edit := r.PostFormValue("edit")
	if r.Header.Get("Accept") != "application/json" {
		return s.recompose(w, r, func(f *composerForm) { f.editBody(edit) })
	}
	f, err := s.readComposer(r)
	if err != nil {
		return err
	}
	f.editBody(edit)
	answer, err := json.Marshal(map[string]string{"body": f.template.Body, "told": f.told})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	// A failed write means that the browser has gone; there is nobody left to tell.
	_, _ = w.Write(answer)
	return nil
}

// editBody does what the pressed button says, or notes why it cannot.
func (f *composerForm) editBody(what string) {
	switch what {
	case "rows":
		f.toRows()
	case "text":
		f.asRows, f.focus = false, "field-body"
	case "whole-event":
		f.template.Body = wholeEvent
	case "whole-person":
		f.template.Body = wholePerson
	case "format":
		f.rewriteBody(compose.FormatBody(f.template))
	case "to-form":
		f.rewriteBody(compose.FormOfJSON(f.template.Body))
	case "to-json":
		f.rewriteBody(compose.JSONOfForm(f.template.Body))
	default:
		focus, _ := memberRows.edit(&f.members, what)
		if focus != "" {
			f.template.Body, f.focus = compose.WriteFlat(f.members), focus
		}
	}
}

// rewriteBody takes what was made of the body, or notes why nothing was.
func (f *composerForm) rewriteBody(body string, err error) {
	if e, ok := errors.AsType[*compose.Error](err); ok {
		f.told = placed(e)
		return
	}
	f.template.Body = body
	f.asRows, f.members, f.focus = false, nil, "field-body"
}
