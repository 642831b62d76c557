package workspace

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// Campaign is a campaign in a file. Whether it runs is not in a file: it is
// about the moment, and about one instance. One that is new is a draft.
type Campaign struct {
	Name        string          `yaml:"name"`
	Description text            `yaml:"description,omitempty"`
	Trigger     CampaignTrigger `yaml:"trigger"`
	Reentry     *Reentry        `yaml:"reentry,omitempty"` // once in a lifetime when not mentioned
	Exit        text            `yaml:"exit,omitempty"`
	Goal        *Goal           `yaml:"goal,omitempty"`
	Steps       []Step          `yaml:"steps"`
}

// CampaignTrigger says who enters a campaign, in a file. Its segment is named as
// in the file's list of segments, or as in the store.
type CampaignTrigger struct {
	Kind      string `yaml:"kind"`
	Condition text   `yaml:"condition,omitempty"`
	Segment   string `yaml:"segment,omitempty"`
	Attribute string `yaml:"attribute,omitempty"`
	ShiftMS   int64  `yaml:"shift_ms,omitempty"`
	Yearly    bool   `yaml:"yearly,omitempty"`
	At        string `yaml:"at,omitempty"` // 2026-11-21T22:00:00Z
}

// Reentry says whether somebody may enter again, in a file.
type Reentry struct {
	Often   bool  `yaml:"often"`
	AfterMS int64 `yaml:"after_ms,omitempty"`
}

// Goal is what a campaign is for, in a file.
type Goal struct {
	Condition text  `yaml:"condition"`
	WithinMS  int64 `yaml:"within_ms"`
}

func campaignName(c hookline.Campaign) string { return c.Name }

// readCampaigns reads all campaigns with what their steps send, the oldest
// first.
func (s *state) readCampaigns(ctx context.Context, store reader) (err error) {
	if s.campaigns, err = store.ListCampaigns(ctx); err != nil {
		return err
	}
	slices.Reverse(s.campaigns)
	for _, c := range s.campaigns {
		for step := range c.Walk() {
			if id := step.Webhook.ActionID; id != "" {
				if s.owned[id], err = store.Action(ctx, id); err != nil {
					return err
				}
			}
		}
	}
	s.campaignRefs = refs(s.campaigns, campaignName)
	return nil
}

func (e exporter) campaign(c hookline.Campaign, ref string) Campaign {
	t := c.Trigger
	out := Campaign{
		Name: c.Name, Description: text(c.Description), Exit: text(e.named(c.Exit)), Steps: e.steps(c.Steps, ref),
		Trigger: CampaignTrigger{
			Kind: string(t.Kind), Condition: text(e.named(t.Condition)), Segment: e.segmentNamed(t.SegmentID), Attribute: t.Attribute,
			ShiftMS: t.Shift.Milliseconds(), Yearly: t.Yearly, At: moment(t.At),
		},
	}
	if c.Reentry != (hookline.Reentry{}) {
		out.Reentry = &Reentry{c.Reentry.Often, c.Reentry.After.Milliseconds()}
	}
	if c.Goal != (hookline.Goal{}) {
		out.Goal = &Goal{text(e.named(c.Goal.Condition)), c.Goal.Within.Milliseconds()}
	}
	return out
}

