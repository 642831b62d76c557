package web

import (
	"net/url"
	"strings"

	"hookline/internal/hookline"
	"hookline/views"
)

// mostChosen is how many webhooks can be chosen one by one; more have a filter in common.
const mostChosen = 100

// readChosen narrows the list to the ones that somebody ticked. The form of the boxes says so itself: without a box that
// is ticked it asks for nothing, not for everything.
func (f *sentFilter) readChosen() {
	ids := chosenIDs(f.query)
	switch {
	case len(ids) == 0 && f.get("chosen") == "":
		return
	case len(ids) == 0:
		f.wrong("id", "Nothing is chosen. Go back to Sent and tick the boxes of the webhooks you mean.")
		return
	case len(ids) > mostChosen:
		f.wrong("id", "At most 100 webhooks can be chosen one by one. Narrow Sent by its filters instead.")
		return
	}
	for _, id := range ids {
		if hookline.KeyOf(id) == 0 || !strings.HasPrefix(id, "dlv_") {
			f.wrong("id", "Some of what is chosen are no webhooks. Go back to Sent and choose them again.")
			return
		}
	}
	f.filter.IDs, f.form.Chosen = ids, ids
	f.chip("id", views.ChosenWords(len(ids)))
}

// chosenIDs are those that an address names, each once.
func chosenIDs(q url.Values) []string {
	var ids []string
	known := map[string]bool{}
	for _, id := range q["id"] {
		if id = strings.TrimSpace(id); id != "" && !known[id] {
			known[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}
