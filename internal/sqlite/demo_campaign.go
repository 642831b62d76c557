package sqlite

import (
	"errors"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// insertCampaigns adds the demo's segments, its campaigns, which run, and its
// shortcuts. It fails with KindConflict when there is no room for one, or when
// its name is taken.
func (s *Store) insertCampaigns(t *tx, d hookline.Demo, at time.Time) error {
	for _, g := range d.Segments {
		if err := insertDemoSegment(t, g, at); err != nil {
			return err
		}
	}
	for _, c := range d.Campaigns {
		if err := s.insertDemoCampaign(t, c, at); err != nil {
			return err
		}
	}
	for _, one := range d.Shortcuts {
		if err := insertDemoShortcut(t, one, at); err != nil {
			return err
		}
	}
	return nil
}

func insertDemoSegment(t *tx, g hookline.Segment, at time.Time) error {
	g, err := readySegment(g)
	if err != nil {
		return err
	}
	if err := errors.Join(roomIn(t, "segments", hookline.MaxSegments), demoMayName(t, "segments", "segment", g.Name)); err != nil {
		return err
	}
	g.State, g.Version, g.CreatedAt, g.UpdatedAt = firstState(g), 1, at, at
	return insertSegment(t, g)
}

func (s *Store) insertDemoCampaign(t *tx, c hookline.Campaign, at time.Time) error {
	c, err := s.readyCampaign(c)
	if err != nil {
		return err
	}
	if err := errors.Join(roomIn(t, "campaigns", hookline.MaxCampaigns), demoMayName(t, "campaigns", "campaign", c.Name)); err != nil {
		return err
	}
	c.CreatedAt = at.Add(-24 * time.Hour) // it runs all day: who came in before it was started would be let go
	if err := c.Change(hookline.CampaignRunning, c.CreatedAt); err != nil {
		return err
	}
	_, err = insertCampaign(t, c)
	return err
}

func insertDemoShortcut(t *tx, one hookline.Shortcut, at time.Time) error {
	one, err := readyShortcut(one)
	if err != nil {
		return err
	}
	if err := errors.Join(roomIn(t, "shortcuts", hookline.MaxShortcuts), demoMayName(t, "shortcuts", "shortcut", one.Name)); err != nil {
		return err
	}
	one.Version, one.CreatedAt, one.UpdatedAt = 1, at, at
	return insertShortcut(t, one)
}

// demoMayName fails when something of that kind, which is not the demo's, has the
// name.
func demoMayName(t *tx, table, noun, name string) error {
	err := nameIsFree(t, table, noun, name, "")
	if hookline.KindOf(err) != hookline.KindInvalid {
		return err
	}
	return hookline.Conflict("The demo would make the " + noun + " “" + name + "”, but there is one of this name already. Rename or delete yours first.")
}

// ownedByDemo adds to what is remembered the requests that somebody has given the
// demo's campaigns since.
func ownedByDemo(t *tx, made hookline.DemoMade) (hookline.DemoMade, error) {
	for _, owner := range append(append([]string{}, made.CampaignIDs...), made.ShortcutIDs...) {
		ids, err := ownedBy(t, owner)
		if err != nil {
			return made, err
		}
		made.DestinationIDs = append(made.DestinationIDs, ids...)
	}
	return made, nil
}

// campaignRemoval lists the statements that remove the demo's campaigns and shortcuts,
// with everybody's way through them, and who is in its segments. Journeys and
// moves are told to nobody: who follows them finds them gone.
func (p demoParts) campaignRemoval() []string {
	members := "segment in (select number from segment_work where segment_id " + p.segments + ")"
	return []string{
		"delete from conversions where campaign_id " + p.campaigns,
		"delete from journeys where campaign_id " + p.campaigns,
		"delete from broadcasts where campaign_id " + p.campaigns,
		"delete from campaigns where id " + p.campaigns,
		"delete from presses where shortcut_id " + p.shortcuts, // with whom they were for
		"delete from shortcuts where id " + p.shortcuts,
		"delete from segment_moves where segment_id " + p.segments,
		"delete from segment_members where " + members,
	}
}

func forgetDemoCampaigns(t *tx, made hookline.DemoMade) error {
	for _, id := range made.CampaignIDs {
		if err := forgetCampaign(t, id); err != nil {
			return err
		}
		t.changed(hookline.TopicCampaigns, hookline.TopicCampaign(id))
	}
	return nil
}

// removeDemoSegments removes the segments once nothing of the demo asks for them
// any more. It fails with KindConflict when something else does.
func removeDemoSegments(t *tx, made hookline.DemoMade) error {
	for _, id := range made.SegmentIDs {
		if err := segmentIsFree(t, id); err != nil {
			return err
		}
		if _, err := t.exec("delete from segments where id = $1", id); err != nil {
			return fmt.Errorf("remove the demo's segment: %w", err)
		}
		if err := endSegment(t, id); err != nil {
			return err
		}
		t.changed(hookline.TopicSegments, hookline.TopicSegment(id))
	}
	return nil
}
