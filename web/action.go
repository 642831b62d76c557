package web

import (
	"context"
	"net/http"
	"strings"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type actionStore interface {
	Action(ctx context.Context, id string) (hookline.Action, error)
	CreateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
	UpdateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
	DeleteAction(ctx context.Context, id string) error
	PersonByIdentity(ctx context.Context, identity string) (hookline.Person, error)
	Event(ctx context.Context, id string) (hookline.Event, error)
}

func actionPath(a hookline.Action) string {
	return destinationPath(a.DestinationID) + "/actions/" + a.ID
}

func (s *server) actionCrumbs(ctx context.Context, d hookline.Destination, more ...ui.Crumb) []ui.Crumb {
	if d.Owner != "" {
		return append(s.ownerCrumbs(ctx, d), more...)
	}
	return destinationCrumbs(append([]ui.Crumb{{Label: d.Name, Href: destinationPath(d.ID)}}, more...)...)
}

// theAction reads the action that the address names. One of another destination is not there.
func (s *server) theAction(r *http.Request) (hookline.Destination, hookline.Action, error) {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return d, hookline.Action{}, err
	}
	a, err := s.Store.Action(r.Context(), r.PathValue("action"))
	if err == nil && a.DestinationID != d.ID {
		err = hookline.NotFound("action")
	}
	return d, a, err
}

func (s *server) switchAction(w http.ResponseWriter, r *http.Request) error {
	d, a, err := s.theAction(r)
	if err != nil {
		return err
	}
	a.Enabled, a.Save = r.PostFormValue("enabled") == "true", saveBy(r, "", a.Version)
	if _, err := s.Store.UpdateAction(r.Context(), a); err != nil {
		return err
	}
	return s.done(w, r, destinationPath(d.ID)+"#actions", stateOfAction(d, a))
}

// stateOfAction says what a switch does, and what is missing when it does nothing.
func stateOfAction(d hookline.Destination, a hookline.Action) string {
	switch {
	case !a.Enabled:
		return "“" + a.Name + "” is off: it sends nothing."
	case !d.Enabled:
		return "“" + a.Name + "” is on, but its destination is off: nothing is sent before you enable that too."
	}
	return "“" + a.Name + "” is on."
}

// duplicateAction makes a second one that is off, so that nothing is sent twice before somebody looked at it.
func (s *server) duplicateAction(w http.ResponseWriter, r *http.Request) error {
	_, a, err := s.theAction(r)
	if err != nil {
		return err
	}
	a.Save = saveBy(r, cut("Copy of “"+a.Name+"”", hookline.MaxVersionNote), 0)
	a.Name, a.Enabled = copyName(a.Name), false
	made, err := s.Store.CreateAction(r.Context(), a)
	if err != nil {
		return err
	}
	return s.done(w, r, actionPath(made), "This is the copy. It is off until you enable it.")
}

// copyName is the name of a copy, cut to what a name may hold.
func copyName(name string) string {
	const suffix = " (copy)"
	return cut(name, hookline.MaxName-len(suffix)) + suffix
}

// cut is as much of a text as fits into so many bytes.
func cut(text string, most int) string {
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}

func (s *server) askDeleteAction(w http.ResponseWriter, r *http.Request) error {
	d, a, err := s.theAction(r)
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this action?", Active: ui.NavDestinations, Crumbs: s.actionCrumbs(r.Context(), d, ui.Crumb{Label: a.Name, Href: actionPath(a)})},
		Text:   "“" + a.Name + "” goes with its trigger and its request, and cannot be brought back. What it owes already is still sent, and what it sent stays in Sent. To stop it for a while, switch it off instead.",
		Action: actionPath(a) + "/delete",
		Yes:    "Delete action",
		Back:   destinationPath(d.ID),
	})
}

func (s *server) deleteAction(w http.ResponseWriter, r *http.Request) error {
	d, a, err := s.theAction(r)
	if err != nil {
		return err
	}
	if err := s.Store.DeleteAction(r.Context(), a.ID); err != nil {
		return err
	}
	return s.done(w, r, destinationPath(d.ID), "The action is deleted.")
}
