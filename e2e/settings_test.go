//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// TestAuditLog is an administrator who wonders who did what.
func TestAuditLog(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	v.open("/sources/new")
	v.fill("Name", "Website")
	v.click("Create source")
	v.sees("The source is ready")
	v.open("/settings/signing-key")
	v.click("Show key")
	v.open("/settings")
	v.clickOn(v.find(`a[href="/settings/audit"]`))
	v.sees("Made: source “Website”")
	v.sees("Looked at: signing key")
	v.inspect("audit")

	v.clickOn(v.find(`a:has-text("Made: source “Website”")`))
	v.sees("As it was made")
	v.sees("••••")
	v.inspect("audit-entry")
	v.clickOn(v.find(`a:has-text("All that was done to it")`))
	v.sees("Made: source “Website”")
	v.choose("What was done", "Deleted")
	v.sees("Nothing fits")
	v.inspect("audit-nothing")
	v.open("/settings/audit?kind=source")
	text := v.downloads(func() { v.click("Download as CSV") })
	if !strings.Contains(text, "Website") || strings.Contains(text, "signing_key") {
		t.Errorf("the file holds\n%s", text)
	}
}

// TestSecrets is an administrator who keeps the token of a service, and finds that it goes nowhere else.
func TestSecrets(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	v.expects("status of 422") // forms that come back
	setUp(v)
	s := &story{visitor: v, url: url}
	s.makeSourceOf("Ana")
	s.makeDestinationOff()
	destination := s.path()
	v.open("/settings")
	v.inspect("settings")
	v.clickOn(v.find(`a[href="/settings/secrets"]`))
	v.sees("No secret yet")
	v.inspect("secrets-empty")
	v.click("New secret")
	v.fill("Name", "CRM token")
	v.click("Save secret")
	v.sees("Use small letters")
	v.inspect("secret-refused")
	v.fill("Name", "crm")
	v.fill("Value", "hush-hush-12345")
	v.fill("Only sent to", "https://api.example.com/v1")
	v.click("Save secret")
	v.sees("The secret is saved.")

	v.open(destination + "/actions/new")
	v.fill("Name", "Tell the CRM")
	v.fill("Address (URL)", "https://elsewhere.example/{{ secret.crm }}")
	v.click("Save, keep it off")
	v.sees("may only be sent to api.example.com")
	v.inspect("secret-elsewhere")
	v.fill("Address (URL)", "https://api.example.com/{{ secret.crm }}")
	v.click("Save, keep it off")
	v.sees("Saved.")
	v.open("/settings/secrets")
	v.sees("CRM: Tell the CRM")
	v.seesNot("hush")
	v.inspect("secrets")
	v.click("Delete crm")
	v.sees("It is used by 1 action")
	v.inspect("secret-delete")
}

// TestInvitation is an administrator who invites a colleague, and the colleague who comes.
func TestInvitation(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	v.open("/settings/team")
	v.click("Invite somebody")
	v.inspect("invite")
	v.fill("E-mail address", "ben@example.com")
	v.click("Make a link")
	v.inspect("invite-made")
	link := v.value("Link")
	v.click("Done")
	v.sees("They have a link")
	v.inspect("team-invited")

	ben := visit(t, url)
	ben.open(strings.TrimPrefix(link, url))
	ben.sees("ana@example.com invites you")
	ben.inspect("invited")
	ben.fill("Choose a password", "a longer horse")
	ben.click("Sign in")
	ben.at("/")
}
