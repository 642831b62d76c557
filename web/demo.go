package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// Demo makes and removes the demo workspace; demo.Workspace is one.
type Demo interface {
	// Make returns when the demo is to be seen; KindConflict when there is one.
	Make(ctx context.Context) error
	// Remove takes it away with all that it made; KindNotFound when there is none.
	Remove(ctx context.Context) error
}

// makeDemo takes a few seconds, while the browser shows that it waits. Who presses twice finds the demo all the same.
func (s *server) makeDemo(w http.ResponseWriter, r *http.Request) error {
	err := s.Demo.Make(r.Context())
	switch hookline.KindOf(err) {
	case "":
		return s.done(w, r, "/", "The demo is here: look around. Everything in it is made up, and one click removes it.")
	case hookline.KindConflict, hookline.KindUnavailable:
		s.flash(w, r, ui.Flash{Tone: ui.Warn, Text: toldOf(err).Message})
		return goTo(w, r, "/")
	}
	return err
}

func (s *server) askRemoveDemo(w http.ResponseWriter, r *http.Request) error {
	made, err := s.Store.DemoMade(r.Context())
	if err == nil && !made.There() {
		err = hookline.NotFound("demo")
	}
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Remove the demo?", Active: ui.NavOverview},
		Text:   views.DemoLoss,
		Action: "/demo/remove", Yes: "Remove the demo", Back: "/",
	})
}

func (s *server) removeDemo(w http.ResponseWriter, r *http.Request) error {
	if err := s.Demo.Remove(r.Context()); err != nil {
		return err
	}
	return s.done(w, r, "/", "The demo is removed. Everything else is as it was.")
}
