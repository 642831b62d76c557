// Package workspace is the configuration as one YAML file: it reads it, writes
// it, says what differs from what is there, and applies it.
//
// Things are known by their names; the second of two with the same name is
// "Name #2". What the file does not mention is left alone, and so are the ids
// of what it changes. Secrets stand in the file as references to environment
// variables, unless they are asked for.
package workspace

import (
	"context"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// Format is the number of the file's format, which its first setting tells.
const Format = 1

// Store keeps what the file describes.
type Store interface {
	reader
	sourceStore
	segmentStore
	destinationStore
	actionStore
	shortcutStore
	campaignStore
	reportingStore
	retentionStore
	channelStore
	alertStore
	TakeSigningKey(ctx context.Context, key string) (hookline.SigningKey, error)
}

type reader interface {
	ListSources(ctx context.Context) ([]hookline.Source, error)
	ListShortcuts(ctx context.Context) ([]hookline.Shortcut, error)
	ListCampaigns(ctx context.Context) ([]hookline.Campaign, error)
	Action(ctx context.Context, id string) (hookline.Action, error)
	ListSegments(ctx context.Context) ([]hookline.Segment, error)
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
	ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error)
	SigningKeys(ctx context.Context) ([]hookline.SigningKey, error)
	ListReportingWebhooks(ctx context.Context) ([]hookline.ReportingWebhook, error)
	Setting(ctx context.Context, key string) (string, error)
	Retention(ctx context.Context) (hookline.Retention, error)
	ListAlertChannels(ctx context.Context) ([]hookline.AlertChannel, error)
	AlertRules(ctx context.Context) (hookline.AlertRules, error)
}

type sourceStore interface {
	CreateSource(ctx context.Context, s hookline.Source) (hookline.Source, error)
	UpdateSource(ctx context.Context, s hookline.Source) (hookline.Source, error)
	DeleteSource(ctx context.Context, id string) error
}

type destinationStore interface {
	CreateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error)
	UpdateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error)
	DeleteDestination(ctx context.Context, id string) error
}

type actionStore interface {
	CreateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
	UpdateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
	DeleteAction(ctx context.Context, id string) error
}

// File is the configuration as it stands in a file. A list that is nil, or a
// pointer, was not mentioned.
type File struct {
	Format       int           `yaml:"hookline"`
	SigningKey   *Secret       `yaml:"signing_key,omitempty"`
	Sources      []Source      `yaml:"sources"`
	Segments     []Segment     `yaml:"segments"`
	Destinations []Destination `yaml:"destinations"`
	Campaigns    []Campaign    `yaml:"campaigns"`
	Shortcuts    []Shortcut    `yaml:"shortcuts"`

	ReportingWebhooks []ReportingWebhook `yaml:"reporting_webhooks"`
	AlertChannels     []AlertChannel     `yaml:"alert_channels"`
	AlertRules        *AlertRules        `yaml:"alert_rules,omitempty"`
	Retention         *Retention         `yaml:"retention,omitempty"`

	lines map[string]int // where things stand: "destinations.0.actions.2" → line
}

// Source is a source in a file.
type Source struct {
	Name     string  `yaml:"name"`
	Enabled  *bool   `yaml:"enabled,omitempty"` // true when not mentioned
	WriteKey *Secret `yaml:"write_key,omitempty"`
}

// Destination is a destination in a file. Its sources are named as in the
// file's list of sources, or as in the store.
type Destination struct {
	Name            string   `yaml:"name"`
	Enabled         *bool    `yaml:"enabled,omitempty"`
	Sources         []string `yaml:"sources"`
	SharedSecret    *Secret  `yaml:"shared_secret,omitempty"`
	SignatureMode   string   `yaml:"signature_mode,omitempty"`
	StandardSecrets []Secret `yaml:"standard_secrets"`
	TimeoutMS       *int64   `yaml:"timeout_ms,omitempty"`
	Pace            Pace     `yaml:",inline"`
	TLS             *TLS     `yaml:"tls,omitempty"`
	Proxy           *Secret  `yaml:"proxy,omitempty"`
	Region          *string  `yaml:"region,omitempty"` // one that is there already; the file does not make regions
	Actions         []Action `yaml:"actions"`
}

// Action is an action in a file.
type Action struct {
	Name    string  `yaml:"name"`
	Enabled *bool   `yaml:"enabled,omitempty"`
	Trigger text    `yaml:"trigger"`
	Request Request `yaml:"request"`
	Batch   Batch   `yaml:"batch"`

	Response *Response `yaml:"response,omitempty"`
}

// Request is an action's template in a file.
type Request struct {
	Method      string   `yaml:"method"`
	URL         Secret   `yaml:"url"` // a reference when it holds a password
	Headers     []Header `yaml:"headers"`
	Body        text     `yaml:"body"`
	PlainOutput bool     `yaml:"plain_output,omitempty"`
}

// Header is a header in a file; the values of those that authorize are secrets.
type Header struct {
	Name  string `yaml:"name"`
	Value Secret `yaml:"value"`
}

// Batch is an action's batching in a file.
type Batch struct {
	Enabled  bool   `yaml:"enabled"`
	Size     *int   `yaml:"size,omitempty"`
	WindowMS *int64 `yaml:"window_ms,omitempty"`
}

// refs gives each thing of a list the name by which the file knows it.
func refs[T any](list []T, name func(T) string) []string {
	seen := map[string]int{}
	all := make([]string, len(list))
	for i, one := range list {
		all[i] = strings.TrimSpace(name(one))
		seen[all[i]]++
		if n := seen[all[i]]; n > 1 {
			all[i] += " #" + strconv.Itoa(n)
		}
	}
	return all
}

func sourceName(s hookline.Source) string           { return s.Name }
func destinationName(d hookline.Destination) string { return d.Name }
func actionName(a hookline.Action) string           { return a.Name }
