package web

import (
	"context"

	"hookline/internal/hookline"
	"hookline/views"
)

// setBy names what set an attribute, and leads to it while it is still there.
func (s *server) setBy(ctx context.Context, by hookline.Setter) (views.SetBy, error) {
	switch by.Kind() {
	case hookline.SetByEvent:
		return s.setByEvent(ctx, by)
	case hookline.SetByAnswer:
		_, err := s.Store.DeliveryRow(ctx, by.ID)
		return unlessGone(views.SetBy{Path: "/sent/" + by.ID}, err)
	case hookline.SetByImport:
		i, err := s.Store.Import(ctx, by.ID)
		return unlessGone(views.SetBy{Name: i.File, Path: importPath(i.ID)}, err)
	case hookline.SetByJourney:
		return s.setByJourney(ctx, by)
	case hookline.SetByNobody, hookline.SetByToken, hookline.SetByUser, hookline.SetByCommand:
	}
	return views.SetBy{}, nil
}

// setByEvent names the event's source also when the event itself is gone.
func (s *server) setByEvent(ctx context.Context, by hookline.Setter) (views.SetBy, error) {
	_, err := s.Store.Event(ctx, by.ID)
	told, err := unlessGone(views.SetBy{Path: "/events/" + by.ID}, err)
	if err != nil {
		return told, err
	}
	source, err := s.Store.Source(ctx, by.From)
	told.Name = source.Name
	return told, exceptGone(err)
}

func (s *server) setByJourney(ctx context.Context, by hookline.Setter) (views.SetBy, error) {
	j, err := s.Store.Journey(ctx, by.ID)
	if err != nil {
		return views.SetBy{}, exceptGone(err)
	}
	c, err := s.Store.Campaign(ctx, j.CampaignID)
	return unlessGone(views.SetBy{Name: c.Name, Path: views.JourneyPath(j)}, err)
}

// unlessGone tells nothing of what is not there any more.
func unlessGone(told views.SetBy, err error) (views.SetBy, error) {
	if err != nil {
		return views.SetBy{}, exceptGone(err)
	}
	return told, nil
}

// exceptGone is an error unless it only says that something is not there any more.
func exceptGone(err error) error {
	if hookline.KindOf(err) == hookline.KindNotFound {
		return nil
	}
	return err
}
