package web

import (
	"net/url"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// failing is a delivery that failed, and the path of the failure that it is part of.
func (w *workshop) failing() (deliveryID, path string) {
	w.lot.owe(hookline.Delivery{State: hookline.StateQueued, EventID: w.lot.event.ID, PersonID: w.lot.person.ID})
	w.lot.fail(401, refused401)
	return w.lot.owed.ID, failurePath(w.newestFailure().ID)
}

// running is a run over a delivery of its own, and its path.
func (w *workshop) running() (hookline.ResendRun, string) {
	id, _ := w.failing()
	run, err := w.store.CreateResend(w.t.Context(), hookline.ResendWish{
		Filter: hookline.DeliveryFilter{IDs: []string{id}}, Mode: hookline.ResendOriginal, By: "ana@example.com",
	})
	w.must(err)
	return run, resendPath(run.ID)
}

// supportDeeds are what support staff do to many deliveries, and to failures.
func (w *workshop) supportDeeds() map[string]func() deed {
	ofRun := func(what string, done audit.Deed) func() deed {
		return func() deed {
			run, path := w.running()
			if done == audit.Resumed {
				w.must(w.store.ChangeResend(w.t.Context(), run.ID, hookline.ResendPaused, "ana@example.com"))
			}
			return deed{path + "/" + what, nil, done, audit.Resend}
		}
	}
	ofFailure := func(what string, form url.Values) func() deed {
		return func() deed {
			_, path := w.failing()
			if what == "reopen" {
				w.must(w.store.ChangeFailure(w.t.Context(), w.newestFailure().ID, hookline.FailureChange{State: hookline.FailureResolved, By: "ana@example.com"}))
			}
			return deed{path + "/" + what, form, audit.Changed, audit.Failure}
		}
	}
	return map[string]func() deed{
		"POST /resends/new": func() deed {
			w.failing()
			return deed{"/resends/new?mode=original&destination=" + w.lot.destination.ID, form("per_second", "5", "sure", "yes"), audit.Created, audit.Resend}
		},
		"POST /resends/{id}/pause":    ofRun("pause", audit.Paused),
		"POST /resends/{id}/continue": ofRun("continue", audit.Resumed),
		"POST /resends/{id}/cancel":   ofRun("cancel", audit.Cancelled),
		"POST /failures/{id}/note":    ofFailure("note", form("note", "They know.")),
		"POST /failures/{id}/assign": func() deed {
			me, err := w.store.UserByEmail(w.t.Context(), "admin@example.com")
			w.must(err)
			return ofFailure("assign", form("assigned_to", me.ID))()
		},
		"POST /failures/{id}/snooze":  ofFailure("snooze", form("for", "1w")),
		"POST /failures/{id}/resolve": ofFailure("resolve", nil),
		"POST /failures/{id}/reopen":  ofFailure("reopen", nil),
	}
}

// reportingDeeds are what is done to reporting webhooks and to the key that waits.
func (w *workshop) reportingDeeds() map[string]func() deed {
	of := func(what string, form url.Values, done audit.Deed) func() deed {
		return func() deed {
			return deed{reportingPath + "/" + w.reporting(w.t).ID + what, form, done, audit.Reporting}
		}
	}
	filled := form("name", "Chat", "url", "https://example.com/a", "metric_sent", "yes", "enabled", "yes")
	return map[string]func() deed{
		"POST /settings/signing-key/next": func() deed {
			w.as(admin).post(signingKeyPath+"/rotate", form("when", "day"))
			return deed{signingKeyPath + "/next", form("do", "discard"), audit.Rotated, audit.SigningKey}
		},
		"POST /settings/reporting-webhooks/new":         func() deed { return deed{reportingPath + "/new", filled, audit.Created, audit.Reporting} },
		"POST /settings/reporting-webhooks/{id}":        of("", filled, audit.Changed),
		"POST /settings/reporting-webhooks/{id}/reveal": of("/reveal", nil, audit.Revealed),
		"POST /settings/reporting-webhooks/{id}/rotate": of("/rotate", nil, audit.Changed),
		"POST /settings/reporting-webhooks/{id}/test":   of("/test", nil, audit.Tested),
		"POST /settings/reporting-webhooks/{id}/retry":  of("/retry", nil, audit.Vouched),
		"POST /settings/reporting-webhooks/{id}/delete": of("/delete", nil, audit.Deleted),
	}
}
