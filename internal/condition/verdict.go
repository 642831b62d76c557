package condition

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"hookline/internal/data"
)

// Verdict is how a condition was decided: the same tree with an answer at each group and clause, so that
// [ChildPath] gives the place of each child. It keeps nothing of the event but short texts, so it can be stored (as JSON) and told later.
type Verdict struct {
	Met      bool      `json:"met"`
	Match    Match     `json:"match,omitempty"`    // of a group
	Children []Verdict `json:"children,omitempty"` // of a group, in the order of the tree
	Clause   *Clause   `json:"clause,omitempty"`   // of a clause

	// Found shows the value of a clause's field: “text” of at most 80 characters, a number, true, “a list of
	// 3”, of deeds “3 times”. It is empty when Missing, and for segments.
	Found   string `json:"found,omitempty"`
	Missing bool   `json:"missing,omitempty"`
	// Mismatch is set when a clause could not be met by a value of this kind: "not text", "not a number",
	// "not a date".
	Mismatch string `json:"mismatch,omitempty"`
}

// maxFound is how many characters of a text a verdict shows.
const maxFound = 80

// Evaluate asks every clause of c, also those that no longer matter, and tells how each was decided. Its Met
// is what [Condition.Met] returns.
func (c *Condition) Evaluate(s Subject) Verdict {
	verdict, _ := c.evaluate(&s)
	return verdict
}

func (c *Condition) evaluate(s *Subject) (verdict Verdict, asked bool) {
	if c == nil {
		return Verdict{Met: true, Match: MatchAll}, false
	}
	if c.Clause != nil {
		return c.Clause.evaluate(s), true
	}
	anyOf := c.Match == MatchAny
	verdict = Verdict{Met: true, Match: MatchAll}
	if anyOf {
		verdict.Match = MatchAny
	}
	for _, child := range c.Children {
		childVerdict, childAsked := child.evaluate(s)
		verdict.Children = append(verdict.Children, childVerdict)
		switch {
		case !childAsked:
		case !asked:
			verdict.Met, asked = childVerdict.Met, true
		case anyOf:
			verdict.Met = verdict.Met || childVerdict.Met
		default:
			verdict.Met = verdict.Met && childVerdict.Met
		}
	}
	return verdict, asked
}

// evaluate decides one clause and notes what a person needs to see why.
func (c *Clause) evaluate(s *Subject) Verdict {
	verdict := Verdict{Met: c.met(s), Clause: c}
	switch c.Field.Kind {
	case FieldSegment:
		return verdict
	case FieldDeed:
		_, count := s.deeds(&c.Field)
		verdict.Found = timesWords(count)
		return verdict
	}
	v := s.find(&c.Field)
	verdict.Missing = isNothing(v)
	verdict.Found = show(v)
	if !verdict.Met && !verdict.Missing {
		verdict.Mismatch = c.mismatch(v)
	}
	return verdict
}

// mismatch names the kind that the clause needs and v is not of.
func (c *Clause) mismatch(v data.View) string {
	switch operatorInfos[c.Op].input {
	case InputDate:
		if _, ok := momentOf(v); !ok {
			return "not a date"
		}
	case InputNumber:
		// Asked of an operator that takes numeric text too, as = does not.
		ordered := Clause{Op: OpAtLeast, Values: c.Values}
		below := Clause{Op: OpLess, Values: c.Values}
		if (v.Kind() == data.KindText && c.Op == OpEqual) || (!ordered.numberHolds(v) && !below.numberHolds(v)) {
			return "not a number"
		}
	}
	switch c.Op {
	case OpContains, OpNotContains, OpStartsWith, OpNotStartsWith, OpEndsWith, OpNotEndsWith:
		if v.Kind() != data.KindText {
			return "not text"
		}
	}
	return ""
}

// show tells a value in a few characters.
func show(v data.View) string {
	switch v.Kind() {
	case data.KindText:
		return "“" + shorten(v.Text(), maxFound) + "”"
	case data.KindNumber:
		return shorten(v.Text(), maxFound)
	case data.KindBool:
		return strconv.FormatBool(v.IsTrue())
	case data.KindList:
		return fmt.Sprintf("a list of %d", len(v.List()))
	case data.KindObject:
		return "an object"
	}
	return ""
}

// shorten cuts s to limit characters, the last an ellipsis.
func shorten(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}

// Deciding returns the clauses that made v what it is, in order: where it is not met, those that failed and
// mattered; where it is met, those that carried it. There are none when nothing was asked.
func (v *Verdict) Deciding() []*Verdict {
	if v.Clause != nil {
		return []*Verdict{v}
	}
	var deciding []*Verdict
	for i := range v.Children {
		// An unmet child cannot have carried a group that is met, nor a met one have failed it.
		if child := &v.Children[i]; child.Met == v.Met {
			deciding = append(deciding, child.Deciding()...)
		}
	}
	return deciding
}
