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

// ownerCrumbs lead from the list of what owns a destination to its owner, whose name the destination has.
func ownerCrumbs(d hookline.Destination) []ui.Crumb {
	list := ui.Crumb{Label: "Shortcuts", Href: "/shortcuts"}
	if strings.HasPrefix(d.Owner, "cmp_") {
		list = ui.Crumb{Label: "Campaigns", Href: "/campaigns"}
	}
	return []ui.Crumb{list, {Label: d.Name, Href: views.OwnerPath(d.Owner)}}
}

// crumbsTo lead to a destination's page.
func crumbsTo(d hookline.Destination) []ui.Crumb {
	if d.Owner != "" {
		return ownerCrumbs(d)
	}
	return destinationCrumbs()
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

// ownedRoots are what the preview of an owned action is made with: a person, without an event.
func (s *server) ownedRoots(f composerForm, lately *recent, m *views.PreviewModel) (compose.Roots, error) {
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
