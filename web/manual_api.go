package web

import (
	"strings"

	"hookline/internal/docs"
	"hookline/views"
	"hookline/web/api"
)

// readManual reads the manual, with what only the server knows put in.
func readManual(base string) (*docs.Manual, error) {
	var calls []docs.Insert
	for _, subject := range manualAPI() {
		said := docs.Insert{Section: docs.Section{ID: subject.ID, Title: subject.Title}}
		for _, c := range subject.Calls {
			said.Text += c.Method + " " + c.Path + ": " + c.Summary + ". " + c.About + " "
		}
		calls = append(calls, said)
	}
	return docs.New(base, map[string][]docs.Insert{"api": calls})
}

// manualAPI is the management API as the manual shows it, made of the table
// that the calls are served from.
func manualAPI() []views.ManualSubject {
	var subjects []views.ManualSubject
	for _, op := range api.Reference() {
		if n := len(subjects); n == 0 || subjects[n-1].ID != "api-"+op.Subject {
			subjects = append(subjects, views.ManualSubject{ID: "api-" + op.Subject, Title: subjectTitle(op.Subject)})
		}
		last := &subjects[len(subjects)-1]
		last.Calls = append(last.Calls, views.ManualCall{
			Method: op.Method, Path: op.Path, Summary: op.Summary, About: op.About, Needs: needs(op),
			Query: manualMembers(op.Query), Takes: manualMembers(op.Takes), Gives: manualMembers(op.Gives),
		})
	}
	return subjects
}

func subjectTitle(subject string) string {
	if subject == "openapi" {
		return "OpenAPI"
	}
	return strings.ToUpper(subject[:1]) + strings.ReplaceAll(subject[1:], "-", " ")
}

func needs(op api.Operation) string {
	if op.Scope == "" {
		return "No token is needed."
	}
	text := "Needs a token with the scope " + op.Scope + " or more."
	if op.Once {
		text += " Takes an Idempotency-Key."
	}
	return text
}

func manualMembers(members []api.Member) []views.ManualMember {
	all := make([]views.ManualMember, len(members))
	for i, m := range members {
		all[i] = views.ManualMember{Name: m.Name, Kind: m.Kind, About: m.About, Required: m.Required}
	}
	return all
}
