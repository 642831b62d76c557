package web

import (
	"net/http"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

func isTriggerKind(kind hookline.TriggerKind) bool {
	for _, known := range hookline.TriggerKinds() {
		if known == kind {
			return true
		}
	}
	return false
}

// askingFor is what the condition of a trigger is for.
func askingFor(kind hookline.TriggerKind) views.Asking {
	if kind == hookline.TriggerEvent {
		return views.AskStart
	}
	return views.AskEntry
}

// editCampaignTrigger shows the trigger, or an empty one of the kind that the address asks for.
func (s *server) editCampaignTrigger(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	t := c.Trigger
	if kind := hookline.TriggerKind(r.URL.Query().Get("kind")); isTriggerKind(kind) && kind != t.Kind {
		t = hookline.CampaignTrigger{Kind: kind, SegmentID: t.SegmentID}
	}
	form := openCondition(askingFor(t.Kind), t.Condition)
	if t.Kind == hookline.TriggerEvent && t.Condition == "" {
		form.edit("add-row:")
		form.focus = ""
	}
	return s.showCampaignTrigger(w, r, http.StatusOK, form, views.CampaignTriggerModel{Campaign: c, Kind: t.Kind, Typed: typedCampaignTrigger(t)})
}

func typedCampaignTrigger(t hookline.CampaignTrigger) views.TriggerTyped {
	typed := views.TriggerTyped{
		SegmentID: t.SegmentID, Attribute: t.Attribute, When: "on", Yearly: t.Yearly, Begin: "started", Shift: views.TypedSpan(hookline.SpanParts(t.Shift.Abs())),
	}
	switch {
	case t.Shift < 0:
		typed.When = "before"
	case t.Shift > 0:
		typed.When = "after"
	}
	if !t.At.IsZero() {
		typed.Begin, typed.At = "at", t.At.UTC().Format(onceFormats[0])
	}
	return typed
}

func (s *server) showCampaignTrigger(w http.ResponseWriter, r *http.Request, status int, form triggerForm, m views.CampaignTriggerModel) error {
	var err error
	if m.Condition, err = s.askedModel(r, form, views.CampaignPath(m.Campaign.ID, "trigger")); err != nil {
		return err
	}
	if m.Segments, err = s.Store.ListSegments(r.Context()); err != nil {
		return err
	}
	m.Attributes, m.Sample = m.Condition.Keys[condition.FieldPerson], s.callSample(m.Campaign)
	m.Page = s.page(w, r, ui.Page{Title: "What starts it", Active: ui.NavCampaigns, Crumbs: withinCampaign(m.Campaign)})
	return s.showStatus(w, r, status, view{page: views.CampaignTrigger(m), fragment: views.Trigger(m.Condition)})
}

// callSample is a command that calls a campaign for one person, with data.
func (s *server) callSample(c hookline.Campaign) string {
	return "curl -sS " + s.base.String() + "/api/v1/campaigns/" + c.ID + `/call \
  -H "Authorization: Bearer $TOKEN" \
  --data '{"person_ids": ["123"], "data": {"plan": "Startup"}}'`
}

// saveCampaignTrigger keeps a trigger, or only edits the condition in the form.
func (s *server) saveCampaignTrigger(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	c.Version = readVersion(r)
	m := views.CampaignTriggerModel{Campaign: c, Kind: hookline.TriggerKind(r.PostFormValue("kind")), Typed: views.TriggerTyped{
		SegmentID: r.PostFormValue("trigger_segment"), Attribute: trimmed(r, "trigger_attribute"), Shift: readSpanTyped(r, "shift"),
		When: r.PostFormValue("when"), Yearly: r.PostFormValue("yearly") != "", Begin: r.PostFormValue("begin"), At: trimmed(r, "trigger_at"),
	}}
	form := readTrigger(askingFor(m.Kind), r.PostForm)
	if isConditionEdit(r) {
		editCondition(r, &form)
		return s.showCampaignTrigger(w, r, http.StatusOK, form, m)
	}
	if c.Trigger, err = readCampaignTrigger(m, &form); err == nil {
		_, err = s.Store.UpdateCampaign(r.Context(), c)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(renamed(err, "", triggerFieldNames(m.Typed))); wrong {
		return s.showCampaignTrigger(w, r, http.StatusUnprocessableEntity, form, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, views.StepAnchor(c.ID, "trigger"), "The trigger is saved.")
}

// triggerFieldNames are the names that the form has for fields of a campaign. A broadcast whose time is not chosen to be
// typed shows no field for it, so what is wrong with that stands where it is chosen.
func triggerFieldNames(typed views.TriggerTyped) map[string]string {
	names := map[string]string{"trigger_condition": "condition"}
	if typed.Begin != "at" {
		names["trigger_at"] = "begin"
	}
	return names
}

// readCampaignTrigger reads what its kind asks for; the rest is left empty.
func readCampaignTrigger(m views.CampaignTriggerModel, form *triggerForm) (hookline.CampaignTrigger, error) {
	t := hookline.CampaignTrigger{Kind: m.Kind}
	wrong := map[string]string{}
	text, err := finishCondition(form)
	addWrong(wrong, err)
	t.Condition = text
	switch t.Kind {
	case hookline.TriggerEntered, hookline.TriggerLeft, hookline.TriggerBroadcast:
		t.SegmentID = m.Typed.SegmentID
	case hookline.TriggerDate:
		t.Attribute, t.Yearly = m.Typed.Attribute, m.Typed.Yearly
		t.Shift = readShift(m.Typed, wrong)
	}
	if t.Kind == hookline.TriggerBroadcast && m.Typed.Begin == "at" {
		t.At = readBegin(m.Typed, wrong)
	}
	if len(wrong) > 0 {
		return t, hookline.Invalid("The trigger was not saved.", wrong)
	}
	return t, nil
}

func readShift(typed views.TriggerTyped, wrong map[string]string) time.Duration {
	if typed.When == "on" {
		return 0
	}
	shift := spanOf(typed.Shift)
	if shift <= 0 {
		wrong["shift"] = "Enter a whole number, such as 3."
	}
	if typed.When == "before" {
		return -shift
	}
	return shift
}

func readBegin(typed views.TriggerTyped, wrong map[string]string) time.Time {
	at, known := parseMoment(typed.At)
	if !known {
		wrong["trigger_at"] = "Enter a date and a time, such as 2026-01-31T09:30."
	}
	return at
}
