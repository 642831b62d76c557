package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const campaignColumns = "id, name, description, state, trigger_doc, reentry, exit_text, goal, steps, version, started_at, created_at, updated_at"

func scanCampaign(r row) (hookline.Campaign, error) {
	var c hookline.Campaign
	var trigger, reentry, goal, steps string
	var started, created, updated int64
	err := r.Scan(&c.ID, &c.Name, &c.Description, &c.State, &trigger, &reentry, &c.Exit, &goal, &steps, &c.Version, &started, &created, &updated)
	if err != nil {
		return c, err
	}
	c.StartedAt, c.CreatedAt, c.UpdatedAt = fromMicros(started), fromMicros(created), fromMicros(updated)
	return c, errors.Join(json.Unmarshal([]byte(trigger), &c.Trigger), json.Unmarshal([]byte(reentry), &c.Reentry),
		json.Unmarshal([]byte(goal), &c.Goal), json.Unmarshal([]byte(steps), &c.Steps))
}

// campaignDocs are those parts of a campaign that are kept as JSON.
type campaignDocs struct{ trigger, reentry, goal, steps string }

func docsOf(c hookline.Campaign) (campaignDocs, error) {
	trigger, err1 := json.Marshal(c.Trigger)
	reentry, err2 := json.Marshal(c.Reentry)
	goal, err3 := json.Marshal(c.Goal)
	steps, err4 := json.Marshal(append([]hookline.Step{}, c.Steps...))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return campaignDocs{}, fmt.Errorf("encode campaign: %w", err)
	}
	return campaignDocs{string(trigger), string(reentry), string(goal), string(steps)}, nil
}

// ListCampaigns gives all campaigns, the newest first.
func (s *Store) ListCampaigns(ctx context.Context) ([]hookline.Campaign, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+campaignColumns+" from campaigns order by id desc")
	if err != nil {
		return nil, fmt.Errorf("read campaigns: %w", err)
	}
	return collect(rows, scanCampaign)
}

// Campaign gives one campaign.
func (s *Store) Campaign(ctx context.Context, id string) (hookline.Campaign, error) {
	c, err := scanCampaign(s.reads.QueryRowContext(ctx, "select "+campaignColumns+" from campaigns where id = $1", id))
	return c, found(err, "campaign")
}

func readCampaign(t *tx, id string) (hookline.Campaign, error) {
	c, err := scanCampaign(t.queryRow("select "+campaignColumns+" from campaigns where id = $1", id))
	return c, found(err, "campaign")
}

// CreateCampaign adds a campaign as a draft and gives it its id and times; steps
// without an id get one. It fails with KindConflict when there are MaxCampaigns,
// and with KindInvalid at the name when another one has it.
func (s *Store) CreateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error) {
	c, err := s.readyCampaign(c)
	if err != nil {
		return hookline.Campaign{}, err
	}
	docs, err := docsOf(c)
	if err != nil {
		return c, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Campaign, error) {
		if err := errors.Join(roomIn(t, "campaigns", hookline.MaxCampaigns), nameIsFree(t, "campaigns", "campaign", c.Name, "")); err != nil {
			return c, err
		}
		c, err := scanCampaign(t.queryRow("insert into campaigns ("+campaignColumns+") values ("+placeholders(13)+") returning "+campaignColumns,
			s.ids.New("cmp"), c.Name, c.Description, string(hookline.CampaignDraft), docs.trigger, docs.reentry, c.Exit, docs.goal, docs.steps,
			1, 0, micros(now()), micros(now())))
		if err != nil {
			return c, fmt.Errorf("insert campaign: %w", err)
		}
		t.changed(hookline.TopicCampaigns, hookline.TopicConfig)
		return c, s.note(ctx, t, audit.Make(audit.OfCampaign(c)))
	})
}

