package web

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

func (s *server) showCampaignSettings(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	m := views.CampaignSettingsModel{Campaign: c, Version: c.Version, Typed: views.CampaignTyped{
		Name: c.Name, Description: c.Description, Reentry: reentryChoice(c.Reentry), After: views.TypedSpan(hookline.SpanParts(c.Reentry.After)),
	}}
	return s.showSettingsForm(w, r, http.StatusOK, m)
}

func reentryChoice(r hookline.Reentry) string {
	switch {
	case !r.Often:
		return "once"
	case r.After == 0:
		return "again"
	}
	return "after"
}

func (s *server) showSettingsForm(w http.ResponseWriter, r *http.Request, status int, m views.CampaignSettingsModel) error {
	words, err := s.segmentWords(r.Context())
	if err != nil {
		return err
	}
	c := m.Campaign
	if c.Exit != "" {
		m.Exit = "When " + words.Condition(c.Exit)
	}
	if c.Goal.Condition != "" {
		m.Goal = "When " + words.Condition(c.Goal.Condition) + ", within " + hookline.SpanWords(c.Goal.Within) + " after the delivery"
	}
	m.MayEdit = mayEdit(r)
	m.Page = s.page(w, r, campaignPage(r, c))
	return s.showStatus(w, r, status, view{page: views.CampaignSettings(m)})
}

func (s *server) saveCampaignSettings(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	m := views.CampaignSettingsModel{Campaign: c, Version: readVersion(r), Typed: views.CampaignTyped{
		Name: trimmed(r, "name"), Description: trimmed(r, "description"), Reentry: r.PostFormValue("reentry"), After: readSpanTyped(r, "reentry_after"),
	}}
	after, err := readReentry(m.Typed)
	if err == nil {
		c.Name, c.Description, c.Reentry, c.Version = m.Typed.Name, m.Typed.Description, after, m.Version
		_, err = s.Store.UpdateCampaign(r.Context(), c)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showSettingsForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, views.CampaignPath(c.ID, "settings"), "The settings are saved.")
}

func readReentry(typed views.CampaignTyped) (hookline.Reentry, error) {
	switch typed.Reentry {
	case "once":
		return hookline.Reentry{}, nil
	case "again":
		return hookline.Reentry{Often: true}, nil
	case "after":
		after := spanOf(typed.After)
		if after > 0 {
			return hookline.Reentry{Often: true, After: after}, nil
		}
		return hookline.Reentry{}, hookline.Invalid("The settings were not saved.", map[string]string{"reentry_after": "Enter a whole number, such as 30."})
	}
	return hookline.Reentry{}, hookline.Invalid("The settings were not saved.", map[string]string{"reentry": "Choose whether people may enter again."})
}

// spanOf is the span that was typed: 0 for nothing, and -1, which no span is, for what cannot be read.
func spanOf(typed views.SpanTyped) time.Duration {
	if typed.Number == "" {
		return 0
	}
	number, err := strconv.Atoi(typed.Number)
	if err != nil || number <= 0 || number > math.MaxInt32 {
		return -1
	}
	if typed.Unit == "" {
		typed.Unit = "day"
	}
	span, known := hookline.SpanOf(number, typed.Unit)
	if !known || span/time.Duration(number) <= 0 || span < 0 {
		return -1
	}
	return min(span, 2*hookline.MaxSpan) // what is longer is refused as too long, not turned round
}
