package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type tokenStore interface {
	ListTokens(ctx context.Context) ([]hookline.Token, error)
	Token(ctx context.Context, id string) (hookline.Token, error)
	DeleteToken(ctx context.Context, id string) error
}

const tokensPath = "/settings/tokens"

func tokenCrumbs() []ui.Crumb {
	return append(settingsCrumbs(), ui.Crumb{Label: "API tokens", Href: tokensPath})
}

func (s *server) listTokens(w http.ResponseWriter, r *http.Request) error {
	tokens, err := s.Store.ListTokens(r.Context())
	if err != nil {
		return err
	}
	p := ui.Page{
		Title: "API tokens", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
		Subtitle: "Programs use the management API with them, and do there what people do here.",
	}
	if len(tokens) > 0 {
		p.Actions = []ui.Button{{Label: "New token", Href: tokensPath + "/new", Icon: "plus", Look: ui.LookMain}}
	}
	return s.show(w, r, view{page: views.TokenList(views.TokenListModel{Page: s.page(w, r, p), Tokens: tokens, BaseURL: s.base.String()})})
}

// newToken proposes the scope that does no harm; more is a choice somebody makes.
func (s *server) newToken(w http.ResponseWriter, r *http.Request) error {
	return s.showTokenForm(w, r, http.StatusOK, views.TokenFormModel{Scope: hookline.Viewer})
}

func (s *server) showTokenForm(w http.ResponseWriter, r *http.Request, status int, m views.TokenFormModel) error {
	m.Page = s.page(w, r, ui.Page{Title: "New token", Active: ui.NavSettings, Crumbs: tokenCrumbs(), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.TokenForm(m)})
}

// createToken answers with the token itself instead of leading to another page: it is kept nowhere, so this answer is
// the only place where it can be seen.
func (s *server) createToken(w http.ResponseWriter, r *http.Request) error {
	m := views.TokenFormModel{Name: trimmed(r, "name"), Scope: hookline.Role(r.PostFormValue("scope"))}
	token, err := s.Desk.CreateToken(r.Context(), m.Name, m.Scope, visitor(r).user.Email)
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showTokenForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "API token made", "request", traceOf(r).id, "by", visitor(r).user.Email, "name", m.Name, "scope", hookline.ScopeName(m.Scope))
	made := views.TokenMadeModel{Name: m.Name, Scope: m.Scope, Token: token, BaseURL: s.base.String()}
	made.Page = s.page(w, r, ui.Page{Title: "The token is made", Active: ui.NavSettings, Crumbs: tokenCrumbs(), Narrow: true})
	return s.show(w, r, view{page: views.TokenMade(made)})
}

func (s *server) askRevokeToken(w http.ResponseWriter, r *http.Request) error {
	token, err := s.Store.Token(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Revoke this token?", Active: ui.NavSettings, Crumbs: tokenCrumbs()},
		Text:   "Every program that uses “" + token.Name + "” is refused from its next call on. The token cannot be brought back; a new one has to be put in its place.",
		Action: tokensPath + "/" + token.ID + "/revoke",
		Yes:    "Revoke token",
		Back:   tokensPath,
	})
}

func (s *server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.Store.DeleteToken(r.Context(), id); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "API token revoked", "request", traceOf(r).id, "by", visitor(r).user.Email, "token", id)
	return s.done(w, r, tokensPath, "The token is revoked.")
}
