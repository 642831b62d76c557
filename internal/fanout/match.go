package fanout

import (
	"log/slog"
	"slices"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// matcher is the configuration made ready to be asked: triggers parsed,
// destinations by source.
type matcher struct {
	version     int64
	bySource    map[string][]route
	readsPerson bool // a trigger does

	readsSegments bool // a trigger does
}

type route struct {
	destination hookline.Destination
	actions     []readyAction
}

type readyAction struct {
	hookline.Action
	trigger  *condition.Condition
	prepared *compose.Prepared // when it was owed something first
}

func newMatcher(r *hookline.Routing, log *slog.Logger) *matcher {
	m := &matcher{version: r.Version, bySource: map[string][]route{}}
	for _, configured := range r.Routes {
		ready := route{destination: configured.Destination}
		for _, a := range configured.Actions {
			trigger, err := condition.Parse(a.Trigger)
			if err != nil { // it was checked when it was saved
				log.Error("read trigger; the action is passed over", "action", a.ID, "error", err)
				continue
			}
			ready.actions = append(ready.actions, readyAction{Action: a, trigger: trigger})
			m.readsPerson = m.readsPerson || trigger.ReadsPerson()
			m.readsSegments = m.readsSegments || len(trigger.Segments()) > 0
		}
		for _, sourceID := range slices.Compact(slices.Sorted(slices.Values(configured.Destination.SourceIDs))) {
			m.bySource[sourceID] = append(m.bySource[sourceID], ready)
		}
	}
	return m
}

// asks says whether any trigger reads the person, or anything at all, for
// events of this source.
func (m *matcher) asks(sourceID string) bool { return len(m.bySource[sourceID]) > 0 }

// template is the action's template, made ready by c the first time.
func (a *readyAction) template(c *compose.Composer) *compose.Prepared {
	if a.prepared == nil {
		a.prepared = c.Prepare(a.Template)
	}
	return a.prepared
}
