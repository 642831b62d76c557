package web

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/secret"
	"hookline/views"
)

const hush = "hush-hush-12345"

func secretForm(pairs ...string) url.Values {
	f := form("value", hush, "hosts", "api.example.com")
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// secret makes one as an administrator does.
func (s *site) secret(name, hosts string) {
	s.t.Helper()
	s.as(admin).post("/settings/secrets/new", secretForm("name", name, "hosts", hosts)).wantRedirect(s.t, "/settings/secrets")
}

func TestASecretIsSetAndNeverShown(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	b.get("/settings").want(t, 200, `href="/settings/secrets"`)
	b.get("/settings/secrets").want(t, 200, "No secret yet", `href="/settings/secrets/new"`)
	b.get("/settings/secrets/new").want(t, 200, `type="password"`, "It is never shown again.", "{{ secret.crm }}")
	b.post("/settings/secrets/new", form("name", "CRM token", "value", "short", "hosts", "a b*")).
		want(t, 422, `id="field-name-error"`, `id="field-value-error"`, `id="field-hosts-error"`, `value="CRM token"`, "a b*", "!short<")
	b.post("/settings/secrets/new", secretForm("name", "own", "hosts", "hooks.example.com")).want(t, 422, "This is Hookline itself")
	b.post("/settings/secrets/new", secretForm("name", "crm", "hosts", "https://API.example.com/v1\r\nother.example:8443")).wantRedirect(t, "/settings/secrets")
	b.post("/settings/secrets/new", secretForm("name", "crm")).want(t, 422, "There is a secret of this name.", "!"+hush)
	one, err := s.store.Secret(t.Context(), "crm")
	if err != nil || strings.Join(one.Hosts, " ") != "api.example.com other.example:8443" || strings.Contains(string(one.Sealed), "hush") || one.MadeBy != "admin@example.com" {
		t.Errorf("kept is %+v, %v", one, err)
	}
	b.get("/settings/secrets").want(t, 200, "{{ secret.crm }}", "api.example.com, other.example:8443", "nothing", "!Cannot be opened", "!"+hush)
	b.get("/settings/secrets/crm/edit").want(t, 200, "Set “crm” again", "api.example.com", "!"+hush)
	b.post("/settings/secrets/crm/edit", form("hosts", "api.example.com")).want(t, 422, "too short to be a secret")
	b.post("/settings/secrets/crm/edit", secretForm()).wantRedirect(t, "/settings/secrets")

	e := s.as(editor)
	e.get("/settings").want(t, 200, `href="/settings/secrets"`)
	e.get("/settings/secrets").want(t, 200, "{{ secret.crm }}", "!/edit", "!New secret")
	for _, role := range []hookline.Role{support, viewer} {
		s.as(role).get("/settings").want(t, 200, `!href="/settings/secrets"`)
		s.as(role).get("/settings/secrets").want(t, 403)
	}
	b.get("/settings/secrets/crm/delete").want(t, 200, "No action uses it.")
	b.post("/settings/secrets/crm/delete", nil).wantRedirect(t, "/settings/secrets")
	b.get("/settings/secrets/crm/edit").want(t, 404)
}

func TestAnActionUsesASecret(t *testing.T) {
	s := newSite(t, nil)
	s.secret("crm", "api.example.com")
	d := s.destination(hookline.Destination{}, s.source("Website"))
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/new"
	uses := func(pairs ...string) url.Values {
		return composed(append([]string{"save", "keep", "url", "https://api.example.com/x", "header_name", "Authorization", "header_value", "Bearer {{ secret.crm }}"}, pairs...)...)
	}
	b.post(path, uses("url", "https://elsewhere.example/x")).want(t, 422, `id="field-headers.0-error"`, "may only be sent to api.example.com", "enter it again")
	b.post(path, uses("header_value", "Bearer {{ secret.none }}")).want(t, 422, "There is no secret “none”")
	b.post(path, uses("header_value", "Bearer {{ secret.crm | upcase }}")).want(t, 422, "A secret is put in as it is")
	b.post(path, uses("url", "https://{{ secret.crm }}.example.com/")).want(t, 422, `id="field-url-error"`, "cannot be part of the host")
	b.htmx().with("HX-Target", "preview").post(views.ComposerPath(d.ID, "", "preview"), uses()).want(t, 200, "Bearer {{ secret.crm }}", "!"+hush)
	b.post(path, uses())
	a := s.onlyAction(d)
	b.get(actionPath(a)).want(t, 200, "{{ secret.crm }}", "!"+hush)
	b.get("/destinations/"+d.ID+"/values").want(t, 200, `"path":"secret.crm"`, `"group":"Secrets"`, "only sent to api.example.com", "!"+hush)
	b.get("/settings/secrets").want(t, 200, "CRM: Tell the CRM", `href="`+actionPath(a)+`"`)
	s.as(admin).get("/settings/secrets/crm/delete").want(t, 200, "It is used by 1 action")
}

func TestAnotherKeyIsTold(t *testing.T) {
	dir := t.TempDir()
	keys, err := secret.NewKeys(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *Config) { c.Keys = keys })
	s.secret("crm", "api.example.com")
	other, err := secret.NewKeys(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.MakeKey(); err != nil {
		t.Fatal(err)
	}
	all, err := s.store.ListSecrets(t.Context())
	if err != nil || len(other.Closed(all)) != 1 || len(keys.Closed(all)) != 0 {
		t.Errorf("%v: closed are %v and %v", err, other.Closed(all), keys.Closed(all))
	}
	if err := os.WriteFile(dir+"/"+secret.File, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged, err := secret.NewKeys(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	d := newSite(t, func(c *Config) { c.Keys = damaged })
	d.as(admin).post("/settings/secrets/new", secretForm("name", "crm")).want(t, 422, "The key of the secrets cannot be used")
	_, err = d.store.CreateSecret(t.Context(), all[0])
	d.must(err)
	d.as(editor).get("/settings/secrets").want(t, 200, "Cannot be opened", "Put that key back")
}
