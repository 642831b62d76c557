package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// campaign makes a campaign that begins with an event and has these steps.
func (s *site) campaign(name string, steps ...hookline.Step) hookline.Campaign {
	s.t.Helper()
	c, err := s.store.CreateCampaign(s.t.Context(), hookline.Campaign{
		Name: name, Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerEvent, Condition: `event = "Signed Up"`}, Steps: steps,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *site) reread(c hookline.Campaign) hookline.Campaign {
	s.t.Helper()
	c, err := s.store.Campaign(s.t.Context(), c.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func waitADay() hookline.Step {
	return hookline.Step{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitSpan, Span: 24 * time.Hour}}
}

func TestCampaignIsMadeStartedAndDeleted(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/campaigns").want(t, 200, "No campaign yet", `href="/campaigns/new"`)
	s.as(viewer).get("/campaigns").want(t, 200, "No campaign yet", `!href="/campaigns/new"`)
	b.post("/campaigns/new", form("name", "", "trigger", "event")).want(t, 422, "Give the campaign a name")
	b.post("/campaigns/new", form("name", "Welcome", "trigger", "magic")).want(t, 422, "Choose what starts the campaign")
	b.post("/campaigns/new", form("name", "Welcome", "trigger", "call")).want(t, http.StatusSeeOther)
	all, err := s.store.ListCampaigns(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	path := "/campaigns/" + all[0].ID
	b.get(path+"/trigger").want(t, 200, "The campaign is made", "https://hooks.example.com/api/v1/campaigns/"+all[0].ID+"/call")
	b.get(path).want(t, 200, "When a program calls the campaign.", "Add at least one step", path+"/steps/new?at=0", "It is a draft")
	b.get(path+"/start").wantRedirect(t, path)
	b.get(path).want(t, 200, "cannot be started yet")

	c := s.reread(all[0])
	c.Steps = []hookline.Step{waitADay()}
	if _, err := s.store.UpdateCampaign(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	b.get(path+"/start").want(t, 200, "Start this campaign?", "when a program calls the campaign")
	b.post(path+"/start", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "It is running", `href="`+path+`/pause"`, "!Before it can be started")
	b.post(path+"/delete", nil).want(t, 409, "Stop it first")
	b.get(path+"/pause").want(t, 200, "Pause this campaign?", "Nobody is in it now.")
	b.post(path+"/pause", nil).wantRedirect(t, path)
	b.get(path+"/start").want(t, 200, "Resume this campaign?")
	b.get(path+"/stop").want(t, 200, "Stop this campaign?")
	b.post(path+"/stop", nil).wantRedirect(t, path)
	b.get(path+"/delete").want(t, 200, "Delete this campaign?")
	b.post(path+"/delete", nil).wantRedirect(t, "/campaigns")
	b.get(path).want(t, 404, "no such campaign")
}

func TestStepsAreAddedEditedMovedAndRemoved(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	c := s.campaign("Welcome", waitADay())
	path, first := "/campaigns/"+c.ID, c.Steps[0].ID
	b.get(path).want(t, 200, "Wait 1 day.", path+"/steps/new?at=0", path+"/steps/new?at=1", `href="`+path+"/steps/"+first+`"`)
	b.get(path+"/steps/new?at=0").want(t, 200, "Send and receive data", "True or false")
	b.get(path+"/steps/new?at=x").want(t, 409, "changed in the meantime")

	version := "1"
	b.get(path+"/steps/new?at=0&kind=branch").want(t, 200, `name="c.0.field"`)
	edit := form("version", version, "at", "0", "kind", "branch", "trigger_mode", "rows", "c.match", "all", "edit", "add-row:")
	b.htmx().with("HX-Target", "trigger").post(path+"/steps/new", edit).want(t, 200, `id="trigger"`, `name="c.0.field"`, "!<main")
	b.post(path+"/steps/new", edit).want(t, 200, `id="trigger"`, "<main")
	b.post(path+"/steps/new", form("version", version, "at", "0", "kind", "branch", "trigger_mode", "text", "trigger_text", `person.`)).
		want(t, 422, "It was not saved.", `aria-invalid="true"`)
	b.post(path+"/steps/new", form("version", version, "at", "0", "kind", "branch", "name", "A lead?", "trigger_mode", "text", "trigger_text", `person.lead_id != null`)).
		want(t, http.StatusSeeOther)
	c = s.reread(c)
	branch := c.Steps[0]
	b.get(path).want(t, 200, "A lead?", "Is it so that the person’s lead_id exists?", "Yes of “A lead?”", "steps/new?at="+branch.ID+".no.0", "“A lead?” is saved.")

	move := path + "/steps/" + first + "/move"
	b.post(move, form("to", branch.ID+".yes.0")).wantRedirect(t, path+"#step-"+first)
	b.post(move, form("to", "7")).want(t, 409, "changed in the meantime")
	if c = s.reread(c); len(c.Steps) != 1 || len(c.Steps[0].Yes) != 1 {
		t.Errorf("after the move: %+v", c.Steps)
	}
	wait := path + "/steps/" + first
	b.get(wait).want(t, 200, `value="1"`, "Wait for")
	b.post(wait, form("version", "3", "wait", "span", "span", "x")).want(t, 422, "Enter a whole number", `value="x"`)
	b.post(wait, form("version", "1", "wait", "span", "span", "2", "span_unit", "hour")).want(t, 422, "changed")
	b.post(wait, form("version", "3", "wait", "clock", "time", "09:00", "zone", "Mars/North")).want(t, 422, "time zone is not known")
	b.post(wait, form("version", "3", "wait", "clock", "time", "09:00", "zone", "Europe/Berlin", "days", "mon")).wantRedirect(t, path+"#step-"+first)
	b.get(path).want(t, 200, "Wait until 09:00 on Monday (Europe/Berlin).")

	b.get(path+"/steps/"+branch.ID+"/remove").want(t, 200, "with all steps in its branches")
	b.post(path+"/steps/"+branch.ID+"/remove", nil).wantRedirect(t, path+"#step-trigger")
	if c = s.reread(c); len(c.Steps) != 0 {
		t.Errorf("after the removal: %+v", c.Steps)
	}
	b.get(wait).want(t, 404, "no such step")
}

func TestUpdateStepSetsRows(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	c := s.campaign("Welcome", waitADay())
	path := "/campaigns/" + c.ID + "/steps/new"
	b.get(path+"?at=1&kind=update").want(t, 200, `name="attribute_name"`)
	rows := form("version", "1", "at", "1", "kind", "update", "attribute_name", "plan", "attribute_value", "{{ customer.x", "edit", "add-attribute")
	b.htmx().with("HX-Target", "sets").post(path, rows).want(t, 200, `id="attribute-1-name"`, "!<main")
	rows.Del("edit")
	b.post(path, rows).want(t, 422, "Line 1")
	rows.Set("attribute_value", "{{ customer.x }}")
	b.post(path, rows).want(t, http.StatusSeeOther)
	b.get("/campaigns/"+c.ID).want(t, 200, "Set plan.")
}

func TestWebhookStepGetsItsRequest(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	c := s.campaign("Welcome", waitADay())
	path := "/campaigns/" + c.ID
	auto := form("version", "1", "at", "0", "kind", "webhook", "name", "Create lead", "sending", "auto", "method", "POST", "url", "")
	b.get(path+"/steps/new?at=0&kind=webhook").want(t, 200, "First add a request", "answers.create_lead.id")
	b.post(path+"/steps/new", auto).want(t, 422, "First add a request")
	auto.Set("url", "http://127.0.0.1/inside")
	b.post(path+"/steps/new", auto).want(t, 422, "127.0.0.1")
	auto.Set("url", "https://crm.example.com/leads")
	got := b.post(path+"/steps/new", auto)
	got.want(t, http.StatusSeeOther)
	step := s.reread(c).Steps[0]
	if want := "/destinations/" + step.Webhook.DestinationID + "/actions/" + step.Webhook.ActionID; got.Header().Get("Location") != want || !step.Webhook.Auto {
		t.Errorf("went to %s, want %s; %+v", got.Header().Get("Location"), want, step.Webhook)
	}
	b.get(path).want(t, 200, "POST https://crm.example.com/leads, sent automatically.")
	b.get(path+"/steps/"+step.ID).want(t, 200, "Edit request", "!First add a request")
	at := path + "/steps/" + step.ID
	b.post(at, form("version", "2", "name", "Make lead", "sending", "auto")).want(t, http.StatusSeeOther)
	b.get(got.Header().Get("Location")).want(t, 200, "<h1", "Request</h1>", `href="`+at+`">Make lead</a>`, `href="`+path+"#step-"+step.ID+`"`, "Versions (1)")
	b.post(path+"/settings", form("version", "3", "name", "Hello", "reentry", "once")).wantRedirect(t, path+"/settings")
	b.post(path+"/duplicate", nil).want(t, http.StatusSeeOther)
	all, err := s.store.ListCampaigns(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	copied := all[0].Steps[0]
	if copied.Webhook.ActionID == "" || copied.Webhook.ActionID == step.Webhook.ActionID || copied.ID == step.ID || all[0].State != hookline.CampaignDraft {
		t.Errorf("the copy shares with the original: %+v", all[0])
	}
}

func TestTriggerOfACampaign(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	segment, err := s.store.CreateSegment(t.Context(), hookline.Segment{Name: "Paying", Condition: `person.plan = "pro"`})
	if err != nil {
		t.Fatal(err)
	}
	c := s.campaign("Welcome", waitADay())
	path := "/campaigns/" + c.ID
	for name, test := range map[string]struct{ want, form string }{
		"entered":   {"When somebody enters “Paying”.", "kind=segment_entered&trigger_mode=rows&trigger_segment=" + segment.ID},
		"date":      {"3 days before the day in birthday of each year.", "kind=date&trigger_mode=rows&trigger_attribute=birthday&when=before&shift=3&shift_unit=day&yearly=on"},
		"broadcast": {"Everybody in “Paying”, on 31 January 2027 at 09:30 UTC.", "kind=broadcast&trigger_mode=rows&begin=at&trigger_at=2027-01-31T09:30&trigger_segment=" + segment.ID},
		"event":     {"When the event is Order Completed.", "kind=event&trigger_mode=text&trigger_text=event+%3D+%22Order+Completed%22"},
	} {
		kind, _, _ := strings.Cut(strings.TrimPrefix(test.form, "kind="), "&")
		b.get(path+"/trigger?kind="+kind).want(t, 200, `value="`+kind+`"`)
		values := parsed(t, test.form)
		values.Set("version", versionOf(s.reread(c)))
		b.post(path+"/trigger", values).wantRedirect(t, path+"#step-trigger")
		if got := b.get(path); got.Code != 200 || !strings.Contains(got.Body.String(), test.want) {
			t.Errorf("%s: the page does not say %q", name, test.want)
		}
	}
	values := form("version", versionOf(s.reread(c)), "kind", "date", "trigger_mode", "rows", "when", "before", "shift", "soon")
	b.post(path+"/trigger", values).want(t, 422, "Enter a whole number, such as 3.", `value="soon"`)
}

func TestSettingsExitAndGoal(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	c := s.campaign("Welcome", waitADay())
	path := "/campaigns/" + c.ID
	b.get(path+"/settings").want(t, 200, "Nobody leaves before the end.", "It has no goal")
	b.post(path+"/settings", form("version", "1", "name", "Welcome", "reentry", "after", "reentry_after", "")).want(t, 422, "Enter a whole number")
	b.post(path+"/settings", form("version", "1", "name", "Hello", "reentry", "after", "reentry_after", "30", "reentry_after_unit", "day")).wantRedirect(t, path+"/settings")
	b.post(path+"/exit", form("version", "2", "trigger_mode", "text", "trigger_text", `person.plan = "free"`)).wantRedirect(t, path+"/settings#exit")
	goal := form("version", "3", "trigger_mode", "text", "trigger_text", `event = "Order Completed"`, "within", "400", "within_unit", "day")
	b.post(path+"/goal", goal).want(t, 422, "at most 90 days")
	goal.Set("within", "30")
	b.post(path+"/goal", goal).wantRedirect(t, path+"/settings#goal")
	b.get(path+"/settings").want(t, 200, "When the person’s plan is free.", "When the event is Order Completed, within 30 days after the delivery.", "Hello")
	s.as(viewer).get(path+"/settings").want(t, 200, "30 days after they entered last.", "!Save settings")
}

func parsed(t *testing.T, query string) url.Values {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func versionOf(c hookline.Campaign) string { return strconv.FormatInt(c.Version, 10) }
