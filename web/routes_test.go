package web

import (
	"net/http"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// Every route is asked for by every role and by nobody: who may not gets 403 or the way in, who may gets anything
// else. The things asked for do not exist, so nothing changes and 404 is a fine answer.
func TestEveryRouteForEveryRole(t *testing.T) {
	s := newSite(t, nil)
	for _, role := range append(hookline.Roles(), anyone) {
		b := s.as(role)
		for _, route := range (&server{}).routes() {
			if route.pattern == "POST /logout" || route.pattern == "GET /live" {
				continue // they have tests of their own: one ends the session, the other does not end
			}
			checkRoute(t, b, route, role)
		}
	}
}

func checkRoute(t *testing.T, b *browser, route route, role hookline.Role) {
	t.Helper()
	method, path, _ := strings.Cut(route.pattern, " ")
	path = strings.NewReplacer("{$}", "", "{id}", "none_1", "{action}", "none_2", "{request}", "none_3", "{version}", "4", "{session}", "none_5", "{step}", "none_6", "{journey}", "none_7", "{file}", "none_8").Replace(path)
	if strings.Contains(path, "{") {
		t.Fatalf("%s has a wildcard that this test cannot fill", route.pattern)
	}
	got := b.do(method, path, strings.NewReader(""))
	location := got.Header().Get("Location")
	switch {
	case route.least == anyone || role.Allows(route.least):
		if got.Code == http.StatusForbidden || strings.HasPrefix(location, "/login") && role != anyone || got.Code >= 500 {
			t.Errorf("%s as %q: %d %s, want to be let in", route.pattern, role, got.Code, location)
		}
	case role == anyone:
		if got.Code != http.StatusSeeOther || !strings.HasPrefix(location, "/login") {
			t.Errorf("%s signed out: %d %s, want the way in", route.pattern, got.Code, location)
		}
	case got.Code != http.StatusForbidden:
		t.Errorf("%s as %q: %d, want 403", route.pattern, role, got.Code)
	}
}

func TestNothingButFormsChangesAnything(t *testing.T) {
	for _, route := range (&server{}).routes() {
		method, _, _ := strings.Cut(route.pattern, " ")
		if method != http.MethodGet && method != http.MethodPost {
			t.Errorf("%s: pages know GET and POST only", route.pattern)
		}
		if method == http.MethodPost && route.least == hookline.Viewer && !strings.HasPrefix(route.pattern, "POST /account/") {
			t.Errorf("%s: a viewer changes nothing but their own account", route.pattern)
		}
	}
}

func TestUnknownPages(t *testing.T) {
	s := newSite(t, nil)
	s.as(viewer).get("/no/such/<page>").want(t, 404, "Not found", `aria-label="Main"`, "!<page>")
	s.as(anyone).get("/no/such/<page>").want(t, 404, "Not found", `!aria-label="Main"`, "!<page>")
}

func TestMachinesHaveTheirOwnFaces(t *testing.T) {
	s := newSite(t, nil)
	b := s.browser()
	for path, want := range map[string]string{
		"/v1/track": "api", "/v1//track": "api", "/v1/../x": "api", "/healthz": "api", "/readyz": "api", "/b/bin_1/x": "receiver", "/b/bin_1//x/..": "receiver",
	} {
		b.with("Sec-Fetch-Site", "cross-site").post(path, nil).want(t, 200, want)
	}
	got := b.get("/static/none.css")
	got.want(t, 404)
}
