//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"
)

// TestSegments is what becomes of a segment: it is built while its size follows, people enter it and leave it by an event,
// by an attribute and by time, another is filled by hand, and both narrow the list of people and are asked for by a trigger.
func TestSegments(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	s := &segmentStory{story: &story{visitor: v, url: url}}
	setUp(v)
	s.writeKey = makeSource(v)
	s.tells([]chapter{
		{"people come", s.meetPeople},
		{"built from rows, with its size", s.build},
		{"somebody enters, and leaves by time", s.move},
		{"built by keyboard alone, and left by an attribute", s.buildByKeyboard},
		{"filled by hand", s.fillByHand},
		{"people of one segment", s.narrow},
		{"a trigger asks for it, so it stays", s.askInTrigger},
		{"without scripts", s.buildWithoutScripts},
	})
}

type segmentStory struct {
	*story
	recent, pro, friends string // paths of segments
}

func (s *segmentStory) meetPeople() {
	s.identify("u1", "ana@example.com", "pro", "DE")
	s.identify("u2", "bob@example.com", "pro", "FR")
	s.identify("u3", "cem@example.com", "free", "DE")
	s.findsAt("/people", "cem@example.com")
}

func (s *segmentStory) identify(id, email, plan, country string) {
	call(s.t, s.url, s.writeKey, "identify", fmt.Sprintf(`{"userId":%q,"traits":{"email":%q,"plan":%q,"country":%q}}`, id, email, plan, country))
}

func (s *segmentStory) build() {
	s.open("/segments")
	s.sees("No segment yet")
	s.inspect("segments-empty")
	s.click("Make the first segment")
	s.expects("status of 422") // the form comes back
	s.click("Make segment")
	s.sees("Give the segment a name")
	s.sees("One condition of the segment is not complete")
	s.inspect("segment-refused")
	s.fill("Name", "Recent German pros")
	s.fill("Condition 1: name of the attribute", "plan")
	s.fill("Condition 1: value", "pro")
	s.sees("2 people meet this now")
	s.click("Add condition")
	s.fill("Condition 2: name of the attribute", "country")
	s.fill("Condition 2: value", "DE")
	s.sees("1 person meets this now")
	s.sees("ana@example.com")
	s.inspect("segment-tallied")
	s.click("Add condition")
	s.choose("Condition 3: what to look at", "What they did")
	s.fill("Condition 3: name of the event", "Order Completed")
	s.choose("Condition 3: ever, or within a time", "within some minutes")
	s.fill("Condition 3: within how long", "1")
	s.sees("the person did Order Completed at least once in 1 minute")
	s.sees("Nobody meets this now.")
	s.inspect("segment-built")
	s.click("Make segment")
	s.sees("Nobody is in it now")
	s.recent = s.path()
}

// move sends an order that is almost a minute old, so that it soon is older than that.
func (s *segmentStory) move() {
	ordered := time.Now().Add(-45 * time.Second).UTC().Format(time.RFC3339)
	call(s.t, s.url, s.writeKey, "track", fmt.Sprintf(`{"userId":"u1","event":"Order Completed","timestamp":%q}`, ordered))
	s.sees("Entered")
	s.sees("ana@example.com")
	s.picture("segment", true)
	s.untilWithin(40, `document.querySelector("main").innerText.includes("Left")`)
	s.sees("Nobody is in it now")
	s.sees("time, or a change by hand")
	s.inspect("segment-moves")
}

func (s *segmentStory) buildByKeyboard() {
	s.open("/segments/new")
	k := keyboard{s.visitor}
	k.write(s.field("Name"), "Pro")
	k.write(s.field("Condition 1: name of the attribute"), "plan")
	k.write(s.field("Condition 1: value"), "pro")
	s.sees("2 people meet this now")
	k.press(s.control("Add condition"))
	k.choose(s.field("Condition 2: what to look at"), 2)
	s.seesElement(`select[aria-label="Condition 2: segment"]`)
	k.choose(s.field("Condition 2: how to compare"), 1)
	k.choose(s.field("Condition 2: segment"), 1)
	s.sees("the person is not in segment Recent German pros")
	k.press(s.control("Make segment"))
	s.sees("bob@example.com")
	s.pro = s.path()
	s.inspect("segment-members")
	s.identify("u2", "bob@example.com", "free", "FR")
	s.sees("Left")
}

