package condition

// RenameSegments returns c in normal form, with each segment's id replaced by
// what rename makes of it. Where ids mean nothing, as in a file that goes to
// another instance, conditions are written with the segments' names so.
func (c *Condition) RenameSegments(rename func(id string) string) *Condition {
	return c.normal().renameSegments(rename)
}

func (c *Condition) renameSegments(rename func(string) string) *Condition {
	if clause := c.Clause; clause != nil {
		if clause.Field.Kind != FieldSegment {
			return c
		}
		return Where(clause.Field, clause.Op, rename(clause.value()))
	}
	renamed := &Condition{Match: c.Match}
	for _, child := range c.Children {
		renamed.Children = append(renamed.Children, child.renameSegments(rename))
	}
	return renamed
}
