package workspace

import (
	"context"
	"strconv"

	"hookline/internal/hookline"
)

type retentionStore interface {
	SetRetention(ctx context.Context, r hookline.Retention) error
}

// Retention is how many days things are kept, in a file; 0 is for ever.
type Retention struct {
	Events     int `yaml:"events_days"`
	Bodies     int `yaml:"bodies_days"`
	Deliveries int `yaml:"deliveries_days"`
}

func (c *comparison) retentionChange() {
	if c.File.Retention == nil {
		return
	}
	want := hookline.Retention(*c.File.Retention)
	c.check("retention", "retention", want.Validate())
	c.change("retention", retentionFields(c.retention), retentionFields(want), true, func(ctx context.Context) error {
		return c.store.SetRetention(ctx, want)
	})
}

func retentionFields(r hookline.Retention) []Field {
	return []Field{
		{Name: "events_days", After: strconv.Itoa(r.Events)},
		{Name: "bodies_days", After: strconv.Itoa(r.Bodies)},
		{Name: "deliveries_days", After: strconv.Itoa(r.Deliveries)},
	}
}
