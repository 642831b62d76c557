package condition

import (
	"strconv"
	"strings"
)

// setDeed fills a row with what a deed's field says.
func (r *Row) setDeed(f *Field) {
	r.Key = deedKey(f.eventName())
	if span, within := f.within(); within {
		r.Within, r.Unit = strconv.Itoa(span.N), span.Unit
	}
}

// deedClause returns the clause that a row about deeds describes, and what keeps it from being one.
func (r *Row) deedClause() (*Clause, problem) {
	clause := &Clause{Field: Field{Kind: FieldDeed}, Op: r.Op, Values: r.values()}
	name, complaint := readDeedKey(r.Key)
	if complaint != "" {
		return clause, problem{partKey, complaint}
	}
	clause.Field.Path = []string{name}
	if r.Unit == "" {
		return clause, clause.problem()
	}
	span, wrong := r.span()
	if wrong.message != "" {
		return clause, wrong
	}
	clause.Field.Path = append(clause.Field.Path, span.String())
	return clause, clause.problem()
}

// span reads within which time a deed counts.
func (r *Row) span() (Span, problem) {
	unit, known := spanUnit(r.Unit)
	if !known {
		return Span{}, problem{partUnit, "Choose minutes, hours, days or weeks, or “ever”."}
	}
	n, err := strconv.Atoi(strings.TrimSpace(r.Within))
	if err != nil {
		n = 0 // which spanProblem explains
	}
	span := Span{n, unit}
	return span, problem{partWithin, spanProblem(span)}.orNone()
}

// deedKey writes an event's name as the builder's key field shows it: as it is, unless it would not come back the
// same way.
func deedKey(name string) string {
	if name == "" || name[0] == '"' || strings.ContainsAny(name, "\n\r\t") || strings.TrimSpace(name) != name {
		return string(appendQuoted(nil, name))
	}
	return name
}

// readDeedKey reads what a person typed as an event's name; dots mean nothing in it.
func readDeedKey(key string) (name, complaint string) {
	key = strings.TrimSpace(key)
	if key == "" {
		return "", "Type the name of an event, like Order Completed."
	}
	if key[0] != '"' {
		return key, ""
	}
	s := scanner{text: key}
	name, ok := s.quoted()
	if !ok || !s.atEnd() {
		return "", "Type the name of the event without quotes."
	}
	return name, ""
}