// segmentNamed is the name by which the file knows a segment; an id that nobody
// has any more stays as it is.
func (s *state) segmentNamed(id string) string {
	if i := slices.IndexFunc(s.segments, func(one hookline.Segment) bool { return one.ID == id }); i >= 0 {
		return s.segmentRefs[i]
	}
	return id
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func (c *comparison) campaignChanges() {
	if len(c.File.Campaigns) > hookline.MaxCampaigns {
		c.problem("campaigns", fmt.Sprintf("at most %d campaigns", hookline.MaxCampaigns))
	}
	inFile := refs(c.File.Campaigns, func(one Campaign) string { return one.Name })
	for i, ref := range inFile {
		path := fmt.Sprintf("campaigns.%d", i)
		if ref != strings.TrimSpace(c.File.Campaigns[i].Name) {
			c.problem(path, "two campaigns are called “"+strings.TrimSpace(c.File.Campaigns[i].Name)+"”: give each a name of its own")
		}
		c.campaignChange(path, ref, c.File.Campaigns[i])
	}
	if c.File.Campaigns == nil {
		return
	}
	for i, one := range c.campaigns {
		if ref := c.campaignRefs[i]; !slices.Contains(inFile, ref) {
			c.remove("campaign “"+ref+"”"+inUse(one), func(ctx context.Context) error { return c.store.DeleteCampaign(ctx, one.ID) })
		}
	}
}

// inUse says what a change does to people who are in a campaign; nothing when
// nobody is.
func inUse(c hookline.Campaign) string {
	switch c.State {
	case hookline.CampaignRunning:
		return ", which is running: people in it go on by the steps as they are then, and who is at a step that goes takes the next one"
	case hookline.CampaignPaused:
		return ", which is paused: people in it go on by the steps as they are then"
	}
	return ""
}

func (c *comparison) campaignChange(path, ref string, inFile Campaign) {
	now, known := find(c.campaigns, c.campaignRefs, ref)
	thing := "campaign “" + ref + "”"
	w := c.wantCampaign(path, thing, inFile, now)
	c.check(path, thing, w.campaign.Validate())
	before, after := c.campaignFields(now, c.owned), c.campaignFields(w.campaign, w.shown)
	var fields []Field
	known = known && now.ID != ""
	if before, after = sameLength(before, after); known {
		fields = differences(before, after, false)
	} else {
		fields = differences(nil, after, true)
	}
	if known && len(fields) == 0 {
		return
	}
	what := Create
	if known {
		what = Update
	}
	c.add(what, thing+inUse(now), fields, func(ctx context.Context) error {
		_, err := c.store.SaveCampaign(ctx, c.placed(w.campaign), w.actions)
		return err
	})
}

type campaignStore interface {
	SaveCampaign(ctx context.Context, c hookline.Campaign, requests map[string]hookline.Action) (hookline.Campaign, error)
	DeleteCampaign(ctx context.Context, id string) error
}

// placed is a campaign with the ids that its segments have by now.
func (c *comparison) placed(want hookline.Campaign) hookline.Campaign {
	want.Trigger.Condition, want.Exit, want.Goal.Condition = c.withIDs(want.Trigger.Condition), c.withIDs(want.Exit), c.withIDs(want.Goal.Condition)
	if id, known := c.segmentIDs[want.Trigger.SegmentID]; known {
		want.Trigger.SegmentID = id
	}
	for step := range want.Walk() {
		step.If, step.Wait.Condition = c.withIDs(step.If), c.withIDs(step.Wait.Condition)
	}
	return want
}

// wantedCampaign is a campaign as the file has it, with names in place of the
// ids of segments.
type wantedCampaign struct {
	campaign hookline.Campaign
	actions  map[string]hookline.Action // what its webhook steps send, by step
	shown    map[string]hookline.Action // the same by what stands for the action's id
}

func (c *comparison) wantCampaign(path, thing string, f Campaign, now hookline.Campaign) wantedCampaign {
	w := wantedCampaign{campaign: now, actions: map[string]hookline.Action{}, shown: map[string]hookline.Action{}}
	t := f.Trigger
	w.campaign.Name, w.campaign.Description, w.campaign.Exit = strings.TrimSpace(f.Name), string(f.Description), string(f.Exit)
	w.campaign.Trigger = hookline.CampaignTrigger{
		Kind: hookline.TriggerKind(t.Kind), Condition: string(t.Condition), SegmentID: t.Segment, Attribute: t.Attribute, Shift: millis(t.ShiftMS), Yearly: t.Yearly,
	}
	if t.At != "" {
		at, err := time.Parse(time.RFC3339, t.At)
		if err != nil {
			c.problem(path, thing+": write the time of the broadcast like 2026-11-21T22:00:00Z")
		}
		w.campaign.Trigger.At = at.UTC()
	}
	w.campaign.Reentry, w.campaign.Goal = hookline.Reentry{}, hookline.Goal{}
	if f.Reentry != nil {
		w.campaign.Reentry = hookline.Reentry{Often: f.Reentry.Often, After: millis(f.Reentry.AfterMS)}
	}
	if f.Goal != nil {
		w.campaign.Goal = hookline.Goal{Condition: string(f.Goal.Condition), Within: millis(f.Goal.WithinMS)}
	}
	w.campaign.Steps = c.wantSteps(path, thing, f.Steps, now, &w)
	c.checkCampaign(path, thing, w.campaign)
	return w
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// checkCampaign reads every condition of a campaign, and looks for its segments.
func (c *comparison) checkCampaign(path, thing string, want hookline.Campaign) {
	about := condition.AboutPeople
	if want.Trigger.Kind == hookline.TriggerEvent {
		about = condition.AboutEvents
	}
	c.checkGiven(path, thing+": trigger", want.Trigger.Condition, about)
	c.checkGiven(path, thing+": exit", want.Exit, condition.AboutPeople)
	c.checkGiven(path, thing+": goal", want.Goal.Condition, condition.AboutEvents)
	if name := want.Trigger.SegmentID; name != "" {
		if _, here := c.segmentIDs[name]; !here && !slices.Contains(c.segmentsInFile(), name) {
			c.problem(path, fmt.Sprintf("%s: there is no segment “%s”, neither in the file nor here", thing, name))
		}
	}
	for step := range want.Walk() {
		named := thing + ": step “" + step.Label() + "”"
		c.checkGiven(path, named, step.If, condition.AboutJourneys)
		c.checkGiven(path, named, step.Wait.Condition, condition.AboutPeople)
	}
}

func (c *comparison) checkGiven(path, thing, text string, scope condition.Scope) {
	if strings.TrimSpace(text) != "" {
		c.checkCondition(path, thing, text, scope)
	}
}
