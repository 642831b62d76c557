package segment

import (
	"errors"
	"fmt"
	"slices"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// Check says at the field what is wrong with the condition of a segment that is to
// be saved, among all that there are: what cannot be read or asked of people, a
// segment that is not there, and a circle of segments that name each other. It is
// nil when nothing is, and of a manual segment.
func Check(g hookline.Segment, all []hookline.Segment) error {
	if g.Manual {
		return nil
	}
	c, err := condition.ParseIn(g.Condition, condition.AboutPeople)
	if err != nil {
		return wrong(told(err))
	}
	for _, id := range c.Segments() {
		at := slices.IndexFunc(all, func(other hookline.Segment) bool { return other.ID == id })
		switch {
		case id == g.ID && id != "":
			return wrong("A segment cannot ask whether somebody is in itself. Remove that condition.")
		case at < 0:
			return wrong(fmt.Sprintf("There is no segment with the id %q. Choose one that is there.", id))
		case names(all[at], g.ID, all, map[string]bool{}):
			return wrong(fmt.Sprintf("“%s” asks for this segment in turn, so neither could ever be decided. Remove one of both.", all[at].Name))
		}
	}
	return nil
}

func wrong(message string) error {
	return hookline.Invalid("The segment could not be saved.", map[string]string{"condition": message})
}

// told is a fault of a text without the place where there is only one line.
func told(err error) string {
	syntax, ok := errors.AsType[*condition.SyntaxError](err)
	switch {
	case !ok:
		return err.Error()
	case syntax.Line == 1:
		return fmt.Sprintf("Column %d: %s", syntax.Column, syntax.Message)
	}
	return fmt.Sprintf("Line %d, column %d: %s", syntax.Line, syntax.Column, syntax.Message)
}

// names says whether a segment names another, itself or through others.
func names(g hookline.Segment, id string, all []hookline.Segment, seen map[string]bool) bool {
	if seen[g.ID] || id == "" {
		return false
	}
	seen[g.ID] = true
	c, err := condition.Parse(g.Condition)
	if err != nil {
		return false
	}
	for _, named := range c.Segments() {
		at := slices.IndexFunc(all, func(other hookline.Segment) bool { return other.ID == named })
		if named == id || at >= 0 && names(all[at], id, all, seen) {
			return true
		}
	}
	return false
}

// NamedBy gives the segments whose conditions ask for this one: they would have to
// be changed before it is deleted.
func NamedBy(id string, all []hookline.Segment) []hookline.Segment {
	return slices.DeleteFunc(slices.Clone(all), func(g hookline.Segment) bool {
		c, err := condition.Parse(g.Condition)
		return err != nil || !slices.Contains(c.Segments(), id)
	})
}