// UpdateCampaign changes everything but the state, which ChangeCampaign does.
// It fails with KindConflict when the campaign is no longer of the version that
// was read, and when a campaign that runs would lack something. Destinations
// that no step of it names any more are deleted.
func (s *Store) UpdateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error) {
	c, err := s.readyCampaign(c)
	if err != nil {
		return hookline.Campaign{}, err
	}
	docs, err := docsOf(c)
	if err != nil {
		return c, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Campaign, error) {
		before, err := readCampaign(t, c.ID)
		switch {
		case err != nil:
			return before, err
		case before.Version != c.Version:
			return before, changedMeanwhile("campaign")
		}
		if lacks := c.Missing(); len(lacks) > 0 && before.State.Started() {
			return before, hookline.Conflict("People are in this campaign, so it cannot be saved incomplete. " + lacks[0].Words)
		}
		if err := nameIsFree(t, "campaigns", "campaign", c.Name, c.ID); err != nil {
			return before, err
		}
		after, err := scanCampaign(t.queryRow(`update campaigns set name = $2, description = $3, trigger_doc = $4, reentry = $5, exit_text = $6, goal = $7, steps = $8,
			version = version + 1, updated_at = $9 where id = $1 returning `+campaignColumns,
			c.ID, c.Name, c.Description, docs.trigger, docs.reentry, c.Exit, docs.goal, docs.steps, micros(now())))
		if err != nil {
			return after, fmt.Errorf("update campaign: %w", err)
		}
		if err := s.followTrigger(t, before, after); err != nil {
			return after, err
		}
		if err := keepRemovedSteps(t, before, after); err != nil {
			return after, err
		}
		if err := deleteUnnamed(t, after); err != nil {
			return after, err
		}
		if err := renameRequests(t, after); err != nil {
			return after, err
		}
		t.changed(hookline.TopicCampaigns, hookline.TopicConfig, hookline.TopicCampaign(c.ID), hookline.TopicJourneys)
		return after, s.noteChange(ctx, t, audit.OfCampaign(before), audit.OfCampaign(after))
	})
}

// deleteUnnamed removes the destinations of a campaign that no step names.
func deleteUnnamed(t *tx, c hookline.Campaign) error {
	ids, err := ownedBy(t, c.ID)
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for step := range c.Walk() {
		named[step.Webhook.DestinationID] = true
	}
	for _, id := range ids {
		if named[id] {
			continue
		}
		if err := deleteDestination(t, id); err != nil {
			return err
		}
	}
	return nil
}

// ChangeCampaign brings a campaign into another state; KindConflict when it
// cannot be.
func (s *Store) ChangeCampaign(ctx context.Context, id string, to hookline.CampaignState) (hookline.Campaign, error) {
	return writeFor(ctx, s, func(t *tx) (hookline.Campaign, error) {
		before, err := readCampaign(t, id)
		if err != nil {
			return before, err
		}
		after := before
		if err := after.Change(to, now()); err != nil {
			return before, err
		}
		after, err = scanCampaign(t.queryRow("update campaigns set state = $2, started_at = $3, version = version + 1, updated_at = $4 where id = $1 returning "+campaignColumns,
			id, string(after.State), micros(after.StartedAt), micros(now())))
		if err != nil {
			return after, fmt.Errorf("change campaign: %w", err)
		}
		if err := s.followChange(t, before, after); err != nil {
			return after, err
		}
		t.changed(hookline.TopicCampaigns, hookline.TopicConfig, hookline.TopicCampaign(id), hookline.TopicJourneys)
		return after, s.noteChange(ctx, t, audit.OfCampaign(before), audit.OfCampaign(after))
	})
}

// DeleteCampaign removes a campaign with its destinations. What it sent stays;
// what is still owed fails. It fails with KindConflict while the campaign runs.
func (s *Store) DeleteCampaign(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readCampaign(t, id)
		switch {
		case err != nil:
			return err
		case before.State == hookline.CampaignRunning:
			return hookline.Conflict("This campaign is running. Stop it first.")
		}
		if err := deleteOne(t, "delete from campaigns where id = $1", id, "campaign"); err != nil {
			return err
		}
		if err := deleteAllOwned(t, id); err != nil {
			return err
		}
		if err := forgetCampaign(t, id); err != nil {
			return err
		}
		t.changed(hookline.TopicCampaigns, hookline.TopicConfig, hookline.TopicCampaign(id))
		return s.note(ctx, t, audit.Delete(audit.OfCampaign(before)))
	})
}

// readyCampaign gives c in the form that is stored.
func (s *Store) readyCampaign(c hookline.Campaign) (hookline.Campaign, error) {
	c.Name, c.Description = strings.TrimSpace(c.Name), strings.TrimSpace(c.Description)
	c.Exit, c.Goal.Condition, c.Trigger.Condition = strings.TrimSpace(c.Exit), strings.TrimSpace(c.Goal.Condition), strings.TrimSpace(c.Trigger.Condition)
	c.Trigger.At = c.Trigger.At.UTC()
	c.Steps = cloneSteps(c.Steps)
	for step := range c.Walk() {
		step.Name, step.If = strings.TrimSpace(step.Name), strings.TrimSpace(step.If)
		if step.ID == "" {
			step.ID = s.ids.New("stp")
		}
	}
	return c, c.Validate()
}

// cloneSteps copies steps as deep as they are changed.
func cloneSteps(steps []hookline.Step) []hookline.Step {
	var own []hookline.Step
	for _, step := range steps {
		step.Yes, step.No = cloneSteps(step.Yes), cloneSteps(step.No)
		own = append(own, step)
	}
	return own
}
