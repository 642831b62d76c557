package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

const tellingColumns = "t.alert_id, t.channel_id, t.ended, t.state, t.tries, t.next_try_at, t.failure, t.told_at"

func scanTelling(r row) (t hookline.Telling, err error) {
	var next, told int64
	err = r.Scan(&t.Alert.ID, &t.Channel.ID, &t.Ended, &t.State, &t.Tries, &next, &t.Failure, &told)
	t.NextTryAt, t.ToldAt = fromMicros(next), fromMicros(told)
	return t, err
}

// A channel hears of an end only after it has heard of the beginning, or that was
// given up. The words about the state are those of the partial index.
const dueTellingsQuery = "select " + tellingColumns + ` from alert_tellings t
	where t.state = 'owed' and t.next_try_at <= $1 and (not t.ended or not exists (select 1 from alert_tellings b
		where b.alert_id = t.alert_id and b.channel_id = t.channel_id and not b.ended and b.state = 'owed'))
	order by t.alert_id, t.ended limit $2`

// DueTellings gives at most limit tellings that are due, those of older alerts
// first, with their alerts and channels.
func (s *Store) DueTellings(ctx context.Context, at time.Time, limit int) ([]hookline.Telling, error) {
	rows, err := s.reads.QueryContext(ctx, dueTellingsQuery, micros(at), limit)
	if err != nil {
		return nil, fmt.Errorf("read what is to be told: %w", err)
	}
	due, err := collect(rows, scanTelling)
	if err != nil {
		return nil, err
	}
	for i := range due {
		if due[i].Alert, err = scanAlert(s.reads.QueryRowContext(ctx, "select "+alertColumns+" from alerts where id = $1", due[i].Alert.ID)); err != nil {
			return nil, found(err, "alert")
		}
		if due[i].Channel, err = s.AlertChannel(ctx, due[i].Channel.ID); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// ListTellings gives how alerts were told since one of them, by alert. Channels
// have only their ids and names.
func (s *Store) ListTellings(ctx context.Context, sinceAlert string) (map[string][]hookline.Telling, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+tellingColumns+`, c.name from alert_tellings t join alert_channels c on c.id = t.channel_id
		where t.alert_id >= $1 order by t.alert_id, t.ended, c.id`, sinceAlert)
	if err != nil {
		return nil, fmt.Errorf("read tellings: %w", err)
	}
	list, err := collect(rows, func(r row) (t hookline.Telling, err error) {
		var next, told int64
		err = r.Scan(&t.Alert.ID, &t.Channel.ID, &t.Ended, &t.State, &t.Tries, &next, &t.Failure, &told, &t.Channel.Name)
		t.NextTryAt, t.ToldAt = fromMicros(next), fromMicros(told)
		return t, err
	})
	byAlert := map[string][]hookline.Telling{}
	for _, t := range list {
		byAlert[t.Alert.ID] = append(byAlert[t.Alert.ID], t)
	}
	return byAlert, err
}

// SaveTelling keeps how a telling stands. That of a channel which was deleted is
// forgotten.
func (s *Store) SaveTelling(ctx context.Context, one hookline.Telling) error {
	return s.write(ctx, func(t *tx) error {
		t.changed(hookline.TopicAlerts)
		_, err := t.exec(`update alert_tellings set state = $4, tries = $5, next_try_at = $6, failure = $7, told_at = $8
			where alert_id = $1 and channel_id = $2 and ended = $3`,
			one.Alert.ID, one.Channel.ID, one.Ended, string(one.State), one.Tries, micros(one.NextTryAt), one.Failure, micros(one.ToldAt))
		if err != nil {
			return fmt.Errorf("save telling: %w", err)
		}
		return nil
	})
}

// AbandonTellings notes of those that were on their way that nobody knows whether
// they arrived.
func (s *Store) AbandonTellings(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("update alert_tellings set state = 'unknown' where state = 'sending'"); err != nil {
			return fmt.Errorf("abandon tellings: %w", err)
		}
		return nil
	})
}
