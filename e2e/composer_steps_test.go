//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/playwright-community/playwright-go"
)

// bio is what a customer wrote about herself, and what a body put together carelessly does not survive.
const bio = "Says \"hello\" to everybody 👩‍🍳\nand means it \\o/"

const (
	firstLead  = "lead_70jZ5hiVtczN0KcC"
	secondLead = "lead_9fQw2RmXy1"
	signedUp   = `{"userId":"u1","event":"Signed Up","properties":{"plan":"Startup"}}`
)

// furnish lets some events come in, of people of whom one is not easy.
func (s *composerStory) furnish() {
	setUp(s.visitor)
	s.writeKey = makeSource(s.visitor)
	text, err := json.Marshal(bio)
	s.must("write the bio", err)
	for _, one := range [][2]string{
		{"identify", `{"userId":"u1","traits":{"email":"bea@example.com","first_name":"Bea","last_name":"Lindqvist","bio":` + string(text) + `}}`},
		{"track", signedUp},
		{"identify", `{"userId":"u2","traits":{"email":"cy@example.com","first_name":"Cy","last_name":"Okafor"}}`},
		{"track", `{"userId":"u2","event":"Signed Up","properties":{"plan":"Free"}}`},
		{"track", `{"userId":"u2","event":"Left"}`},
		{"identify", `{"userId":"u3","traits":{"email":"dee@example.com","first_name":"Dee","last_name":"Moreau"}}`},
		{"track", `{"userId":"u3","event":"Signed Up","properties":{"plan":"Free"}}`},
	} {
		call(s.t, s.url, s.writeKey, one[0], one[1])
	}
	s.findsAt("/people", "dee@example.com")
}

func (s *composerStory) takesTheRecipe() {
	s.open("/recipes")
	s.write("Search the recipes", "crm")
	s.seesNot("Zendesk")
	s.press("Close")
	s.at("/recipes/close")
	s.write("API key", "api_s3cret")
	s.write("Where leads come from", "Sign-up in our shop")
	s.sees(`"description": "Sign-up in our shop"`)
	s.hand.press(s.field("Website"))
	s.looks("recipe")
	s.press("Try it with a bin")
	s.sees("It sends to the new bin “Try: Close” for now")
	s.action = s.path()
}

// scriptsTheBin lets the bin answer as Close does.
func (s *composerStory) scriptsTheBin() {
	s.open("/bins")
	s.press("Try: Close")
	s.sees("Nothing received yet")
	s.bin = s.path()
	s.press("Change the answer")
	s.write("Answer with status", "201")
	s.answersWith(firstLead)
	s.open(s.action)
}

// answersWith keeps, in the bin's form, an answer with this id; none without one.
func (s *composerStory) answersWith(id string) {
	s.t.Helper()
	text := `{"display_name": "Bea Lindqvist"}`
	if id != "" {
		text = `{"lead_id": "` + id + `", "display_name": "Bea Lindqvist"}`
	}
	s.write("With this text", text)
	s.press("Save")
	s.at(s.bin)
}

func (s *composerStory) choosesTheExample() {
	s.chooseWith("Made with", "Signed Up, bea@example.com")
	s.until(`document.querySelector("#preview .numbered").textContent.includes("bea@example.com")`)
	var made struct{ Name, Description string }
	s.readPreview(&made)
	if made.Name != "bea@example.com" || made.Description != "Sign-up in our shop" {
		s.t.Errorf("the preview is %+v", made)
	}
	s.looks("example")
}

// previewBody is the preview's body as it would be sent.
const previewBody = `[...document.querySelectorAll("#preview .numbered .line")].map((line) => line.textContent.replace(/\n$/, "")).join("\n")`

// readPreview reads the preview's body, which must be JSON.
func (s *composerStory) readPreview(into any) {
	s.t.Helper()
	text, _ := s.evaluate(previewBody).(string)
	if err := json.Unmarshal([]byte(text), into); err != nil {
		s.t.Fatalf("the preview is no JSON: %v\n%s", err, text)
	}
}

