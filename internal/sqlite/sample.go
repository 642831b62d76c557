package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

const sampleColumns = "destination_id, minute, events, delivered, retrying, failed, spans, waiting, overdue_ms"

func scanSample(r row) (hookline.Sample, error) {
	var s hookline.Sample
	var minute, overdue int64
	var spans string
	err := r.Scan(&s.DestinationID, &minute, &s.Events, &s.Delivered, &s.Retrying, &s.Failed, &spans, &s.Waiting, &overdue)
	s.Minute, s.Spans, s.Overdue = time.Unix(minute*60, 0).UTC(), hookline.ReadSpans(spans), time.Duration(overdue)*time.Millisecond
	return s, err
}

const listSamplesQuery = "select " + sampleColumns + " from health_samples where destination_id = $1 and minute >= $2 order by minute"

// ListSamples gives the samples of a destination, "" for the whole house, since
// a time, the oldest first.
func (s *Store) ListSamples(ctx context.Context, destinationID string, since time.Time) ([]hookline.Sample, error) {
	rows, err := s.reads.QueryContext(ctx, listSamplesQuery, destinationID, minuteOf(since))
	if err != nil {
		return nil, fmt.Errorf("read samples: %w", err)
	}
	return collect(rows, scanSample)
}

const sumSamplesQuery = `select destination_id, sum(delivered), sum(retrying), sum(failed) from health_samples
	where minute >= $1 and destination_id <> '' group by destination_id`

// SumSamples adds up the attempts of each destination since a time.
func (s *Store) SumSamples(ctx context.Context, since time.Time) (map[string]hookline.Sample, error) {
	rows, err := s.reads.QueryContext(ctx, sumSamplesQuery, minuteOf(since))
	if err != nil {
		return nil, fmt.Errorf("add up samples: %w", err)
	}
	list, err := collect(rows, func(r row) (s hookline.Sample, err error) {
		err = r.Scan(&s.DestinationID, &s.Delivered, &s.Retrying, &s.Failed)
		return s, err
	})
	sums := make(map[string]hookline.Sample, len(list))
	for _, one := range list {
		sums[one.DestinationID] = one
	}
	return sums, err
}

// SaveSamples adds samples to those that are kept of the same minutes.
func (s *Store) SaveSamples(ctx context.Context, samples []hookline.Sample) error {
	return s.write(ctx, func(t *tx) error { return addSamples(t, samples) })
}

func addSamples(t *tx, samples []hookline.Sample) error {
	return changeSamples(t, samples, hookline.Sample.Add)
}

const (
	readSampleQuery = "select " + sampleColumns + " from health_samples where destination_id = $1 and minute = $2"
	saveSampleQuery = "insert into health_samples (" + sampleColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
	on conflict (destination_id, minute) do update set events = excluded.events, delivered = excluded.delivered, retrying = excluded.retrying,
		failed = excluded.failed, spans = excluded.spans, waiting = excluded.waiting, overdue_ms = excluded.overdue_ms`
)

// changeSamples joins each sample to the one that is kept of its minute.
func changeSamples(t *tx, samples []hookline.Sample, join func(kept, with hookline.Sample) hookline.Sample) error {
	for _, one := range samples {
		minute := minuteOf(one.Minute)
		kept, err := scanSample(t.queryRow(readSampleQuery, one.DestinationID, minute))
		if err := found(err, "sample"); err != nil && hookline.KindOf(err) != hookline.KindNotFound {
			return err
		}
		kept = join(kept, one)
		if kept.Empty() {
			if _, err := t.exec("delete from health_samples where destination_id = $1 and minute = $2", one.DestinationID, minute); err != nil {
				return fmt.Errorf("delete sample: %w", err)
			}
			continue
		}
		_, err = t.exec(saveSampleQuery, one.DestinationID, minute, kept.Events, kept.Delivered, kept.Retrying, kept.Failed,
			kept.Spans.String(), kept.Waiting, kept.Overdue.Milliseconds())
		if err != nil {
			return fmt.Errorf("save sample: %w", err)
		}
	}
	return nil
}

// ForgetSamples removes those from before a time.
func (s *Store) ForgetSamples(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("delete from health_samples where minute < $1", minuteOf(before)); err != nil {
			return fmt.Errorf("delete samples: %w", err)
		}
		return nil
	})
}
