package sqlite

import (
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// The demo's attempts by destination, minute and outcome, and its events by
// minute. An attempt counts when it ended.
func (p demoParts) attempts() string {
	of := "select d.destination_id, (a.started_at + a.duration_us) / 60000000 minute, a.outcome, a.duration_us from deliveries d join attempts a on "
	where := " where d.destination_id " + p.destinations + " and d.origin <> 'test'"
	return of + "a.id = d.id" + where + " union all " + of + "a.delivery_id = d.id and a.number > 1" + where
}

func (p demoParts) events() string {
	return "select received_at / 60000000, count(*) from events where source_id " + p.sources + " group by 1"
}

// dateDemoSamples counts what the demo's deliveries came to at the times to
// which they were moved, instead of when they were made.
func dateDemoSamples(t *tx, p demoParts) error {
	if err := removeDemoSamples(t, p, false); err != nil {
		return err
	}
	rows, err := t.query(p.attempts())
	if err != nil {
		return fmt.Errorf("read the demo's attempts: %w", err)
	}
	samples, err := collect(rows, func(r row) (s hookline.Sample, err error) {
		var minute, took int64
		var outcome hookline.State
		err = r.Scan(&s.DestinationID, &minute, &outcome, &took)
		s.Minute = time.Unix(minute*60, 0).UTC()
		switch outcome {
		case hookline.StateDelivered:
			s.Delivered = 1
		case hookline.StateRetrying:
			s.Retrying = 1
		default:
			s.Failed = 1
		}
		s.Spans[hookline.SpanClass(time.Duration(took)*time.Microsecond)] = 1
		return s, err
	})
	if err != nil {
		return err
	}
	for _, one := range samples[:len(samples):len(samples)] {
		one.DestinationID = ""
		samples = append(samples, one)
	}
	events, err := demoEvents(t, p)
	if err != nil {
		return err
	}
	return addSamples(t, append(samples, events...))
}

func demoEvents(t *tx, p demoParts) ([]hookline.Sample, error) {
	rows, err := t.query(p.events())
	if err != nil {
		return nil, fmt.Errorf("count the demo's events: %w", err)
	}
	return collect(rows, func(r row) (s hookline.Sample, err error) {
		var minute int64
		err = r.Scan(&minute, &s.Events)
		s.Minute = time.Unix(minute*60, 0).UTC()
		return s, err
	})
}

// removeDemoSamples takes what the demo came to out of the whole house again.
func removeDemoSamples(t *tx, p demoParts, andEvents bool) error {
	rows, err := t.query("select " + sampleColumns + " from health_samples where destination_id " + p.destinations)
	if err != nil {
		return fmt.Errorf("read the demo's samples: %w", err)
	}
	samples, err := collect(rows, scanSample)
	if err != nil {
		return err
	}
	for i := range samples {
		samples[i].DestinationID = ""
	}
	if andEvents {
		events, err := demoEvents(t, p)
		if err != nil {
			return err
		}
		samples = append(samples, events...)
	}
	if err := changeSamples(t, samples, hookline.Sample.Without); err != nil {
		return err
	}
	if _, err := t.exec("delete from health_samples where destination_id " + p.destinations); err != nil {
		return fmt.Errorf("delete the demo's samples: %w", err)
	}
	return nil
}
