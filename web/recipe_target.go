package web

import (
	"context"
	"fmt"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
)

// target is the destination that an action goes to: one that there is, or a new one.
type target struct {
	chosen  string // an id, or views.NewTarget
	name    string
	listens []string // ids of sources
}

// newTarget is what the form begins with: the destination that a link brought along, or a new one of this name.
func newTarget(r *http.Request, name string) target {
	chosen := r.URL.Query().Get("destination")
	if chosen == "" {
		chosen = views.NewTarget
	}
	return target{chosen: chosen, name: name}
}

func readTarget(r *http.Request) target {
	return target{chosen: r.PostFormValue("destination"), name: trimmed(r, "destination_name"), listens: r.PostForm["sources"]}
}

func (s *server) targetModel(ctx context.Context, t target) (views.TargetModel, error) {
	m := views.TargetModel{Chosen: t.chosen, Name: t.name, Listens: t.listens}
	destinations, err := s.Store.ListDestinations(ctx)
	if err != nil {
		return m, err
	}
	for _, d := range destinations {
		m.Destinations = append(m.Destinations, withoutSecrets(d))
	}
	m.Sources, err = s.Store.ListSources(ctx)
	return m, err
}

// findTarget gives the destination for so many actions, which has no id when it has to be made first, and adds to wrong
// what is wrong with the choice.
func (s *server) findTarget(ctx context.Context, t target, actions int, wrong map[string]string) (hookline.Destination, error) {
	if t.chosen == views.NewTarget {
		d := hookline.Destination{Name: t.name, Enabled: true, SourceIDs: t.listens, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout}
		found := map[string]string{}
		addWrong(found, d.Validate())
		if found["name"] != "" {
			wrong["destination_name"] = found["name"]
		}
		return d, nil
	}
	d, err := s.Store.Destination(ctx, t.chosen)
	if hookline.KindOf(err) == hookline.KindNotFound {
		wrong["destination"] = "Choose the destination that the action belongs to."
		return d, nil
	}
	if err != nil {
		return d, err
	}
	there, err := s.Store.ListActions(ctx, d.ID)
	if len(there)+actions > hookline.MaxActions {
		wrong["destination"] = fmt.Sprintf("“%s” has %d actions already, and can have %d. %s.", d.Name, len(there), hookline.MaxActions, fewer(actions))
	}
	return d, err
}

// fewer says what to do when so many actions have no room.
func fewer(actions int) string {
	if actions > 1 {
		return "Choose fewer, or another destination"
	}
	return "Choose another destination"
}

// makeTarget makes the destination where there is none yet.
func (s *server) makeTarget(ctx context.Context, d hookline.Destination) (hookline.Destination, error) {
	if d.ID != "" {
		return d, nil
	}
	return s.Store.CreateDestination(ctx, d)
}

// makeOff makes an action of a destination, off until somebody looked at it.
func (s *server) makeOff(r *http.Request, d hookline.Destination, a hookline.Action) (hookline.Action, error) {
	a.DestinationID, a.Enabled, a.Save = d.ID, false, saveBy(r, a.Save.Note, 0)
	return s.Store.CreateAction(r.Context(), a)
}
