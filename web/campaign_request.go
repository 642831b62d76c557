package web

import (
	"net/http"

	"hookline/internal/hookline"
)

// firstRequest is what a webhook step sends that was told only where to.
func (s *server) firstRequest(r *http.Request, f stepForm) (hookline.Action, error) {
	t := hookline.NewTemplate()
	t.Method, t.URL, t.Body = f.typed.Method, f.typed.URL, stepBody
	wrong := map[string]string{}
	addWrong(wrong, s.checkTemplate(t))
	addWrong(wrong, s.checkAddress(r.Context(), t.URL))
	addWrong(wrong, s.checkSecrets(r.Context(), t))
	if len(wrong) > 0 {
		return hookline.Action{}, hookline.Invalid("The step was not saved.", wrong)
	}
	return hookline.Action{Template: t, Batching: hookline.NewBatching(), Save: saveBy(r, "", 0)}, nil
}

// stepBody is what the body of a step's request begins with (seed 001).
const stepBody = `{
  "id": "{{ customer.id }}",
  "email": "{{ customer.email }}"
}`
