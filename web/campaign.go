package web

import (
	"context"
	"net/http"
	"strings"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/views"
	"hookline/views/ui"
)

type campaignStore interface {
	ListCampaigns(ctx context.Context) ([]hookline.Campaign, error)
	Campaign(ctx context.Context, id string) (hookline.Campaign, error)
	CreateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error)
	SaveCampaign(ctx context.Context, c hookline.Campaign, requests map[string]hookline.Action) (hookline.Campaign, error)
	UpdateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error)
	ChangeCampaign(ctx context.Context, id string, to hookline.CampaignState) (hookline.Campaign, error)
	DeleteCampaign(ctx context.Context, id string) error
	CountSteps(ctx context.Context, campaignID string) (map[string]map[hookline.JourneyState]int, error)
}

func campaignCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Campaigns", Href: "/campaigns"}}, more...)
}

// withinCampaign is the way to a page of a campaign.
func withinCampaign(c hookline.Campaign, more ...ui.Crumb) []ui.Crumb {
	return campaignCrumbs(append([]ui.Crumb{{Label: c.Name, Href: views.CampaignPath(c.ID)}}, more...)...)
}

// campaignPage is what the tabs of a campaign have in common.
func campaignPage(r *http.Request, c hookline.Campaign) ui.Page {
	return ui.Page{Title: c.Name, Subtitle: c.Description, Active: ui.NavCampaigns, Crumbs: campaignCrumbs(), Actions: stateButtons(r, c)}
}

