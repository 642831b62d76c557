package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// found turns "no rows" into an error that names the noun.
func found(err error, noun string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return hookline.NotFound(noun)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", noun, err)
	}
	return nil
}

// collect scans all rows and closes them.
func collect[T any](rows rows, scan func(row) (T, error)) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("scan row: %w", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return all, nil
}

// listQuery is a select under construction, with a where clause that grows.
type listQuery struct {
	text    string
	terms   []string
	args    []any
	id      string // the column that orders the list
	keyed   bool   // which holds keys, not ids
	counted bool   // which holds numbers from 1

	table  string // of each; "" for a list that is narrowed by terms alone
	alias  string // by which id and the terms name it, with a blank before it; "" when they do not
	wanted string
	late   late // by which it goes; see byLate

	// from, such as "deliveries d", has the rows narrowed and put in order before
	// anything is joined to them, for terms whose index has not the list's order:
	// what is many is then sorted by its ids alone.
	from string
	by   string // the column of from's that has the list's order, when an index gives it
}

func newList(text string) *listQuery { return &listQuery{text: text, id: "id"} }

// where adds a term; each ? in it stands for one of args.
func (q *listQuery) where(term string, args ...any) {
	for _, arg := range args {
		term = strings.Replace(term, "?", q.arg(arg), 1)
	}
	q.terms = append(q.terms, term)
}

// arg adds an argument and gives what stands for it.
func (q *listQuery) arg(value any) string {
	q.args = append(q.args, value)
	return "$" + strconv.Itoa(len(q.args))
}

// in adds "column is one of values"; no values do not narrow.
func (q *listQuery) in(column string, values []string) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	q.where(column+" in ("+strings.Repeat("?, ", len(values)-1)+"?)", args...)
}

// oneOf adds "column is one of values"; of no values it is none.
func (q *listQuery) oneOf(column string, values []string) {
	if len(values) == 0 {
		q.where("1 = 0")
	}
	q.in(column, values)
}

// each narrows a list of table's rows to those whose column is one of values;
// no values do not narrow. Unlike in, it is for many rows and an index on
// (column, id): that has the order of each value's rows and not of all together,
// so the first ones of each value are taken, and only they are sorted.
func (q *listQuery) each(table, column string, values []string) {
	if len(values) == 0 {
		return
	}
	q.table = table
	q.want(values)
	q.where(column + " = wanted.value")
}

// want makes values a table, wanted, of the statement.
func (q *listQuery) want(values []string) {
	rows := make([]string, len(values))
	for i, value := range values {
		rows[i] = "(cast(" + q.arg(value) + " as text))"
	}
	q.wanted = "with wanted (value) as (values " + strings.Join(rows, ", ") + ") "
}

// statement adds the keyset terms of c and gives the whole statement, for so many
// rows.
func (q *listQuery) statement(c hookline.Cursor, most int) string {
	order, keyset := " desc", ""
	switch {
	case c.After != "":
		order, keyset = " asc", " > "+q.arg(q.place(c.After))
	case c.Before != "":
		keyset = " < " + q.arg(q.place(c.Before))
	}
	limit := " limit " + strconv.Itoa(most)
	if q.late != (late{}) {
		return q.lateStatement(keyset, order, limit)
	}
	if keyset != "" {
		q.terms = append(q.terms, cmp.Or(q.by, q.id)+keyset)
	}
	end := " order by " + q.id + order + limit
	where := ""
	if len(q.terms) > 0 {
		where = " where " + strings.Join(q.terms, " and ")
	}
	switch {
	case q.from != "" && q.by != "":
		return q.text + " where " + q.id + " in (select " + q.id + " from " + q.from + where + " order by " + q.by + order + limit + ")" + end
	case q.from != "": // the plus keeps SQLite from going by the list's order
		return q.text + " where " + q.id + " in (select " + q.id + " from " + q.from + where + " order by +" + q.id + order + limit + ")" + end
	case q.table == "":
		return q.text + where + end
	}
	return q.wanted + q.text + " where " + q.id + " in (select one.id from wanted join " + q.table + " one on one.id in (select " +
		q.id + " from " + q.table + q.alias + where + end + "))" + end
}

// place is an id as the column holds it.
func (q *listQuery) place(id string) any {
	switch {
	case q.keyed:
		return hookline.KeyOf(id)
	case q.counted:
		n, _ := strconv.Atoi(id) // what is no number is before all of them
		return n
	}
	return id
}

// list runs q as one keyset page; it never counts or skips. The row that it reads
// in excess tells whether the list goes on.
func list[T any](ctx context.Context, db *sql.DB, q *listQuery, c hookline.Cursor, scan func(row) (T, error)) (hookline.Listing[T], error) {
	text := q.statement(c, c.Size()+1)
	rows, err := db.QueryContext(ctx, text, q.args...)
	if err != nil {
		return hookline.Listing[T]{}, fmt.Errorf("list: %w", err)
	}
	all, err := collect(rows, scan)
	if err != nil {
		return hookline.Listing[T]{}, err
	}
	return page(all, c), nil
}

// page cuts the row that was read in excess and puts the newest first.
func page[T any](all []T, c hookline.Cursor) hookline.Listing[T] {
	more := len(all) > c.Size()
	if more {
		all = all[:c.Size()]
	}
	if c.After != "" {
		slices.Reverse(all)
		return hookline.Listing[T]{Rows: all, Newer: more, Older: true}
	}
	return hookline.Listing[T]{Rows: all, Older: more, Newer: c.Before != ""}
}
