package web

import (
	"html"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestManyDraftsAreDiscarded(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	first, second, third := k.comes("ana", hookline.StateDraft), k.comes("ben", hookline.StateDraft), k.comes("eve", hookline.StateDraft)
	b := s.as(support)
	b.get("/drafts/discard").want(t, 200, "3 drafts will be discarded: all that there are now, of all campaigns", "goes on with the next step", ">Discard 3 drafts<")
	b.get("/drafts/discard?campaign="+k.campaign.ID).want(t, 200, "3 drafts will be discarded: all of “Welcome”")
	two := "chosen=yes&id=" + first.ID + "&id=" + third.ID
	b.get("/drafts/discard?"+two).want(t, 200, "2 drafts will be discarded, as you chose.")
	b.get("/drafts/discard?chosen=yes").want(t, 409, "100 at most")
	b.get("/drafts/discard?until=yesterday").want(t, 409, "choose them again")
	b.post("/drafts/discard?"+two, nil).want(t, 303)
	run := s.lastRun(t)
	if !run.Discards() || len(run.Filter.IDs) != 2 || !strings.HasPrefix(run.By, "support") {
		t.Errorf("begun is %+v", run)
	}
	path := "/resends/" + run.ID
	b.get(path).want(t, 200, "Discarding of drafts of ", `href="/drafts"`)
	b.get("/resends").want(t, 200, "Discarding of drafts of ")
	b.get(path+"/cancel").want(t, 200, "Cancel this discarding of drafts?", "All others stay drafts.")
	b.post(path+"/pause", nil).want(t, 303)
	b.get(path).want(t, 200, "nothing more is discarded")
	b.post(path+"/cancel", nil).want(t, 303)
	s.must(s.store.DiscardDraft(t.Context(), second.ID, "ana@example.com"))
	b.get("/drafts/discard?chosen=yes&id="+second.ID).want(t, 409, "None of these is a draft any more")
	b.get("/drafts/discard?chosen=yes&id="+second.ID+"&id="+first.ID).want(t, 200, "1 draft will be discarded. The others that you chose are no drafts any more")
}

// TestWhatNobodyWasAskedAboutIsNotDiscarded: a draft that comes between the question and its answer stays.
func TestWhatNobodyWasAskedAboutIsNotDiscarded(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	asked := k.comes("ana", hookline.StateDraft)
	b := s.as(support)
	_, action, _ := strings.Cut(b.get("/drafts/discard").Body.String(), `action="/drafts/discard?`)
	action, _, found := strings.Cut(action, `"`)
	if !found {
		t.Fatal("the question has no form")
	}
	k.comes("ben", hookline.StateDraft)
	b.post("/drafts/discard?"+html.UnescapeString(action), nil).want(t, 303)
	matched, err := s.store.MatchDeliveries(t.Context(), s.lastRun(t).Filter, hookline.Cursor{})
	s.must(err)
	if len(matched) != 1 || matched[0].ID != asked.ID {
		t.Errorf("it is about %+v", matched)
	}
}

func (s *site) lastRun(t *testing.T) hookline.ResendRun {
	t.Helper()
	runs, err := s.store.ListResends(t.Context(), hookline.Cursor{})
	s.must(err)
	return runs.Rows[0]
}