func (s *server) listCampaigns(w http.ResponseWriter, r *http.Request) error {
	campaigns, err := s.Store.ListCampaigns(r.Context())
	if err != nil {
		return err
	}
	words, err := s.segmentWords(r.Context())
	if err != nil {
		return err
	}
	m := views.CampaignListModel{MayEdit: mayEdit(r)}
	for _, c := range campaigns {
		inside, _, err := s.peopleIn(r.Context(), c.ID)
		if err != nil {
			return err
		}
		late, err := s.numbersOfLate(r.Context(), c)
		if err != nil {
			return err
		}
		m.Rows = append(m.Rows, views.CampaignRow{ID: c.ID, Name: c.Name, State: c.State, Trigger: words.Trigger(c.Trigger), Inside: inside, Late: late})
	}
	m.Page = ui.Page{
		Title: "Campaigns", Active: ui.NavCampaigns,
		Subtitle: "Journeys of people: what starts them, and the steps that everybody goes through.",
	}
	if m.MayEdit && len(m.Rows) > 0 {
		m.Page.Actions = []ui.Button{{Label: "New campaign", Href: "/campaigns/new", Icon: "plus", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.CampaignList(m), fragment: views.CampaignRows(m)})
}

// peopleIn is how many people are in a campaign now, and how many of them at each step.
func (s *server) peopleIn(ctx context.Context, campaignID string) (inside int, at map[string]int, err error) {
	counts, err := s.Store.CountSteps(ctx, campaignID)
	at = map[string]int{}
	for step, states := range counts {
		for _, n := range states {
			at[step] += n
			inside += n
		}
	}
	return inside, at, err
}

// segmentWords tell triggers and conditions with the names of segments.
func (s *server) segmentWords(ctx context.Context) (views.CampaignWords, error) {
	names, err := s.segmentNames(ctx)
	return views.CampaignWords{Segment: names.Of}, err
}

// campaignWords tell all of a campaign.
func (s *server) campaignWords(ctx context.Context, c hookline.Campaign) (views.CampaignWords, error) {
	words, err := s.segmentWords(ctx)
	if err != nil {
		return words, err
	}
	requests := map[string]views.StepRequest{}
	for step := range c.Walk() {
		if step.Webhook.ActionID == "" {
			continue
		}
		a, err := s.Store.Action(ctx, step.Webhook.ActionID)
		switch {
		case hookline.KindOf(err) == hookline.KindNotFound:
		case err != nil:
			return words, err
		default:
			requests[a.ID] = stepRequest(a)
		}
	}
	words.Request = func(actionID string) (views.StepRequest, bool) {
		request, found := requests[actionID]
		return request, found
	}
	return words, nil
}

// stepRequest is what may be told of a step's request to everybody.
func stepRequest(a hookline.Action) views.StepRequest {
	request := views.StepRequest{Method: a.Template.Method, URL: views.SafeURL(outbound.ShowURL(a.Template.URL))}
	for _, set := range a.Response.Attributes {
		request.Sets = append(request.Sets, set.Name)
	}
	return request
}

func (s *server) theCampaign(r *http.Request) (hookline.Campaign, error) {
	return s.Store.Campaign(r.Context(), r.PathValue("id"))
}

func (s *server) showCampaign(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	words, err := s.campaignWords(r.Context(), c)
	if err != nil {
		return err
	}
	inside, at, err := s.peopleIn(r.Context(), c.ID)
	if err != nil {
		return err
	}
	m := views.CampaignModel{Flow: views.FlowModel{
		Campaign: c, Trigger: words.Trigger(c.Trigger), Inside: inside, Cards: views.CardsOf(c, words, at), MayEdit: mayEdit(r),
	}}
	if c.State == hookline.CampaignDraft || c.State == hookline.CampaignStopped {
		m.Flow.Lacks = flowLacks(c)
	}
	wentOn, err := s.wentOnWords(r.Context(), c)
	if err != nil {
		return err
	}
	views.TellWentOn(m.Flow.Cards, wentOn)
	if m.Broadcast, err = s.latestBroadcast(r.Context(), c); err != nil {
		return err
	}
	m.Page = s.page(w, r, campaignPage(r, c))
	return s.show(w, r, view{page: views.Campaign(m), fragment: views.CampaignNow(m)})
}

// flowLacks are what a campaign needs before a start, each with the page on which it is mended.
func flowLacks(c hookline.Campaign) []views.FlowLack {
	var lacks []views.FlowLack
	for _, lack := range c.Missing() {
		href := views.CampaignPath(c.ID, "trigger")
		switch {
		case lack.StepID != "":
			href = views.StepPath(c.ID, lack.StepID)
		case len(c.Steps) == 0 && strings.HasPrefix(lack.Words, "Add at least one step"):
			href = views.CampaignPath(c.ID, "steps", "new") + "?at=0"
		}
		lacks = append(lacks, views.FlowLack{Words: lack.Words, Href: href})
	}
	return lacks
}

func (s *server) newCampaign(w http.ResponseWriter, r *http.Request) error {
	return s.showNewCampaign(w, r, http.StatusOK, views.CampaignFormModel{Kind: string(hookline.TriggerEvent)})
}

func (s *server) showNewCampaign(w http.ResponseWriter, r *http.Request, status int, m views.CampaignFormModel) error {
	m.Page = s.page(w, r, ui.Page{Title: "New campaign", Active: ui.NavCampaigns, Crumbs: campaignCrumbs(), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.NewCampaign(m)})
}

func (s *server) createCampaign(w http.ResponseWriter, r *http.Request) error {
	m := views.CampaignFormModel{Name: trimmed(r, "name"), Kind: r.PostFormValue("trigger")}
	made, err := s.Store.CreateCampaign(r.Context(), hookline.Campaign{
		Name: m.Name, Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerKind(m.Kind)},
	})
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showNewCampaign(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, views.CampaignPath(made.ID, "trigger"), "The campaign is made, as a draft. Say what starts it.")
}

func (s *server) askDeleteCampaign(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	inside, _, err := s.peopleIn(r.Context(), c.ID)
	if err != nil {
		return err
	}
	text := "“" + c.Name + "” goes with its steps and requests, and cannot be brought back. What it sent stays in Sent; what is still waiting to be sent is not sent."
	if inside > 0 {
		text += " " + counted(inside, "person is in it, and is", "people are in it, and are") + " let go."
	}
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Delete this campaign?", Active: ui.NavCampaigns, Crumbs: withinCampaign(c)},
		Text: text, Action: views.CampaignPath(c.ID, "delete"), Yes: "Delete campaign", Back: views.CampaignPath(c.ID, "settings"),
	})
}

func (s *server) deleteCampaign(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteCampaign(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, "/campaigns", "The campaign is deleted.")
}
