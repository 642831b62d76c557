//go:build e2e

package e2e

import (
	"fmt"
	"path"
	"strings"
	"testing"
)

// TestShortcuts is how a support desk gets a button of its own: an editor makes it, support presses it for one person
// and sees the answer and what it set, then for several, with the mouse and with the keyboard alone.
func TestShortcuts(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	setUp(v)
	s := &story{visitor: v, url: url}
	s.makeAnsweringBin()
	s.makeSourceOf("Ana")
	s.tells([]chapter{
		{"it is made and composed", s.makeShortcut},
		{"it is pressed for one person", s.pressForOne},
		{"it is pressed for several", s.pressForSeveral},
		{"by keyboard alone", s.pressByKeyboard},
		{"without scripts", s.pressWithoutScripts},
		{"support presses what its role allows", s.pressAsSupport},
		{"a receiver that refuses", s.pressInVain},
		{"it is switched off, and deleted", s.deleteShortcut},
	})
}

func (s *story) makeShortcut() {
	s.open("/shortcuts")
	s.sees("No shortcut yet")
	s.inspect("shortcuts-empty")
	s.click("Make the first shortcut")
	s.expects("status of 422")
	s.click("Create and compose the request")
	s.sees("Give the shortcut a name")
	s.inspect("shortcut-mistake")
	s.fill("Name", "Open a ticket")
	s.fill("What it does (optional)", "In the help desk, at once.")
	s.fill("Address", s.binURL)
	s.inspect("shortcut-new")
	s.click("Create and compose the request")
	s.sees("The shortcut is made.")
	s.seesNot("Batches")
	s.until(`document.querySelector("#preview").innerText.includes("ana@example.com")`)
	s.click("Add attribute")
	s.fill("Attribute 1: name", "lead_id")
	s.fill("Attribute 1: value", "{{ response.lead_id }}")
	s.inspect("shortcut-composer")
	s.click("Save")
	s.sees("This shortcut is off")
	s.clickOn(s.find(`[role="switch"]`))
	s.sees("This shortcut is on")
	s.inspect("shortcut")
	s.open("/shortcuts")
	s.inspect("shortcuts")
}

func (s *story) pressForOne() {
	s.open("/people")
	s.click("ana@example.com")
	s.sees("In the help desk, at once.")
	s.inspect("person-with-shortcuts")
	s.click("Open a ticket…")
	s.sees("What will be sent")
	s.inspect("press-new")
	s.click("Open a ticket")
	s.sees("The receiver answered 200 OK")
	s.sees("The answer set lead_id to 42.")
	s.inspect("press-answer")
	s.click("Back to ana@example.com")
	s.seesElement(`tr:has-text("lead_id"):has-text("42"):has-text("Answer to a webhook")`)
	s.open("/sent?origin=shortcut")
	s.click("Open a ticket")
	s.sees("asked for it.")
	s.sees("Somebody pressed the shortcut")
}

func (s *story) pressForSeveral() {
	for i := range 3 {
		call(s.t, s.url, s.writeKey, "identify", fmt.Sprintf(`{"userId":"many%d","traits":{"email":"many%d@example.com"}}`, i, i))
	}
	s.findsAt("/people", "many2@example.com")
	s.check("Choose many0@example.com", true)
	s.check("Choose many1@example.com", true)
	s.sees("Press for 2 chosen…")
	s.inspect("people-chosen")
	s.click("Press for 2 chosen…")
	s.sees("Of 2 people, each a request of their own.")
	s.inspect("press-many-new")
	s.click("Open a ticket for 2 people")
	s.sees("2 of 2 people done: 2 delivered, 0 failed.")
	s.inspect("press-many")
}

// pressByKeyboard goes the same way with Tab, Space and Enter.
func (s *story) pressByKeyboard() {
	k := keyboard{s.visitor}
	s.open("/people")
	k.press(s.field("Choose many2@example.com"))
	k.press(s.control("Press for 1 chosen…"))
	s.sees("What will be sent")
	k.press(s.control("Open a ticket"))
	s.sees("The receiver answered 200 OK")
	k.press(s.control("Press it again…"))
	s.sees("What will be sent")
}

