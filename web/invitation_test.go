package web

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

var inviteLink = regexp.MustCompile(`https://hooks\.example\.com(/invite\?code=[^"]+)"`)

// invites makes an invitation as an administrator does, and gives the path of its link.
func (s *site) invites(email string) string {
	s.t.Helper()
	got := s.as(admin).post("/settings/team/invite", form("email", email, "role", "support"))
	found := inviteLink.FindStringSubmatch(got.Body.String())
	if got.Code != 200 || found == nil {
		s.t.Fatalf("%d, %s", got.Code, got.seen())
	}
	return html.UnescapeString(found[1])
}

func TestSomebodyIsInvited(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	b.get("/settings/team").want(t, 200, `href="/settings/team/invite"`, "!They have a link")
	b.get("/settings/team/invite").want(t, 200, "Invite somebody", `value="support" checked`)
	b.post("/settings/team/invite", form("email", "nobody", "role", "king")).want(t, 422, `id="field-email-error"`, `value="nobody"`)
	b.post("/settings/team/invite", form("email", "admin@example.com", "role", "viewer")).want(t, 422, "Another user has this e-mail address")
	link := s.invites("Ben@example.com")
	b.get("/settings/team").want(t, 200, "They have a link", "ben@example.com", "Withdraw the invitation of ben@example.com", "!"+link)

	ben := s.browser()
	ben.get(link).want(t, 200, "admin@example.com invites you", "ben@example.com", "Support: ", `autocomplete="new-password"`)
	code := strings.TrimPrefix(link, "/invite?code=")
	ben.post("/invite", form("code", code, "password", "short")).want(t, 422, `id="field-password-error"`, "ben@example.com", code, "!>short<")
	ben.post("/invite", form("code", code, "password", password)).wantRedirect(t, "/")
	ben.get("/account").want(t, 200, "ben@example.com", "Support: ")
	if e := s.entries()[1]; e.Deed != audit.Created || e.Kind != audit.Account || e.Remark != "invited by admin@example.com" {
		t.Errorf("kept is %+v", e)
	}
	if strings.Contains(s.log.String(), code) {
		t.Error("the code is in the log")
	}
	s.browser().get(link).want(t, 404, "was used already")
	s.browser().post("/invite", form("code", code, "password", password)).want(t, 404, "was used already")
	b.get("/settings/team").want(t, 200, "ben@example.com", "!They have a link")
	s.browser().get("/invite").want(t, 404)
}

func TestAnInvitationIsWithdrawn(t *testing.T) {
	s := newSite(t, nil)
	link := s.invites("ben@example.com")
	open, err := s.store.ListInvitations(t.Context())
	if err != nil || len(open) != 1 {
		t.Fatalf("%v, %v", open, err)
	}
	s.as(admin).post("/settings/team/invitations/"+open[0].ID+"/withdraw", nil).wantRedirect(t, "/settings/team")
	s.browser().get(link).want(t, 404, "was withdrawn")
	for _, role := range []hookline.Role{editor, support, viewer} {
		s.as(role).post("/settings/team/invite", form("email", "eve@example.com", "role", "admin")).want(t, 403)
	}
}