func (s *segmentStory) fillByHand() {
	s.open("/segments/new")
	s.click("Filled by hand")
	s.fill("Name", "Friends")
	s.inspect("segment-by-hand")
	s.click("Make segment")
	s.sees("Nobody is in it yet")
	s.friends = s.path()
	s.open(s.friends + "/add")
	s.fill("People", "u3\nnobody@example.com")
	s.click("Add people")
	s.sees("1 person you chose is in the segment now. Nobody is known by what is left here")
	s.inspect("segment-add")
	s.open("/people")
	s.check("Choose ana@example.com", true)
	s.click("Add chosen to segment")
	s.at(s.friends)
	s.sees("ana@example.com")
	s.inspect("segment-friends")
	s.click("Remove cem@example.com")
	s.sees("You can add them again")
	s.click("Remove")
	s.sees("cem@example.com is no longer in the segment.")
}

func (s *segmentStory) narrow() {
	s.open("/people")
	s.choose("Show", "In Friends")
	s.until(`document.querySelectorAll("#people tbody tr").length === 1`)
	s.until(`location.search.includes("segment=seg_")`)
	s.inspect("people-in-segment")
	s.click("ana@example.com")
	s.sees("The person is in 2 segments now.")
	s.inspect("person-segments")
	s.click("Friends")
	s.at(s.friends)
}

func (s *segmentStory) askInTrigger() {
	s.open("/destinations/new")
	s.check("Website", true)
	s.fill("Name", "CRM")
	s.click("Create destination")
	s.click("Add the first action")
	s.fill("Name", "Tell the CRM")
	s.fill("Address (URL)", "https://example.com/hook")
	s.choose("Condition 1: what to look at", "Segment")
	s.seesElement(`select[aria-label="Condition 1: segment"]`)
	if chosen := s.value("Condition 1: segment"); chosen != "" {
		s.t.Errorf("segment %q is chosen before anybody chose one", chosen)
	}
	s.choose("Condition 1: segment", "Friends")
	s.sees("When the person is in segment Friends.")
	s.click("Save and enable")
	s.sees("Saved.")
	s.open("/segments")
	s.sees("1 action")
	s.inspect("segments")
	s.click("Friends")
	s.at(s.friends)
	s.sees("Tell the CRM")
	s.inspect("segment-asked-for")
	s.open(s.friends + "/delete")
	s.sees("This segment is still asked for")
	s.inspect("segment-in-use")
	s.open(s.pro)
	s.click("Duplicate")
	if name := s.value("Name"); name != "Copy of Pro" {
		s.t.Errorf("the copy is called %q", name)
	}
	s.open(s.pro)
	s.click("Delete")
	s.click("Delete segment")
	s.at("/segments")
	s.sees("The segment is deleted.")
}

func (s *segmentStory) buildWithoutScripts() {
	v := visit(s.t, s.url, withoutScripts)
	v.open("/login?next=/segments/new")
	v.fill("E-mail address", adminEmail)
	v.fill("Password", adminPassword)
	v.click("Sign in")
	v.fill("Name", "From Germany")
	v.fill("Condition 1: name of the attribute", "country")
	v.fill("Condition 1: value", "DE")
	v.click("Refresh")
	v.sees("2 people meet this now")
	v.click("Add condition")
	v.fill("Condition 2: name of the attribute", "plan")
	v.fill("Condition 2: value", "pro")
	v.click("Make segment")
	v.findsAt("/segments", "From Germany")
}
