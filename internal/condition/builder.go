package condition

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Draft is a condition while somebody builds it: the same tree, but its rows may be incomplete. The root is a
// group; a Draft without Row is one. Places in it are told by paths: "" is the root, "0.2" the third child of
// its first.
type Draft struct {
	Match    Match
	Children []*Draft
	Row      *Row
}

// Row is a clause while somebody builds it, just as the form shows it. Values may be more than the operator
// takes: what was typed survives a change of operator.
type Row struct {
	Field  FieldKind
	Key    string // the path of a keyed field, as typed: address.city
	Op     Operator
	Values []string

	// Of a deed: in which time it counts. Without a unit all of them do, whatever Within says.
	Within string
	Unit   string // one of SpanUnits
}

// ChildPath returns the path of the index-th child of the group at path.
func ChildPath(path string, index int) string {
	if path == "" {
		return strconv.Itoa(index)
	}
	return path + "." + strconv.Itoa(index)
}

// ErrNoPlace is returned by edits whose path leads nowhere: the form was older than the draft.
var ErrNoPlace = errors.New("edit condition: no such place")

// Draft returns c as the builder shows it. Draft.Condition leads back to an equal tree if c is valid.
func (c *Condition) Draft() *Draft {
	return c.normal().draft()
}

func (c *Condition) draft() *Draft {
	if c.Clause != nil {
		return &Draft{Row: c.Clause.row()}
	}
	d := &Draft{Match: c.Match}
	for _, child := range c.Children {
		d.Children = append(d.Children, child.draft())
	}
	return d
}

func (c *Clause) row() *Row {
	row := &Row{Field: c.Field.Kind, Op: c.Op, Values: slices.Clone(c.Values)}
	if c.Field.Kind == FieldDeed {
		row.setDeed(&c.Field)
		return row
	}
	row.Key = joinKey(c.Field.Path)
	return row
}

// At returns what stands at path, and nil where nothing does.
func (d *Draft) At(path string) *Draft {
	if path == "" {
		return d
	}
	for part := range strings.SplitSeq(path, ".") {
		index, err := strconv.Atoi(part)
		if err != nil || index < 0 || index >= len(d.Children) {
			return nil
		}
		d = d.Children[index]
	}
	return d
}

// group returns the group at path; a row is no place to add to.
func (d *Draft) group(path string) (*Draft, error) {
	group := d.At(path)
	if group == nil || group.Row != nil {
		return nil, ErrNoPlace
	}
	return group, nil
}

// AddRow puts row at the end of the group at path. Past MaxClauses it returns an *Error for the person.
func (d *Draft) AddRow(path string, row Row) error {
	group, err := d.group(path)
	if err != nil {
		return err
	}
	if d.rows() >= MaxClauses {
		return &Error{Path: path, Message: tooMany()}
	}
	group.Children = append(group.Children, &Draft{Row: &row})
	return nil
}

// AddGroup puts a group with one row at the end of the group at path. It matches any if its parent matches
// all, and the other way round, as a group that matches like its parent is of no use. Past the limits it
// returns an *Error for the person.
func (d *Draft) AddGroup(path string, row Row) error {
	parent, err := d.group(path)
	if err != nil {
		return err
	}
	if path != "" && strings.Count(path, ".")+2 >= MaxDepth {
		return &Error{Path: path, Message: tooDeep()}
	}
	if d.rows() >= MaxClauses {
		return &Error{Path: path, Message: tooMany()}
	}
	match := MatchAny
	if parent.Match == MatchAny {
		match = MatchAll
	}
	parent.Children = append(parent.Children, &Draft{Match: match, Children: []*Draft{{Row: &row}}})
	return nil
}

// Remove takes away the row or group at path, and groups around it that are empty then. Of the root it takes
// away all children.
func (d *Draft) Remove(path string) error {
	if d.At(path) == nil {
		return ErrNoPlace
	}
	for path != "" {
		parentPath, last := splitPath(path)
		parent := d.At(parentPath)
		parent.Children = slices.Delete(parent.Children, last, last+1)
		if len(parent.Children) > 0 {
			return nil
		}
		path = parentPath
	}
	d.Children = nil
	return nil
}

// splitPath splits a path that leads somewhere into its parent's and the last index.
func splitPath(path string) (parent string, last int) {
	dot := strings.LastIndexByte(path, '.')
	last, _ = strconv.Atoi(path[dot+1:]) // At has walked this path
	return path[:max(dot, 0)], last
}

// SetMatch makes the group at path match all or any of its children.
func (d *Draft) SetMatch(path string, match Match) error {
	group, err := d.group(path)
	if err != nil {
		return err
	}
	if match != MatchAll && match != MatchAny {
		return fmt.Errorf("edit condition: no such match %q", match)
	}
	group.Match = match
	return nil
}

