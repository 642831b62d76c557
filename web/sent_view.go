package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type savedViewStore interface {
	ListSavedViews(ctx context.Context, userID string) ([]hookline.SavedView, error)
	SavedView(ctx context.Context, userID, id string) (hookline.SavedView, error)
	CreateSavedView(ctx context.Context, v hookline.SavedView) (hookline.SavedView, error)
	UpdateSavedView(ctx context.Context, v hookline.SavedView) (hookline.SavedView, error)
	DeleteSavedView(ctx context.Context, userID, id string) error
}

// viewed are the filters that a view keeps; what was chosen one by one is gone tomorrow.
var viewed = []string{
	"state", "origin", "campaign", "destination", "action", "person", "event_id", "event", "q", "cause", "failure", "resend", "outcome", "status", "attempts",
	"range", "since", "until",
}

// viewQuery is what a view keeps of an address; "" when that does not narrow the list.
func viewQuery(q url.Values) string {
	kept := url.Values{}
	for _, name := range viewed {
		if value := q.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	return kept.Encode()
}

// opensElsewhere is the view that Sent opens with, for whom it does. An address that says anything itself is served as
// it stands, and so is a page that asks for its own rows.
func (s *server) opensElsewhere(r *http.Request) (string, error) {
	if r.URL.RawQuery != "" || isHTMX(r) {
		return "", nil
	}
	all, err := s.Store.ListSavedViews(r.Context(), visitor(r).user.ID)
	if err != nil {
		return "", err
	}
	for _, v := range all {
		if v.Opens {
			return "/sent?" + v.Query, nil
		}
	}
	return "", nil
}

// readSentViews shows what somebody has saved above the list, and offers to save what it is narrowed to now.
func (s *server) readSentViews(r *http.Request, asked *sentFilter, m *views.SentListModel) error {
	if isHTMX(r) {
		return nil
	}
	all, err := s.Store.ListSavedViews(r.Context(), visitor(r).user.ID)
	if err != nil {
		return err
	}
	now := viewQuery(r.URL.Query())
	saved := false
	for _, v := range all {
		m.Views = append(m.Views, views.SentView{Name: v.Name, Href: "/sent?" + v.Query, Active: v.Query == now})
		saved = saved || v.Query == now
	}
	if now != "" && !saved && asked.trouble.Message == "" {
		m.Save = views.SavedViewsPath + "/new?" + now
	}
	return nil
}

func (s *server) listSavedViews(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Store.ListSavedViews(r.Context(), visitor(r).user.ID)
	if err != nil {
		return err
	}
	m := views.SavedViewListModel{Page: s.page(w, r, ui.Page{
		Title: "Saved views", Active: ui.NavSent, Crumbs: sentCrumbs(), Subtitle: "Lists in Sent that you come back to. Only you see them.",
	})}
	for _, v := range all {
		words, err := s.viewWords(r, v.Query)
		if err != nil {
			return err
		}
		m.Rows = append(m.Rows, views.SavedViewRow{SavedView: v, Filter: words, Href: "/sent?" + v.Query})
	}
	return s.show(w, r, view{page: views.SavedViewList(m)})
}

// viewWords say what a view is narrowed to.
func (s *server) viewWords(r *http.Request, query string) ([]string, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil, hookline.Conflict("This filter cannot be read. Go back to Sent and narrow the list again.")
	}
	return s.filterWords(r, q)
}

func (s *server) newSavedView(w http.ResponseWriter, r *http.Request) error {
	query := viewQuery(r.URL.Query())
	if query == "" {
		return hookline.Conflict("There is nothing to save yet: narrow the list in Sent by its filters first.")
	}
	return s.showSavedViewForm(w, r, http.StatusOK, views.SavedViewFormModel{View: hookline.SavedView{Query: query}})
}

