package web

import (
	"net/http"

	"hookline/internal/hookline"
	"hookline/internal/resend"
	"hookline/views"
	"hookline/views/ui"
)

// draftWish is the wish to send the drafts that the address names: those that were chosen one by one, or all that the
// list has.
func draftWish(r *http.Request) (hookline.ResendWish, error) {
	wish := hookline.ResendWish{Filter: draftFilter(r), Mode: hookline.ResendCurrent, By: visitor(r).user.Email}
	f := sentFilter{query: r.URL.Query()}
	f.readChosen()
	if told := f.trouble.Fields["id"]; told != "" {
		return wish, hookline.Conflict("Nobody knows which drafts you mean. Go back to Drafts and tick their boxes, 100 at most.")
	}
	wish.Filter.IDs = f.filter.IDs
	return wish, nil
}

// askSendDrafts says how many drafts would be sent, and which of the first ones cannot.
func (s *server) askSendDrafts(w http.ResponseWriter, r *http.Request) error {
	wish, err := draftWish(r)
	if err != nil {
		return err
	}
	return s.showSendDrafts(w, r, wish, hookline.Error{})
}

func (s *server) showSendDrafts(w http.ResponseWriter, r *http.Request, wish hookline.ResendWish, trouble hookline.Error) error {
	m := views.SendDraftsModel{Chosen: len(wish.Filter.IDs), Self: r.URL.RequestURI(), Back: views.DraftsPath(wish.Filter.CampaignID), Trouble: trouble}
	var err error
	if m.Campaign, err = s.campaignName(r, wish.Filter.CampaignID); err != nil {
		return err
	}
	if m.Matches, m.Uncounted, err = s.countMatches(r.Context(), wish.Filter, countedExactly); err != nil {
		return err
	}
	if m.Survey, err = resend.NewJudge(s.Store, s.Resender).Survey(r.Context(), wish); err != nil {
		return err
	}
	status := http.StatusOK
	if trouble.Message != "" {
		status = http.StatusConflict
	}
	m.Page = s.page(w, r, ui.Page{Title: "Send these drafts?", Active: ui.NavDrafts, Narrow: true, Crumbs: draftCrumbs()})
	return s.showStatus(w, r, status, view{page: views.SendDrafts(m)})
}

// campaignName is the name of the campaign that drafts are narrowed to; "" without one.
func (s *server) campaignName(r *http.Request, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	campaign, err := unlessMissing(s.Store.Campaign(r.Context(), id))
	return campaign.Name, err
}

// sendDrafts begins a run, which survives a restart and can be paused.
func (s *server) sendDrafts(w http.ResponseWriter, r *http.Request) error {
	wish, err := draftWish(r)
	if err != nil {
		return err
	}
	run, err := s.Store.CreateResend(r.Context(), wish)
	if trouble, told := onForm(err); told {
		return s.showSendDrafts(w, r, wish, trouble)
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "sending of drafts begun", "resend", run.ID, "by", run.By)
	return s.done(w, r, resendPath(run.ID), "It has begun. This page shows how far it has come.")
}
