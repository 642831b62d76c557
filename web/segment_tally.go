package web

import (
	"context"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

type tallyStore interface {
	TallyPeople(ctx context.Context, condition string, samples int) (hookline.Tally, error)
}

// talliedPeople is how many of those who meet a condition are shown while it is built.
const talliedPeople = 5

// tally counts who meets a condition now. That a condition cannot be counted is told where the count would be.
func (s *server) tally(ctx context.Context, c *condition.Condition) (*hookline.Tally, error) {
	t, err := s.Store.TallyPeople(ctx, c.String(), talliedPeople)
	return &t, err
}
