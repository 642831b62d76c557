package segment

import (
	"context"

	"hookline/internal/hookline"
)

// build goes on with first counts: of deeds that were done before they were
// counted, then of people.
func (s *Stage) build(ctx context.Context) (int, error) {
	if n, err := s.countBefore(ctx); n > 0 || err != nil {
		return n, err
	}
	return s.askEverybody(ctx)
}

// countBefore counts a stretch of the event log, for all kinds of deeds whose
// counting has come to the same place.
func (s *Stage) countBefore(ctx context.Context) (int, error) {
	var first *hookline.CountedDeed
	names, numbers := []string{}, map[string][]int64{}
	for i := range s.plan.Deeds {
		d := &s.plan.Deeds[i]
		switch {
		case d.Complete():
			continue
		case first == nil:
			first = d
		case d.Place != first.Place || d.Before != first.Before:
			continue
		}
		if numbers[d.Event] == nil {
			names = append(names, d.Event)
		}
		numbers[d.Event] = append(numbers[d.Event], d.Number)
	}
	if first == nil {
		return 0, nil
	}
	news, err := s.store.DeedsAfter(ctx, first.Place, first.Before, names, atOnce)
	if err != nil {
		return 0, err
	}
	place := first.Before
	if len(news.Events) == atOnce {
		place = news.Events[atOnce-1].ID
	}
	c := newCrowd(s.plan)
	for i := range news.Events {
		e := &news.Events[i]
		if person, known := news.People[e.Identity()]; known {
			c.someone(person).add(e, numbers[e.Name])
		} else {
			c.hearNobody(e, numbers[e.Name])
		}
	}
	round := hookline.SegmentRound{Version: s.plan.Version, From: s.plan.Cursor, To: s.plan.Cursor, Deeds: c.deeds()}
	for _, name := range names {
		for _, number := range numbers[name] {
			round.Counted = append(round.Counted, hookline.DeedPlace{Deed: number, Place: place})
		}
	}
	if err := s.store.RecordSegments(ctx, round); err != nil {
		return 0, err
	}
	s.plan = nil // whose counting is complete, others wait for
	return max(len(news.Events), 1), nil
}

// askEverybody asks a stretch of people in the first counts that have come to the
// same place.
func (s *Stage) askEverybody(ctx context.Context) (int, error) {
	front, upTo := s.front()
	if len(front) == 0 {
		return 0, nil
	}
	people, err := s.store.PeopleAfter(ctx, front[0].Place, upTo, atOnce)
	if err != nil {
		return 0, err
	}
	c := newCrowd(s.plan)
	for _, person := range people {
		c.someone(person).touch(s.plan, front)
	}
	round := hookline.SegmentRound{Version: s.plan.Version, From: s.plan.Cursor, To: s.plan.Cursor}
	if err := s.ask(ctx, c, s.now(), true, &round); err != nil {
		return 0, err
	}
	place := upTo
	if len(people) == atOnce || upTo == "" && len(people) > 0 {
		place = people[len(people)-1].ID
	}
	if place == "" {
		place = front[0].Place
	}
	ready := upTo == "" && len(people) < atOnce
	for _, g := range front {
		round.Built = append(round.Built, hookline.BuildPlace{Segment: g.Number, Place: place, Asked: len(people), Ready: ready})
	}
	if err := s.store.RecordSegments(ctx, round); err != nil {
		return 0, err
	}
	for _, g := range front {
		g.Place = place
	}
	if ready {
		s.plan = nil
	}
	return max(len(people), 1), nil
}

// front are the segments whose first counts have come least far, and where the
// next ones are, "" when there are none.
func (s *Stage) front() (front []*asking, upTo string) {
	for _, g := range s.plan.segments {
		if g.condition == nil || g.State == hookline.SegmentReady || g.waits {
			continue
		}
		switch {
		case len(front) == 0 || g.Place < front[0].Place:
			if len(front) > 0 {
				upTo = front[0].Place
			}
			front = []*asking{g}
		case g.Place == front[0].Place:
			front = append(front, g)
		case upTo == "" || g.Place < upTo:
			upTo = g.Place
		}
	}
	return front, upTo
}
