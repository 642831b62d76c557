package web

import (
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// showWithout lists those who went on without the answer to a step's webhook, which failed: what is sent again and
// delivered is no longer among them.
func (s *server) showWithout(w http.ResponseWriter, r *http.Request) error {
	m := views.WithoutModel{Self: r.URL.RequestURI(), MayEdit: visitor(r).user.Role.Allows(hookline.Editor), MayResend: mayResend(r)}
	var err error
	if m.Campaign, err = s.Store.Campaign(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	step := m.Campaign.Step(r.PathValue("step"))
	if step == nil || step.Webhook.DestinationID == "" {
		return hookline.NotFound("step")
	}
	m.Step = *step
	if m.Without, err = s.setsOf(r.Context(), m.Step); err != nil {
		return err
	}
	if len(m.Without) > 0 {
		if err := s.readWithout(r, &m); err != nil {
			return err
		}
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Who went on without it", Active: ui.NavCampaigns, Subtitle: "At “" + m.Step.Label() + "”.",
		Crumbs: []ui.Crumb{{Label: "Campaigns", Href: "/campaigns"}, {Label: m.Campaign.Name, Href: views.CampaignPath(m.Campaign.ID)}},
	})
	return s.show(w, r, view{page: views.Without(m), fragment: views.WithoutNow(m)})
}

// countOnTheWay is how long it may take to count what is being sent again.
const countOnTheWay = 200 * time.Millisecond

func (s *server) readWithout(r *http.Request, m *views.WithoutModel) error {
	id := m.Step.Webhook.DestinationID
	counts, err := s.Store.CountWentOn(r.Context(), []string{id})
	if err != nil {
		return err
	}
	m.People = counts[id]
	of := hookline.DeliveryFilter{CampaignID: m.Campaign.ID, DestinationID: id}
	owed, err := s.Store.CountByState(r.Context(), of, []hookline.State{hookline.StateQueued, hookline.StateRetrying}, countedExactly, countOnTheWay)
	if err != nil {
		return err
	}
	for _, n := range owed {
		m.Again.Count, m.Again.More = m.Again.Count+n.Count, m.Again.More || n.More
	}
	of.State = hookline.StateFailed
	list, err := s.Store.ListDeliveries(r.Context(), of, cursor(r))
	if err != nil {
		return err
	}
	m.Rows = list.Rows
	m.Pages = pages(r, list, func(row hookline.DeliveryRow) string { return row.ID })
	return nil
}
