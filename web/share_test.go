package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

var linkMade = regexp.MustCompile(`value="https://hooks\.example\.com(/shared\?code=([0-9a-z]+))"`)

// shares makes a link to a delivery and gives its path.
func (b *browser) shares(path, hours string) string {
	b.site.t.Helper()
	got := b.post(path+"/share", form("hours", hours))
	got.want(b.site.t, 200, "The link is made")
	found := linkMade.FindStringSubmatch(got.Body.String())
	if found == nil || len(found[2]) != 52 { // 256 bits, five a letter
		b.site.t.Fatalf("there is no link: %v", found)
	}
	return found[1]
}

func TestASharedLinkShowsOneDeliveryToAnybody(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.try(hookline.Attempt{Status: 401, Answer: []byte(evil + " bad key"), AnswerHeaders: []hookline.Header{{Name: "Set-Cookie", Value: "session=geheim"}}, AskedBy: "carl@example.com"},
		hookline.Outcome{State: hookline.StateFailed, Reason: "The receiver answered 401 Unauthorized."})
	b := s.as(support)
	b.get(l.path()).want(t, 200, "Share it", "1 hour", "1 day", "7 days", "!Works until")
	s.as(viewer).get(l.path()).want(t, 200, "!Share it")
	link := b.shares(l.path(), "24")

	for name, who := range map[string]*browser{"nobody": s.as(anyone), "an administrator": s.as(admin)} {
		got := who.get(link)
		got.want(t, 200, "crm.example.com/people", "POST", "plan", "free", "401 Unauthorized", "bad key", "Authorization", "X-CIO-Idempotency-Key", "Took 137 ms",
			"!geheim", "!oken<", "!"+evil, "!api_key", "!ana@example.com", "!carl@example.com", "!Tell the plan", "!Signed Up", "!"+l.owed.ID, "!"+l.destination.ID, "!/sent", "!"+strings.Repeat("abcd", 16), `!aria-label="Main"`)
		if h := got.Header(); h.Get("X-Robots-Tag") != "noindex, nofollow, noarchive" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s gets %v", name, h)
		}
		for _, to := range references(t, link, got.Body.String()) {
			if to.method != "GET" || !strings.HasPrefix(to.address, "/static/") {
				t.Errorf("for %s the page leads to %s %s", name, to.method, to.address)
			}
		}
	}
	if strings.Contains(s.log.String(), strings.TrimPrefix(link, "/shared?code=")) {
		t.Error("the code is in the log")
	}
	b.get(l.path()).want(t, 200, "Works until", "support@example.com", "!"+link)
	b.get("/settings").want(t, 200, "Shared links")
	s.as(viewer).get("/settings").want(t, 200, "!Shared links")
	b.get("/settings/shared-links").want(t, 200, l.path(), "support@example.com")

	all, err := s.store.ListShares(t.Context(), "")
	s.must(err)
	b.post("/settings/shared-links/"+all[0].ID+"/revoke", form("from", "delivery")).wantRedirect(t, l.path())
	b.get("/settings/shared-links").want(t, 200, "No link works now")
	gone := s.as(anyone).get(link)
	gone.want(t, 404, "has expired, or was revoked", "!crm.example.com")
	if gone.Header().Get("X-Robots-Tag") == "" {
		t.Error("what is gone may be indexed")
	}
}

func TestASharedLinkHidesTheInside(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	link := s.as(support).shares(l.path(), "1")
	s.as(anyone).get(link).want(t, 200, "It has not been tried yet.", "Queued")
	l.try(hookline.Attempt{Status: 200, Answer: []byte("hush-body"), AnswerHeaders: []hookline.Header{{Name: "X-Inside", Value: "hush"}}, Timings: hookline.Timings{Inside: true}},
		hookline.Outcome{State: hookline.StateDelivered})
	for _, b := range []*browser{s.as(anyone), s.as(admin)} {
		b.get(link).want(t, 200, "What it answered is not shown.", "!hush")
	}
}

func TestLinksThatCannotBe(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(support)
	for _, hours := range []string{"", "2", "-1", "99999999999999999999", "week"} {
		b.post(l.path()+"/share", form("hours", hours)).want(t, 409, "Choose how long the link works.")
	}
	s.as(viewer).post(l.path()+"/share", form("hours", "1")).want(t, 403)
	b.post("/sent/dlv_none/share", form("hours", "1")).want(t, 404)
	b.post("/settings/shared-links/shr_none/revoke", nil).want(t, 404)
	for _, code := range []string{"", "x", strings.Repeat("0", 52), "%", "' or 1=1"} {
		s.as(anyone).get("/shared?"+url.Values{"code": {code}}.Encode()).want(t, 404, "This link does not work")
	}
}
