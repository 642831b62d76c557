package api

import (
	"context"

	"hookline/internal/hookline"
)

type retentionStore interface {
	Retention(ctx context.Context) (hookline.Retention, error)
	SetRetention(ctx context.Context, r hookline.Retention) error
}

// retentionForm is how long things are kept; 0 is for ever.
type retentionForm struct {
	Events     int `json:"events_days" doc:"How many days events are kept; 0: for ever. At most 3,650." example:"365"`
	Bodies     int `json:"bodies_days" doc:"How many days the bodies of requests and of answers are kept; 0: for ever." example:"30"`
	Deliveries int `json:"deliveries_days" doc:"How many days deliveries are kept, with their requests and attempts; 0: for ever." example:"90"`
}

func (m *manage) showRetention(c *call) (retentionForm, error) {
	r, err := m.Store.Retention(c.Context())
	return retentionForm(r), err
}

// changeRetention asks nobody whether they are sure: programs are.
func (m *manage) changeRetention(c *call, read func(*retentionForm) error) (retentionForm, error) {
	form, err := m.showRetention(c)
	if err != nil {
		return form, err
	}
	if err := read(&form); err != nil {
		return form, err
	}
	return form, m.Store.SetRetention(c.Context(), hookline.Retention(form))
}
