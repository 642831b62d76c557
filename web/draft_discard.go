package web

import (
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

func (s *server) askDiscardDraft(w http.ResponseWriter, r *http.Request) error {
	row, err := s.Store.DeliveryRow(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if row.State != hookline.StateDraft {
		return hookline.ErrNoDraft
	}
	holds, err := s.holdsPerson(r.Context(), row)
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Discard this draft?", Active: ui.NavDrafts, Crumbs: draftCrumbs(ui.Crumb{Label: views.DeliveryTitle(row), Href: views.DraftPath(row.ID)})},
		Text: views.DiscardWords(holds), Action: views.DraftPath(row.ID) + "/discard", Yes: "Discard draft", Back: views.DraftPath(row.ID),
	})
}

func (s *server) discardDraft(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DiscardDraft(r.Context(), r.PathValue("id"), visitor(r).user.Email); err != nil {
		return err
	}
	return s.done(w, r, "/drafts", "The draft is discarded. Nothing was sent.")
}

// discardWish is the wish to throw away the drafts that the address names. Those that came after the question are not
// among them: nobody has seen them.
func discardWish(r *http.Request) (hookline.ResendWish, error) {
	wish, err := draftWish(r)
	wish.Mode = hookline.ResendDiscard
	if asked := r.URL.Query().Get("until"); asked != "" && err == nil {
		if wish.Filter.Until, err = time.Parse(time.RFC3339Nano, asked); err != nil {
			err = hookline.Conflict("These drafts cannot be told apart any more. Go back to Drafts and choose them again.")
		}
	}
	return wish, err
}

// askDiscardDrafts says exactly how many drafts would be discarded.
func (s *server) askDiscardDrafts(w http.ResponseWriter, r *http.Request) error {
	wish, err := discardWish(r)
	if err != nil {
		return err
	}
	wish.Filter.Until = time.Now()
	campaign, err := s.campaignName(r, wish.Filter.CampaignID)
	if err != nil {
		return err
	}
	m := views.DiscardDraftsModel{Chosen: len(wish.Filter.IDs), Campaign: campaign}
	if m.Matches, m.Uncounted, err = s.countMatches(r.Context(), wish.Filter, 0); err != nil {
		return err
	}
	if m.Matches.Count == 0 && !m.Uncounted {
		return hookline.Conflict("None of these is a draft any more: somebody has sent or discarded them meanwhile. Go back to Drafts to see those that there are.")
	}
	q := r.URL.Query()
	q.Set("until", wish.Filter.Until.UTC().Format(time.RFC3339Nano))
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Discard these drafts?", Active: ui.NavDrafts, Crumbs: draftCrumbs()},
		Text: m.Words(), Action: r.URL.Path + "?" + q.Encode(), Yes: m.Yes(), Back: views.DraftsPath(wish.Filter.CampaignID),
	})
}

// discardDrafts begins a run, which survives a restart and can be paused.
func (s *server) discardDrafts(w http.ResponseWriter, r *http.Request) error {
	wish, err := discardWish(r)
	if err != nil {
		return err
	}
	run, err := s.Store.CreateResend(r.Context(), wish)
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "discarding of drafts begun", "resend", run.ID, "by", run.By)
	return s.done(w, r, resendPath(run.ID), "It has begun. This page shows how far it has come.")
}
