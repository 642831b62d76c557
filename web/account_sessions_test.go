package web

import (
	"testing"

	"hookline/internal/hookline"
)

const onWindows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"

func (s *site) onlySession(userID string) hookline.Session {
	s.t.Helper()
	all, err := s.desk.Sessions(s.t.Context(), userID)
	s.must(err)
	if len(all) != 1 {
		s.t.Fatalf("%d sessions, want 1", len(all))
	}
	return all[0]
}

// TestWhereYouAreSignedIn: everybody sees their own browsers, and ends the others.
func TestWhereYouAreSignedIn(t *testing.T) {
	s := newSite(t, nil)
	here := s.as(viewer)
	there := s.browser().with("User-Agent", onWindows)
	enter := form("email", "viewer@example.com", "password", password)
	there.post("/login", enter).wantRedirect(t, "/")
	here.get("/account").want(t, 200, "Firefox on Windows", "192.0.2.1", "This one", "Sign out all others")
	var theirs hookline.Session
	all, err := s.desk.Sessions(t.Context(), s.users[viewer].ID)
	s.must(err)
	for _, one := range all {
		if one.Agent == onWindows {
			theirs = one
		}
	}
	end := "/account/sessions/" + theirs.Handle() + "/end"
	s.as(support).post(end, nil).wantRedirect(t, "/account") // somebody else's handle ends nothing
	there.get("/account").want(t, 200)
	here.post(end, nil).wantRedirect(t, "/account")
	there.get("/account").wantRedirect(t, "/login?next=%2Faccount")
	here.get("/account").want(t, 200, "That browser is signed out.", "!Firefox on Windows", "!Sign out all others")

	there.post("/login", enter).wantRedirect(t, "/")
	here.post("/account/sessions/end", nil).wantRedirect(t, "/account")
	there.get("/account").wantRedirect(t, "/login?next=%2Faccount")
	here.get("/account").want(t, 200)
}

// TestABrowserThatCallsItselfSomething: what a browser says of itself is an outsider's text.
func TestABrowserThatCallsItselfSomething(t *testing.T) {
	s := newSite(t, nil)
	s.as(viewer)
	b := s.browser().with("User-Agent", "<script>alert(1)</script>\xff Linux")
	b.post("/login", form("email", "viewer@example.com", "password", password)).wantRedirect(t, "/")
	b.get("/account").want(t, 200, "A browser on Linux", "!alert(1)")
}

// TestAdministratorsEndSessions of others, and nobody else does.
func TestAdministratorsEndSessions(t *testing.T) {
	s := newSite(t, nil)
	member := s.as(support)
	id := s.users[support].ID
	page, end := "/settings/team/"+id, "/sessions/"+s.onlySession(id).Handle()+"/end"
	s.as(editor).post(page+end, nil).want(t, 403)
	s.as(editor).post(page+"/sessions/end", nil).want(t, 403)
	member.get("/sent").want(t, 200)
	boss := s.as(admin)
	boss.get(page).want(t, 200, "Where they are signed in", "Sign out everywhere")
	boss.post(page+end, nil).wantRedirect(t, page)
	member.get("/sent").wantRedirect(t, "/login?next=%2Fsent")
	boss.get(page).want(t, 200, "Nowhere at the moment.")
	boss.post(page+end, nil).wantRedirect(t, page) // an old tab's button

	member = s.as(support)
	boss.post(page+"/sessions/end", nil).wantRedirect(t, page)
	member.get("/sent").wantRedirect(t, "/login?next=%2Fsent")
}
