//go:build e2e

package e2e

import "testing"

// TestPeople is support staff at the page of somebody who called: they see where each value is from, mend one, take one
// away, find others, and suppress whom they must not tell of any more.
func TestPeople(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &peopleStory{story: &story{visitor: v, url: url}}
	setUp(v)
	s.furnish()
	call(t, url, s.writeKey, "identify", `{"userId":"ana","anonymousId":"phone-1","traits":{"email":"ana@example.com","plan":"Free","score":38,"company":{"name":"Acme","size":3}}}`)
	call(t, url, s.writeKey, "identify", `{"userId":"ben","traits":{"email":"ben@example.com","plan":"Pro"}}`)
	s.tells([]chapter{
		{"found in the list", s.findAna},
		{"each type is edited", s.editEach},
		{"an event takes over again", s.takeOver},
		{"wrong input is told at the field", s.mistype},
		{"by keyboard alone", s.byKeyboard},
		{"the index", s.readIndex},
		{"suppressed, and no longer", s.suppress},
		{"without scripts", s.peopleWithoutScripts},
	})
}

type peopleStory struct {
	*story
	ana string // the path of her page
}

func (s *peopleStory) findAna() {
	s.findsAt("/people", "ben@example.com")
	s.findsAt("/people", "ana@example.com")
	s.fill("Search people", "ANA@")
	s.seesNot("ben@example.com")
	s.inspect("people-list")
	s.click("ana@example.com")
	s.sees("Last changed by")
	s.sees("Object of 2")
	s.ana = s.path()
	s.inspect("person")
}

// editEach adds an attribute of each type, and sees who did.
func (s *peopleStory) editEach() {
	for _, one := range []struct{ name, kind, typed, seen string }{
		{"motto", "Text", "say <b>hi</b>", "say <b>hi</b>"},
		{"lifetime_value", "Number", "12345678901234567890.50", "12345678901234567890.50"},
		{"born", "Date or time", "1990-06-10", "1990-06-10"},
		{"tags", "List", `["red", "blue"]`, "List of 2"},
		{"home", "Object", `{"city": "Graz"}`, "Object of 1"},
		{"nickname", "Empty", "", "empty"},
	} {
		s.open(s.ana + "/attribute")
		s.fill("Name", one.name)
		s.choose("Type", one.kind)
		switch one.kind {
		case "Text":
			s.fill("Value", one.typed)
		case "List", "Object":
			s.clickOn(s.find("code-editor .cm-content"))
			s.presses("Control+A")
			s.types(one.typed)
		case "Empty":
			s.sees("without a value")
		default:
			s.sees(map[string]string{"Number": "In digits", "Date or time": "A date, 2026-06-10"}[one.kind])
			s.fill("Value", one.typed)
		}
		s.click("Save attribute")
		s.at(s.ana)
		s.sees("“" + one.name + "” is saved.")
		s.sees(one.seen)
	}
	s.open(s.ana + "/attribute")
	s.fill("Name", "vip")
	s.choose("Type", "Yes or no")
	s.check("Yes", true)
	s.inspect("attribute-new")
	s.click("Save attribute")
	s.sees("“vip” is saved.")
	s.inspect("person-attributes")
}

// takeOver changes by hand what an event said, and sees the next event take it over.
func (s *peopleStory) takeOver() {
	plan := s.find("tr").Filter(hasText("plan"))
	s.waitFor(plan.GetByText("Event"), nil, "see that an event set it")
	s.open(s.ana + "/attribute?name=plan")
	s.fill("Value", "Startup")
	s.click("Save attribute")
	s.sees("“plan” is saved.")
	s.waitFor(plan.GetByText("@example.com"), nil, "see who set it")
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"ana","traits":{"plan":"Enterprise"}}`)
	s.sees("Enterprise") // by itself, without a reload
	s.waitFor(plan.GetByText("Event"), nil, "see that an event set it")
}

func (s *peopleStory) mistype() {
	s.expects("status of 422")
	s.open(s.ana + "/attribute?name=score")
	s.fill("Value", "38,5")
	s.click("Save attribute")
	s.sees("Write the fraction with a point, 38.5")
	s.inspect("attribute-wrong")
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"ana","traits":{"score":40}}`)
	s.findsAt(s.ana, "40")
	s.open(s.ana + "/attribute?name=score")
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"ana","traits":{"score":41}}`)
	other := visit(s.t, s.url)
	other.signsIn(adminEmail)
	other.at("/")
	other.findsAt(s.ana, "41")
	s.fill("Value", "39")
	s.click("Save attribute")
	s.sees("was changed while you had this form open")
	s.inspect("attribute-conflict")
	s.click("Save over it")
	s.sees("“score” is saved.")
}

// byKeyboard changes one attribute and removes another without a mouse.
func (s *peopleStory) byKeyboard() {
	k := keyboard{s.visitor}
	s.open(s.ana)
	k.open(s.find(`summary[aria-label="What to do with motto"]`), "Change")
	s.sees("Change motto")
	k.write(s.field("Value"), "hello")
	k.press(s.control("Save attribute"))
	s.sees("“motto” is saved.")
	k.open(s.find(`summary[aria-label="What to do with nickname"]`), "Remove")
	s.sees("Webhooks that use it find it empty")
	k.press(s.control("Remove attribute"))
	s.sees("“nickname” is removed.")
}

func (s *peopleStory) readIndex() {
	s.open("/people")
	s.click("Attributes")
	s.at("/people/attributes")
	s.sees("Counted just now, of 2 people.")
	s.sees("company.size")
	s.inspect("attribute-index")
	s.fill("Search attributes", "company")
	s.seesNot("lifetime_value")
}

func (s *peopleStory) suppress() {
	s.open(s.ana)
	s.click("Suppress")
	s.sees("cannot be brought back")
	s.inspect("person-suppress")
	s.click("Suppress person")
	s.sees("This person is suppressed")
	s.sees("No attribute")
	s.inspect("person-suppressed")
	s.click("End suppression")
	s.seesNot("This person is suppressed")
}

// peopleWithoutScripts edits an attribute in a browser that runs none: each type also reads what is typed as text.
func (s *peopleStory) peopleWithoutScripts() {
	plain := visit(s.t, s.url, withoutScripts)
	plain.signsIn(adminEmail)
	plain.at("/")
	plain.open(s.ana + "/attribute")
	plain.fill("Name", "vip")
	plain.choose("Type", "Yes or no")
	plain.fill("Value", "no")
	plain.click("Save attribute")
	plain.sees("“vip” is saved.")
}
