package storetest

import (
	"slices"
	"testing"

	"hookline/internal/hookline"
)

// pageSize does not divide the numbers of rows that are used, so that a last
// page is short.
const pageSize = 3

// checkPages walks a list to its end and back: each row comes once, newest
// first, and the list says truthfully whether it goes on. ids are all ids that
// the list holds, oldest first.
func checkPages[T any](t *testing.T, ids []string, idOf func(T) string, page func(hookline.Cursor) (hookline.Listing[T], error)) {
	t.Helper()
	want := slices.Clone(ids)
	slices.Reverse(want)

	var down []string
	last := hookline.Listing[T]{Older: true}
	for c := (hookline.Cursor{Limit: pageSize}); last.Older; c.Before = down[len(down)-1] {
		last = must(page(c))(t)
		if last.Newer != (c.Before != "") || len(last.Rows) == 0 {
			t.Fatalf("page before %q: Newer = %v with %d rows", c.Before, last.Newer, len(last.Rows))
		}
		down = append(down, idsOf(last, idOf)...)
	}
	equal(t, "walk to the oldest", down, want)

	up := idsOf(last, idOf)
	for last.Newer {
		last = must(page(hookline.Cursor{After: up[0], Limit: pageSize}))(t)
		if !last.Older || len(last.Rows) == 0 {
			t.Fatalf("page after %q: Older = %v with %d rows", up[0], last.Older, len(last.Rows))
		}
		up = append(idsOf(last, idOf), up...)
	}
	equal(t, "walk back to the newest", up, want)
}

func idsOf[T any](page hookline.Listing[T], idOf func(T) string) []string {
	ids := make([]string, len(page.Rows))
	for i, row := range page.Rows {
		ids[i] = idOf(row)
	}
	return ids
}
