package workspace

import (
	"context"
	"fmt"
	"slices"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// Options say how a file is compared and applied.
type Options struct {
	Env   func(name string) string // what the references mean; "" is not set
	Keys  Keys                     // seals the passwords of mail servers
	Prune bool                     // delete what the file does not mention
}

// Plan is what has to change to make a store like a file.
type Plan struct {
	Changes []Change
	Missing []string // variables that are not set although nothing is there yet: Apply refuses
	Kept    []string // variables that are not set: what is there stays
	Extra   []string // what the file does not mention, left alone

	store          Store
	sourceIDs      map[string]string // by name; those of new ones when they are made
	segmentIDs     map[string]string
	destinationIDs map[string]string
}

// What happens in a change.
type What string

// The kinds of change.
const (
	Create What = "+"
	Update What = "~"
	Delete What = "-"
)

// Change is one thing that is made, changed or deleted.
type Change struct {
	What   What
	Thing  string  // such as: action “CRM / Send”
	Fields []Field // what it gets, or gets anew

	do func(context.Context) error
}

// Field is one setting before and after, as a person may see it.
type Field struct {
	Name   string
	Before string
	After  string
	Secret bool // only that it changes may be seen
}

// Compare plans how to make the store like the file. It changes nothing. When
// something in the file is invalid the error is an *Unusable.
func Compare(ctx context.Context, store Store, f *File, o Options) (*Plan, error) {
	now, err := readState(ctx, store)
	if err != nil {
		return nil, err
	}
	plan := &Plan{store: store, sourceIDs: map[string]string{}, segmentIDs: map[string]string{}, destinationIDs: map[string]string{}}
	c := &comparison{File: f, state: now, Options: o, Plan: plan, composer: compose.New()}
	c.signingKeyChange()
	c.sourceChanges()
	c.segmentChanges()
	c.destinationChanges()
	c.campaignChanges()
	c.shortcutChanges()
	c.reportingChanges()
	c.channelChanges()
	c.alertRulesChange()
	c.retentionChange()
	c.deletions()
	c.segmentDeletions()
	if len(c.problems) > 0 {
		return nil, &Unusable{Problems: c.problems}
	}
	for _, list := range []*[]string{&plan.Missing, &plan.Kept} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return plan, nil
}

// Apply makes the changes, each whole or not at all, and tells after each how
// many are made; progress may be nil. When it fails in the middle, what was
// made stays, and another Compare finds the rest.
func (p *Plan) Apply(ctx context.Context, progress func(done, total int)) error {
	if len(p.Missing) > 0 {
		return &Missing{Variables: p.Missing}
	}
	for i, c := range p.Changes {
		if err := c.do(ctx); err != nil {
			return fmt.Errorf("%d of %d changes were made, but not that of the %s: %w", i, len(p.Changes), c.Thing, err)
		}
		if progress != nil {
			progress(i+1, len(p.Changes))
		}
	}
	return nil
}

// Missing says which variables have to be set before a file can be applied.
type Missing struct{ Variables []string }

// Error lists them.
func (m *Missing) Error() string {
	words := "nothing was changed: the file refers to secrets that are not here yet. Set these environment variables, and apply it again:"
	for _, name := range m.Variables {
		words += "\n  " + name
	}
	return words
}

// signingKey is a change of the key that signs.
func (c *comparison) signingKeyChange() {
	key := c.secret(c.SigningKey, c.signingKey, "")
	switch key {
	case c.signingKey:
		return
	case "":
		c.problem("", "signing_key: there is no workspace without one; leave the line out to keep what is there")
		return
	}
	fields := []Field{{Name: "key", Before: c.signingKey, After: key, Secret: true}}
	c.add(Update, "signing key", fields, func(ctx context.Context) error {
		_, err := c.store.TakeSigningKey(ctx, key)
		return err
	})
}

func (c *comparison) add(what What, thing string, fields []Field, do func(context.Context) error) {
	c.Changes = append(c.Changes, Change{What: what, Thing: thing, Fields: fields, do: do})
}

// sourceChanges never finds a write key missing: a source makes its own.
func (c *comparison) sourceChanges() {
	for i, name := range c.sourceRefs {
		c.sourceIDs[name] = c.sources[i].ID
	}
	for i, ref := range refs(c.File.Sources, func(s Source) string { return s.Name }) {
		now, known := find(c.sources, c.sourceRefs, ref)
		want := c.wantSource(c.File.Sources[i], now)
		thing := "source “" + ref + "”"
		c.check(fmt.Sprintf("sources.%d", i), thing, want.Validate())
		c.change(thing, sourceFields(now), sourceFields(want), known, func(ctx context.Context) error {
			saved, err := want, error(nil)
			if known {
				saved, err = c.store.UpdateSource(ctx, want)
			} else {
				saved, err = c.store.CreateSource(ctx, want)
			}
			c.sourceIDs[ref] = saved.ID
			return err
		})
	}
}

// change adds a change when there is any.
func (c *comparison) change(thing string, before, after []Field, known bool, do func(context.Context) error) {
	if fields := differences(before, after, !known); len(fields) > 0 || !known {
		what := Create
		if known {
			what = Update
		}
		c.add(what, thing, fields, do)
	}
}

func (c *comparison) destinationChanges() {
	for i, name := range c.destinationRefs {
		c.destinationIDs[name] = c.destinations[i].ID
	}
	for i, ref := range refs(c.File.Destinations, func(d Destination) string { return d.Name }) {
		inFile, path := c.File.Destinations[i], fmt.Sprintf("destinations.%d", i)
		now, known := find(c.destinations, c.destinationRefs, ref)
		thing := "destination “" + ref + "”"
		want := c.wantPace(path, thing, inFile.Pace, c.wantDestination(inFile, now))
		c.check(path, thing, checkable(want).Validate())
		c.checkSources(path, thing, inFile.Sources)
		c.checkRegion(path, thing, want)
		before, after := destinationFields(now, c.refsOf(now.SourceIDs)), destinationFields(want, inFile.Sources)
		c.change(thing, before, after, known, func(ctx context.Context) error { return c.saveDestination(ctx, want, ref, inFile.Sources) })
		c.actionChanges(ref, path, inFile.Actions, c.actions[now.ID])
	}
}

// saveDestination connects it by the ids that its sources have by now.
func (c *comparison) saveDestination(ctx context.Context, want hookline.Destination, ref string, sources []string) error {
	want.SourceIDs = nil
	for _, name := range sources {
		want.SourceIDs = append(want.SourceIDs, c.sourceIDs[name])
	}
	if want.ID != "" {
		_, err := c.store.UpdateDestination(ctx, want)
		return err
	}
	made, err := c.store.CreateDestination(ctx, want)
	c.destinationIDs[ref] = made.ID
	return err
}

// appliedBy is who saved what a file changed.
const appliedBy = "hookline apply"

func (c *comparison) actionChanges(destination, path string, inFile []Action, have []hookline.Action) {
	names := refs(have, actionName)
	if len(inFile) > hookline.MaxActions {
		c.problem(path, fmt.Sprintf("destination “%s”: at most %d actions", destination, hookline.MaxActions))
	}
	for i, ref := range refs(inFile, func(a Action) string { return a.Name }) {
		now, known := find(have, names, ref)
		want := c.wantAction(inFile[i], now)
		want.Save = hookline.Save{By: appliedBy}
		thing := "action “" + destination + " / " + ref + "”"
		c.checkAction(fmt.Sprintf("%s.actions.%d", path, i), thing, want)
		before := now
		before.Trigger = c.named(now.Trigger)
		c.change(thing, actionFields(before), actionFields(want), known, func(ctx context.Context) error {
			want.Trigger = c.withIDs(want.Trigger)
			if known {
				_, err := c.store.UpdateAction(ctx, want)
				return err
			}
			want.DestinationID = c.destinationIDs[destination]
			_, err := c.store.CreateAction(ctx, want)
			return err
		})
	}
}

// deletions come last, so that a full destination's actions must be deleted
// before new ones fit; that is rare, and the other order could leave a
// workspace with less than it had.
func (c *comparison) deletions() {
	for i, d := range c.destinations {
		ref := c.destinationRefs[i]
		mentioned, known := find(c.File.Destinations, refs(c.File.Destinations, func(d Destination) string { return d.Name }), ref)
		if !known && c.File.Destinations != nil {
			c.remove("destination “"+ref+"”", func(ctx context.Context) error { return c.store.DeleteDestination(ctx, d.ID) })
			continue
		}
		if mentioned.Actions == nil {
			continue
		}
		inFile := refs(mentioned.Actions, func(a Action) string { return a.Name })
		for j, name := range refs(c.actions[d.ID], actionName) {
			if !slices.Contains(inFile, name) {
				id := c.actions[d.ID][j].ID
				c.remove("action “"+ref+" / "+name+"”", func(ctx context.Context) error { return c.store.DeleteAction(ctx, id) })
			}
		}
	}
	if c.File.Sources == nil {
		return
	}
	inFile := refs(c.File.Sources, func(s Source) string { return s.Name })
	for i, s := range c.sources {
		if !slices.Contains(inFile, c.sourceRefs[i]) {
			c.remove("source “"+c.sourceRefs[i]+"”", func(ctx context.Context) error { return c.store.DeleteSource(ctx, s.ID) })
		}
	}
}

func (c *comparison) remove(thing string, do func(context.Context) error) {
	if !c.Prune {
		c.Extra = append(c.Extra, thing)
		return
	}
	c.add(Delete, thing, nil, do)
}
