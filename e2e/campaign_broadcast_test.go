//go:build e2e

package e2e

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"hookline/internal/app"
)

// TestCampaignBroadcast sends news to everybody in a segment: seen while it is under way, stopped, and begun anew for
// those who have not had it; and another one that is planned, put off and called off. First with the mouse, then with the
// keyboard alone.
func TestCampaignBroadcast(t *testing.T) {
	for name, take := range hands {
		t.Run(name, func(t *testing.T) {
			data, crm := t.TempDir(), newCRM(t)
			url := newHouseOn(t, data, func(c *app.Config) { c.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
			v := visit(t, url)
			v.expects("status of 422") // a time that is past
			s := &broadcastStory{&campaignStory{story: &story{visitor: v, url: url}, hand: take(v), mouse: name == "mouse"}, crm, data}
			s.tells([]chapter{
				{"300 people in a segment", s.furnish},
				{"news for all of them", s.composes},
				{"seen on its way, and stopped there", s.stopsHalfway},
				{"begun anew for the others", s.beginsAnew},
				{"another one is planned", s.plans},
				{"put off", s.putsOff},
				{"called off", s.callsOff},
			})
		})
	}
}

type broadcastStory struct {
	*campaignStory
	crm  *crm
	data string // the folder
}

// looks inspects the page in every look, in the first telling.
func (s *broadcastStory) looks(name string) {
	s.t.Helper()
	if s.mouse {
		s.inspect("broadcast-" + name)
	}
}

const many = 300

func (s *broadcastStory) furnish() {
	setUp(s.visitor)
	s.writeKey = makeSource(s.visitor)
	var calls []string
	for i := range many {
		calls = append(calls, fmt.Sprintf(`{"type":"identify","userId":"u%d","traits":{"plan":"pro"}}`, i))
	}
	call(s.t, s.url, s.writeKey, "batch", `{"batch":[`+strings.Join(calls, ",")+`]}`)
	s.segmentsPaying()
	s.until(`/People\s+300\b/.test(document.querySelector("main").innerText)`) // by itself
}

// begins makes a campaign that is a broadcast, up to its trigger.
func (s *broadcastStory) begins(name string) {
	s.t.Helper()
	s.open("/campaigns/new")
	s.write("Name", name)
	s.hand.press(s.field("A broadcast"))
	s.press("Create campaign")
	s.sees("The campaign is made")
	s.hand.choose(s.field("Segment"), 1)
}

func (s *broadcastStory) composes() {
	s.begins("News")
	s.looks("trigger")
	s.press("Save trigger")
	s.sees("Everybody in “Paying customers”, when the campaign is started.")
	s.campaign = s.path()
	s.adds("Add a step at the end", "webhook", "Tell the team")
	s.write("Address", s.crm.URL+"/team")
	s.press("Add step")
	s.sees("Now compose its request.")
	s.press("Save")
	s.sees("as a draft that somebody sends.")
	s.sendsItself("Tell the team")
	s.sees("/team, sent automatically.")
}

func (s *broadcastStory) stopsHalfway() {
	letGo := s.holdsAt(100)
	s.press("Start")
	s.sees("Everybody in “Paying customers”, which is 300 people now, enters “News” at once.")
	s.looks("start")
	s.press("Start campaign")
	s.sees("100 of 300 people looked at. 100 people began.")
	s.looks("under-way")
	s.press("Stop broadcast…")
	s.sees("Nobody else enters “News” by this broadcast. 100 people began.")
	s.looks("stop")
	s.press("Stop broadcast")
	s.sees("It was stopped by " + adminEmail + ". 100 of 300 people looked at.")
	s.looks("stopped")
	letGo()
	s.crm.wantsMany(s.t, 100)
}

// beginsAnew sees that the stop held: 200 of 300 have not been in the campaign. Nobody is told twice.
func (s *broadcastStory) beginsAnew() {
	s.press("Stop")
	s.press("Stop campaign")
	s.sees("The campaign is stopped.")
	letGo := s.holdsAt(200)
	s.press("Start")
	s.press("Start campaign")
	s.sees("200 of 300 people looked at. 100 people began, and 100 may not enter")
	letGo()
	s.sees("It is finished. 300 of 300 people looked at. 200 people began, and 100 may not enter") // by itself
	s.looks("finished")
	s.crm.wantsMany(s.t, many)
	s.open(s.campaign + "/numbers")
	s.untilWithin(20, `[...document.querySelectorAll("main tbody td")].some((cell) => cell.innerText.trim() === "300")`)
}

// plans has a broadcast begin next January.
func (s *broadcastStory) plans() {
	s.begins("Greetings")
	s.hand.press(s.field("At a time"))
	s.writesTime(fmt.Sprintf("0101%d", nextYear()), "0930")
	s.looks("time")
	s.press("Save trigger")
	s.sees(fmt.Sprintf("Everybody in “Paying customers”, on 1 January %d at 09:30 UTC.", nextYear()))
	s.campaign = s.path()
	s.adds("Add a step at the end", "wait", "A day")
	s.write("How long", "1")
	s.press("Add step")
	s.press("Start")
	s.sees(fmt.Sprintf("enters “Greetings” on 1 January %d at 09:30 UTC. Who is in it then counts.", nextYear()))
	s.press("Start campaign")
	s.sees(fmt.Sprintf("1 January %d, 09:30:00 UTC", nextYear()))
	s.looks("planned")
}

// putsOff gives another time: first one that is past, by mistake.
func (s *broadcastStory) putsOff() {
	s.press("Trigger")
	s.writesTime("02022020", "0800")
	s.press("Save trigger")
	s.sees("give its broadcast a time to come")
	s.looks("past")
	s.writesTime(fmt.Sprintf("0202%d", nextYear()), "0800")
	s.press("Save trigger")
	s.sees(fmt.Sprintf("2 February %d, 08:00:00 UTC", nextYear()))
}

func (s *broadcastStory) callsOff() {
	s.press("Call off…")
	s.sees("Nobody enters “Greetings” by it.")
	s.looks("call-off")
	s.press("Call off broadcast")
	s.sees("It was called off before it began, by " + adminEmail + ". Nobody entered by it.")
	s.looks("called-off")
	s.open(s.campaign + "/people")
	s.sees("Nobody yet")
}
