package web

import (
	"context"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// owned says whether the action belongs to a campaign or a shortcut.
func (f composerForm) owned() bool { return f.destination.Owner != "" }

// ownerCrumbs lead from the list of what owns a destination to its owner: a shortcut, whose name the destination has, or
// the step of a campaign.
func (s *server) ownerCrumbs(ctx context.Context, d hookline.Destination) []ui.Crumb {
	if !strings.HasPrefix(d.Owner, "cmp_") {
		return []ui.Crumb{{Label: "Shortcuts", Href: "/shortcuts"}, {Label: d.Name, Href: views.OwnerPath(d.Owner)}}
	}
	c, step, err := s.stepOf(ctx, d)
	if err != nil || step == nil { // no reason to refuse the page itself
		return campaignCrumbs(ui.Crumb{Label: d.Name, Href: views.OwnerPath(d.Owner)})
	}
	return withinCampaign(c, ui.Crumb{Label: step.Label(), Href: views.StepPath(c.ID, step.ID)})
}

// crumbsTo lead to a destination's page.
func (s *server) crumbsTo(ctx context.Context, d hookline.Destination) []ui.Crumb {
	if d.Owner != "" {
		return s.ownerCrumbs(ctx, d)
	}
	return destinationCrumbs()
}

// actionTitle heads the pages of an action. The way to the request of a step has the step's name in it.
func actionTitle(d hookline.Destination, a hookline.Action) string {
	if strings.HasPrefix(d.Owner, "cmp_") {
		return "Request"
	}
	return a.Name
}

// actionNav is the part of the navigation that an action is under.
func actionNav(d hookline.Destination) ui.Nav {
	switch {
	case strings.HasPrefix(d.Owner, "cmp_"):
		return ui.NavCampaigns
	case d.Owner != "":
		return ui.NavShortcuts
	}
	return ui.NavDestinations
}

// ownedRoots are what the preview of an owned action is made with: a person, and in a campaign their journey.
func (s *server) ownedRoots(f composerForm, lately *recent, m *views.PreviewModel) (compose.Roots, error) {
	roots, err := s.personRoots(f, lately, m)
	if err != nil || !strings.HasPrefix(f.destination.Owner, "cmp_") {
		return roots, err
	}
	return s.stepRoots(lately.ctx, f.destination, roots.Person, m)
}

// personRoots are the person who was chosen, else the newest.
func (s *server) personRoots(f composerForm, lately *recent, m *views.PreviewModel) (compose.Roots, error) {
	if strings.HasPrefix(f.example, "per_") {
		p, err := unlessMissing(s.Store.Person(lately.ctx, f.example))
		if err != nil || p.ID != "" {
			return compose.Roots{Person: &p}, err
		}
	}
	if f.example != exampleID {
		m.Choice = ""
		newest, err := s.Store.ListPeople(lately.ctx, "", hookline.Cursor{Limit: 1})
		if err != nil {
			return compose.Roots{}, err
		}
		if len(newest.Rows) > 0 {
			m.Note = "This is the newest person."
			return compose.Roots{Person: &newest.Rows[0]}, nil
		}
	}
	m.Note, m.Example = "This is an example, not a person of yours.", true
	return compose.Roots{Person: examplePerson()}, nil
}

// offerPeople lists whom the preview of an owned action can be made with. Who was chosen stays on offer.
func (s *server) offerPeople(ctx context.Context, chosen compose.Roots, m *views.PreviewModel) error {
	found, err := s.Store.ListPeople(ctx, m.Search, hookline.Cursor{Limit: offeredPeople})
	if err != nil {
		return err
	}
	m.PeopleOnly, m.Many, m.Found = true, m.Search != "" || found.Older, len(found.Rows)
	shown := false
	for _, p := range found.Rows {
		m.People = append(m.People, views.Example{ID: p.ID, Title: p.Label()})
		shown = shown || p.ID == m.Choice
	}
	if chosen.Person != nil && strings.HasPrefix(m.Choice, "per_") && !shown {
		m.People = append(m.People, views.Example{ID: chosen.Person.ID, Title: chosen.Person.Label()})
	}
	if chosen.Person != nil {
		m.Shown = views.Example{Title: chosen.Person.Label()}
	}
	return nil
}
