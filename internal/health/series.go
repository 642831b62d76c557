package health

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

// Range is a stretch of time that a chart may show.
type Range struct {
	Name  string        // as addresses have it
	Words string        // for people
	Span  time.Duration // how far back it goes
	Step  time.Duration // what a point of the chart stands for
	Row   time.Duration // what a row of the table stands for
}

// Ranges lists them, the shortest first.
func Ranges() []Range {
	return []Range{
		{"1h", "1 hour", time.Hour, time.Minute, 5 * time.Minute},
		{"24h", "24 hours", 24 * time.Hour, 5 * time.Minute, time.Hour},
		{"7d", "7 days", 7 * 24 * time.Hour, 30 * time.Minute, 6 * time.Hour},
	}
}

// RangeNamed finds a range; what is none is 24 hours.
func RangeNamed(name string) Range {
	for _, r := range Ranges() {
		if r.Name == name {
			return r
		}
	}
	return Ranges()[1]
}

// Series is what happened in a range, in order and without gaps.
type Series struct {
	Range  Range
	Points []hookline.Sample // by Range.Step; Minute is when each begins
	Rows   []hookline.Sample // by Range.Row
	Sum    hookline.Sample   // of all of it
}

// Series gives what a chart shows of a destination, "" for the whole house. The
// steps are those of the clock, and the last one is not over.
func (s *Sampler) Series(ctx context.Context, destinationID string, r Range, now time.Time) (Series, error) {
	end := now.UTC().Truncate(r.Row).Add(r.Row)
	begin := end.Add(-r.Span)
	samples, err := s.samples(ctx, destinationID, begin)
	if err != nil {
		return Series{}, err
	}
	series := Series{
		Range: r, Points: gather(samples, begin, now, r.Step), Rows: gather(samples, begin, now, r.Row),
	}
	for _, one := range series.Rows {
		series.Sum = series.Sum.Add(one)
	}
	return series, nil
}

// gather adds samples up by step, from begin until now.
func gather(samples []hookline.Sample, begin, now time.Time, step time.Duration) []hookline.Sample {
	steps := make([]hookline.Sample, int(now.Sub(begin)/step)+1)
	for i := range steps {
		steps[i].Minute = begin.Add(time.Duration(i) * step)
	}
	for _, one := range samples {
		i := int(one.Minute.Sub(begin) / step)
		if one.Minute.Before(begin) || i >= len(steps) {
			continue
		}
		steps[i] = steps[i].Add(one)
	}
	return steps
}
