//go:build e2e

package e2e

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/playwright-community/playwright-go"
)

func (s *composerStory) publishes() {
	s.press("Save and enable")
	s.sees("Saved.")
	s.sees("This action is on.")
	s.looks("published")
}

func (s *composerStory) seesItSent() {
	call(s.t, s.url, s.writeKey, "track", signedUp)
	s.open("/sent?origin=event")
	s.hand.press(s.find("tbody tr a").First())
	s.sees("The answer set lead_id to “" + firstLead + "”.")
	s.delivery = s.path()
	href, err := s.find(`main a[href^="/events/"]`).First().GetAttribute("href", playwright.LocatorGetAttributeOptions{Timeout: patience})
	s.must("find the event", err)
	s.event = strings.TrimPrefix(href, "/events/")
	s.looks("delivered")
}

// pairs gives a list of names, in small letters, and values; of what is only described the value is empty.
const pairs = `Object.fromEntries([...document.querySelectorAll("%s > dt")].map((dt) =>
	[dt.textContent.trim().toLowerCase(), dt.nextElementSibling.matches(".text-secondary") ? "" : dt.nextElementSibling.textContent.trim()]))`

// compares what the bin received with what the preview shows of that very event: method, address, headers, and the body
// byte for byte.
func (s *composerStory) compares() {
	s.open(s.bin)
	s.hand.press(s.find("tbody tr a").First())
	s.sees("Signatures")
	received := s.pairs("dl")
	answer, err := s.page.Request().Get(s.path()+"/body", playwright.APIRequestContextGetOptions{Timeout: patience})
	s.must("fetch the body", err)
	bytes, err := answer.Body()
	s.must("read the body", err)

	s.open(s.action)
	s.chooseWith("Made with", s.event)
	s.seesNot("This is the newest event that the trigger matches.")
	if diff := cmp.Diff(s.evaluate(previewBody), any(string(bytes))); diff != "" {
		s.t.Errorf("the body (-previewed +received):\n%s", diff)
	}
	if line, want := s.text("#preview .request-line"), received["method"]+" "+s.url+received["path"]; line != want {
		s.t.Errorf("previewed is %q, received was %q", line, want)
	}
	shown := s.pairs("#preview dl.sent-headers")
	if len(shown) < 6 || shown["content-type"] != "application/json" {
		s.t.Errorf("the preview shows the headers %v", shown)
	}
	for name, value := range shown {
		got, sent := received[name]
		plain := strings.TrimLeft(value, "•") // of what authorizes only the end is shown
		if !sent || !strings.HasSuffix(got, plain) || plain == value && value != "" && got != value {
			s.t.Errorf("%s: previewed is %q, received was %q", name, value, got)
		}
	}
	if want := "Basic " + base64.StdEncoding.EncodeToString([]byte("api_s3cret:")); received["authorization"] != want {
		s.t.Errorf("it authorized itself with %q", received["authorization"])
	}
	s.looks("compared")
}

func (s *composerStory) pairs(list string) map[string]string {
	s.t.Helper()
	found := map[string]string{}
	raw, _ := s.evaluate(fmt.Sprintf(pairs, list)).(map[string]any)
	for name, value := range raw {
		found[name], _ = value.(string)
	}
	return found
}

func (s *composerStory) seesThePerson() {
	s.open("/people")
	s.press("bea@example.com")
	s.sees("Known as")
	s.seesElement(`tr:has-text("lead_id"):has-text("` + firstLead + `"):has-text("Answer to a webhook")`)
	s.looks("person")
}

// doubts what was taken without an id, and finds it among everything that was sent.
func (s *composerStory) doubts() {
	s.open(s.bin + "/edit")
	s.answersWith("")
	call(s.t, s.url, s.writeKey, "track", signedUp)
	s.open("/sent")
	s.hand.press(s.find(`nav[aria-label="States"] a`).Filter(hasText("With a doubt"))) // its number may be there, or come
	s.sees("lead_id was not set")
	s.hand.press(s.find("main details > summary").Filter(hasText("Filter")))
	s.write("Person", "bea@example.com")
	s.press("Show")
	s.sees("lead_id was not set")
	if n := s.count("tbody tr"); n != 1 {
		s.t.Errorf("%d webhooks are found, want 1", n)
	}
	if got := s.text("tbody .state.tone-warn"); got != "Delivered, with a doubt" {
		s.t.Errorf("its state is %q", got)
	}
	s.looks("doubted")
	s.hand.press(s.find("tbody tr a").First())
	s.sees("Delivered, with a doubt, at the first try")
	s.delivery = s.path()
	s.looks("doubt")
}

func (s *composerStory) resendsIt() {
	s.open(s.bin + "/edit")
	s.answersWith(secondLead)
	s.open(s.delivery)
	s.press("Resend")
	s.sees("What will go")
	s.looks("resend")
	s.press("Resend")
	s.at(s.delivery)
	s.sees("The answer set lead_id to “" + secondLead + "”.")
	s.sees("Delivered at the 2nd try")
	s.looks("resent")
}