func (s *story) pressWithoutScripts() {
	plain := visit(s.t, s.url, withoutScripts)
	plain.signsIn(adminEmail)
	plain.at("/")
	plain.open("/people")
	plain.click("ana@example.com")
	plain.click("Open a ticket…")
	plain.click("Open a ticket")
	plain.findsAt(strings.TrimPrefix(plain.page.URL(), s.url), "The receiver answered 200 OK")
}

// pressAsSupport has a second shortcut that only administrators press: support is not offered it anywhere, and is told so
// where somebody sends them its address.
func (s *story) pressAsSupport() {
	s.makeShortcutForAdministrators()
	only := s.path()
	s.addsBen()
	ben := visit(s.t, s.url)
	ben.expects("status of 403")
	ben.signsIn(benEmail)
	ben.at("/")
	ben.open("/people")
	if offered := ben.text("#chosen-shortcut"); strings.TrimSpace(offered) != "Open a ticket" {
		s.t.Errorf("above the list of people support is offered %q", offered)
	}
	ben.click("ana@example.com")
	ben.sees("Open a ticket…")
	person := path.Base(ben.page.URL())
	ben.seesNot("Close the account…")
	ben.click("Open a ticket…")
	ben.click("Open a ticket")
	ben.sees("The receiver answered 200 OK")
	ben.sees("The answer set lead_id to 42.")
	ben.sees("The receiver’s answer")
	ben.sees(benEmail + " pressed it")
	ben.inspect("press-answer-support")
	ben.open(only)
	ben.sees("Administrators")
	ben.seesNot("Edit request")
	ben.seesNot("Delete shortcut")
	if status := ben.open("/presses/new?shortcut=" + path.Base(only) + "&person=" + person); status != 403 {
		s.t.Errorf("the address of a shortcut for administrators is answered %d", status)
	}
	ben.sees("does not include pressing “Close the account”")
	ben.inspect("press-forbidden")
	s.deletesAt(only)
}

// makeShortcutForAdministrators makes it from the one there is.
func (s *story) makeShortcutForAdministrators() {
	s.open("/shortcuts")
	s.click("Open a ticket")
	s.click("Duplicate")
	s.sees("This is the copy. It is off until you switch it on.")
	s.clickOn(s.find(`main a[href$="/edit"]`))
	s.fill("Name", "Close the account")
	s.choose("Who may press it", "Administrators")
	s.inspect("shortcut-settings")
	s.click("Save settings")
	s.sees("The settings are saved.")
	s.clickOn(s.find(`[role="switch"]`))
	s.sees("This shortcut is on")
}

// deletesAt deletes the shortcut at this page.
func (s *story) deletesAt(page string) {
	s.open(page)
	s.click("Delete shortcut")
	s.sees("Delete this shortcut?")
	s.click("Delete shortcut")
	s.sees("The shortcut is deleted.")
}

func (s *story) pressInVain() {
	s.open(s.bin + "/edit")
	s.fill("Answer with status", "404")
	s.click("Save")
	s.at(s.bin)
	s.open("/people")
	s.click("ana@example.com")
	s.click("Open a ticket…")
	s.click("Open a ticket")
	s.sees("It failed")
	s.inspect("press-failed")
}

func (s *story) deleteShortcut() {
	s.open("/shortcuts")
	s.click("Open a ticket")
	s.sees("Latest presses")
	s.inspect("shortcut-presses")
	s.clickOn(s.find(`[role="switch"]`))
	s.sees("This shortcut is off")
	s.open("/people")
	s.seesNot("Press for chosen…")
	s.open("/shortcuts")
	s.click("Open a ticket")
	s.click("Delete shortcut")
	s.sees("Delete this shortcut?")
	s.inspect("shortcut-delete")
	s.click("Delete shortcut")
	s.sees("No shortcut yet")
}
