//go:build e2e

package e2e

import (
	"fmt"
	"strings"

	"github.com/playwright-community/playwright-go"
)

// hand is how a visitor acts on a page, so that one story can be told with the mouse and again with the keyboard alone.
// What is read of a page is the same for both.
type hand interface {
	press(l playwright.Locator)                // a button, a link, or what is chosen from an open list
	write(l playwright.Locator, text string)   // in the place of what the field held
	choose(l playwright.Locator, option int)   // of a select, by its place
	open(menu playwright.Locator, item string) // a menu, and press what it has under this name
	caret(part string)                         // to the end of the editor's first line that holds part
	pick(option playwright.Locator)            // in the list of values, where the focus is in the search
}

// hands are both, by their names.
var hands = map[string]func(*visitor) hand{
	"mouse":    func(v *visitor) hand { return mouse{v} },
	"keyboard": func(v *visitor) hand { return keyboard{v} },
}

// mouse points and clicks; only text is typed.
type mouse struct{ *visitor }

func (m mouse) press(l playwright.Locator) { m.t.Helper(); m.clickOn(l) }

func (m mouse) write(l playwright.Locator, text string) {
	m.t.Helper()
	m.must("click three times", l.Click(playwright.LocatorClickOptions{ClickCount: playwright.Int(3), Timeout: patience}))
	m.presses("Control+A")
	m.types(text)
}

func (m mouse) choose(l playwright.Locator, option int) {
	m.t.Helper()
	_, err := l.SelectOption(playwright.SelectOptionValues{Indexes: &[]int{option}}, playwright.LocatorSelectOptionOptions{Timeout: patience})
	m.must("choose", err)
}

func (m mouse) open(menu playwright.Locator, item string) {
	m.t.Helper()
	m.clickOn(menu)
	m.click(item)
}

func (m mouse) caret(part string) {
	m.t.Helper()
	line := m.find("code-editor .cm-line").Filter(hasText(part)).First()
	m.must("find the line", line.ScrollIntoViewIfNeeded(playwright.LocatorScrollIntoViewIfNeededOptions{Timeout: patience}))
	box, err := line.BoundingBox()
	m.must("measure the line", err)
	m.must("click behind the line", line.Click(playwright.LocatorClickOptions{
		Position: &playwright.Position{X: box.Width - 3, Y: box.Height - 3}, Timeout: patience,
	}))
	m.wantCaretIn(part)
}

func (m mouse) pick(option playwright.Locator) { m.t.Helper(); m.clickOn(option) }

// keyboard goes about with Tab, Enter, Space and the arrow keys, from wherever the focus is. It never sets the focus.
type keyboard struct{ *visitor }

// mostTabs is how often somebody would press Tab to get anywhere on a page.
const mostTabs = 120

// whereFocus says where an element is, seen from the focus; and whether the focus is where Tab indents.
const whereFocus = `(sought) => {
	const root = sought.getRootNode();
	if (root.activeElement === sought) return "here";
	const focused = document.activeElement;
	const outside = root.host ?? sought;
	const back = focused !== document.body && focused.compareDocumentPosition(outside) & Node.DOCUMENT_POSITION_PRECEDING;
	return (focused.matches("code-editor, textarea[data-code]") ? "caught " : "") + (back ? "before" : "after");
}`

// reach presses Tab, or Shift and Tab, until the element has the focus. Where Tab indents it does what the page says.
func (k keyboard) reach(l playwright.Locator) {
	k.t.Helper()
	k.waitFor(l, playwright.WaitForSelectorStateVisible, "see what the keyboard goes to")
	var way []string
	for range mostTabs {
		where, err := l.Evaluate(whereFocus, nil, playwright.LocatorEvaluateOptions{Timeout: patience})
		k.must("look where the focus is", err)
		said := fmt.Sprint(where)
		if said == "here" {
			k.wantFocusSeen()
			return
		}
		if strings.HasPrefix(said, "caught") {
			k.presses("Escape")
		}
		if strings.HasSuffix(said, "before") {
			k.presses("Shift+Tab")
		} else {
			k.presses("Tab")
		}
		way = append(way, fmt.Sprint(k.evaluate(`(({ localName, id, name, textContent }) => localName + "#" + id + " " + (name ?? "") + " " + textContent.trim().slice(0, 20))(document.activeElement)`)))
	}
	k.t.Fatalf("no way leads there with Tab; it came by\n%s", strings.Join(way, "\n"))
}

