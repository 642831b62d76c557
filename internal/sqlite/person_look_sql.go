package sqlite

import (
	"context"
	"fmt"
	"strconv"

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

// countNamed finds out whether those who go by the names are too many to be
// sorted.
func (l *personLook) countNamed(ctx context.Context) error {
	q, n := newList(""), 0
	text := "select count(*) from (select 1 from identities where " + l.goesBy(q) + " limit " + strconv.Itoa(manyNamed+1) + ")"
	if err := l.db.QueryRowContext(ctx, text, q.args...).Scan(&n); err != nil {
		return fmt.Errorf("count people by name: %w", err)
	}
	l.many = n > manyNamed
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
// from the end.
func (l *personLook) listNamed(ctx context.Context, from string, up bool, most int) ([]hookline.Person, error) {
	q := newList("")
	text := "select " + personColumns + " from people where id in (select person_id from identities where " + l.goesBy(q) + ")" + beyond(q, from, up)
	return l.read(ctx, q, text, up, most)
}

// stride gives the last of the next so many people, and whether there are no more
// after them.
func (l *personLook) stride(ctx context.Context, from string, up bool, n int) (last string, end bool, err error) {
	q, count, of := newList(""), 0, "min"
	if up {
		of = "max"
	}
	text := "select count(*), coalesce(" + of + "(id), '') from (select id from people where 1 = 1" + beyond(q, from, up) + inOrder(up) + " limit " + strconv.Itoa(n) + ")"
	if err := l.db.QueryRowContext(ctx, text, q.args...).Scan(&count, &last); err != nil {
		return "", false, fmt.Errorf("walk through people: %w", err)
	}
	return last, count < n, nil
}

// fitting gives at most so many of those who fit, after from and up to last, who
// go by none of the names.
func (l *personLook) fitting(ctx context.Context, from, last string, up bool, most int) ([]hookline.Person, error) {
	q := newList("")
	text := "select " + personColumns + " from people where 1 = 1" + beyond(q, from, up)
	if up {
		text += " and id <= " + q.arg(last)
	} else {
		text += " and id >= " + q.arg(last)
	}
	text += ` and (lower(attributes) like lower(` + q.arg(l.holds) + `) escape '\' or lower(user_id) like lower(` + q.arg(l.begins) +
		`) escape '\' or lower(email) like lower(` + q.arg(l.begins) + `) escape '\')`
	if !l.many {
		text += " and not exists (select 1 from identities where person_id = people.id and " + l.goesBy(q) + ")"
	}
	return l.read(ctx, q, text, up, most)
}

func (l *personLook) read(ctx context.Context, q *listQuery, text string, up bool, most int) ([]hookline.Person, error) {
	rows, err := l.db.QueryContext(ctx, text+inOrder(up)+" limit "+strconv.Itoa(most), q.args...)
	if err != nil {
		return nil, fmt.Errorf("look for people: %w", err)
	}
	return collect(rows, scanPerson)
}

// beyond narrows to what follows a row; an empty one does not narrow.
func beyond(q *listQuery, from string, up bool) string {
	switch {
	case from == "":
		return ""
	case up:
		return " and id > " + q.arg(from)
	}
	return " and id < " + q.arg(from)
}

func inOrder(up bool) string {
	if up {
		return " order by id"
	}
	return " order by id desc"
}
