package web

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hookline/internal/compose"
	"hookline/views"
)

// What is wrong is found in the one template that is kept. The form shows parts of it in fields of their own, so the
// place is told as the form has it.

// authField is the field that what is wrong with the authentication is told at.
func (f *composerForm) authField() string {
	switch f.request.Auth.Kind {
	case compose.AuthBearer:
		return "auth_token"
	case compose.AuthHeader:
		return "auth_header_key"
	case compose.AuthQuery:
		return "auth_param_key"
	}
	return "auth_user"
}

// atFields tells an error of the template at the form's fields.
func (f *composerForm) atFields(err error) error {
	e, ok := errors.AsType[*compose.Error](err)
	if !ok {
		return nil
	}
	at := *e
	switch part := f.locate(&at); part {
	case "auth":
		at.Part, at.Line = compose.Part(f.authField()), 0
	default:
		at.Message = part + at.Message
	}
	return onPart(&at)
}

// locate changes the place in e to where the form shows it. It gives "auth" for what is in the authentication, and the
// words in front for what is in a row of parameters.
func (f *composerForm) locate(e *compose.Error) (part string) {
	switch {
	case f.request.Auth.HeaderPlace() > 0 && e.Part == compose.Header(f.request.Auth.HeaderPlace()-1):
		return "auth"
	case e.Part != compose.URL || e.Line != 1 || e.InOutput:
		return ""
	}
	at := offsetOf(f.template.URL, e.Column)
	if f.template.URL != f.plain.URL {
		begin, end := inserted(f.plain.URL, f.template.URL)
		switch {
		case at >= begin && at < end:
			return "auth"
		case at >= end:
			at -= end - begin
		}
	}
	before := f.plain.URL[:min(at, len(f.plain.URL))]
	if row, in := f.rowAt(before); in {
		e.Line, e.Column = 0, 0
		return "Parameter " + strconv.Itoa(row) + ": "
	}
	e.Column = 1 + utf8.RuneCountInString(before)
	return ""
}

// rowAt is the row of the parameter that begins or goes on behind before; false while there are no rows, or behind the
// address itself.
func (f *composerForm) rowAt(before string) (row int, in bool) {
	if !f.request.AsRows {
		return 0, false
	}
	nth := compose.ParamAt(f.request.Address, before)
	for i, p := range f.request.Params {
		if p == (compose.Param{}) {
			continue
		}
		if nth--; nth == 0 {
			return i + 1, true
		}
	}
	return 0, false
}

// offsetOf is the offset of a column, which counts characters from 1.
func offsetOf(text string, column int) int {
	at := 0
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// inserted is the part of whole that is not in text, which whole is otherwise.
func inserted(text, whole string) (begin, end int) {
	for begin < len(text) && text[begin] == whole[begin] {
		begin++
	}
	return begin, begin + len(whole) - len(text)
}

// relocate tells a preview's problems as the form has their places.
func (f *composerForm) relocate(problems []views.Problem) {
	for i, p := range problems {
		e := compose.Error{Part: p.Part, Line: p.Line, Column: p.Column}
		switch part := f.locate(&e); {
		case part == "auth":
			problems[i].Where, problems[i].Part, problems[i].Line = "Authentication", "", 0
		case part != "":
			problems[i].Where, problems[i].Line = strings.TrimSuffix(part, ": "), 0
		case p.Part == compose.URL && p.Line > 0:
			problems[i].Where, problems[i].Column = where(p.Part, place{e.Line, e.Column, false}), e.Column
		}
	}
}

// atAuth moves what is said of the header that stands under Authentication to its field, and says what that lacks.
func (f *composerForm) atAuth(wrong map[string]string) {
	name := string(compose.Header(f.request.Auth.HeaderPlace() - 1))
	if text, found := wrong[name]; found && f.request.Auth.HeaderPlace() > 0 {
		delete(wrong, name)
		addText(wrong, f.authField(), text)
	}
	for field, text := range f.request.Auth.Check(f.plain) {
		addText(wrong, field, text)
	}
}

func addText(wrong map[string]string, field, text string) {
	if _, known := wrong[field]; !known {
		wrong[field] = text
	}
}

// tellAuth says in the preview what keeps the authentication from being sent.
func (f *composerForm) tellAuth(m *views.PreviewModel) {
	wrong := f.request.Auth.Check(f.plain)
	delete(wrong, "url") // there is no address yet
	for _, field := range slices.Sorted(maps.Keys(wrong)) {
		m.Problems = append(m.Problems, views.Problem{Where: "Authentication", Text: wrong[field]})
	}
}
