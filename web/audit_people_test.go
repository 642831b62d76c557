package web

import (
	"strconv"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// peopleDeeds are those about people, their segments, and the shortcuts that are
// pressed for them.
func (w *workshop) peopleDeeds() map[string]func() deed {
	return map[string]func() deed{
		"POST /people/{id}/edit": func() deed {
			p := w.somebody("u2")
			return deed{"/people/" + p.ID + "/edit", form("attributes", `{"plan":"pro"}`, "version", strconv.FormatInt(p.Version, 10)), audit.Changed, audit.Person}
		},
		"POST /people/{id}/attribute": func() deed {
			return deed{"/people/" + w.somebody("u4").ID + "/attribute", form("new", "yes", "name", "vip", "type", "boolean", "value", "yes"), audit.Changed, audit.Person}
		},
		"POST /people/{id}/attribute/remove": func() deed {
			p := w.somebody("u5")
			_, err := w.store.ChangeAttribute(w.t.Context(), hookline.AttributeChange{PersonID: p.ID, Name: "vip", Value: []byte("true")})
			w.must(err)
			return deed{"/people/" + p.ID + "/attribute/remove?name=vip", nil, audit.Changed, audit.Person}
		},
		"POST /people/{id}/suppress": func() deed {
			return deed{"/people/" + w.somebody("u6").ID + "/suppress", nil, audit.Changed, audit.Person}
		},
		"POST /people/{id}/unsuppress": func() deed {
			p := w.somebody("u7")
			_, err := w.store.SuppressPerson(w.t.Context(), p.ID, true)
			w.must(err)
			return deed{"/people/" + p.ID + "/unsuppress", nil, audit.Changed, audit.Person}
		},
		"POST /people/{id}/delete": func() deed {
			return deed{"/people/" + w.somebody("u3").ID + "/delete", form("suppress", "yes"), audit.Deleted, audit.Person}
		},

		"POST /segments/new": func() deed {
			return deed{"/segments/new", form("name", "Pro", "trigger_mode", "text", "trigger_text", `person.plan = "pro"`), audit.Created, audit.Segment}
		},
		"POST /segments/{id}/edit": func() deed {
			g := w.segment(hookline.Segment{Manual: true})
			return deed{"/segments/" + g.ID + "/edit", form("name", "Friends", "version", "1"), audit.Changed, audit.Segment}
		},
		"POST /segments/{id}/add": func() deed {
			w.somebody("member1")
			return deed{"/segments/" + w.segment(hookline.Segment{Manual: true}).ID + "/add", form("people", "member1"), audit.Changed, audit.Segment}
		},
		"POST /segments/chosen": func() deed {
			form := form("segment", w.segment(hookline.Segment{Manual: true}).ID, "person", w.somebody("member3").ID)
			return deed{"/segments/chosen", form, audit.Changed, audit.Segment}
		},
		"POST /segments/{id}/remove": func() deed {
			g, p := w.segment(hookline.Segment{Manual: true}), w.somebody("member2")
			w.must(w.store.PutMembers(w.t.Context(), g.ID, []string{p.ID}))
			return deed{"/segments/" + g.ID + "/remove", form("person", p.ID), audit.Changed, audit.Segment}
		},
		"POST /segments/{id}/delete": func() deed {
			return deed{"/segments/" + w.segment(hookline.Segment{}).ID + "/delete", nil, audit.Deleted, audit.Segment}
		},
		"POST /shortcuts/new": func() deed {
			return deed{"/shortcuts/new", form("name", "Open a ticket", "least", "support", "method", "POST", "url", "https://8.8.8.8/"), audit.Created, audit.Shortcut}
		},
		"POST /shortcuts/{id}/edit": func() deed {
			return deed{"/shortcuts/" + w.named("Renamed").ID + "/edit", form("name", "Anew", "least", "admin", "version", "1"), audit.Changed, audit.Shortcut}
		},
		"POST /shortcuts/{id}/enabled": func() deed {
			return deed{"/shortcuts/" + w.named("Off").ID + "/enabled", form("enabled", "false"), audit.Changed, audit.Shortcut}
		},
		"POST /shortcuts/{id}/duplicate": func() deed {
			return deed{"/shortcuts/" + w.named("Twin").ID + "/duplicate", nil, audit.Created, audit.Shortcut}
		},
		"POST /shortcuts/{id}/delete": func() deed {
			return deed{"/shortcuts/" + w.named("Gone").ID + "/delete", nil, audit.Deleted, audit.Shortcut}
		},
		"POST /presses/new": func() deed {
			return deed{"/presses/new", form("press", "prs_1", "shortcut", w.named("Pressed").ID, "person", w.somebody("u4").ID), audit.Pressed, audit.Shortcut}
		},
	}
}
