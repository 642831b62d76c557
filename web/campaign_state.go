package web

import (
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// stateButtons lead to the questions that the state of a campaign allows.
func stateButtons(r *http.Request, c hookline.Campaign) []ui.Button {
	if !mayEdit(r) {
		return nil
	}
	start := ui.Button{Label: "Start", Icon: "player-play", Href: views.CampaignPath(c.ID, "start")}
	if len(c.Missing()) == 0 {
		start.Look = ui.LookMain // until then something else is to be done first
	}
	stop := ui.Button{Label: "Stop", Icon: "player-stop", Href: views.CampaignPath(c.ID, "stop")}
	switch c.State {
	case hookline.CampaignRunning:
		return []ui.Button{stop, {Label: "Pause", Icon: "player-pause", Href: views.CampaignPath(c.ID, "pause")}}
	case hookline.CampaignPaused:
		start.Label = "Resume"
		return []ui.Button{stop, start}
	}
	return []ui.Button{start}
}

// askStart says what a start does. What is missing is told by the workflow's page, which is where a press leads then.
func (s *server) askStart(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	if lacks := c.Missing(); len(lacks) > 0 {
		s.flash(w, r, ui.Flash{Tone: ui.Warn, Text: "This campaign cannot be started yet. What is missing stands below."})
		return goTo(w, r, views.CampaignPath(c.ID))
	}
	text, err := s.startWords(r, c)
	if err != nil {
		return err
	}
	title, yes := "Start this campaign?", "Start campaign"
	if c.State == hookline.CampaignPaused {
		title, yes = "Resume this campaign?", "Resume campaign"
	}
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{Title: title, Active: ui.NavCampaigns, Crumbs: withinCampaign(c)},
		Text: text, Action: views.CampaignPath(c.ID, "start"), Yes: yes, Back: views.CampaignPath(c.ID), Calm: true,
	})
}

func (s *server) startWords(r *http.Request, c hookline.Campaign) (string, error) {
	if c.State == hookline.CampaignPaused {
		inside, _, err := s.peopleIn(r.Context(), c.ID)
		return "People enter “" + c.Name + "” again. " + insideWords(inside, "Nobody is in it now.", "goes on where they are", "go on where they are"), err
	}
	if c.Trigger.Kind != hookline.TriggerBroadcast {
		words, err := s.segmentWords(r.Context())
		return "People enter “" + c.Name + "” from now on: " + words.Entering(c.Trigger) + ". What happened before does not count.", err
	}
	return s.broadcastWords(r, c)
}

// broadcastWords say whom a broadcast goes to.
func (s *server) broadcastWords(r *http.Request, c hookline.Campaign) (string, error) {
	segments, err := s.Store.ListSegments(r.Context())
	if err != nil {
		return "", err
	}
	for _, segment := range segments {
		if segment.ID != c.Trigger.SegmentID {
			continue
		}
		words := "Everybody in “" + segment.Name + "”, which is " + counted(segment.Size, "person", "people") + " now, enters “" + c.Name + "” "
		if !c.Trigger.At.After(time.Now()) {
			return words + "at once.", nil
		}
		return words + "on " + c.Trigger.At.UTC().Format("2 January 2006 at 15:04") + " UTC. Who is in it then counts.", nil
	}
	return "", hookline.Conflict("The segment of this broadcast is gone. Choose another one in the campaign’s trigger.")
}

// insideWords say what becomes of the people in a campaign.
func insideWords(n int, none, one, many string) string {
	if n == 0 {
		return none
	}
	return counted(n, "person is in it, and "+one, "people are in it, and "+many) + "."
}

func (s *server) startCampaign(w http.ResponseWriter, r *http.Request) error {
	return s.changeCampaign(w, r, hookline.CampaignRunning, "The campaign is running.")
}

func (s *server) askPause(w http.ResponseWriter, r *http.Request) error {
	return s.askState(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Pause this campaign?"}, Yes: "Pause campaign", Calm: true,
		Text: "Nobody enters while it is paused, and what happens meanwhile starts nothing later.",
	}, "pause", "waits where they are until you resume it", "wait where they are until you resume it")
}

func (s *server) pauseCampaign(w http.ResponseWriter, r *http.Request) error {
	return s.changeCampaign(w, r, hookline.CampaignPaused, "The campaign is paused.")
}

func (s *server) askStop(w http.ResponseWriter, r *http.Request) error {
	return s.askState(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Stop this campaign?"}, Yes: "Stop campaign",
		Text: "Nobody enters any more. This cannot be taken back: to hold everybody where they are, pause it instead.",
	}, "stop", "is let go", "are let go")
}

func (s *server) stopCampaign(w http.ResponseWriter, r *http.Request) error {
	return s.changeCampaign(w, r, hookline.CampaignStopped, "The campaign is stopped.")
}

// askState asks before a change of state, and says what happens to how many people.
func (s *server) askState(w http.ResponseWriter, r *http.Request, m views.QuestionModel, part, one, many string) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	inside, _, err := s.peopleIn(r.Context(), c.ID)
	if err != nil {
		return err
	}
	m.Page.Active, m.Page.Crumbs = ui.NavCampaigns, withinCampaign(c)
	m.Text += " " + insideWords(inside, "Nobody is in it now.", one, many)
	m.Action, m.Back = views.CampaignPath(c.ID, part), views.CampaignPath(c.ID)
	return s.ask(w, r, m)
}

func (s *server) changeCampaign(w http.ResponseWriter, r *http.Request, to hookline.CampaignState, text string) error {
	c, err := s.Store.ChangeCampaign(r.Context(), r.PathValue("id"), to)
	if err != nil {
		return err
	}
	return s.done(w, r, views.CampaignPath(c.ID), text)
}
