package journey

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

type sweepStore interface {
	// BusyCampaigns gives the campaigns that somebody is in, also deleted ones.
	BusyCampaigns(ctx context.Context) ([]string, error)
	// StopJourneys lets people go who entered a campaign before a time.
	StopJourneys(ctx context.Context, campaignID, reason string, before time.Time, limit int) (int, error)
	// JourneysAt gives journeys that are at a step.
	JourneysAt(ctx context.Context, campaignID, stepID string, limit int) ([]hookline.Journey, error)
	CountSteps(ctx context.Context, campaignID string) (map[string]map[hookline.JourneyState]int, error)
}

const (
	stoppedReason = "The campaign was stopped."
	deletedReason = "The campaign was deleted."

	stoppedAtOnce = 500
)

// sweep lets everybody go, some at a time, whose campaign was stopped or deleted,
// and takes those on who are at a step that was removed. After a change of the
// configuration it is done once.
func (e *Engine) sweep(ctx context.Context, now *plans) (worked bool, err error) {
	if e.swept == now.version {
		return false, nil
	}
	busy, err := e.store.BusyCampaigns(ctx)
	if err != nil {
		return false, err
	}
	for _, id := range busy {
		did, err := e.sweepCampaign(ctx, now, id)
		if err != nil {
			return worked, err
		}
		worked = worked || did
	}
	if !worked {
		e.swept = now.version
	}
	return worked, nil
}

func (e *Engine) sweepCampaign(ctx context.Context, now *plans, id string) (bool, error) {
	for _, p := range now.running {
		if p.ID == id {
			stopped, err := e.stopEarlier(ctx, p)
			if err != nil || stopped {
				return stopped, err
			}
			return e.takeOnFromRemoved(ctx, p)
		}
	}
	reason := stoppedReason
	switch state, there := now.states[id]; {
	case !there:
		reason = deletedReason
	case state != hookline.CampaignStopped:
		return false, nil // paused: they stay where they are
	}
	n, err := e.store.StopJourneys(ctx, id, reason, e.now().Add(time.Hour), stoppedAtOnce)
	return n > 0, err
}

// stopEarlier lets those go who are still in a campaign from before it was
// stopped and started anew.
func (e *Engine) stopEarlier(ctx context.Context, p *plan) (bool, error) {
	if e.earlier[p.ID].Equal(p.StartedAt) {
		return false, nil
	}
	n, err := e.store.StopJourneys(ctx, p.ID, stoppedReason, p.StartedAt, stoppedAtOnce)
	if err == nil && n == 0 {
		e.earlier[p.ID] = p.StartedAt
	}
	return n > 0, err
}

// takeOnFromRemoved takes those on who are at steps that a running campaign no
// longer has.
func (e *Engine) takeOnFromRemoved(ctx context.Context, p *plan) (worked bool, err error) {
	counts, err := e.store.CountSteps(ctx, p.ID)
	if err != nil {
		return false, err
	}
	for stepID := range counts {
		if p.order.Has(stepID) {
			continue
		}
		at, err := e.store.JourneysAt(ctx, p.ID, stepID, journeysAtOnce)
		if err != nil || len(at) == 0 {
			return worked, err
		}
		if err := e.walkThese(ctx, p, at); err != nil {
			return worked, err
		}
		worked = true
	}
	return worked, nil
}
