package condition

import "strings"

// Words tells conditions and verdicts in plain English.
type Words struct {
	// Segment names a segment by its id. Nil, or an empty answer, leaves the id.
	Segment func(id string) string
}

// Sentence tells c in plain English, without a full stop: "When the event is Signed Up and plan is one of
// Pro, Team". Segments are named by their ids; see [Words].
func (c *Condition) Sentence() string { return Words{}.Sentence(c) }

// Reasons tells the clauses that decided v, one a line: "plan is “free”, not “pro”". Segments are named by
// their ids; see [Words].
func (v *Verdict) Reasons() []string { return Words{}.Reasons(v) }

// Sentence is [Condition.Sentence] in these words.
func (w Words) Sentence(c *Condition) string {
	normal := c.normal()
	if len(normal.Children) == 0 {
		return "When any event comes in"
	}
	joint := " and "
	if normal.Match == MatchAny {
		joint = " or "
	}
	return "When " + strings.Join(w.phrases(normal.Children), joint)
}

func (w Words) phrases(children []*Condition) []string {
	phrases := make([]string, len(children))
	for i, child := range children {
		phrases[i] = w.phrase(child)
	}
	return phrases
}

// phrase puts a nested group into parentheses, so that a list inside it and the words after it stay apart.
func (w Words) phrase(c *Condition) string {
	if c.Clause != nil {
		return w.clause(c.Clause)
	}
	lead := "all of: ("
	if c.Match == MatchAny {
		lead = "any of: ("
	}
	return lead + strings.Join(w.phrases(c.Children), "; ") + ")"
}

func (w Words) clause(c *Clause) string {
	if c.Field.Kind == FieldSegment {
		return w.membership(c, c.Op == OpInSegment)
	}
	if c.Field.Kind == FieldDeed {
		return deedWords(c)
	}
	return fieldWords(c) + " " + predicate(c, plain)
}

// membership tells where the person is, or is wanted: clause and verdict say it alike.
func (w Words) membership(c *Clause, in bool) string {
	name := c.value()
	if w.Segment != nil {
		if known := w.Segment(name); known != "" {
			name = known
		}
	}
	if in {
		return "the person is in segment " + plain(name)
	}
	return "the person is not in segment " + plain(name)
}

// Reasons is [Verdict.Reasons] in these words.
func (w Words) Reasons(v *Verdict) []string {
	var reasons []string
	for _, decided := range v.Deciding() {
		reasons = append(reasons, w.Reason(decided))
	}
	return reasons
}

// Reason tells how one clause was decided. Of a group it returns nothing.
func (w Words) Reason(v *Verdict) string {
	c := v.Clause
	switch {
	case c == nil:
		return ""
	case c.Field.Kind == FieldSegment:
		return w.membership(c, v.Met == (c.Op == OpInSegment))
	case c.Field.Kind == FieldDeed:
		return deedReason(v)
	case v.Missing:
		return fieldWords(c) + " is missing"
	}
	found := fieldWords(c) + " is " + v.Found
	switch {
	case v.Met:
		return found
	case v.Mismatch != "":
		return found + ", which is " + v.Mismatch
	}
	return found + complaint(c)
}

// complaint says what is wrong with a value that was found and could have met the clause.
func complaint(c *Clause) string {
	switch c.Op {
	case OpIsNot, OpIsNotEmpty, OpNotOneOf, OpNotEqual, OpIsNotTrue, OpIsNotFalse:
		return ", which is ruled out"
	case OpNotExists:
		return ", but should not be there"
	case OpContains, OpStartsWith, OpEndsWith:
		return ", which " + operatorInfos[negations[c.Op]].label + " " + quoted(c.value())
	case OpNotContains:
		return ", which contains " + quoted(c.value())
	case OpNotStartsWith:
		return ", which starts with " + quoted(c.value())
	case OpNotEndsWith:
		return ", which ends with " + quoted(c.value())
	}
	return ", not " + strings.TrimPrefix(predicate(c, quoted), "is ")
}

// predicate tells what a clause wants of its field, with each text shown by value.
func predicate(c *Clause, value func(string) string) string {
	switch c.Op {
	case OpIs, OpIsNot, OpContains, OpNotContains, OpStartsWith, OpNotStartsWith, OpEndsWith, OpNotEndsWith:
		return operatorInfos[c.Op].label + " " + value(c.value())
	case OpOneOf, OpNotOneOf:
		shown := make([]string, len(c.Values))
		for i, text := range c.Values {
			shown[i] = value(text)
		}
		return operatorInfos[c.Op].label + " " + strings.Join(shown, ", ")
	case OpEqual:
		return "is the number " + c.value()
	case OpNotEqual:
		return "is not the number " + c.value()
	case OpLess:
		return "is less than " + c.value()
	case OpAtMost:
		return "is at most " + c.value()
	case OpGreater:
		return "is more than " + c.value()
	case OpAtLeast:
		return "is at least " + c.value()
	case OpBefore:
		return "is before " + dateWords(c.value())
	case OpAfter:
		return "is after " + dateWords(c.value())
	}
	return operatorInfos[c.Op].label
}

// fieldWords names a clause's field as one would in a sentence.
func fieldWords(c *Clause) string {
	key := joinKey(c.Field.Path)
	switch c.Field.Kind {
	case FieldType:
		return "the event type"
	case FieldEvent:
		switch c.Op {
		case OpIs, OpIsNot, OpOneOf, OpNotOneOf:
			return "the event"
		}
		return "the event name"
	case FieldUserID:
		return "the user id"
	case FieldAnonymousID:
		return "the anonymous id"
	case FieldGroupID:
		return "the group id"
	case FieldName:
		return "the page name"
	case FieldCategory:
		return "the page category"
	case FieldTrait:
		return "the trait " + key
	case FieldContext:
		return "the context’s " + key
	case FieldPerson:
		return "the person’s " + key
	}
	return key
}

// plain shows a text bare where it reads well so, and quoted where it could be taken for other words.
func plain(text string) string {
	padded := " " + text + " "
	if text == "" || strings.TrimSpace(text) != text || strings.ContainsAny(text, ",;()“”\n") ||
		strings.Contains(padded, " and ") || strings.Contains(padded, " or ") {
		return quoted(text)
	}
	return text
}

func quoted(text string) string { return "“" + text + "”" }

// dateWords shows a date as "31 January 2026", and a time with it in UTC.
func dateWords(text string) string {
	m, ok := parseMoment(text)
	switch {
	case !ok:
		return plain(text)
	case m.day:
		return m.at.Format("2 January 2006")
	case m.at.Second() == 0 && m.at.Nanosecond() == 0:
		return m.at.Format("2 January 2006 15:04 UTC")
	}
	return m.at.Format("2 January 2006 15:04:05.999999999 UTC")
}
