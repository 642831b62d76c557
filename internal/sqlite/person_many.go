package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// PeopleByID gives the people with these ids, who are there, as they are now.
func (s *Store) PeopleByID(ctx context.Context, ids []string) ([]hookline.Person, error) {
	var people []hookline.Person
	err := s.byPerson(ctx, "select "+personColumns+" from people where id in ", ids, func(r row) error {
		p, err := scanPerson(r)
		people = append(people, p)
		return err
	})
	return people, err
}

// PeopleAfter gives at most limit people that follow the one named, in the order
// of ids, none after the other named; upTo "": to the end.
func (s *Store) PeopleAfter(ctx context.Context, after, upTo string, limit int) ([]hookline.Person, error) {
	if upTo == "" {
		upTo = "per`" // after every id
	}
	rows, err := s.reads.QueryContext(ctx, "select "+personColumns+" from people where id > $1 and id <= $2 order by id limit $3", after, upTo, limit)
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	return collect(rows, scanPerson)
}
