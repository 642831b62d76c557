package web

import (
	"cmp"
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type draftStore interface {
	DiscardDraft(ctx context.Context, id, by string) error
	CountDrafts(ctx context.Context, most int) (hookline.Waiting, error)
	ListCampaigns(ctx context.Context) ([]hookline.Campaign, error)
	Campaign(ctx context.Context, id string) (hookline.Campaign, error)
	Journey(ctx context.Context, id string) (hookline.Journey, error)
}

// mostDrafts is how many drafts are counted for the navigation.
const mostDrafts = 999

// countDrafts is the number in the navigation. A page is worth more than it.
func (s *server) countDrafts(r *http.Request) string {
	if visitor(r).user.ID == "" {
		return ""
	}
	n, err := s.Store.CountDrafts(r.Context(), mostDrafts)
	if err != nil {
		s.log.ErrorContext(r.Context(), "count drafts", "request", traceOf(r).id, "problem", err)
	}
	if n.Count == 0 {
		return ""
	}
	return views.CountWords(n)
}

// draftFilter is what the address of the list narrows it to.
func draftFilter(r *http.Request) hookline.DeliveryFilter {
	return hookline.DeliveryFilter{State: hookline.StateDraft, CampaignID: r.URL.Query().Get("campaign")}
}

func (s *server) listDrafts(w http.ResponseWriter, r *http.Request) error {
	filter := draftFilter(r)
	m := views.DraftListModel{Self: r.URL.RequestURI(), Campaign: filter.CampaignID, MaySend: mayResend(r)}
	campaigns, err := s.Store.ListCampaigns(r.Context())
	if err != nil {
		return err
	}
	m.Campaigns = campaignOptions(campaigns, filter.CampaignID)
	list, err := s.Store.ListDeliveries(r.Context(), filter, cursor(r))
	if err != nil {
		return err
	}
	m.Rows = list.Rows
	m.Pages = pages(r, list, func(row hookline.DeliveryRow) string { return row.ID })
	m.Page = s.page(w, r, ui.Page{Title: "Drafts", Active: ui.NavDrafts, Subtitle: "Webhooks of campaigns that wait until somebody presses Send."})
	return s.show(w, r, view{page: views.DraftList(m), fragment: views.DraftRows(m)})
}

// campaignOptions are campaigns to choose from. One that was deleted since stays chosen.
func campaignOptions(campaigns []hookline.Campaign, chosen string) []ui.Option {
	options := []ui.Option{{Label: "All campaigns"}}
	known := chosen == ""
	for _, c := range campaigns {
		options = append(options, ui.Option{Value: c.ID, Label: c.Name})
		known = known || c.ID == chosen
	}
	if !known {
		options = append(options, ui.Option{Value: chosen, Label: "deleted"})
	}
	return options
}

func draftCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Drafts", Href: "/drafts"}}, more...)
}

// showDraft shows a draft as it would go now. One that was decided on is shown where everything is that was sent.
func (s *server) showDraft(w http.ResponseWriter, r *http.Request) error {
	return s.showDraftWith(w, r, nil)
}

// showDraftWith also says why it was not sent; refused is nil before somebody tried.
func (s *server) showDraftWith(w http.ResponseWriter, r *http.Request, refused error) error {
	row, err := s.Store.DeliveryRow(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if row.State != hookline.StateDraft {
		return goTo(w, r, sentPath(row.ID))
	}
	m := views.DraftModel{Row: row, MaySend: mayResend(r)}
	if m.Holds, err = s.holdsPerson(r.Context(), row); err != nil {
		return err
	}
	hold, err := s.holdOf(r.Context(), row.DestinationID)
	if err != nil {
		return err
	}
	if hold.Cause.Holds() {
		m.Warnings = append(m.Warnings, views.HoldWarning(hold))
	}
	status := http.StatusOK
	if refused != nil {
		status = http.StatusConflict
	}
	if m.Trouble, err = plainRefusal(cmp.Or(refused, s.previewDraft(r, &m))); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{Title: views.DeliveryTitle(row), Active: ui.NavDrafts, Crumbs: draftCrumbs()})
	return s.showStatus(w, r, status, view{page: views.Draft(m)})
}

func (s *server) previewDraft(r *http.Request, m *views.DraftModel) error {
	made, err := s.Resender.PreviewDraft(r.Context(), m.Row.ID)
	m.Next = s.Secrets.ShownRequest(made.Request)
	for _, warning := range made.Warnings {
		m.Warnings = append(m.Warnings, warningText(warning))
	}
	return err
}

// holdsPerson says whether the person waits for this draft.
func (s *server) holdsPerson(ctx context.Context, row hookline.DeliveryRow) (bool, error) {
	if row.JourneyID == "" {
		return false, nil
	}
	journey, err := unlessMissing(s.Store.Journey(ctx, row.JourneyID))
	return journey.State == hookline.JourneyHeld && journey.DeliveryID == row.ID, err
}

func (s *server) sendDraft(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := s.Store.DeliveryRow(r.Context(), id); err != nil {
		return err
	}
	err := s.Resender.SendDraft(r.Context(), id, visitor(r).user.Email)
	if _, told := onForm(err); told {
		return s.showDraftWith(w, r, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, sentPath(id), "It is on its way. This page shows the answer.")
}