func (s *server) showSavedViewForm(w http.ResponseWriter, r *http.Request, status int, m views.SavedViewFormModel) error {
	var err error
	if m.Filter, err = s.viewWords(r, m.View.Query); err != nil {
		return err
	}
	m.Back = "/sent?" + m.View.Query
	p := ui.Page{Title: "Save as a view", Active: ui.NavSent, Crumbs: sentCrumbs(), Narrow: true}
	if m.View.ID != "" {
		m.Back = views.SavedViewsPath
		p.Title, p.Crumbs = "Change a view", sentCrumbs(ui.Crumb{Label: "Saved views", Href: views.SavedViewsPath})
	} else if m.Others, err = s.Store.ListSavedViews(r.Context(), visitor(r).user.ID); err != nil {
		return err
	}
	m.Page = s.page(w, r, p)
	return s.showStatus(w, r, status, view{page: views.SavedViewForm(m)})
}

func (s *server) createSavedView(w http.ResponseWriter, r *http.Request) error {
	q, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		return hookline.Conflict("This filter cannot be read. Go back to Sent and narrow the list again.")
	}
	asked, err := s.sentFilterOf(r.Context(), q)
	if err != nil {
		return err
	}
	if asked.trouble.Message != "" {
		return hookline.Conflict("This filter cannot be saved, because it finds nothing. Go back to Sent and narrow the list again.")
	}
	v := hookline.SavedView{UserID: visitor(r).user.ID, Name: trimmed(r, "name"), Query: viewQuery(q), Opens: r.PostFormValue("opens") != ""}
	replaced := r.PostFormValue("replace")
	made, err := s.keepView(r.Context(), v, replaced)
	if trouble, wrong := onForm(err); wrong {
		return s.showSavedViewForm(w, r, http.StatusUnprocessableEntity, views.SavedViewFormModel{View: v, Replaced: replaced, Trouble: trouble})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/sent?"+made.Query, "The view is saved. It is above the list from now on.")
}

// keepView makes a view, or puts it in the place of another one. Then the name stays when there is no new one, and
// Sent goes on opening with it.
func (s *server) keepView(ctx context.Context, v hookline.SavedView, replaced string) (hookline.SavedView, error) {
	if replaced == "" {
		return s.Store.CreateSavedView(ctx, v)
	}
	before, err := s.Store.SavedView(ctx, v.UserID, replaced)
	if err != nil {
		return v, err
	}
	v.ID, v.Name, v.Opens = before.ID, cmp.Or(v.Name, before.Name), v.Opens || before.Opens
	return s.Store.UpdateSavedView(ctx, v)
}

func (s *server) savedView(r *http.Request) (hookline.SavedView, error) {
	return s.Store.SavedView(r.Context(), visitor(r).user.ID, r.PathValue("id"))
}

func (s *server) editSavedView(w http.ResponseWriter, r *http.Request) error {
	v, err := s.savedView(r)
	if err != nil {
		return err
	}
	return s.showSavedViewForm(w, r, http.StatusOK, views.SavedViewFormModel{View: v})
}

func (s *server) changeSavedView(w http.ResponseWriter, r *http.Request) error {
	v, err := s.savedView(r)
	if err != nil {
		return err
	}
	v.Name, v.Opens = trimmed(r, "name"), r.PostFormValue("opens") != ""
	_, err = s.Store.UpdateSavedView(r.Context(), v)
	if trouble, wrong := onForm(err); wrong {
		return s.showSavedViewForm(w, r, http.StatusUnprocessableEntity, views.SavedViewFormModel{View: v, Trouble: trouble})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, views.SavedViewsPath, "The view is changed.")
}

func (s *server) askDeleteSavedView(w http.ResponseWriter, r *http.Request) error {
	v, err := s.savedView(r)
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this view?", Active: ui.NavSent, Crumbs: sentCrumbs(ui.Crumb{Label: "Saved views", Href: views.SavedViewsPath})},
		Text:   "“" + v.Name + "” goes from above the list. The webhooks that it shows stay.",
		Action: views.SavedViewsPath + "/" + v.ID + "/delete", Yes: "Delete view", Back: views.SavedViewsPath,
	})
}

func (s *server) deleteSavedView(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteSavedView(r.Context(), visitor(r).user.ID, r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, views.SavedViewsPath, "The view is deleted.")
}
