//go:build e2e

package e2e

import (
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestComposer is the composer's whole story, as of somebody who does not code: a recipe, a customer who is not easy, a
// mistake, a test, the past, the first event, and an answer to be doubted. It is told with the mouse, and once more with
// the keyboard alone.
func TestComposer(t *testing.T) {
	for name, of := range hands {
		t.Run(name, func(t *testing.T) {
			url := newHouse(t)
			v := visit(t, url)
			s := &composerStory{story: &story{visitor: v, url: url}, name: name, hand: of(v)}
			s.furnish()
			s.tell(t)
		})
	}
}

// composerStory is what the chapters tell each other. What it does to a page it does with its hand.
type composerStory struct {
	*story

	name   string
	hand   hand
	action string // the path of its composer
	body   string // what the editor holds when all is well
	event  string // the id of the event that was sent
}

func (s *composerStory) tell(t *testing.T) {
	t.Helper()
	s.tells([]chapter{
		{"recipe", s.takesTheRecipe},
		{"answer", s.scriptsTheBin},
		{"example", s.choosesTheExample},
		{"value", s.insertsTheValue},
		{"ready-made", s.triesReadyMade},
		{"mistakes", s.makesMistakes},
		{"test", s.sendsATest},
		{"response", s.readsTheAnswer},
		{"past", s.triesThePast},
		{"published", s.publishes},
		{"sent", s.seesItSent},
		{"byte for byte", s.compares},
		{"on the person", s.seesThePerson},
		{"doubt", s.doubts},
		{"resent", s.resendsIt},
	})
}

// looks inspects the page as it is now. The keyboard comes by pages that the mouse has shown in every look: of those
// only this one is taken, with the focus to be seen.
func (s *composerStory) looks(name string) {
	s.t.Helper()
	if s.name == "mouse" {
		s.inspect("composer-" + name)
		return
	}
	for _, finding := range s.axe() {
		s.t.Errorf("%s: %s", name, finding)
	}
	s.picture("composer-"+name+"-focus", false)
}

// press acts on the link or button with exactly this name.
func (s *composerStory) press(name string) {
	s.t.Helper()
	s.hand.press(s.control(name))
}

// write puts a text into the field with this label.
func (s *composerStory) write(label, text string) {
	s.t.Helper()
	s.hand.write(s.field(label), text)
}

// chooseWith picks the first option that holds a text, in the list with this label.
func (s *composerStory) chooseWith(label, part string) {
	s.t.Helper()
	at, err := s.field(label).Evaluate(`(select, part) => [...select.options].findIndex((o) => o.textContent.includes(part) || o.value === part)`, part,
		playwright.LocatorEvaluateOptions{Timeout: patience})
	s.must("look through "+label, err)
	if place, _ := at.(int); place >= 0 {
		s.hand.choose(s.field(label), place)
		return
	}
	s.t.Fatalf("%s offers nothing with %q", label, part)
}

// focused waits until the focus is on what the selector finds: where a piece of the page came anew, nobody has to look
// for their place again.
func (s *composerStory) focused(selector string) {
	s.t.Helper()
	s.until(`document.activeElement.matches("` + selector + `")`)
}
