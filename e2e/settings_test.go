//go:build e2e

package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
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
	if text := download(v, "Download as CSV"); !strings.Contains(text, "Website") || strings.Contains(text, "signing_key") {
		t.Errorf("the file holds\n%s", text)
	}
}

// download presses a link that gives a file, and gives what is in it.
func download(v *visitor, label string) string {
	v.t.Helper()
	file, err := v.page.ExpectDownload(func() error {
		return v.find(`a:has-text("` + label + `")`).Click(playwright.LocatorClickOptions{Timeout: patience})
	})
	v.must("download", err)
	path, err := file.Path()
	v.must("find what was downloaded", err)
	text, err := os.ReadFile(path)
	v.must("read what was downloaded", err)
	return string(text)
}
