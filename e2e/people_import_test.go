//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"

	"github.com/playwright-community/playwright-go"
)

// crowd is a file of people: one is known, one is refused, the others are new.
func crowd() string {
	var b strings.Builder
	b.WriteString("Customer ID;E-Mail;First name;Seats;Postcode;Trial ends\r\n")
	b.WriteString("u-known;;Vera;4;01067;2026-04-01\r\n")
	b.WriteString("u-odd;no address;Odd;1;10115;\r\n")
	for i := range 600 {
		b.WriteString("u-" + string(rune('a'+i%26)) + strings.Repeat("x", i/26) + ";p" + strings.Repeat("y", i) + "@example.com;Ana;2.50;01067;01.04.2026\r\n")
	}
	return b.String()
}

// choosesFile puts a file into the field with this label.
func (v *visitor) choosesFile(label, name, text string) {
	v.t.Helper()
	path := filepath.Join(v.t.TempDir(), name)
	v.must("write file", os.WriteFile(path, []byte(text), 0o600))
	v.must("choose file", v.field(label).SetInputFiles(path, playwright.LocatorSetInputFilesOptions{Timeout: patience}))
}

// known makes a database in which a person is known, and was sent something.
func known(t *testing.T, data string) (personID string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	ctx := t.Context()
	p, _, err := store.PutPerson(ctx, "u-known", json.RawMessage(`{"email":"vera@example.com","seats":3,"plan":"pro"}`))
	must(err)
	d, err := store.CreateDestination(ctx, hookline.Destination{Name: "CRM", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout})
	must(err)
	must(store.PauseDestination(ctx, d.ID, "ana@example.com", "they move house"))
	for range 3 {
		_, err := store.CreateDelivery(ctx, hookline.Owed{
			Delivery: hookline.Delivery{
				State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: d.ID, ActionID: "act_gone", PersonID: p.ID, RequestNumber: 1,
				IdempotencyKey: hookline.Secret(), CreatedAt: time.Now(), NextAttemptAt: time.Now(), UpdatedAt: time.Now(),
			},
			Request: hookline.Request{Method: "POST", URL: "https://crm.example.com/hook", Body: []byte(`{"who":"vera@example.com"}`)},
		})
		must(err)
	}
	must(store.Close())
	return p.ID
}

// TestImports brings people from a table: a file that cannot be read, columns, the dry run, the import, and what it
// refused. The whole of the way by keyboard alone is TestPeopleInAndOut.
func TestImports(t *testing.T) {
	data := t.TempDir()
	personID := known(t, data)
	v := visit(t, newHouseOn(t, data))
	v.expects("status of 422") // forms that come back
	setUp(v)
	v.open("/imports")
	v.inspect("imports-none")
	v.clickOn(v.find(`a[href="/imports/new"]`).First())
	v.inspect("import-people-new")
	v.choosesFile("A table, saved as CSV", "people.csv", "id;name\r\nu1;J\xfcrgen\r\n")
	v.click("Read the file")
	v.sees("Line 2 is not written in UTF-8.")
	v.inspect("import-people-refused-file")

	v.choosesFile("A table, saved as CSV", "people.csv", crowd())
	v.click("Read the file")
	v.sees("602 rows")
	if got := v.value("What “Customer ID” is"); got != "id" {
		t.Errorf("the id was taken for %q", got)
	}
	v.inspect("import-people-columns")
	v.choose("What “Customer ID” is", "Their e-mail address")
	v.click("Begin the dry run")
	v.sees("Another column is this already.")
	v.inspect("import-people-columns-wrong")
	v.choose("What “Customer ID” is", "Their id")
	v.click("Begin the dry run")
	v.sees("The dry run has looked at every row")
	v.sees("“no address” is not an e-mail address.")
	v.inspect("import-people-tried")

	k := keyboard{v} // from here on without the mouse
	k.press(v.control("Change the columns"))
	v.sees("What the columns are")
	k.press(v.control("Begin the dry run"))
	v.sees("The dry run has looked at every row")
	k.press(v.control("Import them"))
	v.sees("All 602 rows are done.")
	v.sees("u-odd · no address")
	v.inspect("import-people-finished")
	v.open("/imports")
	v.inspect("imports")
	v.open("/people/" + personID)
	v.sees("2026-04-01")
	v.open("/people/export")
	v.sees("first_name")
	v.inspect("people-export")
}

// TestDeletion deletes somebody by the keyboard alone: the question, how far it has come, the receipt, and letting them
// in again.
func TestDeletion(t *testing.T) {
	data := t.TempDir()
	personID := known(t, data)
	v := visit(t, newHouseOn(t, data))
	v.expects("status of 404") // who is gone
	setUp(v)
	v.open("/deletions")
	v.inspect("deletions-none")
	v.open("/people/" + personID + "/delete")
	v.sees("What is still owed is not sent any more.")
	v.inspect("person-delete")

	k := keyboard{v}
	k.press(v.field("Refuse events of them from now on"))
	k.press(v.control("Delete person"))
	v.sees("Nothing in Hookline leads to them any more.")
	v.sees("Of these webhooks: not sent yet, and not sent any more")
	v.seesNot("vera@example.com")
	v.inspect("deletion")
	k.press(v.control("Let them in again…"))
	k.press(v.control("Let them in again"))
	v.sees("Events of this person are let in again.")
	if status := v.open("/people/" + personID); status != 404 {
		t.Errorf("the person's page is answered %d", status)
	}
	v.open("/deletions")
	k.write(v.field("Id or e-mail address"), "vera@example.com")
	k.presses("Enter")
	v.sees("They were deleted")
	v.inspect("deletions")
}