func (d *Draft) rows() int {
	if d.Row != nil {
		return 1
	}
	n := 0
	for _, child := range d.Children {
		n += child.rows()
	}
	return n
}

// RowError says what to mend in one row. Part is "field", "key", "op" or "value": the form field it belongs to.
type RowError struct {
	Path, Part, Message string
}

// RowErrors are the rows that are not complete, in order, and problems of the whole with an empty path.
type RowErrors []RowError

// At returns what is wrong with the part of the row at path, and "" when nothing is.
func (e RowErrors) At(path, part string) string {
	for _, row := range e {
		if row.Path == path && row.Part == part {
			return row.Message
		}
	}
	return ""
}

// Condition returns the condition that d describes, in normal form. With errors it returns nil: a condition
// without its incomplete rows would be met by more events than the person meant.
func (d *Draft) Condition() (*Condition, RowErrors) { return d.ConditionIn(AboutJourneys) }

// ConditionIn is [Draft.Condition] for a condition that will be asked about s alone: a row that s does not allow is
// an error too.
func (d *Draft) ConditionIn(s Scope) (*Condition, RowErrors) {
	var rowErrors RowErrors
	c := d.condition("", s, &rowErrors)
	if len(rowErrors) > 0 {
		return nil, rowErrors
	}
	c = c.normal()
	var invalid *Error
	if errors.As(c.Validate(), &invalid) {
		return nil, RowErrors{{Message: invalid.Message}}
	}
	return c, nil
}

// condition gathers the errors of all rows, so that a person can mend them in one go.
func (d *Draft) condition(path string, s Scope, rowErrors *RowErrors) *Condition {
	if d.Row != nil {
		clause, problem := d.Row.clause()
		if refusal := s.refuses(d.Row.Field); refusal != "" {
			problem.part, problem.message = partField, refusal
		}
		if problem.message != "" {
			*rowErrors = append(*rowErrors, RowError{path, problem.part, problem.message})
		}
		return &Condition{Clause: clause}
	}
	c := &Condition{Match: d.Match}
	for i, child := range d.Children {
		c.Children = append(c.Children, child.condition(ChildPath(path, i), s, rowErrors))
	}
	return c
}

// clause returns the clause that r describes, and what keeps it from being one.
func (r *Row) clause() (*Clause, problem) {
	clause := &Clause{Field: Field{Kind: r.Field}, Op: r.Op, Values: r.values()}
	if r.Field == FieldDeed {
		return r.deedClause()
	}
	if r.Field.keyed() && strings.TrimSpace(r.Key) != "" {
		path, complaint := splitKey(r.Key)
		if complaint != "" {
			return clause, problem{partKey, complaint}
		}
		clause.Field.Path = path
	}
	return clause, clause.problem()
}

// values returns what was typed as the operator wants it.
func (r *Row) values() []string {
	typed := ""
	if len(r.Values) > 0 {
		typed = r.Values[0]
	}
	switch operatorInfos[r.Op].input {
	case InputText, InputSegment:
		return []string{typed}
	case InputNumber, InputTimes:
		return []string{strings.TrimPrefix(strings.TrimSpace(typed), "+")}
	case InputDate:
		return []string{strings.TrimSpace(typed)}
	case InputList:
		return lines(r.Values)
	}
	return nil
}

// lines splits every value into its lines and drops the empty ones, so that a list may come from one text
// area or from many inputs.
func lines(values []string) []string {
	var all []string
	for _, value := range values {
		for line := range strings.SplitSeq(strings.ReplaceAll(value, "\r", "\n"), "\n") {
			if line != "" {
				all = append(all, line)
			}
		}
	}
	return all
}

// Operators returns what to offer in r: what is common for its field, and the rare one that r uses.
func (r *Row) Operators() []OperatorChoice {
	return slices.DeleteFunc(Operators(r.Field), func(choice OperatorChoice) bool {
		return choice.Rare && choice.Op != r.Op
	})
}

// Fit makes r consistent after its field was changed: an operator that the field does not take gives way to
// the first that it does. What was typed survives, unless it is no value of the new field: the id of a segment, how
// often somebody did something and the value of an attribute mean nothing to each other.
func (r *Row) Fit() {
	choices := Operators(r.Field)
	if len(choices) == 0 || r.Field.takes(r.Op) {
		return
	}
	if r.Op != "" && slices.ContainsFunc([]FieldKind{FieldSegment, FieldDeed}, func(k FieldKind) bool { return k == r.Field || k.takes(r.Op) }) {
		r.Values = nil
	}
	r.Op = choices[0].Op
}

// Input returns what to show for r's value; InputNone also while no operator is chosen.
func (r *Row) Input() Input {
	if input := operatorInfos[r.Op].input; input != "" {
		return input
	}
	return InputNone
}