func (s *composerStory) insertsTheValue() {
	s.hand.caret(`"description"`)
	s.presses("Enter")
	s.types(`"bio": "",`)
	s.presses("ArrowLeft")
	s.presses("ArrowLeft")
	s.press("Insert a value")
	s.sees("Into: Body")
	s.types("bio")
	option := s.find(`#values [role=option][data-path="customer.bio"]`)
	s.waitFor(option, playwright.WaitForSelectorStateVisible, "see the bio offered")
	s.looks("values")
	s.hand.pick(option)
	s.until(body + `.includes('"bio": "{{ customer.bio }}",\n')`)
	s.focused("code-editor")
	s.body, _ = s.evaluate(body).(string)
	s.until(`[...document.querySelectorAll("#preview mark")].some((mark) => mark.textContent.includes("hello"))`)
	var made struct{ Bio string }
	s.readPreview(&made)
	if made.Bio != bio {
		s.t.Errorf("the bio came out as %q", made.Bio)
	}
	marked, _ := s.evaluate(`[...document.querySelectorAll("#preview mark")].map((mark) => mark.textContent).find((text) => text.includes("hello"))`).(string)
	var filled string
	if err := json.Unmarshal([]byte(`"`+marked+`"`), &filled); err != nil || filled != bio {
		s.t.Errorf("marked is %q (%v)", marked, err)
	}
	s.looks("value")
}

// triesReadyMade replaces the whole body from a menu, and takes that back.
func (s *composerStory) triesReadyMade() {
	s.hand.open(s.find(".body-tools summary"), "Send the whole event")
	s.holds("{{ event | json }}")
	s.focused("code-editor")
	s.undoes()
}

// undoes presses the keys for undo until the body is as it was.
func (s *composerStory) undoes() {
	s.t.Helper()
	for range 60 {
		if s.evaluate(body) == s.body {
			return
		}
		s.presses("Control+Z")
	}
	s.t.Fatalf("undoing does not lead back; the body is\n%v", s.evaluate(body))
}

func (s *composerStory) makesMistakes() {
	s.hand.caret(`"bio"`)
	s.presses("Enter")
	s.types(`"mail": "{{ customer.emial }}",`)
	s.until(inEditor(".cm-lintRange-warning") + `?.textContent === "customer.emial"`)
	s.sees(s.placeOf("customer.emial"))
	s.sees("customer.emial is missing and counts as nothing")
	s.looks("mistyped")
	s.undoes()
	s.seesNot("customer.emial is missing")

	s.hand.caret(`"bio"`)
	s.types(` {% if customer.plan %}`)
	if line, _ := s.evaluate(caretLine).(string); !strings.HasSuffix(line, ` }}", {% if customer.plan %}`) {
		s.t.Errorf("typed with its end, the tag became %s", line)
	}
	s.until(inEditor(".cm-lintRange-error") + `?.textContent === "{% if customer.plan %}"`)
	s.sees(s.placeOf("{% if customer.plan"))
	s.looks("unclosed")
	s.undoes()
	s.until(inEditor(".cm-lintRange-error") + " === null")
	s.sees("hello")
}

// placeOf says where a text stands in the editor, as the page says it.
func (s *composerStory) placeOf(text string) string {
	s.t.Helper()
	whole, _ := s.evaluate(body).(string)
	before, _, found := strings.Cut(whole, text)
	if !found {
		s.t.Fatalf("the body has no %s:\n%s", text, whole)
	}
	return fmt.Sprintf("Body, line %d, column %d", strings.Count(before, "\n")+1, len([]rune(before[strings.LastIndex(before, "\n")+1:]))+1)
}

func (s *composerStory) sendsATest() {
	s.press("Send a test")
	s.sees("The receiver answered 201 Created")
	s.until(`document.querySelector("#test").innerText.includes("` + firstLead + `")`)
	s.focused("#test-send")
	s.looks("tested")
}

// readsTheAnswer keeps the lead's id, and says what a good answer looks like.
func (s *composerStory) readsTheAnswer() {
	s.press("lead_id: “" + firstLead + "” → set attribute lead_id")
	s.until(`document.querySelector("#attribute-0-value")?.value === "{{ response.lead_id }}"`)
	s.focused("#attribute-0-name")
	s.sees("would set lead_id to “" + firstLead + "” (text); now: none")
	s.write("Good statuses", "201")
	s.write("The answer must have", "lead_id")
	s.chooseWith("and it is", "text")
	s.seesNot("would be delivered with a doubt")
	s.looks("response")
}

func (s *composerStory) triesThePast() {
	s.press("The last 24 hours")
	s.sees("3 of 7 events match the trigger.")
	s.until(`document.activeElement.textContent.trim() === "The last 24 hours"`)
	if got := strings.Fields(s.text(".backtest-figures")); strings.Join(got, " ") != "Would be sent 3 Could not be sent 0" {
		s.t.Errorf("the figures are %v", got)
	}
	s.sees("In 2 of 3 requests.") // who wrote nothing about themselves
	s.sees("Beside the saved version: 3 would be sent with another request.")
	s.looks("past")
}
