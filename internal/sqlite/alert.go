package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// settingAlertRules holds the rules as JSON, from when somebody chose.
const settingAlertRules = "alert_rules"

// AlertRules gives the rules of alerts.
func (s *Store) AlertRules(ctx context.Context) (hookline.AlertRules, error) {
	text, err := s.Setting(ctx, settingAlertRules)
	if err != nil {
		return hookline.AlertRules{}, err
	}
	return readAlertRules(text)
}

// readAlertRules leaves what a text does not name as usual.
func readAlertRules(text string) (hookline.AlertRules, error) {
	rules := hookline.UsualAlertRules()
	if text == "" {
		return rules, nil
	}
	if err := json.Unmarshal([]byte(text), &rules); err != nil {
		return rules, fmt.Errorf("read alert rules: %w", err)
	}
	return rules, nil
}

// SaveAlertRules sets what AlertRules gives from now on.
func (s *Store) SaveAlertRules(ctx context.Context, rules hookline.AlertRules) error {
	if err := rules.Validate(); err != nil {
		return err
	}
	text, err := json.Marshal(rules)
	if err != nil {
		return fmt.Errorf("write alert rules: %w", err)
	}
	return s.write(ctx, func(t *tx) error {
		was, err := readSetting(t, settingAlertRules)
		if err != nil {
			return err
		}
		before, err := readAlertRules(was)
		if err != nil {
			return err
		}
		if _, err := t.exec("insert into settings (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value", settingAlertRules, string(text)); err != nil {
			return fmt.Errorf("save alert rules: %w", err)
		}
		t.changed(hookline.TopicAlerts)
		return s.noteChange(ctx, t, audit.OfAlertRules(before), audit.OfAlertRules(rules))
	})
}

const alertColumns = "id, rule, subject, name, words, began_at, ended_at"

func scanAlert(r row) (a hookline.Alert, err error) {
	var began, ended int64
	err = r.Scan(&a.ID, &a.Rule, &a.Subject, &a.Name, &a.Words, &began, &ended)
	a.BeganAt, a.EndedAt = fromMicros(began), fromMicros(ended)
	return a, err
}

// OpenAlerts gives the alerts that go on, the oldest first.
func (s *Store) OpenAlerts(ctx context.Context) ([]hookline.Alert, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+alertColumns+" from alerts where ended_at = 0 order by id")
	if err != nil {
		return nil, fmt.Errorf("read open alerts: %w", err)
	}
	return collect(rows, scanAlert)
}

// ListAlerts gives alerts, those that go on first, and else the newest first.
func (s *Store) ListAlerts(ctx context.Context, limit int) ([]hookline.Alert, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+alertColumns+" from alerts order by ended_at = 0 desc, id desc limit $1", limit)
	if err != nil {
		return nil, fmt.Errorf("read alerts: %w", err)
	}
	return collect(rows, scanAlert)
}

// keptAlerts is how many alerts are kept.
const keptAlerts = 1000

const insertTellingsQuery = `insert into alert_tellings (alert_id, channel_id, ended, state, tries, next_try_at, failure, told_at)
	select $1, c.id, $2, 'owed', 0, $3, '', 0 from alert_channels c where c.enabled`

// ChangeAlerts begins and ends alerts as one unit, with whom to tell of them:
// every channel that is on, and of an end those that were to be told of the
// beginning. What has begun or ended already is left as it is.
func (s *Store) ChangeAlerts(ctx context.Context, begun []hookline.AlertFound, ended []string, at time.Time) error {
	return s.write(ctx, func(t *tx) error {
		t.changed(hookline.TopicAlerts)
		for _, one := range begun {
			id := s.ids.New("alr")
			n, err := t.exec("insert into alerts ("+alertColumns+") values ($1, $2, $3, $4, $5, $6, 0) on conflict do nothing",
				id, string(one.Rule), one.Subject, one.Name, one.Words, micros(at))
			if err == nil && n > 0 {
				_, err = t.exec(insertTellingsQuery, id, false, micros(at))
			}
			if err != nil {
				return fmt.Errorf("begin alert: %w", err)
			}
		}
		for _, id := range ended {
			n, err := t.exec("update alerts set ended_at = $2 where id = $1 and ended_at = 0", id, micros(at))
			if err == nil && n > 0 {
				_, err = t.exec(insertTellingsQuery+" and c.id in (select channel_id from alert_tellings where alert_id = $1)", id, true, micros(at))
			}
			if err != nil {
				return fmt.Errorf("end alert: %w", err)
			}
		}
		_, err := t.exec("delete from alerts where ended_at > 0 and id < (select id from alerts order by id desc limit 1 offset $1)", keptAlerts)
		if err != nil {
			return fmt.Errorf("forget old alerts: %w", err)
		}
		return nil
	})
}

// OldestDue gives since when the delivery due longest has been due, by
// destination, or will be; those that are owed nothing are left out.
func (s *Store) OldestDue(ctx context.Context) (map[string]time.Time, error) {
	routing, err := s.Routing(ctx)
	if err != nil {
		return nil, err
	}
	oldest := map[string]time.Time{}
	for id := range routing.Destinations {
		var due int64
		if err := s.reads.QueryRowContext(ctx, oldestHeldQuery, id).Scan(&due); err != nil {
			return nil, fmt.Errorf("read what is due: %w", err)
		}
		if due > 0 {
			oldest[id] = fromMicros(due)
		}
	}
	return oldest, nil
}
