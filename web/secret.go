package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/secret"
	"hookline/views"
	"hookline/views/ui"
)

type secretStore interface {
	ListSecrets(ctx context.Context) ([]hookline.KeptSecret, error)
	Secret(ctx context.Context, name string) (hookline.KeptSecret, error)
	CreateSecret(ctx context.Context, s hookline.KeptSecret) (hookline.KeptSecret, error)
	UpdateSecret(ctx context.Context, s hookline.KeptSecret) (hookline.KeptSecret, error)
	DeleteSecret(ctx context.Context, name string) error
}

// Keys has the key that seals secrets; secret.Keys is one.
type Keys interface {
	// MakeKey gives the key, and makes it when there is none yet.
	MakeKey() (*secret.Key, error)
	// Closed lists the names of those secrets that the key does not open.
	Closed(all []hookline.KeptSecret) []string
}

const secretsPath = "/settings/secrets"

func secretCrumbs() []ui.Crumb {
	return append(settingsCrumbs(), ui.Crumb{Label: "Secrets", Href: secretsPath})
}

func (s *server) listSecrets(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Store.ListSecrets(r.Context())
	if err != nil {
		return err
	}
	used, err := s.usesOfSecrets(r.Context())
	if err != nil {
		return err
	}
	m, closed := views.SecretListModel{IsAdmin: isAdmin(r)}, s.Keys.Closed(all)
	for _, one := range all {
		m.Rows = append(m.Rows, views.SecretRow{
			Name: one.Name, Hosts: one.Hosts, MadeBy: one.MadeBy, UpdatedAt: one.UpdatedAt,
			Uses: used[one.Name], Closed: slices.Contains(closed, one.Name),
		})
	}
	p := ui.Page{
		Title: "Secrets", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
		Subtitle: "Values that requests carry and nobody sees again, such as the token of a service.",
	}
	if m.IsAdmin && len(all) > 0 {
		p.Actions = []ui.Button{{Label: "New secret", Href: secretsPath + "/new", Icon: "plus", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.SecretList(m)})
}

// usesOfSecrets tells for each name the actions that use it.
func (s *server) usesOfSecrets(ctx context.Context) (map[string][]ui.Crumb, error) {
	destinations, err := s.Store.ListDestinations(ctx)
	if err != nil {
		return nil, err
	}
	uses := map[string][]ui.Crumb{}
	for _, d := range destinations {
		actions, err := s.Store.ListActions(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		for _, a := range actions {
			for _, name := range compose.SecretsIn(a.Template) {
				uses[name] = append(uses[name], ui.Crumb{Label: d.Name + ": " + a.Name, Href: actionPath(a)})
			}
		}
	}
	return uses, nil
}

// newSecret takes the name and the host from the address, where a page knows them.
func (s *server) newSecret(w http.ResponseWriter, r *http.Request) error {
	return s.showSecretForm(w, r, http.StatusOK, views.SecretFormModel{Name: r.URL.Query().Get("name"), Hosts: r.URL.Query().Get("host")})
}

func (s *server) editSecret(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.Secret(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showSecretForm(w, r, http.StatusOK, views.SecretFormModel{Saved: one.Name, Name: one.Name, Hosts: strings.Join(one.Hosts, "\n")})
}

// showSecretForm never gives the value back: what was typed there is typed again.
func (s *server) showSecretForm(w http.ResponseWriter, r *http.Request, status int, m views.SecretFormModel) error {
	p := ui.Page{Title: "New secret", Active: ui.NavSettings, Crumbs: secretCrumbs(), Narrow: true}
	if m.Saved != "" {
		p.Title = "Set “" + m.Saved + "” again"
	}
	m.Page = s.page(w, r, p)
	return s.showStatus(w, r, status, view{page: views.SecretForm(m)})
}

func (s *server) createSecret(w http.ResponseWriter, r *http.Request) error {
	m := views.SecretFormModel{Name: trimmed(r, "name"), Hosts: trimmed(r, "hosts")}
	return s.keepSecret(w, r, m, s.Store.CreateSecret)
}

func (s *server) saveSecret(w http.ResponseWriter, r *http.Request) error {
	before, err := s.Store.Secret(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.SecretFormModel{Saved: before.Name, Name: before.Name, Hosts: trimmed(r, "hosts")}
	return s.keepSecret(w, r, m, s.Store.UpdateSecret)
}

// keepSecret seals what was typed. Other hosts need the value again: who may set a secret need not know it, and must
// not be able to send it where they like.
func (s *server) keepSecret(w http.ResponseWriter, r *http.Request, m views.SecretFormModel, keep func(context.Context, hookline.KeptSecret) (hookline.KeptSecret, error)) error {
	one, err := s.sealed(r, m)
	if err == nil {
		_, err = keep(r.Context(), one)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showSecretForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, secretsPath, "The secret is saved. Templates use it as {{ secret."+one.Name+" }}.")
}

func (s *server) sealed(r *http.Request, m views.SecretFormModel) (hookline.KeptSecret, error) {
	value := strings.TrimSpace(r.PostFormValue("value"))
	one := hookline.KeptSecret{Name: m.Name, Hosts: hookline.ReadHosts(m.Hosts), MadeBy: visitor(r).user.Email}
	wrong := map[string]string{}
	addWrong(wrong, one.Validate())
	addWrong(wrong, hookline.CheckSecretValue(value))
	if slices.ContainsFunc(one.Hosts, func(h string) bool { return h == s.base.Host || h == s.base.Hostname() }) {
		wrong["hosts"] = "This is Hookline itself, whose bins would show the secret. Enter the host of the service."
	}
	if len(wrong) > 0 {
		return one, hookline.Invalid("The secret was not saved.", wrong)
	}
	key, err := s.Keys.MakeKey()
	if errors.Is(err, secret.ErrKey) {
		return one, &hookline.Error{Kind: hookline.KindConflict, Message: "The key of the secrets cannot be used, so nothing can be sealed. Whoever runs Hookline finds the reason in its log.", Cause: err}
	}
	if err != nil {
		return one, err
	}
	one.Sealed = key.Seal(one, value)
	return one, nil
}

func (s *server) askDeleteSecret(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.Secret(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	used, err := s.usesOfSecrets(r.Context())
	if err != nil {
		return err
	}
	text := "No action uses it."
	if n := len(used[one.Name]); n > 0 {
		text = "It is used by " + counted(n, "action", "actions") + ", whose webhooks fail from then on."
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this secret?", Active: ui.NavSettings, Crumbs: secretCrumbs()},
		Text:   "“" + one.Name + "” cannot be brought back: its value has to be entered again. " + text + " What waits to be sent with it fails, too.",
		Action: secretsPath + "/" + one.Name + "/delete",
		Yes:    "Delete secret",
		Back:   secretsPath,
	})
}

func (s *server) deleteSecret(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteSecret(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, secretsPath, "The secret is deleted.")
}

// checkSecrets says at the field which secret a template cannot use, and why.
func (s *server) checkSecrets(ctx context.Context, t hookline.Template) error {
	if len(compose.SecretsIn(t)) == 0 {
		return nil
	}
	all, err := s.Store.ListSecrets(ctx)
	if err != nil {
		return err
	}
	return onPart(compose.CheckSecrets(t, all))
}

// offeredSecrets are the secrets as the editor offers them, by their names.
func (s *server) offeredSecrets(ctx context.Context) ([]offeredValue, error) {
	all, err := s.Store.ListSecrets(ctx)
	var values []offeredValue
	for _, one := range all {
		values = append(values, offeredValue{Path: "secret." + one.Name, Group: "Secrets", Sample: hookline.Blot, Note: "only sent to " + strings.Join(one.Hosts, ", ")})
	}
	return values, err
}
