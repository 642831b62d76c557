package web

import (
	"cmp"
	"context"
	"net/http"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/views"
	"hookline/views/ui"
)

// newActionID stands in an address for the action that is not made yet.
const newActionID = "new"

func (s *server) newAction(w http.ResponseWriter, r *http.Request) error {
	f, err := s.openComposer(r)
	if err != nil {
		return err
	}
	return s.showComposer(w, r, http.StatusOK, f)
}

// showAction is the composer for whoever configures, and a page to read for everybody else.
func (s *server) showAction(w http.ResponseWriter, r *http.Request) error {
	if !mayEdit(r) {
		return s.readAction(w, r)
	}
	f, err := s.openComposer(r)
	if err != nil {
		return err
	}
	return s.showComposer(w, r, http.StatusOK, f)
}

// readAction shows an action without what in it may be secret: user and password of its address, and the headers that
// authorize.
func (s *server) readAction(w http.ResponseWriter, r *http.Request) error {
	d, a, err := s.theAction(r)
	if err != nil {
		return err
	}
	segments, err := s.segmentNames(r.Context())
	if err != nil {
		return err
	}
	a.Template = withoutTemplateSecrets(a.Template)
	m := views.ActionModel{
		Page:        s.page(w, r, ui.Page{Title: actionTitle(d, a), Active: actionNav(d), Crumbs: s.actionCrumbs(r.Context(), d), Actions: []ui.Button{versionsButton(a)}}),
		Destination: withoutSecrets(d),
		Action:      a,
		Sentence:    segments.Sentence(a.Trigger),
	}
	return s.show(w, r, view{page: views.Action(m)})
}

// withoutTemplateSecrets is a template as anybody may see it.
func withoutTemplateSecrets(t hookline.Template) hookline.Template {
	t.URL, t.Headers = views.SafeURL(outbound.ShowURL(t.URL)), compose.SafeHeaders(t.Headers)
	return t
}

// showComposer shows the form as it stands, with its preview.
func (s *server) showComposer(w http.ResponseWriter, r *http.Request, status int, f composerForm) error {
	m, err := s.composerModel(r, f, "")
	if err != nil {
		return err
	}
	if f.owned() {
		if m.Back, err = s.ownerPage(r.Context(), f.destination); err != nil {
			return err
		}
	}
	p := ui.Page{Title: "New action", Active: actionNav(f.destination), Crumbs: s.actionCrumbs(r.Context(), f.destination)}
	if !f.isNew() {
		p.Title, p.Actions = actionTitle(f.destination, f.action), []ui.Button{versionsButton(f.action)}
	}
	if !f.isNew() && !f.owned() {
		p.Actions = append(p.Actions, ui.Button{Label: "Delete", Href: actionPath(f.action) + "/delete", Icon: "trash"})
	}
	m.Page = s.page(w, r, p)
	return s.showStatus(w, r, status, view{page: views.Composer(m)})
}

// recompose serves a step while somebody composes: change alters the form that was posted, and the answer is the piece
// of the page that htmx asked for by its id, or the page. Nothing is kept.
func (s *server) recompose(w http.ResponseWriter, r *http.Request, change func(*composerForm)) error {
	f, err := s.readComposer(r)
	if err != nil {
		return err
	}
	change(&f)
	return s.showRecomposed(w, r, http.StatusOK, f)
}

// showRecomposed shows the piece of the form that htmx asked for by its id, or the page.
func (s *server) showRecomposed(w http.ResponseWriter, r *http.Request, status int, f composerForm) error {
	if !isHTMX(r) {
		return s.showComposer(w, r, status, f)
	}
	piece := r.Header.Get("HX-Target")
	m, err := s.composerModel(r, f, piece)
	if err != nil {
		return err
	}
	switch piece {
	case "headers":
		return s.show(w, r, view{page: views.ComposerHeaders(m)})
	case "address-part":
		return s.show(w, r, view{page: views.ComposerAddress(m)})
	case "body-part":
		return s.show(w, r, view{page: views.ComposerBody(m)})
	case "preview":
		return s.show(w, r, view{page: views.PreviewSwap(m)})
	case "backtest":
		return s.show(w, r, view{page: views.Backtest(m.Backtest)})
	case "response":
		return s.show(w, r, view{page: views.ComposerResponse(m)})
	case "test":
		return s.showStatus(w, r, status, view{page: views.TestSwap(m)})
	}
	return s.show(w, r, view{page: views.Trigger(m.Trigger)})
}

