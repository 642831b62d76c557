package journey

import (
	"context"
	"fmt"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

type planStore interface {
	// Routing gives the configuration as of now; cheap while it does not change.
	Routing(ctx context.Context) (*hookline.Routing, error)
	ListCampaigns(ctx context.Context) ([]hookline.Campaign, error)
	Action(ctx context.Context, id string) (hookline.Action, error)
	// RemovedSteps tells where those go on who are at a step that is gone.
	RemovedSteps(ctx context.Context, campaignID string) (map[string]string, error)
}

// plans are all campaigns made ready, as of one version of the configuration.
type plans struct {
	version int64
	any     bool // there is a campaign
	states  map[string]hookline.CampaignState
	running []*plan
}

// plan is a running campaign made ready to be asked.
type plan struct {
	hookline.Campaign
	order   hookline.Order
	trigger *condition.Condition
	exit    *condition.Condition
	steps   map[string]*readyStep
	removed map[string]string
	asks    needs
}

// readyStep is a step with what it asks for made ready.
type readyStep struct {
	*hookline.Step
	asks     *condition.Condition // of a branch, or of a wait for a condition
	action   hookline.Action      // of a webhook
	prepared *compose.Prepared
	waits    waiting
}

// current gives the plans as the configuration is now.
func (e *Engine) current(ctx context.Context) (*plans, error) {
	routing, err := e.store.Routing(ctx)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.plans != nil && e.plans.version == routing.Version {
		return e.plans, nil
	}
	campaigns, err := e.store.ListCampaigns(ctx)
	if err != nil {
		return nil, err
	}
	all := &plans{version: routing.Version, any: len(campaigns) > 0, states: map[string]hookline.CampaignState{}}
	for i := range campaigns {
		all.states[campaigns[i].ID] = campaigns[i].State
		if campaigns[i].State != hookline.CampaignRunning {
			continue
		}
		p, err := e.newPlan(ctx, campaigns[i])
		if err != nil {
			return nil, err
		}
		if p != nil {
			all.running = append(all.running, p)
		}
	}
	e.plans = all
	return all, nil
}

// newPlan is nil for a campaign that cannot be read, which was checked when it
// was saved: nobody moves in it.
func (e *Engine) newPlan(ctx context.Context, c hookline.Campaign) (p *plan, err error) {
	p = &plan{Campaign: c, order: c.Order(), steps: map[string]*readyStep{}}
	if p.removed, err = e.store.RemovedSteps(ctx, c.ID); err != nil {
		return nil, err
	}
	read := func(text string) *condition.Condition {
		parsed, fault := condition.Parse(text)
		if fault != nil && err == nil {
			err = fmt.Errorf("read %q: %w", text, fault)
		}
		p.asks.add(parsed)
		return parsed
	}
	p.trigger, p.exit = read(c.Trigger.Condition), read(c.Exit)
	for step := range c.Walk() {
		ready := &readyStep{Step: step}
		switch step.Kind {
		case hookline.StepBranch:
			ready.asks = read(step.If)
		case hookline.StepWait:
			ready.asks = read(step.Wait.Condition)
			ready.waits = newWait(step.Wait)
		case hookline.StepWebhook:
			if err := e.readyWebhook(ctx, ready); err != nil {
				return nil, err
			}
		}
		p.steps[step.ID] = ready
	}
	if err != nil {
		e.log.ErrorContext(ctx, "read campaign; nobody moves in it", "campaign", c.ID, "error", err)
		return nil, nil
	}
	return p, nil
}

// readyWebhook reads the action of a step. One that is gone sends nothing.
func (e *Engine) readyWebhook(ctx context.Context, step *readyStep) error {
	action, err := e.store.Action(ctx, step.Webhook.ActionID)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	step.action, step.prepared = action, e.compose.Prepare(action.Template)
	return nil
}

// holds says whether a draft of the step holds the person: when its answer sets
// attributes, so that what follows can rely on them (seed 002).
func (s *readyStep) holds() bool { return len(s.action.Response.Attributes) > 0 }
