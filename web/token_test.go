package web

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestTokens(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	b.get("/settings").want(t, 200, `href="/settings/tokens"`)
	s.as(editor).get("/settings").want(t, 200, `!href="/settings/tokens"`)
	b.get("/settings/tokens").want(t, 200, "No token yet", `href="/settings/tokens/new"`)
	b.get("/settings/tokens/new").want(t, 200, `action="/settings/tokens/new"`, `value="viewer" checked`)
	b.post("/settings/tokens/new", form("name", " ", "scope", "editor")).want(t, 422, "Say what the token is for", `aria-invalid="true"`, `value="editor" checked`)
	b.post("/settings/tokens/new", form("name", "Deploy", "scope", "king")).want(t, 422, "Choose what the token may do", `value="Deploy"`)

	made := b.post("/settings/tokens/new", form("name", `Deploy <b>"1"</b>`, "scope", "editor"))
	made.want(t, 200, "shown this once", "Deploy &lt;b&gt;", "Scope: edit", "https://hooks.example.com/api/v1/sources")
	token := regexp.MustCompile(`hkt_[0-9a-z]+`).FindString(html.UnescapeString(made.Body.String()))
	one, err := s.desk.Bearer(t.Context(), token)
	if err != nil || one.Scope != hookline.Editor || one.MadeBy != "admin@example.com" {
		t.Fatalf("the page shows a token of %+v, %v", one, err)
	}
	list := b.get("/settings/tokens")
	list.want(t, 200, "Deploy &lt;b&gt;", "admin@example.com", ">edit<", "!hkt_", "!"+one.Hash, "New token")

	ask := "/settings/tokens/" + one.ID + "/revoke"
	b.get(ask).want(t, 200, "Revoke this token?", `action="`+ask+`"`)
	if _, err := s.desk.Bearer(t.Context(), token); err != nil {
		t.Errorf("asking revoked the token: %v", err)
	}
	b.post(ask, nil).wantRedirect(t, "/settings/tokens")
	if _, err := s.desk.Bearer(t.Context(), token); hookline.KindOf(err) != hookline.KindUnauthorized {
		t.Errorf("a revoked token is %v", err)
	}
	b.get("/settings/tokens").want(t, 200, "The token is revoked.", "No token yet")
	b.get(ask).want(t, 404, "no such token")
	b.post(ask, nil).want(t, 404, "no such token")

	log := s.log.String()
	if strings.Contains(log, token) || !strings.Contains(log, "API token made") || !strings.Contains(log, "API token revoked") {
		t.Errorf("the log says %s", log)
	}
}

// TestMachinesAreNoVisitors: what is for machines passes by sessions and by the protection of forms, and pages are not
// opened by tokens.
func TestMachinesAreNoVisitors(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	for _, path := range []string{"/api/v1/sources", "/api/", "/api/v1//x"} {
		foreign := b.with("Sec-Fetch-Site", "cross-site")
		foreign.post(path, form("name", "x")).want(t, 200, "api")
	}
	token, err := s.desk.CreateToken(t.Context(), "Deploy", hookline.Admin, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.browser().with("Authorization", "Bearer "+token).get("/sources"); got.Code != 303 {
		t.Errorf("a token opens a page: %d", got.Code)
	}
}
