package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// CreateCampaign is SaveCampaign for a new campaign whose steps send nothing yet.
func (s *Store) CreateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error) {
	c.ID = ""
	return s.SaveCampaign(ctx, c, nil)
}

// UpdateCampaign is SaveCampaign for a campaign that is there; what its steps
// send stays.
func (s *Store) UpdateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error) {
	if c.ID == "" {
		return hookline.Campaign{}, hookline.NotFound("campaign")
	}
	return s.SaveCampaign(ctx, c, nil)
}

// SaveCampaign makes a campaign, or changes the one with its id, together with
// what its webhook steps send, whole or not at all. Requests has that by the ids
// of the steps; a step that is not in it keeps what it has, and a destination
// that no step names any more is deleted. Steps without an id get one.
//
// It fails with KindInvalid at the name when another campaign has it. A new one
// is a draft; it fails with KindConflict when there are MaxCampaigns. One that is
// there keeps its state, which ChangeCampaign changes; it fails with KindConflict
// when it is no longer of the version that was read, and when people are in it
// and it would lack something.
func (s *Store) SaveCampaign(ctx context.Context, c hookline.Campaign, requests map[string]hookline.Action) (hookline.Campaign, error) {
	c, err := s.readyCampaign(c)
	if err != nil {
		return hookline.Campaign{}, err
	}
	save := s.changeCampaign
	if c.ID == "" {
		c.ID, save = s.ids.New("cmp"), s.makeCampaign
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Campaign, error) {
		own := c // the unit may run twice
		own.Steps = cloneSteps(c.Steps)
		return save(ctx, t, own, requests)
	})
}

func (s *Store) makeCampaign(ctx context.Context, t *tx, c hookline.Campaign, requests map[string]hookline.Action) (hookline.Campaign, error) {
	if err := roomIn(t, "campaigns", hookline.MaxCampaigns); err != nil {
		return c, err
	}
	if err := nameIsFree(t, "campaigns", "campaign", c.Name, ""); err != nil {
		return c, err
	}
	if err := s.saveRequests(ctx, t, c, requests); err != nil {
		return c, err
	}
	c.State, c.StartedAt, c.CreatedAt = hookline.CampaignDraft, time.Time{}, now()
	made, err := insertCampaign(t, c)
	if err != nil {
		return made, err
	}
	return made, s.note(ctx, t, audit.Make(audit.OfCampaign(made)))
}

// insertCampaign adds a campaign that was made ready, in its first version, and
// gives it as it is stored.
func insertCampaign(t *tx, c hookline.Campaign) (hookline.Campaign, error) {
	docs, err := docsOf(c)
	if err != nil {
		return c, err
	}
	made, err := scanCampaign(t.queryRow("insert into campaigns ("+campaignColumns+") values ("+placeholders(13)+") returning "+campaignColumns,
		c.ID, c.Name, c.Description, string(c.State), docs.trigger, docs.reentry, c.Exit, docs.goal, docs.steps,
		1, micros(c.StartedAt), micros(c.CreatedAt), micros(c.CreatedAt)))
	if err != nil {
		return made, fmt.Errorf("insert campaign: %w", err)
	}
	t.changed(hookline.TopicCampaigns, hookline.TopicConfig)
	return made, nil
}

func (s *Store) changeCampaign(ctx context.Context, t *tx, c hookline.Campaign, requests map[string]hookline.Action) (hookline.Campaign, error) {
	before, err := readCampaign(t, c.ID)
	switch {
	case err != nil:
		return before, err
	case before.Version != c.Version:
		return before, changedMeanwhile("campaign")
	}
	if err := s.saveRequests(ctx, t, c, requests); err != nil {
		return before, err
	}
	if lacks := c.Missing(); len(lacks) > 0 && before.State.Started() {
		return before, hookline.Conflict("People are in this campaign, so it cannot be saved incomplete. " + lacks[0].Words)
	}
	if err := nameIsFree(t, "campaigns", "campaign", c.Name, c.ID); err != nil {
		return before, err
	}
	after, err := updateCampaign(t, c)
	if err != nil {
		return after, err
	}
	if err := s.followTrigger(t, before, after); err != nil {
		return after, err
	}
	if err := followSteps(t, before, after); err != nil {
		return after, err
	}
	t.changed(hookline.TopicCampaigns, hookline.TopicConfig, hookline.TopicCampaign(c.ID), hookline.TopicJourneys)
	return after, s.noteChange(ctx, t, audit.OfCampaign(before), audit.OfCampaign(after))
}

// followSteps does what a change of the steps brings with it.
func followSteps(t *tx, before, after hookline.Campaign) error {
	if err := keepRemovedSteps(t, before, after); err != nil {
		return err
	}
	if err := deleteUnnamed(t, after); err != nil {
		return err
	}
	return renameRequests(t, after)
}

func updateCampaign(t *tx, c hookline.Campaign) (hookline.Campaign, error) {
	docs, err := docsOf(c)
	if err != nil {
		return c, err
	}
	after, err := scanCampaign(t.queryRow(`update campaigns set name = $2, description = $3, trigger_doc = $4, reentry = $5, exit_text = $6, goal = $7, steps = $8,
		version = version + 1, updated_at = $9 where id = $1 returning `+campaignColumns,
		c.ID, c.Name, c.Description, docs.trigger, docs.reentry, c.Exit, docs.goal, docs.steps, micros(now())))
	if err != nil {
		return after, fmt.Errorf("update campaign: %w", err)
	}
	return after, nil
}
