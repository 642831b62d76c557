package web

import (
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// journey lets somebody begin a campaign, which runs afterwards.
func (s *site) journey(c hookline.Campaign, userID string) hookline.Journey {
	s.t.Helper()
	ctx := s.t.Context()
	if c.State != hookline.CampaignRunning {
		_, err := s.store.ChangeCampaign(ctx, c.ID, hookline.CampaignRunning)
		s.must(err)
	}
	p := s.somebody(userID)
	_, err := s.store.BeginJourneys(ctx, []hookline.JourneyBegin{{CampaignID: c.ID, PersonID: p.ID, StepID: c.Steps[0].ID, At: time.Now()}})
	s.must(err)
	list, err := s.store.ListJourneys(ctx, hookline.JourneyFilter{CampaignID: c.ID, PersonID: p.ID}, hookline.Cursor{Limit: 1})
	if err != nil || len(list.Rows) != 1 {
		s.t.Fatalf("%s has no journey: %+v, %v", userID, list.Rows, err)
	}
	return list.Rows[0]
}

// campaignDeeds are those of campaigns; each has one of its own.
func (w *workshop) campaignDeeds() map[string]func() deed {
	n := 0
	fresh := func() hookline.Campaign {
		n++
		return w.campaign("Campaign "+string(rune('A'+n)), waitADay(), waitADay())
	}
	running := func() hookline.Campaign {
		c, err := w.store.ChangeCampaign(w.t.Context(), fresh().ID, hookline.CampaignRunning)
		w.must(err)
		return c
	}
	changed := func(c hookline.Campaign, part string, pairs ...string) deed {
		return deed{"/campaigns/" + c.ID + "/" + part, form(append(pairs, "version", versionOf(c))...), audit.Changed, audit.Campaign}
	}
	return map[string]func() deed{
		"POST /campaigns/new": func() deed {
			return deed{"/campaigns/new", form("name", "New", "trigger", "call"), audit.Created, audit.Campaign}
		},
		"POST /campaigns/{id}/trigger": func() deed { return changed(fresh(), "trigger", "kind", "call", "trigger_mode", "rows") },
		"POST /campaigns/{id}/settings": func() deed {
			return changed(fresh(), "settings", "name", "Renamed", "reentry", "again")
		},
		"POST /campaigns/{id}/exit": func() deed {
			return changed(fresh(), "exit", "trigger_mode", "text", "trigger_text", `person.plan = "free"`)
		},
		"POST /campaigns/{id}/goal": func() deed {
			return changed(fresh(), "goal", "trigger_mode", "text", "trigger_text", `event = "Paid"`, "within", "3", "within_unit", "day")
		},
		"POST /campaigns/{id}/start": func() deed { return changed(fresh(), "start") },
		"POST /campaigns/{id}/pause": func() deed { return changed(running(), "pause") },
		"POST /campaigns/{id}/stop":  func() deed { return changed(running(), "stop") },
		"POST /campaigns/{id}/broadcast/stop": func() deed {
			return deed{"/campaigns/" + w.broadcast("All at "+fresh().Name).ID + "/broadcast/stop", nil, audit.Cancelled, audit.Campaign}
		},
		"POST /campaigns/{id}/duplicate": func() deed {
			return deed{"/campaigns/" + fresh().ID + "/duplicate", nil, audit.Created, audit.Campaign}
		},
		"POST /campaigns/{id}/delete": func() deed {
			return deed{"/campaigns/" + fresh().ID + "/delete", nil, audit.Deleted, audit.Campaign}
		},
		"POST /campaigns/{id}/steps/new": func() deed {
			return changed(fresh(), "steps/new", "at", "0", "kind", "exit")
		},
		"POST /campaigns/{id}/steps/{step}": func() deed {
			c := fresh()
			return changed(c, "steps/"+c.Steps[0].ID, "wait", "span", "span", "3", "span_unit", "hour")
		},
		"POST /campaigns/{id}/steps/{step}/move": func() deed {
			c := fresh()
			return changed(c, "steps/"+c.Steps[0].ID+"/move", "to", "1")
		},
		"POST /campaigns/{id}/steps/{step}/remove": func() deed {
			c := fresh()
			return changed(c, "steps/"+c.Steps[0].ID+"/remove")
		},
		"POST /campaigns/{id}/people/{journey}/stop": func() deed {
			c := fresh()
			j := w.journey(c, "u-stopped")
			return deed{"/campaigns/" + c.ID + "/people/" + j.ID + "/stop", nil, audit.Cancelled, audit.Campaign}
		},
	}
}
