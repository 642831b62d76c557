package api

import (
	"context"
	"strconv"
	"strings"
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
	pauseStore
	ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error)
	Action(ctx context.Context, id string) (hookline.Action, error)
	versionStore
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
	Proxy           string   `json:"proxy" doc:"An egress proxy of its own, http://host:port, socks5://host:port or socks5h://host:port; direct for none; empty for that of its region or of the instance. To choose one, the token's scope must be admin."`
	Region          string   `json:"region" doc:"The name of the region, of those under IP addresses, that its requests leave from; empty for none."`

	MaxPerSecond  float64      `json:"max_per_second" default:"0" doc:"Attempts a second at most: 0.01 to 10000; 0 for no limit."`
	Burst         int          `json:"burst" default:"0" doc:"How many attempts may begin at once after a quiet time, with max_per_second; 0 spreads them evenly."`
	MaxConcurrent int          `json:"max_concurrent" default:"0" doc:"Attempts on their way at once: 1 to 512; 0 for 64."`
	RetryBaseMS   int64        `json:"retry_base_ms" default:"0" doc:"The wait before the second try, which doubles with each further one: 100 to 3600000; 0 as the server's settings say."`
	MaxTries      int          `json:"max_tries" default:"0" doc:"How often it is tried, the first time included: 1 to 21; 0 as the server's settings say."`
	Maintenance   []windowForm `json:"maintenance" doc:"When it is not sent to; at most 20 windows."`
	Paused        bool         `json:"paused" default:"false" doc:"What a paused destination owes is held. To choose what is sent when it is resumed, and how fast, use /resume."`
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
	Region          string    `json:"region" doc:"Where its requests leave from; empty for none."`
	paceAnswer
	standingAnswer
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// maxStandardSecrets is how many sign at once: enough to change one for another.
const maxStandardSecrets = 4

// destinationShown shows a destination as it stands now.
func (m *manage) destinationShown(c *call, d hookline.Destination) (destinationAnswer, error) {
	known, err := m.knownOf(c.Context(), d.ID)
	return c.showDestination(d, known), err
}

func (c *call) showDestination(d hookline.Destination, known known) destinationAnswer {
	answer := destinationAnswer{
		ID: d.ID, Name: d.Name, Enabled: d.Enabled, SourceIDs: append([]string{}, d.SourceIDs...), SharedSecret: d.SharedSecret,
		SignatureMode: string(d.SignatureMode), StandardSecrets: append([]string{}, d.StandardSecrets...), TimeoutMS: d.Timeout.Milliseconds(),
		TLS: showTLS(d.TLS), Proxy: c.showProxy(d.Proxy), Region: d.Region,
		paceAnswer: showPace(d), standingAnswer: showStanding(d, known), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
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
	if err != nil {
		return listAnswer[destinationAnswer]{}, err
	}
	all, err := m.knownOfAll(c.Context())
	m.revealed(c, destinations...)
	return listed(destinations, func(d hookline.Destination) destinationAnswer { return c.showDestination(d, all(d.ID)) }), err
}

func (m *manage) showDestination(c *call) (destinationAnswer, error) {
	d, err := m.Store.Destination(c.Context(), c.params["id"])
	if err != nil {
		return destinationAnswer{}, err
	}
	m.revealed(c, d)
	return m.destinationShown(c, d)
}

func (m *manage) createDestination(c *call, read func(*destinationForm) error) (destinationAnswer, error) {
	form := destinationForm{Enabled: true, SignatureMode: string(hookline.SignWhole), TimeoutMS: hookline.DefaultTimeout.Milliseconds()}
	if err := read(&form); err != nil {
		return destinationAnswer{}, err
	}
	d, err := m.overDestination(c, form, hookline.Destination{})
	if form.Paused {
		d.Paused = hookline.Pause{At: time.Now().UTC(), By: c.askedBy()}
	}
	if err == nil {
		d, err = m.Store.CreateDestination(c.Context(), d)
	}
	if err != nil {
		return destinationAnswer{}, named(err, destinationField)
	}
	return m.destinationShown(c, d)
}

func (m *manage) changeDestination(c *call, read func(*destinationForm) error) (destinationAnswer, error) {
	d, err := m.Store.Destination(c.Context(), c.params["id"])
	if err != nil {
		return destinationAnswer{}, err
	}
	form := formOf(d)
	if err := read(&form); err != nil {
		return destinationAnswer{}, err
	}
	changed, err := m.overDestination(c, form, d)
	if err == nil {
		_, err = m.Store.UpdateDestination(c.Context(), changed)
	}
	if err == nil {
		err = m.pauseLike(c, d, form.Paused)
	}
	if err != nil {
		return destinationAnswer{}, named(err, destinationField)
	}
	return m.showDestination(c)
}

// formOf is a destination as a change finds it.
func formOf(d hookline.Destination) destinationForm {
	return destinationForm{
		Name: d.Name, Enabled: d.Enabled, SourceIDs: d.SourceIDs, SharedSecret: d.SharedSecret, SignatureMode: string(d.SignatureMode),
		StandardSecrets: d.StandardSecrets, TimeoutMS: d.Timeout.Milliseconds(), TLS: tlsForm(d.TLS), Proxy: d.Proxy, Region: d.Region, MaxPerSecond: d.MaxPerSecond, Burst: d.Burst,
		MaxConcurrent: d.MaxConcurrent, RetryBaseMS: d.RetryBase.Milliseconds(), MaxTries: d.MaxTries, Maintenance: showWindows(d.Maintenance),
		Paused: d.Paused.On(),
	}
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
	d.MaxPerSecond, d.Burst, d.MaxConcurrent = f.MaxPerSecond, f.Burst, f.MaxConcurrent
	d.RetryBase, d.MaxTries, d.Maintenance = millis(f.RetryBaseMS), f.MaxTries, readWindows(wrong, f.Maintenance)
	d.TLS, d.Proxy, d.Region = hookline.TLS(f.TLS).Tidy(), proxy, f.Region
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
	case "retry_base":
		return "retry_base_ms"
	}
	if window, ok := strings.CutSuffix(name, ".zone"); ok {
		return window + ".time_zone"
	}
	return name
}

func (m *manage) deleteDestination(c *call) (none, error) {
	return none{}, m.Store.DeleteDestination(c.Context(), c.params["id"])
}