// composerModel makes what the form shows, or the piece of it with that id alone, because each piece costs a look at what
// came in lately; "" is all of it.
func (s *server) composerModel(r *http.Request, f composerForm, piece string) (views.ComposerModel, error) {
	m := views.ComposerModel{
		Destination: withoutSecrets(f.destination), Action: f.action,
		Name: f.name, Template: f.template, Request: f.request, Batch: f.batch, Version: f.version, Note: f.note, Conflict: f.conflict, Focus: f.focus, Trouble: f.trouble,
		Open: s.openNetworks(), Response: f.response, AsRows: f.asRows, Members: f.members, Told: f.told,
	}
	switch piece {
	case "address-part", "headers", "body-part":
		return m, nil
	case "", "response", "test":
		if err := s.offerAnswer(r, f, &m); err != nil || piece == "response" {
			return m, err
		}
	}
	if piece == "" || piece == "backtest" {
		var err error
		if m.Backtest, err = s.backtestModel(r.Context(), f); err != nil || piece != "" {
			return m, err
		}
	}
	lately, err := s.recent(r.Context(), f.destination)
	if err != nil {
		return m, err
	}
	if piece != "preview" && piece != "test" {
		if m.Trigger, err = s.triggerModel(f.trigger, lately, m.Path("trigger")); err != nil {
			return m, err
		}
	}
	if piece == "" || piece == "preview" {
		if m.Preview, err = s.previewModel(r.Context(), f, lately); err != nil {
			return m, err
		}
	}
	if piece == "" || piece == "preview" || piece == "test" {
		m.Test, err = s.testModel(r, f, lately)
	}
	return m, err
}

func (s *server) editHeaders(w http.ResponseWriter, r *http.Request) error {
	return s.recompose(w, r, func(f *composerForm) { f.editHeaders(r.PostFormValue("edit")) })
}

func (s *server) previewAction(w http.ResponseWriter, r *http.Request) error {
	return s.recompose(w, r, func(*composerForm) {})
}

// keepAction makes the action or changes it. A form that is refused comes back with everything that was typed.
func (s *server) keepAction(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readComposer(r)
	if err != nil {
		return err
	}
	despite := r.PostFormValue("despite")
	f.save = cmp.Or(despite, r.PostFormValue("save"))
	a, err := s.finishAction(r.Context(), &f, f.save)
	a = a.SavedBy(isAdmin(r), f.action)
	if err == nil && despite == "" && !f.owned() {
		if f.doubt, err = s.doubt(r.Context(), f, a); err == nil && f.doubt != nil {
			return s.showComposer(w, r, http.StatusUnprocessableEntity, f)
		}
	}
	a.Save.By = visitor(r).user.Email
	saved := a
	if err == nil {
		if f.isNew() {
			saved, err = s.Store.CreateAction(r.Context(), a)
		} else {
			saved, err = s.Store.UpdateAction(r.Context(), a)
		}
	}
	if hookline.KindOf(err) == hookline.KindConflict && !f.isNew() {
		return s.showConflict(w, r, f, a)
	}
	var wrong bool
	if f.trouble, wrong = onForm(err); wrong {
		return s.showComposer(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if f.owned() {
		path, err := s.ownerPage(r.Context(), f.destination)
		if err != nil {
			return err
		}
		return s.done(w, r, path, "The request is saved."+newVersionWords(f.action, saved))
	}
	return s.done(w, r, actionPath(saved), "Saved. "+stateOfAction(f.destination, saved)+newVersionWords(f.action, saved))
}

// finishAction is the action that the form describes, or what is wrong with it, at each field.
func (s *server) finishAction(ctx context.Context, f *composerForm, save string) (hookline.Action, error) {
	a := f.action
	a.DestinationID, a.Name, a.Template = f.destination.ID, f.name, f.template
	a.Batching, a.Response = f.batching(), f.response.Wanted()
	a.Save = hookline.Save{Note: f.note, Over: f.version}
	switch save {
	case "enable":
		a.Enabled = true
	case "disable":
		a.Enabled = false
	}
	wrong := f.checkTrigger(&a)
	addWrong(wrong, a.Validate())
	addWrong(wrong, f.atFields(s.Composer.Check(a.Template)))
	addWrong(wrong, onPart(s.Composer.CheckResponse(a.Response)))
	addWrong(wrong, s.checkAddress(ctx, a.Template.URL))
	addWrong(wrong, s.checkSecrets(ctx, a.Template))
	f.atAuth(wrong)
	if len(wrong) > 0 {
		return a, hookline.Invalid("The action was not saved.", wrong)
	}
	return a, nil
}
