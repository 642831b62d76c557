package web

import (
	"net/http"

	"hookline/internal/hookline"
)

// makeRequest makes the request of a webhook step, which is the one action of a destination of the campaign.
func (s *server) makeRequest(r *http.Request, f stepForm, step *hookline.Step) (hookline.Action, error) {
	t := hookline.NewTemplate()
	t.Method, t.URL, t.Body = f.typed.Method, f.typed.URL, stepBody
	a := hookline.Action{Name: step.Label(), Enabled: true, Template: t, Batching: hookline.NewBatching(), Save: saveBy(r, "", 0)}
	wrong := map[string]string{}
	addWrong(wrong, s.checkTemplate(t))
	addWrong(wrong, s.checkAddress(r.Context(), t.URL))
	addWrong(wrong, s.checkSecrets(r.Context(), t))
	if len(wrong) > 0 {
		return a, hookline.Invalid("The step was not saved.", wrong)
	}
	d, a, err := s.Store.CreateOwned(r.Context(), f.campaign.ID, step.Label(), a)
	step.Webhook.DestinationID, step.Webhook.ActionID = d.ID, a.ID
	return a, err
}

// stepBody is what the body of a step's request begins with (seed 001).
const stepBody = `{
  "id": "{{ customer.id }}",
  "email": "{{ customer.email }}"
}`
