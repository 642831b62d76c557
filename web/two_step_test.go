package web

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"hookline/internal/access"
	"hookline/internal/audit"
)

// appCode is what an authenticator app shows for a key.
func appCode(key string, at time.Time) string {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(key)
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha1.New, raw)
	_ = binary.Write(mac, binary.BigEndian, uint64(at.Unix()/30))
	sum := mac.Sum(nil)
	from := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[from:])&0x7fffffff)%1_000_000)
}

// newCode is a new key, and the code that the app showed half a minute ago, so that the one of now is left.
func newCode(d *access.Desk) (key, code string) {
	key = d.NewTwoStepKey()
	return key, appCode(key, time.Now().Add(-30*time.Second))
}

// twoStep turns it on for somebody and gives the recovery codes.
func (s *site) twoStep(userID string) []string {
	s.t.Helper()
	key, code := newCode(s.desk)
	codes, err := s.desk.TurnOnTwoStep(s.t.Context(), access.TwoStepChange{UserID: userID, Password: password, Key: key, Code: code})
	s.must(err)
	return codes
}

var keyInForm = regexp.MustCompile(`name="key" value="([A-Z2-7]{32})"`)

// TestTwoStepSignIn is somebody who sets it up, signs in with it, loses the phone, and turns it off.
func TestTwoStepSignIn(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(support)
	b.get("/account").want(t, 200, "Two-step sign-in", "Set up two-step sign-in")
	page := b.get("/account/two-step")
	page.want(t, 200, `role="img"`, "<path d=", "!style=")
	key := keyInForm.FindStringSubmatch(page.Body.String())[1]
	page.want(t, 200, key[:4]+" "+key[4:8])
	wrong := b.post("/account/two-step", form("key", key, "code", "000", "password", password))
	wrong.want(t, 422, `id="field-code-error"`, `value="`+key+`"`, "!"+password)
	done := b.post("/account/two-step", form("key", key, "code", appCode(key, time.Now().Add(-30*time.Second)), "password", password))
	done.want(t, 200, "Your recovery codes", "shown once")
	codes := regexp.MustCompile(`[0-9a-z]{4}(-[0-9a-z]{4}){3}`).FindAllString(done.Body.String(), -1)
	if len(codes) < access.RecoveryCodes {
		t.Fatalf("%d recovery codes are shown", len(codes))
	}
	b.get("/account").want(t, 200, "10 recovery codes", "Turn it off", "!"+codes[0])

	fresh := s.browser()
	fresh.get("/login/code").wantRedirect(t, "/login")
	fresh.post("/login", form("email", "support@example.com", "password", "wrong")).want(t, 422, "do not match")
	fresh.get("/login/code").wantRedirect(t, "/login")
	fresh.post("/login", form("email", "support@example.com", "password", password, "next", "/sent")).wantRedirect(t, "/login/code")
	fresh.get("/sent").wantRedirect(t, "/login?next=%2Fsent") // the password alone opens nothing
	fresh.get("/login/code").want(t, 200, "authenticator app", `autocomplete="one-time-code"`)
	fresh.post("/login/code", form("code", "12345")).want(t, 422, "This code is wrong")
	fresh.post("/login/code", form("code", appCode(key, time.Now()))).wantRedirect(t, "/sent")
	fresh.get("/sent").want(t, 200)
	fresh.get("/login/code").wantRedirect(t, "/") // nobody waits there any more

	lost := s.browser()
	lost.post("/login", form("email", "support@example.com", "password", password)).wantRedirect(t, "/login/code")
	lost.post("/login/code", form("code", codes[0])).wantRedirect(t, "/")
	lost.get("/account").want(t, 200, "9 recovery codes")
	lost.post("/account/two-step/off", form("password", "wrong", "code", codes[1])).want(t, 422, `id="field-password-error"`)
	lost.post("/account/two-step/off", form("password", password, "code", codes[0])).want(t, 422, `id="field-code-error"`)
	lost.post("/account/two-step/off", form("password", password, "code", codes[1])).wantRedirect(t, "/account")
	s.as(support) // by the password alone
	if text := s.log.String(); strings.Contains(text, key) || strings.Contains(text, codes[2]) {
		t.Error("the log has the key or a code")
	}
	if list := s.entries(); !hasRemark(list, audit.Refused, "wrong code of two-step sign-in") || !hasRemark(list, audit.Changed, "two-step sign-in turned off") {
		t.Errorf("entries are %+v", list)
	}
}

func hasRemark(list []audit.Entry, deed audit.Deed, remark string) bool {
	for _, e := range list {
		if e.Deed == deed && e.Remark == remark {
			return true
		}
	}
	return false
}

// TestAnAdministratorTakesTwoStepOff a member, and nobody else does.
func TestAnAdministratorTakesTwoStepOff(t *testing.T) {
	s := newSite(t, nil)
	boss := s.as(admin)
	s.as(support)
	id := s.users[support].ID
	page := "/settings/team/" + id
	boss.get(page).want(t, 200, "!Take it off")
	s.twoStep(id)
	boss.get(page).want(t, 200, "Take it off")
	s.as(editor).post(page+"/two-step/off", nil).want(t, 403)
	boss.post(page+"/two-step/off", nil).wantRedirect(t, page)
	boss.get(page).want(t, 200, "Two-step sign-in is taken off", "!Take it off")
	s.as(support)
}

func TestGuessingCodesIsThrottled(t *testing.T) {
	s := newSite(t, nil)
	s.as(support)
	codes := s.twoStep(s.users[support].ID)
	b := s.browser()
	b.post("/login", form("email", "support@example.com", "password", password)).wantRedirect(t, "/login/code")
	for range 10 {
		b.post("/login/code", form("code", "abc")).want(t, 422)
	}
	if got := b.post("/login/code", form("code", codes[0])); got.Code != 429 || got.Header().Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", got.Code, got.Header().Get("Retry-After"))
	}
}
