package web

import (
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// draftDeeds are those of drafts; each has a draft of its own.
func (w *workshop) draftDeeds() map[string]func() deed {
	k := w.tour(w.t)
	n := 0
	fresh := func() string {
		n++
		return k.comes(fmt.Sprintf("drafted%d", n), hookline.StateDraft).ID
	}
	return map[string]func() deed{
		"POST /drafts/send": func() deed {
			return deed{"/drafts/send?chosen=yes&id=" + fresh(), nil, audit.Created, audit.Resend}
		},
		"POST /drafts/discard": func() deed {
			return deed{"/drafts/discard?chosen=yes&id=" + fresh(), nil, audit.Created, audit.Resend}
		},
		"POST /drafts/{id}/send":    func() deed { return deed{"/drafts/" + fresh() + "/send", nil, audit.Sent, audit.Delivery} },
		"POST /drafts/{id}/discard": func() deed { return deed{"/drafts/" + fresh() + "/discard", nil, audit.Discarded, audit.Delivery} },
	}
}