// wantFocusSeen wants the focused element to differ from how it looks without the focus: a ring, a border or a shadow.
func (k keyboard) wantFocusSeen() {
	k.t.Helper()
	seen := k.evaluate(`(() => {
		let e = document.activeElement;
		const ringed = (e) => { const s = getComputedStyle(e); return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none"; };
		return ringed(e) || (e.closest("label") !== null && ringed(e.closest("label"))) ? "" : e.outerHTML.slice(0, 200);
	})()`)
	if seen != "" {
		k.t.Errorf("nobody sees that the focus is on %v", seen)
	}
}

func (k keyboard) press(l playwright.Locator) {
	k.t.Helper()
	kind, err := l.GetAttribute("type", playwright.LocatorGetAttributeOptions{Timeout: patience})
	k.must("look what it is", err)
	switch kind {
	case "radio":
		k.selectRadio(l)
	case "checkbox":
		k.reach(l)
		k.presses("Space")
	default:
		k.reach(l)
		k.presses("Enter")
	}
}

// selectRadio goes to the radios of a group with Tab, which leads to the one that is chosen, and on with the arrow keys.
func (k keyboard) selectRadio(l playwright.Locator) {
	k.t.Helper()
	name, err := l.GetAttribute("name", playwright.LocatorGetAttributeOptions{Timeout: patience})
	k.must("look to which group it belongs", err)
	k.reach(k.find(`input[type="radio"][name="` + name + `"]:checked`))
	for range 10 {
		chosen, err := l.IsChecked(playwright.LocatorIsCheckedOptions{Timeout: patience})
		k.must("look whether it is chosen", err)
		if chosen {
			return
		}
		k.presses("ArrowDown")
	}
	k.t.Fatalf("the arrow keys do not lead to it in the group %s", name)
}

func (k keyboard) write(l playwright.Locator, text string) {
	k.t.Helper()
	k.reach(l)
	k.presses("Control+A")
	k.types(text)
}

func (k keyboard) choose(l playwright.Locator, option int) {
	k.t.Helper()
	k.reach(l)
	for range 60 {
		at, err := l.Evaluate("(select) => select.selectedIndex", nil, playwright.LocatorEvaluateOptions{Timeout: patience})
		k.must("read the choice", err)
		switch at, _ := at.(int); {
		case at == option:
			return
		case at < option:
			k.presses("ArrowDown")
		default:
			k.presses("ArrowUp")
		}
	}
	k.t.Fatalf("option %d cannot be reached with the arrow keys", option)
}

func (k keyboard) open(menu playwright.Locator, item string) {
	k.t.Helper()
	k.reach(menu)
	k.presses("Enter")
	for range 10 {
		k.presses("ArrowDown")
		if k.evaluate(`document.activeElement.textContent.trim()`) == item {
			k.presses("Enter")
			return
		}
	}
	k.t.Fatalf("the arrow keys do not lead to %s", item)
}

func (k keyboard) caret(part string) {
	k.t.Helper()
	k.reach(k.find("code-editor .cm-content"))
	k.presses("Control+Home")
	for range 80 {
		if line, _ := k.evaluate(caretLine).(string); strings.Contains(line, part) {
			k.presses("End")
			k.wantCaretIn(part)
			return
		}
		k.presses("ArrowDown")
	}
	k.t.Fatalf("no line of the editor holds %q", part)
}

func (k keyboard) pick(option playwright.Locator) {
	k.t.Helper()
	for range 40 {
		marked, err := option.GetAttribute("aria-selected", playwright.LocatorGetAttributeOptions{Timeout: patience})
		k.must("look whether it is marked", err)
		if marked == "true" {
			k.presses("Enter")
			return
		}
		k.presses("ArrowDown")
	}
	k.t.Fatal("the arrow keys do not lead to the value")
}

// caretLine is the text of the line in which the editor's caret is.
const caretLine = `(({ state }) => state.doc.lineAt(state.selection.main.head).text)(document.querySelector("code-editor").view)`

// wantCaretIn wants the caret at the end of a line with this.
func (v *visitor) wantCaretIn(part string) {
	v.t.Helper()
	at := v.evaluate(`(({ state }) => state.selection.main.head === state.doc.lineAt(state.selection.main.head).to)(document.querySelector("code-editor").view)`)
	if line, _ := v.evaluate(caretLine).(string); !strings.Contains(line, part) || at != true {
		v.t.Fatalf("the caret is in the line %q, at its end: %v", line, at)
	}
}
