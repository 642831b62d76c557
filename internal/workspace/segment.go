package workspace

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

type segmentStore interface {
	CreateSegment(ctx context.Context, s hookline.Segment) (hookline.Segment, error)
	UpdateSegment(ctx context.Context, s hookline.Segment) (hookline.Segment, error)
	DeleteSegment(ctx context.Context, id string) error
}

// Segment is a segment in a file. Conditions, of segments as of triggers, name
// segments as in the file's list of segments, or as in the store. Who is in a
// manual one is told of people, and so in no file.
type Segment struct {
	Name        string `yaml:"name"`
	Description text   `yaml:"description,omitempty"`
	Manual      bool   `yaml:"manual,omitempty"`
	Condition   text   `yaml:"condition,omitempty"`
}

func segmentName(s hookline.Segment) string { return s.Name }

func (s *state) segment(one hookline.Segment) Segment {
	return Segment{Name: one.Name, Description: text(one.Description), Manual: one.Manual, Condition: text(s.named(one.Condition))}
}

// named writes a condition with the names of segments in place of their ids. What
// asks for none stays as it was written, as do ids that nobody has any more.
func (s *state) named(condition string) string {
	return renamed(condition, func(id string) string {
		if i := slices.IndexFunc(s.segments, func(one hookline.Segment) bool { return one.ID == id }); i >= 0 {
			return s.segmentRefs[i]
		}
		return id
	})
}

// withIDs is the way back from named, with the ids that segments have by now.
func (c *comparison) withIDs(condition string) string {
	return renamed(condition, func(name string) string {
		if id, known := c.segmentIDs[name]; known {
			return id
		}
		return name
	})
}

func renamed(text string, rename func(string) string) string {
	c, err := condition.Parse(text)
	if err != nil || len(c.Segments()) == 0 {
		return text
	}
	return c.RenameSegments(rename).String()
}

// checkCondition says what is wrong with a condition, and which of its segments
// are nowhere.
func (c *comparison) checkCondition(path, thing, text string, scope condition.Scope) {
	asked, err := condition.ParseIn(text, scope)
	if err != nil {
		c.problem(path, thing+", "+err.Error())
		return
	}
	for _, name := range asked.Segments() {
		_, here := c.segmentIDs[name]
		if !here && !slices.Contains(c.segmentsInFile(), name) {
			c.problem(path, fmt.Sprintf("%s: there is no segment “%s”, neither in the file nor here", thing, name))
		}
	}
}

func (c *comparison) segmentsInFile() []string {
	return refs(c.File.Segments, func(s Segment) string { return s.Name })
}

// segmentChanges makes first what others ask for, so that each finds it.
func (c *comparison) segmentChanges() {
	for i, name := range c.segmentRefs {
		c.segmentIDs[name] = c.segments[i].ID
	}
	names := c.segmentsInFile()
	if len(names) > hookline.MaxSegments {
		c.problem("segments", fmt.Sprintf("at most %d segments", hookline.MaxSegments))
	}
	for i, one := range c.File.Segments {
		if names[i] != strings.TrimSpace(one.Name) {
			c.problem(fmt.Sprintf("segments.%d", i), "two segments are called “"+strings.TrimSpace(one.Name)+"”: give each a name of its own")
		}
	}
	for _, i := range c.segmentOrder(names) {
		c.segmentChange(fmt.Sprintf("segments.%d", i), names[i], c.File.Segments[i])
	}
}

// segmentOrder gives the places of the file's segments, each after those that it
// asks for. Segments that ask for each other in a circle are a problem.
func (c *comparison) segmentOrder(names []string) []int {
	var order []int
	const onTheWay, done = 1, 2
	state := make([]int, len(names))
	var visit func(i int)
	visit = func(i int) {
		switch state[i] {
		case onTheWay:
			c.problem(fmt.Sprintf("segments.%d", i), "segment “"+names[i]+"” asks for itself, by way of others. Let one of them say what it means without them")
			return
		case done:
			return
		}
		state[i] = onTheWay
		if asked, err := condition.Parse(string(c.File.Segments[i].Condition)); err == nil {
			for _, name := range asked.Segments() {
				if j := slices.Index(names, name); j >= 0 {
					visit(j)
				}
			}
		}
		state[i] = done
		order = append(order, i)
	}
	for i := range names {
		visit(i)
	}
	return order
}

func (c *comparison) segmentChange(path, ref string, inFile Segment) {
	now, known := find(c.segments, c.segmentRefs, ref)
	want, thing := now, "segment “"+ref+"”"
	want.Name, want.Description = strings.TrimSpace(inFile.Name), string(inFile.Description)
	want.Manual, want.Condition = inFile.Manual, string(inFile.Condition)
	c.check(path, thing, want.Validate())
	if known && now.Manual != want.Manual {
		c.problem(path, thing+": one that fills itself cannot become a manual one, nor the other way round. Give the new one another name")
	}
	if !want.Manual {
		c.checkCondition(path, thing+": condition", want.Condition, condition.AboutPeople)
	}
	before := now
	before.Condition = c.named(now.Condition)
	c.change(thing, segmentFields(before), segmentFields(want), known, func(ctx context.Context) error {
		want.Condition = c.withIDs(want.Condition)
		saved, err := want, error(nil)
		if known {
			saved, err = c.store.UpdateSegment(ctx, want)
		} else {
			saved, err = c.store.CreateSegment(ctx, want)
		}
		c.segmentIDs[ref] = saved.ID
		return err
	})
}

// segmentDeletions come after everything that may ask for a segment, and each
// before those that it asks for itself.
func (c *comparison) segmentDeletions() {
	if c.File.Segments == nil {
		return
	}
	inFile := c.segmentsInFile()
	var gone []hookline.Segment
	for i, one := range c.segments {
		if !slices.Contains(inFile, c.segmentRefs[i]) {
			gone = append(gone, one)
		}
	}
	for _, one := range askersFirst(gone) {
		ref := c.segmentRefs[slices.IndexFunc(c.segments, func(s hookline.Segment) bool { return s.ID == one.ID })]
		c.remove("segment “"+ref+"”", func(ctx context.Context) error { return c.store.DeleteSegment(ctx, one.ID) })
	}
}

// askersFirst puts each segment before those that it asks for.
func askersFirst(segments []hookline.Segment) []hookline.Segment {
	var order []hookline.Segment
	placed := map[string]bool{}
	var place func(s hookline.Segment)
	place = func(s hookline.Segment) {
		if placed[s.ID] {
			return
		}
		placed[s.ID] = true
		for _, other := range segments {
			if asked, err := condition.Parse(other.Condition); err == nil && slices.Contains(asked.Segments(), s.ID) {
				place(other)
			}
		}
		order = append(order, s)
	}
	for _, s := range segments {
		place(s)
	}
	return order
}

func segmentFields(s hookline.Segment) []Field {
	return []Field{
		{Name: "description", After: s.Description},
		{Name: "manual", After: strconv.FormatBool(s.Manual)},
		{Name: "condition", After: s.Condition},
	}
}
