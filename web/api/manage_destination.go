package api

import (
	"context"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/signing"
)

type destinationStore interface {
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
	Destination(ctx context.Context, id string) (hookline.Destination, error)
	CreateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error)
	UpdateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error)
	DeleteDestination(ctx context.Context, id string) error
	ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error)
	Action(ctx context.Context, id string) (hookline.Action, error)
	CreateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
	UpdateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
	DeleteAction(ctx context.Context, id string) error
}

type destinationForm struct {
	Name            string   `json:"name" required:"true" example:"CRM"`
	Enabled         bool     `json:"enabled" default:"true" doc:"Whether its actions send. What a disabled destination owes waits."`
	SourceIDs       []string `json:"source_ids" doc:"The sources whose events its actions are asked about."`
	SharedSecret    string   `json:"shared_secret" doc:"Signs X-Signature; empty for no such header."`
	SignatureMode   string   `json:"signature_mode" enum:"whole,segment" default:"whole" doc:"What the shared secret signs of a batch: the whole body, or its first element as Segment does."`
	StandardSecrets []string `json:"standard_secrets" doc:"Secrets of Standard Webhooks (whsec_…), the newest first; each signs."`
	TimeoutMS       int64    `json:"timeout_ms" default:"4000" doc:"How long an attempt may take: 100 to 30000."`
	TLS             tlsForm  `json:"tls"`
	Proxy           string   `json:"proxy" doc:"An egress proxy of its own, http://host:port; direct for none; empty for that of the instance. To choose one, the token's scope must be admin."`
}

type destinationAnswer struct {
	ID              string    `json:"id" example:"dst_00000000000000000000"`
	Name            string    `json:"name"`
	Enabled         bool      `json:"enabled"`
	SourceIDs       []string  `json:"source_ids"`
	SharedSecret    string    `json:"shared_secret" doc:"Empty when there is none; masked unless the token's scope is admin."`
	SignatureMode   string    `json:"signature_mode" enum:"whole,segment"`
	StandardSecrets []string  `json:"standard_secrets" doc:"Masked unless the token's scope is admin."`
	TimeoutMS       int64     `json:"timeout_ms"`
	TLS             tlsAnswer `json:"tls"`
	Proxy           string    `json:"proxy" doc:"Without user and password unless the token's scope is admin."`
	CreatedAt       time.Time `json:"created_at"`
	UpdatedAt       time.Time `json:"updated_at"`
}

// maxStandardSecrets is how many sign at once: enough to change one for another.
const maxStandardSecrets = 4

func (c *call) showDestination(d hookline.Destination) destinationAnswer {
	answer := destinationAnswer{
		ID: d.ID, Name: d.Name, Enabled: d.Enabled, SourceIDs: append([]string{}, d.SourceIDs...), SharedSecret: d.SharedSecret,
		SignatureMode: string(d.SignatureMode), StandardSecrets: append([]string{}, d.StandardSecrets...), TimeoutMS: d.Timeout.Milliseconds(),
		TLS: showTLS(d.TLS), Proxy: c.showProxy(d.Proxy), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
	if c.may(admin) {
		return answer
	}
	answer.SharedSecret = masked(d.SharedSecret)
	for i, secret := range d.StandardSecrets {
		answer.StandardSecrets[i] = masked(secret)
	}
	return answer
}

// revealed notes in the log when secrets are shown.
func (m *manage) revealed(c *call, destinations ...hookline.Destination) {
	for _, d := range destinations {
		if c.may(admin) && (d.SharedSecret != "" || len(d.StandardSecrets) > 0 || hidesPassword(d.Proxy)) {
			m.logSecret(c, "destination secrets revealed", "destination", d.ID)
		}
	}
}

func (m *manage) listDestinations(c *call) (listAnswer[destinationAnswer], error) {
	destinations, err := m.Store.ListDestinations(c.Context())
	m.revealed(c, destinations...)
	return listed(destinations, c.showDestination), err
}

func (m *manage) showDestination(c *call) (destinationAnswer, error) {
	d, err := m.Store.Destination(c.Context(), c.params["id"])
	m.revealed(c, d)
	return c.showDestination(d), err
}

func (m *manage) createDestination(c *call, read func(*destinationForm) error) (destinationAnswer, error) {
	form := destinationForm{Enabled: true, SignatureMode: string(hookline.SignWhole), TimeoutMS: hookline.DefaultTimeout.Milliseconds()}
	if err := read(&form); err != nil {
		return destinationAnswer{}, err
	}
	d, err := m.overDestination(c, form, hookline.Destination{})
	if err == nil {
		d, err = m.Store.CreateDestination(c.Context(), d)
	}
	return c.showDestination(d), named(err, destinationField)
}

func (m *manage) changeDestination(c *call, read func(*destinationForm) error) (destinationAnswer, error) {
	d, err := m.Store.Destination(c.Context(), c.params["id"])
	if err != nil {
		return destinationAnswer{}, err
	}
	form := destinationForm{
		d.Name, d.Enabled, d.SourceIDs, d.SharedSecret, string(d.SignatureMode), d.StandardSecrets, d.Timeout.Milliseconds(), tlsForm(d.TLS), d.Proxy,
	}
	if err := read(&form); err != nil {
		return destinationAnswer{}, err
	}
	if d, err = m.overDestination(c, form, d); err == nil {
		d, err = m.Store.UpdateDestination(c.Context(), d)
	}
	return c.showDestination(d), named(err, destinationField)
}

// overDestination is the destination with what the form says.
func (m *manage) overDestination(c *call, f destinationForm, now hookline.Destination) (hookline.Destination, error) {
	proxy, err := m.takeProxy(c, f.Proxy, now.Proxy)
	if err != nil {
		return now, err
	}
	d, wrong := now, map[string]string{}
	checkSecret(wrong, "shared_secret", f.SharedSecret)
	for i, secret := range f.StandardSecrets {
		name := "standard_secrets." + strconv.Itoa(i)
		checkSecret(wrong, name, secret)
		if _, err := signing.DecodeStandardSecret(secret); err != nil && wrong[name] == "" {
			wrong[name] = "A Standard Webhooks secret is whsec_ and 24 to 64 bytes in base64."
		}
	}
	if len(f.StandardSecrets) > maxStandardSecrets {
		wrong["standard_secrets"] = "At most four secrets sign at once."
	}
	d.Name, d.Enabled, d.SourceIDs, d.SharedSecret = f.Name, f.Enabled, f.SourceIDs, f.SharedSecret
	d.SignatureMode, d.StandardSecrets, d.Timeout = hookline.SignatureMode(f.SignatureMode), f.StandardSecrets, millis(f.TimeoutMS)
	d.TLS, d.Proxy = hookline.TLS(f.TLS).Tidy(), proxy
	if err := m.checkProxy(c.Context(), d, now.Proxy); err != nil {
		return d, also(wrong, err)
	}
	return d, also(wrong, d.Validate())
}

// destinationField gives a destination's field the name it has here.
func destinationField(name string) string {
	if name, ok := wayField(name); ok {
		return name
	}
	switch name {
	case "timeout":
		return "timeout_ms"
	case "sources":
		return "source_ids"
	case "standard_secret":
		return "standard_secrets"
	}
	return name
}

func (m *manage) deleteDestination(c *call) (none, error) {
	return none{}, m.Store.DeleteDestination(c.Context(), c.params["id"])
}
