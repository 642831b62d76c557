package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const (
	channelSettings = "kind, name, enabled, url, key, host, port, security, username, sealed, sender, recipients"
	channelColumns  = "id, created_at, updated_at, " + channelSettings
)

func scanChannel(r row) (hookline.AlertChannel, error) {
	var c hookline.AlertChannel
	var to string
	var created, updated int64
	err := r.Scan(&c.ID, &created, &updated, &c.Kind, &c.Name, &c.Enabled, &c.URL, &c.Key,
		&c.Mail.Host, &c.Mail.Port, &c.Mail.Security, &c.Mail.User, &c.Mail.Sealed, &c.Mail.From, &to)
	if err != nil {
		return c, err
	}
	c.CreatedAt, c.UpdatedAt = fromMicros(created), fromMicros(updated)
	return c, json.Unmarshal([]byte(to), &c.Mail.To)
}

func channelArgs(c hookline.AlertChannel) []any {
	to, err := json.Marshal(append([]string{}, c.Mail.To...))
	if err != nil { // cannot be: texts can be marshalled
		to = []byte("[]")
	}
	sealed := c.Mail.Sealed
	if sealed == nil {
		sealed = []byte{}
	}
	return []any{
		string(c.Kind), c.Name, c.Enabled, c.URL, c.Key,
		c.Mail.Host, c.Mail.Port, string(c.Mail.Security), c.Mail.User, sealed, c.Mail.From, string(to),
	}
}

// ListAlertChannels gives all of them, the oldest first.
func (s *Store) ListAlertChannels(ctx context.Context) ([]hookline.AlertChannel, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+channelColumns+" from alert_channels order by id")
	if err != nil {
		return nil, fmt.Errorf("read alert channels: %w", err)
	}
	return collect(rows, scanChannel)
}

// AlertChannel gives one of them.
func (s *Store) AlertChannel(ctx context.Context, id string) (hookline.AlertChannel, error) {
	c, err := scanChannel(s.reads.QueryRowContext(ctx, "select "+channelColumns+" from alert_channels where id = $1", id))
	return c, found(err, "alert channel")
}

func readChannel(t *tx, id string) (hookline.AlertChannel, error) {
	c, err := scanChannel(t.queryRow("select "+channelColumns+" from alert_channels where id = $1", id))
	return c, found(err, "alert channel")
}

// CreateAlertChannel adds one; a webhook without a key gets one of its own.
func (s *Store) CreateAlertChannel(ctx context.Context, c hookline.AlertChannel) (hookline.AlertChannel, error) {
	c = c.Tidy()
	if err := c.Validate(); err != nil {
		return hookline.AlertChannel{}, err
	}
	if c.Kind == hookline.ChannelWebhook && c.Key == "" {
		c.Key = hookline.Secret()
	}
	return writeFor(ctx, s, func(t *tx) (hookline.AlertChannel, error) {
		var count int
		if err := t.queryRow("select count(*) from alert_channels").Scan(&count); err != nil {
			return c, fmt.Errorf("count alert channels: %w", err)
		}
		if count >= hookline.MaxAlertChannels {
			return c, hookline.Conflict("There are 20 alert channels already. Delete one that nobody needs any more.")
		}
		c.ID, c.CreatedAt = s.ids.New("chn"), now()
		c.UpdatedAt = c.CreatedAt
		_, err := t.exec("insert into alert_channels ("+channelColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
			append([]any{c.ID, micros(c.CreatedAt), micros(c.UpdatedAt)}, channelArgs(c)...)...)
		if err != nil {
			return c, fmt.Errorf("insert alert channel: %w", err)
		}
		t.changed(hookline.TopicAlerts)
		return c, s.note(ctx, t, audit.Make(audit.OfAlertChannel(c)))
	})
}

var updateChannelQuery = "update alert_channels set updated_at = $2, " + assignments(channelSettings, 3) + " where id = $1"

// UpdateAlertChannel changes one. Its kind stays, and so does its key while no
// other is given, and the password of a mail server while that and its user stay and no other is given.
func (s *Store) UpdateAlertChannel(ctx context.Context, c hookline.AlertChannel) (hookline.AlertChannel, error) {
	return writeFor(ctx, s, func(t *tx) (hookline.AlertChannel, error) {
		before, err := readChannel(t, c.ID)
		if err != nil {
			return c, err
		}
		c.Kind, c.CreatedAt, c.UpdatedAt = before.Kind, before.CreatedAt, now()
		if c.Key == "" {
			c.Key = before.Key
		}
		c = c.Tidy()
		if len(c.Mail.Sealed) == 0 && c.Mail.User != "" && c.Mail.User == before.Mail.User && c.Mail.Host == before.Mail.Host {
			c.Mail.Sealed = before.Mail.Sealed
		}
		if err := c.Validate(); err != nil {
			return c, err
		}
		if _, err := t.exec(updateChannelQuery, append([]any{c.ID, micros(c.UpdatedAt)}, channelArgs(c)...)...); err != nil {
			return c, fmt.Errorf("update alert channel: %w", err)
		}
		t.changed(hookline.TopicAlerts)
		return c, s.noteChange(ctx, t, audit.OfAlertChannel(before), audit.OfAlertChannel(c))
	})
}

// DeleteAlertChannel removes one, with what it was still to be told.
func (s *Store) DeleteAlertChannel(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readChannel(t, id)
		if err != nil {
			return err
		}
		t.changed(hookline.TopicAlerts)
		if err := deleteOne(t, "delete from alert_channels where id = $1", id, "alert channel"); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfAlertChannel(before)))
	})
}
