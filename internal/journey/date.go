package journey

import (
	"context"
	"encoding/json"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

type dateStore interface {
	// PeopleAfter gives people that follow one, by their ids.
	PeopleAfter(ctx context.Context, after, upTo string, limit int) ([]hookline.Person, error)
	// DatesLooked gives when a campaign was last looked through for dates.
	DatesLooked(ctx context.Context, campaignID string) (time.Time, error)
	// KeepDates notes dates that come soon, each once.
	KeepDates(ctx context.Context, dates []hookline.CampaignDate) error
	// FinishDates notes when a campaign was looked through, and forgets those of
	// long ago.
	FinishDates(ctx context.Context, campaignID string, at, before time.Time) error
	DatesDue(ctx context.Context, campaignID string, at time.Time, limit int) ([]hookline.CampaignDate, error)
	// RecordDates has the journeys begin of dates that have come.
	RecordDates(ctx context.Context, dates []hookline.CampaignDate, begins []hookline.JourneyBegin) (began int, err error)
}

// Everybody is gone through for dates each datesEvery: those that come before the
// next time are noted, and those that have come since the last, for people who
// were not yet as they are now, and for when nobody looked.
const (
	datesEvery   = 15 * time.Minute
	peopleAtOnce = 1000
)

// dateKey is a campaign as it was when everybody was gone through for it.
type dateKey struct {
	campaignID string
	version    int64
}

// enterByDate lets those enter whose date has come.
func (e *Engine) enterByDate(ctx context.Context, now *plans) (worked bool, err error) {
	for _, p := range now.of(hookline.TriggerDate) {
		looked := dateKey{p.ID, p.Version}
		if at := e.now(); !at.Before(e.dates[looked]) {
			if err := e.lookForDates(ctx, p, at); err != nil {
				return worked, err
			}
			e.dates[looked] = at.Add(datesEvery)
		}
		due, err := e.store.DatesDue(ctx, p.ID, e.now(), entriesAtOnce)
		if err != nil {
			return worked, err
		}
		if len(due) > 0 {
			worked = true
			if err := e.dateCame(ctx, p, due); err != nil {
				return worked, err
			}
		}
	}
	return worked, nil
}

// lookForDates goes through everybody.
func (e *Engine) lookForDates(ctx context.Context, p *plan, at time.Time) error {
	since, err := e.store.DatesLooked(ctx, p.ID)
	if err != nil {
		return err
	}
	if since.IsZero() {
		since = p.StartedAt
	}
	for after := ""; ctx.Err() == nil; {
		people, err := e.store.PeopleAfter(ctx, after, "", peopleAtOnce)
		if err != nil {
			return err
		}
		var dates []hookline.CampaignDate
		for i := range people {
			if comes, ok := p.dateOf(&people[i], since, at.Add(datesEvery)); ok {
				dates = append(dates, hookline.CampaignDate{CampaignID: p.ID, PersonID: people[i].ID, At: comes})
			}
		}
		if len(dates) > 0 {
			if err := e.store.KeepDates(ctx, dates); err != nil {
				return err
			}
		}
		if len(people) < peopleAtOnce {
			return e.store.FinishDates(ctx, p.ID, at, since)
		}
		after = people[len(people)-1].ID
	}
	return ctx.Err()
}

// dateCame lets those begin whose attribute still says so.
func (e *Engine) dateCame(ctx context.Context, p *plan, due []hookline.CampaignDate) error {
	ids := make([]string, len(due))
	for i, d := range due {
		ids[i] = d.PersonID
	}
	all, err := e.readPeople(ctx, ids, p.asks)
	if err != nil {
		return err
	}
	var begins []hookline.JourneyBegin
	for _, d := range due {
		person := all.byID[d.PersonID]
		if person == nil || !p.trigger.Met(all.subject(person, nil)) {
			continue
		}
		if comes, ok := p.dateOf(person, d.At.Add(-time.Microsecond), d.At); !ok || !comes.Equal(d.At) {
			continue
		}
		trigger, err := json.Marshal(map[string]string{"attribute": p.Trigger.Attribute, "date": d.At.Add(-p.Trigger.Shift).Format(time.RFC3339)})
		if err != nil {
			return err
		}
		begins = append(begins, p.begin(d.PersonID, "", trigger, e.now()))
	}
	_, err = e.store.RecordDates(ctx, due, begins)
	return err
}

// dateOf gives the moment, after one and not after another, at which a person's
// date lets them enter.
func (p *plan) dateOf(person *hookline.Person, after, until time.Time) (time.Time, bool) {
	attributes, err := condition.Customer(person)
	if err != nil {
		return time.Time{}, false
	}
	date, ok := condition.MomentOf(attributes.Look(p.Trigger.Attribute))
	if !ok {
		return time.Time{}, false
	}
	in := func(at time.Time) bool { return at.After(after) && !at.After(until) }
	if at := date.Add(p.Trigger.Shift).Truncate(time.Microsecond); !p.Trigger.Yearly {
		return at, in(at)
	}
	for year := after.Add(-p.Trigger.Shift).Year(); year <= until.Add(-p.Trigger.Shift).Year(); year++ {
		if at := inYear(date, year).Add(p.Trigger.Shift).Truncate(time.Microsecond); year >= date.Year() && in(at) {
			return at, true
		}
	}
	return time.Time{}, false
}

// inYear is the same day of another year; 29 February is the 28th where there is
// none.
func inYear(date time.Time, year int) time.Time {
	day := date.Day()
	if date.Month() == time.February && day == 29 && time.Date(year, 2, 29, 0, 0, 0, 0, time.UTC).Month() != time.February {
		day = 28
	}
	return time.Date(year, date.Month(), day, date.Hour(), date.Minute(), date.Second(), date.Nanosecond(), time.UTC)
}
