package web

import (
	"net/http"
	"strconv"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// rule is one of the conditions in a campaign's settings.
type rule struct {
	part, title, saved string
	asking             views.Asking
	text               func(c *hookline.Campaign) *string
}

var (
	exitRule = rule{"exit", "Who leaves early", "Who leaves early is saved.", views.AskExit, func(c *hookline.Campaign) *string { return &c.Exit }}
	goalRule = rule{"goal", "The goal", "The goal is saved.", views.AskGoal, func(c *hookline.Campaign) *string { return &c.Goal.Condition }}
)

func (s *server) editExit(w http.ResponseWriter, r *http.Request) error {
	return s.editRule(w, r, exitRule)
}

func (s *server) saveExit(w http.ResponseWriter, r *http.Request) error {
	return s.saveRule(w, r, exitRule)
}

func (s *server) editGoal(w http.ResponseWriter, r *http.Request) error {
	return s.editRule(w, r, goalRule)
}

func (s *server) saveGoal(w http.ResponseWriter, r *http.Request) error {
	return s.saveRule(w, r, goalRule)
}

func (s *server) editRule(w http.ResponseWriter, r *http.Request, rule rule) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	m := views.CampaignRuleModel{Campaign: c, Within: views.TypedSpan(hookline.SpanParts(c.Goal.Within))}
	return s.showRule(w, r, http.StatusOK, rule, openCondition(rule.asking, *rule.text(&c)), m)
}

func (s *server) showRule(w http.ResponseWriter, r *http.Request, status int, rule rule, t triggerForm, m views.CampaignRuleModel) error {
	var err error
	if m.Condition, err = s.askedModel(r, t, views.CampaignPath(m.Campaign.ID, rule.part)); err != nil {
		return err
	}
	m.Part = rule.part
	m.Page = s.page(w, r, ui.Page{
		Title: rule.title, Active: ui.NavCampaigns,
		Crumbs: withinCampaign(m.Campaign, ui.Crumb{Label: "Settings", Href: views.CampaignPath(m.Campaign.ID, "settings")}),
	})
	return s.showStatus(w, r, status, view{page: views.CampaignRule(m), fragment: views.Trigger(m.Condition)})
}

// saveRule keeps a rule, or only edits the condition in the form.
func (s *server) saveRule(w http.ResponseWriter, r *http.Request, rule rule) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	c.Version = readVersion(r)
	m := views.CampaignRuleModel{Campaign: c, Within: readSpanTyped(r, "within")}
	t := readTrigger(rule.asking, r.PostForm)
	if isConditionEdit(r) {
		editCondition(r, &t)
		return s.showRule(w, r, http.StatusOK, rule, t, m)
	}
	text, err := finishCondition(&t)
	if err == nil {
		*rule.text(&c) = text
		if rule.part == goalRule.part {
			c.Goal.Within = spanOf(m.Within)
		}
		_, err = s.Store.UpdateCampaign(r.Context(), c)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(renamed(err, "", map[string]string{"exit": "condition", "goal": "condition"})); wrong {
		return s.showRule(w, r, http.StatusUnprocessableEntity, rule, t, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, views.CampaignPath(c.ID, "settings")+"#"+rule.part, rule.saved)
}

// readVersion is the version of the campaign that the form began with; -1, which none has, when that was not told.
func readVersion(r *http.Request) int64 {
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return -1
	}
	return version
}

// readSpanTyped reads a number and its unit.
func readSpanTyped(r *http.Request, name string) views.SpanTyped {
	return views.SpanTyped{Number: trimmed(r, name), Unit: r.PostFormValue(name + "_unit")}
}
