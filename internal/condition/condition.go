package condition

import "slices"

// Limits of a condition. [Condition.Validate], [Parse] and the builder hold them.
const (
	MaxClauses = 200       // clauses in one condition
	MaxDepth   = 10        // groups inside each other, the root counted
	MaxText    = 16 * 1024 // bytes of the text form
)

// Match says how many children of a group must be met.
type Match string

// A group that names neither is taken for MatchAll.
const (
	MatchAll Match = "all"
	MatchAny Match = "any"
)

// Condition is a group of conditions or, when Clause is set, one clause. A nil or empty one is met by every
// event. It is never changed by this package, so many goroutines may ask the same one.
type Condition struct {
	Match    Match        `json:"match,omitempty"`
	Children []*Condition `json:"children,omitempty"`
	Clause   *Clause      `json:"clause,omitempty"`
}

// Clause asks one thing of one field. How many Values there are, and what they may be, depends on Op; see
// [Operators]. Numbers are kept as they were written, so that none loses digits.
type Clause struct {
	Field  Field    `json:"field"`
	Op     Operator `json:"op"`
	Values []string `json:"values,omitempty"`
}

// All returns a condition that is met when every one of children is.
func All(children ...*Condition) *Condition {
	return &Condition{Match: MatchAll, Children: children}
}

// Any returns a condition that is met when at least one of children is.
func Any(children ...*Condition) *Condition {
	return &Condition{Match: MatchAny, Children: children}
}

// Where returns a condition of one clause. It is not checked; see [Condition.Validate].
func Where(field Field, op Operator, values ...string) *Condition {
	return &Condition{Clause: &Clause{Field: field, Op: op, Values: values}}
}

// Empty reports whether c asks nothing, and so is met by every event.
func (c *Condition) Empty() bool {
	return c.prune() == nil
}

// Paths returns the fields c reads, in the order of the text and each once, written as in the text form:
// "event", "properties.plan". Segments and deeds are not among them; see [Condition.Segments] and
// [Condition.Deeds].
func (c *Condition) Paths() []string {
	var paths []string
	c.eachClause(func(clause *Clause) {
		path := clause.Field.String()
		apart := clause.Field.Kind == FieldSegment || clause.Field.Kind == FieldDeed
		if !apart && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	})
	return paths
}

// ReadsPerson reports whether c looks at the person's attributes.
func (c *Condition) ReadsPerson() bool {
	reads := false
	c.eachClause(func(clause *Clause) { reads = reads || clause.Field.Kind == FieldPerson })
	return reads
}

// Segments returns the ids of the segments c asks for, in the order of the text and each once.
func (c *Condition) Segments() []string {
	var ids []string
	c.eachClause(func(clause *Clause) {
		if clause.Field.Kind == FieldSegment && !slices.Contains(ids, clause.value()) {
			ids = append(ids, clause.value())
		}
	})
	return ids
}

// eachClause visits the clauses in the order of the text.
func (c *Condition) eachClause(visit func(*Clause)) {
	if c == nil {
		return
	}
	if c.Clause != nil {
		visit(c.Clause)
		return
	}
	for _, child := range c.Children {
		child.eachClause(visit)
	}
}

// normal returns c in the normal form that the package comment describes. It shares clauses with c.
func (c *Condition) normal() *Condition {
	pruned := c.prune()
	switch {
	case pruned == nil:
		return All()
	case pruned.Clause != nil:
		return All(pruned)
	}
	return pruned
}

// prune drops empty groups and unwraps groups of one; nil is left of a condition that asks nothing.
func (c *Condition) prune() *Condition {
	if c == nil || c.Clause != nil {
		return c
	}
	var kept []*Condition
	for _, child := range c.Children {
		if child = child.prune(); child != nil {
			kept = append(kept, child)
		}
	}
	switch {
	case len(kept) == 0:
		return nil
	case len(kept) == 1:
		return kept[0]
	case c.Match == MatchAny:
		return Any(kept...)
	}
	return All(kept...)
}

// value is the first value, empty when there is none: a clause built by hand may be incomplete.
func (c *Clause) value() string {
	if len(c.Values) == 0 {
		return ""
	}
	return c.Values[0]
}

// Attributes returns the names of the person's attributes that c reads, in the order of the text and each once: of
// a path into one its first part.
func (c *Condition) Attributes() []string {
	var names []string
	c.eachClause(func(clause *Clause) {
		if f := clause.Field; f.Kind == FieldPerson && len(f.Path) > 0 && !slices.Contains(names, f.Path[0]) {
			names = append(names, f.Path[0])
		}
	})
	return names
}
