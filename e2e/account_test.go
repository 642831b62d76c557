//go:build e2e

package e2e

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/playwright-community/playwright-go"
)

const benEmail = "ben@example.com"

// onWindows is a visitor with Firefox on Windows, as the browser says of itself.
func onWindows(o *playwright.BrowserNewContextOptions) {
	o.UserAgent = playwright.String("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0")
}

// signsIn types address and password.
func (v *visitor) signsIn(email string) {
	v.t.Helper()
	v.open("/login")
	v.fill("E-mail address", email)
	v.fill("Password", adminPassword)
	v.click("Sign in")
}

// addsBen makes another user, who supports.
func (v *visitor) addsBen() {
	v.t.Helper()
	v.open("/settings/team/new")
	v.fill("E-mail address", benEmail)
	v.fill("First password", adminPassword)
	v.click("Add user")
	v.sees("can sign in now")
}

// TestSessions is somebody who finds a browser that they do not know, and an administrator who ends a member's.
func TestSessions(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	stranger := visit(t, url, onWindows, withoutScripts)
	stranger.signsIn(adminEmail)
	stranger.sees("Overview")
	v.open("/account")
	v.sees("Firefox on Windows")
	v.sees("This one")
	v.inspect("account")
	v.clickOn(v.find(`button[aria-label^="Sign out Firefox on Windows"]`))
	v.sees("That browser is signed out.")
	v.seesNot("Firefox on Windows")
	stranger.open("/sent")
	stranger.at("/login")

	v.addsBen()
	ben := visit(t, url, onPhone)
	ben.signsIn(benEmail)
	ben.at("/")
	v.open("/settings/team")
	v.click("Change " + benEmail)
	v.sees("Where they are signed in")
	v.inspect("team-member")
	v.click("Sign out everywhere")
	v.clickOn(v.find(`dialog button[value="yes"]`))
	v.sees("They are signed out everywhere.")
	v.sees("Nowhere at the moment.")
	ben.open("/account")
	ben.at("/login")
}

// appCode is what an authenticator app shows for a key.
func appCode(v *visitor, key string, at time.Time) string {
	v.t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(key, " ", ""))
	v.must("read the key", err)
	mac := hmac.New(sha1.New, raw)
	v.must("count the half minutes", binary.Write(mac, binary.BigEndian, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff)%1_000_000)
}

// TestTwoStepSignIn is somebody who sets it up, signs in with it, and loses the phone.
func TestTwoStepSignIn(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	v.open("/account")
	v.click("Set up two-step sign-in")
	v.sees("Scan this picture")
	v.inspect("two-step")
	key := v.value("Key")
	v.fill("Code that the app shows", "123")
	v.fill("Your password", adminPassword)
	v.click("Turn on two-step sign-in")
	v.sees("This is not the code that the app shows now")
	v.inspect("two-step-refused")
	v.fill("Code that the app shows", appCode(v, key, time.Now().Add(-30*time.Second)))
	v.fill("Your password", adminPassword)
	v.click("Turn on two-step sign-in")
	v.sees("Your recovery codes")
	v.inspect("two-step-codes")
	recovery := strings.Fields(v.text("figure.code code"))
	v.click("I have kept them")
	v.sees("with 10 recovery codes left")
	v.inspect("account-two-step")

	again := visit(t, url)
	again.expects("status of 422")
	again.signsIn(adminEmail)
	again.at("/login/code")
	again.inspect("login-code")
	again.fill("Code", "654321")
	again.click("Sign in")
	again.sees("This code is wrong")
	again.inspect("login-code-wrong")
	again.fill("Code", appCode(v, key, time.Now()))
	again.click("Sign in")
	again.at("/")

	lost := visit(t, url, withoutScripts)
	lost.signsIn(adminEmail)
	lost.at("/login/code")
	lost.fill("Code", recovery[0])
	lost.click("Sign in")
	lost.at("/")
	lost.open("/account/two-step/off")
	lost.fill("Your password", adminPassword)
	lost.fill("Code", recovery[1])
	lost.click("Turn it off")
	lost.sees("Two-step sign-in is off.")
}
