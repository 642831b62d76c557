package api

import (
	"net/http"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// TestWhoMayCallWhat asks each route with each scope, and without any. What a
// scope may not is refused before anything is looked at or changed.
func TestWhoMayCallWhat(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	o.log.text.Reset()
	for _, op := range Reference() {
		if op.Scope == "" {
			continue
		}
		path := o.paths(ids, strings.TrimPrefix(op.Path, manageRoot))
		need, err := hookline.ParseScope(op.Scope)
		good(t, err)
		for name, header := range map[string]map[string]string{
			"nobody":         {},
			"a write key":    {"Authorization": "Bearer " + o.writeKey(ids["source"])},
			"Basic":          {"Authorization": "Basic " + o.tokens[hookline.Admin]},
			"a cookie":       {"Cookie": "hookline=" + o.tokens[hookline.Admin]},
			"a wrong token":  {"Authorization": "Bearer " + o.tokens[hookline.Admin] + "x"},
			"no token":       {"Authorization": "Bearer "},
			"a query's word": {"X-Api-Key": o.tokens[hookline.Admin]},
		} {
			a := o.send(call1{method: op.Method, path: path, header: header})
			if a.status != http.StatusUnauthorized || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%s %s with %s was answered %d", op.Method, path, name, a.status)
			}
		}
		for _, role := range hookline.Roles() {
			if role.Allows(need) {
				continue
			}
			if fields := o.refused(call1{method: op.Method, path: path, as: role}, 403, "forbidden"); fields != nil {
				t.Errorf("%s %s tells fields to a %s", op.Method, path, role)
			}
		}
		if a := o.do(call1{method: op.Method, path: path, as: need, body: "{"}); a.status == 401 || a.status == 403 {
			t.Errorf("%s %s refuses a token with the scope it asks for: %d %s", op.Method, path, a.status, a.body)
		}
	}
	for _, token := range o.tokens {
		if strings.Contains(o.log.String(), token) {
			t.Error("a token is in the log")
		}
	}
}

func (o *office) writeKey(sourceID string) string {
	o.t.Helper()
	s, err := o.store.Source(o.t.Context(), sourceID)
	if err != nil {
		return hookline.Secret() // it was deleted on the way
	}
	return s.WriteKey
}

func TestRevokedTokenIsRefusedAtOnce(t *testing.T) {
	o := newOffice(t)
	o.made(call1{method: "GET", path: "/sources", as: hookline.Viewer})
	tokens, err := o.store.ListTokens(t.Context())
	good(t, err)
	for _, token := range tokens {
		if token.Scope == hookline.Viewer {
			if token.LastUsedAt.IsZero() {
				t.Error("its use was not noted")
			}
			good(t, o.store.DeleteToken(t.Context(), token.ID))
		}
	}
	o.refused(call1{method: "GET", path: "/sources", as: hookline.Viewer}, 401, "unauthorized")
}

// TestSecretsAreShownToWhoMaySeeThem: secrets by scope, in every answer that
// could hold one.
func TestSecretsAreShownToWhoMaySeeThem(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	writeKey := o.writeKey(ids["source"])
	signing := o.made(call1{method: "GET", path: "/settings/signing-key"})["key"].(string)
	channelKey := o.made(call1{method: "GET", path: "/alert-channels/" + ids["channel"] + "/signing-key"})["key"].(string)
	secrets := []struct {
		name, text string
		least      hookline.Role // "" for nobody
	}{
		{"write key", writeKey, hookline.Editor},
		{"shared secret", "shared-secret-1234", hookline.Admin},
		{"Standard Webhooks secret", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", hookline.Admin},
		{"password of an address", "user:pass@", hookline.Editor},
		{"query of an address", "t0psecret", hookline.Editor},
		{"header of a template", "abcdefghijkl", hookline.Editor},
		{"Authorization that was sent", "dXNlcjpwYXNzd29yZA", ""},
		{"whole signature", strings.Repeat("0123456789abcdef", 2), ""},
		{"cookie of a receiver", "session=abcdefgh", ""},
		{"signing key", signing, hookline.Admin},
		{"path of an alert channel's address", "s3cret-path", hookline.Admin}, // in the audit log alone
		{"password of an alert channel's address", "ana:pass@", ""},
		{"password of a mail server", "p4ss", ""},
		{"user of a mail server", "mail-user", hookline.Editor},
		{"key of an alert channel", channelKey, hookline.Editor},
	}
	for _, role := range hookline.Roles() {
		var all strings.Builder
		for _, op := range Reference() {
			path := o.paths(ids, strings.TrimPrefix(op.Path, manageRoot))
			if op.Method == "GET" {
				all.WriteString(o.do(call1{method: "GET", path: path, as: role}).body)
			}
		}
		all.WriteString(o.do(call1{method: "GET", path: "/people?q=secret", as: role}).body)
		for _, s := range secrets {
			shown, may := strings.Contains(all.String(), s.text), s.least != "" && role.Allows(s.least)
			if shown != may {
				t.Errorf("%s sees the %s: %t, want %t", role, s.name, shown, may)
			}
		}
	}
	log := o.log.String()
	for _, s := range secrets {
		if strings.Contains(log, s.text) {
			t.Errorf("the %s is in the log", s.name)
		}
	}
	for _, noted := range []string{"signing key revealed", "destination secrets revealed", "alert key revealed"} {
		if !strings.Contains(log, noted) {
			t.Errorf("the log does not say %q", noted)
		}
	}
}

func TestMaskedSecretsAreNotTakenForSecrets(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	seen := o.made(call1{method: "GET", path: "/destinations/" + ids["destination"], as: hookline.Editor})
	if strings.Contains(o.log.String(), "revealed") {
		t.Error("the log says that a mask was revealed")
	}
	for _, name := range []string{"shared_secret", "standard_secrets"} {
		value := quote(dig(seen, "shared_secret").(string))
		if name == "standard_secrets" {
			value = "[" + quote(list(seen["standard_secrets"])[0].(string)) + "]"
		}
		fields := o.refused(call1{method: "PATCH", path: "/destinations/" + ids["destination"], body: `{"` + name + `":` + value + `}`}, 422, "invalid")
		if len(fields) == 0 {
			t.Errorf("a masked %s names no field", name)
		}
	}
	o.made(call1{method: "PATCH", path: "/destinations/" + ids["destination"], as: hookline.Editor, body: `{"name":"Other"}`})
	d, err := o.store.Destination(t.Context(), ids["destination"])
	good(t, err)
	if d.SharedSecret != "shared-secret-1234" || len(d.StandardSecrets) != 1 || d.Name != "Other" {
		t.Errorf("a change of the name left %+v", d)
	}
}
