package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type deletionStore interface {
	BeginDeletion(ctx context.Context, w hookline.DeletionWish) (hookline.Deletion, error)
	Deletion(ctx context.Context, id string) (hookline.Deletion, error)
	ListDeletions(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.Deletion], error)
	AllowAgain(ctx context.Context, id string) error
}

func deletionPath(id string) string { return "/deletions/" + id }

func deletionCrumbs(more ...ui.Crumb) []ui.Crumb {
	return personCrumbs(append([]ui.Crumb{{Label: "Deletions", Href: "/deletions"}}, more...)...)
}

// askDeletePerson says what goes, and that it does not come back.
func (s *server) askDeletePerson(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.DeletePersonModel{Person: person}
	m.Page = s.page(w, r, ui.Page{
		Title: "Delete this person?", Active: ui.NavPeople, Narrow: true,
		Crumbs: personCrumbs(ui.Crumb{Label: person.Label(), Href: personPath(person.ID)}),
	})
	return s.show(w, r, view{page: views.DeletePerson(m)})
}

func (s *server) deletePerson(w http.ResponseWriter, r *http.Request) error {
	by := visitor(r).user.Email
	d, err := s.Store.BeginDeletion(r.Context(), hookline.DeletionWish{PersonID: r.PathValue("id"), Suppress: r.PostFormValue("suppress") != "", By: by})
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "deletion begun", "deletion", d.ID, "by", by)
	return s.done(w, r, deletionPath(d.ID), "The person is deleted. What names them is being removed.")
}

func (s *server) listDeletions(w http.ResponseWriter, r *http.Request) error {
	return s.showDeletions(w, r, views.DeletionListModel{})
}

func (s *server) showDeletions(w http.ResponseWriter, r *http.Request, m views.DeletionListModel) error {
	list, err := s.Store.ListDeletions(r.Context(), cursor(r))
	if err != nil {
		return err
	}
	m.Deletions, m.MayFind = list.Rows, mayEdit(r)
	m.Pages = pages(r, list, func(d hookline.Deletion) string { return d.ID })
	m.Self = r.URL.RequestURI()
	m.Page = s.page(w, r, ui.Page{
		Title: "Deletions", Active: ui.NavPeople, Crumbs: personCrumbs(),
		Subtitle: "People who were deleted with everything that names them. A receipt of each stays.",
	})
	return s.show(w, r, view{page: views.DeletionList(m), fragment: views.DeletionRows(m)})
}

// findDeletion looks whether somebody was deleted. The name is posted, so that it is neither in an address nor in a log.
func (s *server) findDeletion(w http.ResponseWriter, r *http.Request) error {
	m := views.DeletionListModel{Asked: true}
	name := r.PostFormValue("name")
	for at := (hookline.Cursor{Limit: 500}); ; {
		list, err := s.Store.ListDeletions(r.Context(), at)
		if err != nil {
			return err
		}
		for _, d := range list.Rows {
			if d.About(name) {
				m.Found = append(m.Found, d)
			}
		}
		if !list.Older {
			return s.showDeletions(w, r, m)
		}
		at.Before = list.Rows[len(list.Rows)-1].ID
	}
}

func (s *server) showDeletion(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Deletion(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.DeletionModel{Deletion: d, MayAllow: mayEdit(r)}
	m.Page = s.page(w, r, ui.Page{Title: views.DeletionTitle(d), Active: ui.NavPeople, Crumbs: deletionCrumbs()})
	return s.show(w, r, view{page: views.Deletion(m), fragment: views.DeletionNow(m)})
}

// downloadReceipt gives the receipt of a deletion that has finished: one that goes on would tell too little.
func (s *server) downloadReceipt(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Deletion(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if d.State != hookline.DeletionFinished {
		return hookline.Conflict("The deletion goes on. Its receipt can be downloaded when it has finished.")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="hookline-receipt-`+d.ID+`.txt"`)
	_, _ = w.Write([]byte(d.Receipt())) // whoever has gone is told nothing more
	return nil
}

func (s *server) askAllowAgain(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Deletion(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Let events of them in again?", Active: ui.NavPeople, Crumbs: deletionCrumbs(ui.Crumb{Label: views.DeletionTitle(d), Href: deletionPath(d.ID)})},
		Text:   "Events of this person are refused now. If you let them in again, the next one makes the person anew, without anything of before.",
		Action: deletionPath(d.ID) + "/allow", Yes: "Let them in again", Back: deletionPath(d.ID), Calm: true,
	})
}

func (s *server) allowAgain(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.AllowAgain(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, deletionPath(r.PathValue("id")), "Events of this person are let in again.")
}
