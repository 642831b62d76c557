package api

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

type sourceStore interface {
	ListSources(ctx context.Context) ([]hookline.Source, error)
	Source(ctx context.Context, id string) (hookline.Source, error)
	CreateSource(ctx context.Context, src hookline.Source) (hookline.Source, error)
	UpdateSource(ctx context.Context, src hookline.Source) (hookline.Source, error)
	DeleteSource(ctx context.Context, id string) error
}

type sourceForm struct {
	Name     string `json:"name" required:"true" doc:"What people call it, such as Website." example:"Website"`
	Enabled  bool   `json:"enabled" default:"true" doc:"Whether it takes events; a disabled source refuses them with 404."`
	WriteKey string `json:"write_key" doc:"What events are sent with. One is made when none is given."`
}

type sourceAnswer struct {
	ID        string    `json:"id" example:"src_00000000000000000000"`
	Name      string    `json:"name"`
	Enabled   bool      `json:"enabled"`
	WriteKey  string    `json:"write_key" doc:"What events are sent with; masked unless the token's scope is edit or admin."`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (c *call) showSource(s hookline.Source) sourceAnswer {
	answer := sourceAnswer{s.ID, s.Name, s.Enabled, s.WriteKey, s.CreatedAt, s.UpdatedAt}
	if !c.may(edit) {
		answer.WriteKey = masked(s.WriteKey)
	}
	return answer
}

func (m *manage) listSources(c *call) (listAnswer[sourceAnswer], error) {
	sources, err := m.Store.ListSources(c.Context())
	return listed(sources, c.showSource), err
}

func (m *manage) showSource(c *call) (sourceAnswer, error) {
	s, err := m.Store.Source(c.Context(), c.params["id"])
	return c.showSource(s), err
}

func (m *manage) createSource(c *call, read func(*sourceForm) error) (sourceAnswer, error) {
	form := sourceForm{Enabled: true}
	if err := read(&form); err != nil {
		return sourceAnswer{}, err
	}
	s, err := form.over(hookline.Source{})
	if err == nil {
		s, err = m.Store.CreateSource(c.Context(), s)
	}
	return c.showSource(s), err
}

func (m *manage) changeSource(c *call, read func(*sourceForm) error) (sourceAnswer, error) {
	s, err := m.Store.Source(c.Context(), c.params["id"])
	if err != nil {
		return sourceAnswer{}, err
	}
	form := sourceForm{s.Name, s.Enabled, s.WriteKey}
	if err := read(&form); err != nil {
		return sourceAnswer{}, err
	}
	if s, err = form.over(s); err == nil {
		s, err = m.Store.UpdateSource(c.Context(), s)
	}
	return c.showSource(s), err
}

// over is the source with what the form says.
func (f sourceForm) over(s hookline.Source) (hookline.Source, error) {
	wrong := map[string]string{}
	checkSecret(wrong, "write_key", f.WriteKey)
	s.Name, s.Enabled, s.WriteKey = f.Name, f.Enabled, f.WriteKey
	return s, also(wrong, s.Validate())
}

func (m *manage) deleteSource(c *call) (none, error) {
	return none{}, m.Store.DeleteSource(c.Context(), c.params["id"])
}
