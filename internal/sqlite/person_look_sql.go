package sqlite

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// goesBy is "identity is one of the names".
func (l *personLook) goesBy(q *listQuery) string {
	text := ""
	for i, name := range l.names {
		if i > 0 {
			text += " or "
		}
		text += "identity between " + q.arg(name[0]) + " and " + q.arg(name[1])
	}
	return "(" + text + ")"
}

// named selects something of those who go by the names, each name for itself:
// SQLite would gather the rows of an "or" before it gives the first.
func (l *personLook) named(q *listQuery, column, narrower string) string {
	arms := make([]string, len(l.names))
	for i, name := range l.names {
		arms[i] = "select " + column + " from identities where identity between " + q.arg(name[0]) + " and " + q.arg(name[1]) + narrower
	}
	return strings.Join(arms, " union all ")
}

// countNamed finds out how many names there are, and whether these are too many to be
// put in order, or more than there are people to walk through.
func (l *personLook) countNamed(ctx context.Context) error {
	q, most := newList(""), manyNamed
	if !l.among.everybody() {
		most = min(most, l.among.size)
	}
	text := "select count(*) from (" + l.named(q, "1", "") + " limit " + strconv.Itoa(most+1) + ")"
	if err := l.db.QueryRowContext(ctx, text, q.args...).Scan(&l.count); err != nil {
		return fmt.Errorf("count people by name: %w", err)
	}
	l.many = l.count > most
	return nil
}

// isNamed says whether a person goes by one of the names, and so stands with
// those; nobody does when they are too many.
func (l *personLook) isNamed(ctx context.Context, id string) (named bool, err error) {
	if l.many || id == "" {
		return false, nil
	}
	q := newList("")
	text := "select exists (select 1 from identities where person_id = " + q.arg(id) + " and " + l.goesBy(q) + ")"
	if err := l.db.QueryRowContext(ctx, text, q.args...).Scan(&named); err != nil {
		return false, fmt.Errorf("read names: %w", err)
	}
	return named, nil
}

// listNamed gives at most so many of those who go by the names, from a row on or
// from the end. Of the names so many are put in order as are mostly enough, and only
// when they are not, as with few of them in a segment, many more: what is put in
// order costs most when names and people are in different orders.
func (l *personLook) listNamed(ctx context.Context, from string, up bool, most int) ([]hookline.Member, error) {
	for names := 4 * most; ; names *= 32 {
		q := newList("")
		found, err := l.read(ctx, q, l.namedText(q, from, up, names), up, most)
		if err != nil || len(found) == most || names >= l.count {
			return found, err
		}
	}
}

func (l *personLook) namedText(q *listQuery, from string, up bool, names int) string {
	return l.among.selected(q) + " and " + l.among.id() + " in (select person_id from (" + l.named(q, "person_id", beyond(q, "+person_id", from, up)) + ")" +
		inOrder("person_id", up) + " limit " + strconv.Itoa(names) + ")"
}

// stride gives the last of the next so many people, and whether there are no more
// after them.
func (l *personLook) stride(ctx context.Context, from string, up bool, n int) (last string, end bool, err error) {
	q, count, of := newList(""), 0, "min"
	if up {
		of = "max"
	}
	id := l.among.id()
	text := "select count(*), coalesce(" + of + "(" + id + "), '') from (select " + id + l.among.rows(q) + beyond(q, id, from, up) + inOrder(id, up) + " limit " + strconv.Itoa(n) + ")"
	if err := l.db.QueryRowContext(ctx, text, q.args...).Scan(&count, &last); err != nil {
		return "", false, fmt.Errorf("walk through people: %w", err)
	}
	return last, count < n, nil
}

// fitting gives at most so many of those who fit, after from and up to last, who
// go by none of the names.
func (l *personLook) fitting(ctx context.Context, from, last string, up bool, most int) ([]hookline.Member, error) {
	q := newList("")
	return l.read(ctx, q, l.fittingText(q, from, last, up), up, most)
}

func (l *personLook) fittingText(q *listQuery, from, last string, up bool) string {
	id, to := l.among.id(), " >= "
	if up {
		to = " <= "
	}
	text := l.among.selected(q) + beyond(q, id, from, up) + " and " + id + to + q.arg(last) + " and (attributes like " + q.arg(l.holds) +
		` escape '\' or user_id like ` + q.arg(l.begins) + ` escape '\' or email like ` + q.arg(l.begins) + ` escape '\')`
	if !l.many {
		text += " and not exists (select 1 from identities where person_id = people.id and " + l.goesBy(q) + ")"
	}
	return text
}

func (l *personLook) read(ctx context.Context, q *listQuery, text string, up bool, most int) ([]hookline.Member, error) {
	rows, err := l.db.QueryContext(ctx, text+inOrder(l.among.id(), up)+" limit "+strconv.Itoa(most), q.args...)
	if err != nil {
		return nil, fmt.Errorf("look for people: %w", err)
	}
	return collect(rows, scanMember)
}

// beyond narrows to what follows a row; an empty one does not narrow.
func beyond(q *listQuery, id, from string, up bool) string {
	switch {
	case from == "":
		return ""
	case up:
		return " and " + id + " > " + q.arg(from)
	}
	return " and " + id + " < " + q.arg(from)
}

func inOrder(id string, up bool) string {
	if up {
		return " order by " + id
	}
	return " order by " + id + " desc"
}
