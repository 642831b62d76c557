//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"

	"github.com/playwright-community/playwright-go"

	"hookline/internal/app"
)

// TestCampaign builds a journey as somebody does who does not code, and sees a person go through it: they enter a segment,
// a CRM makes a lead, its id is kept on the person, they wait, a branch asks for it, and a second webhook uses it. First
// with the mouse, then with the keyboard alone.
func TestCampaign(t *testing.T) {
	for name, take := range hands {
		t.Run(name, func(t *testing.T) {
			crm := newLeadBook(t)
			url := newHouse(t, func(c *app.Config) { c.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
			v := visit(t, url)
			s := &campaignStory{story: &story{visitor: v, url: url}, hand: take(v), crm: crm, mouse: name == "mouse"}
			s.tells([]chapter{
				{"set-up", s.furnish},
				{"campaign with its trigger", s.makesCampaign},
				{"webhook that creates a lead", s.addsLead},
				{"wait", s.addsWait},
				{"branch on the lead", s.addsBranch},
				{"webhook that uses the lead", s.addsNote},
				{"a step moved and another removed", s.rearranges},
				{"started", s.starts},
				{"somebody goes through it", s.walks},
			})
		})
	}
}

type campaignStory struct {
	*story
	hand     hand
	mouse    bool // the first telling, which looks at every page
	crm      *leadBook
	campaign string // the path of its page
}

// leadBook is a receiver that gives each new lead an id, and keeps what it was sent.
type leadBook struct {
	url   string
	mu    sync.Mutex
	notes []map[string]string
	leads int
}

func newLeadBook(t *testing.T) *leadBook {
	t.Helper()
	c := &leadBook{}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		var sent map[string]string
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Errorf("%s was sent no JSON: %v", r.URL.Path, err)
		}
		if r.URL.Path == "/leads" {
			c.leads++
			fmt.Fprintf(w, `{"lead_id": "L-%d"}`, c.leads)
			return
		}
		c.notes = append(c.notes, sent)
		fmt.Fprint(w, `{}`)
	}))
	t.Cleanup(receiver.Close)
	c.url = receiver.URL
	return c
}

// looks inspects the page in every look, in the first telling.
func (s *campaignStory) looks(name string) {
	s.t.Helper()
	if s.mouse {
		s.inspect("campaign-" + name)
	}
}

func (s *campaignStory) press(name string) { s.t.Helper(); s.hand.press(s.control(name)) }

func (s *campaignStory) write(label, text string) { s.t.Helper(); s.hand.write(s.field(label), text) }

// menuOf is what opens the menu of a step.
func (s *campaignStory) menuOf(step string) playwright.Locator {
	return s.find(`summary[aria-label="What to do with “` + step + `”"]`)
}

// inOrder waits until the picture has these steps, those in branches among them.
func (s *campaignStory) inOrder(steps ...string) {
	s.t.Helper()
	for i, step := range steps {
		s.seesElement(fmt.Sprintf(`:nth-match(.step-card:not(.trigger), %d):has(h2:has-text("%s"))`, i+1, step))
	}
}
