package workspace

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"

	"hookline/internal/compose"
	"hookline/internal/hookline"

	"go.yaml.in/yaml/v3"
)

// Read gives the configuration that a store holds. Secrets become references
// (see Variables), unless withSecrets; then keys opens what is sealed.
func Read(ctx context.Context, store reader, withSecrets bool, keys Keys) (*File, error) {
	now, err := readState(ctx, store)
	if err != nil {
		return nil, err
	}
	e := exporter{state: now, withSecrets: withSecrets, keys: keys, names: names{}}
	f := &File{Format: Format, SigningKey: e.secret(now.signingKey, "signing key"), Sources: []Source{}, Segments: []Segment{}, Destinations: []Destination{}, Campaigns: []Campaign{}, Shortcuts: []Shortcut{}, ReportingWebhooks: []ReportingWebhook{}, AlertChannels: []AlertChannel{}}
	for i, s := range now.sources {
		f.Sources = append(f.Sources, Source{Name: s.Name, Enabled: &s.Enabled, WriteKey: e.secret(s.WriteKey, "write key", now.sourceRefs[i])})
	}
	for _, one := range now.segments {
		f.Segments = append(f.Segments, now.segment(one))
	}
	for i, d := range now.destinations {
		f.Destinations = append(f.Destinations, e.destination(d, now.destinationRefs[i]))
	}
	for i, one := range now.campaigns {
		f.Campaigns = append(f.Campaigns, e.campaign(one, now.campaignRefs[i]))
	}
	for i, one := range now.shortcuts {
		f.Shortcuts = append(f.Shortcuts, e.shortcut(one, now.shortcutRefs[i]))
	}
	for i, one := range now.reportingWebhooks {
		f.ReportingWebhooks = append(f.ReportingWebhooks, e.reporting(one, now.reportingRefs[i]))
	}
	for i, one := range now.channels {
		channel, err := e.channel(one, now.channelRefs[i])
		if err != nil {
			return nil, err
		}
		f.AlertChannels = append(f.AlertChannels, channel)
	}
	f.AlertRules = alertRulesOf(now.alertRules)
	keep := Retention(now.retention)
	f.Retention = &keep
	return f, nil
}

type exporter struct {
	*state
	withSecrets bool
	keys        Keys
	names       names
}

func (e exporter) secret(value string, words ...string) *Secret {
	if e.withSecrets || value == "" {
		return &Secret{Value: value}
	}
	return &Secret{Env: e.names.take(words...)}
}

func (e exporter) destination(d hookline.Destination, ref string) Destination {
	timeout := d.Timeout.Milliseconds()
	out := Destination{
		Name: d.Name, Enabled: &d.Enabled, Sources: e.refsOf(d.SourceIDs), SharedSecret: e.secret(d.SharedSecret, "secret", ref),
		SignatureMode: string(d.SignatureMode), StandardSecrets: []Secret{}, TimeoutMS: &timeout, Pace: paceOf(d), Actions: []Action{},
	}
	out.TLS, out.Proxy = e.way(d, ref)
	out.Region = &d.Region
	for _, secret := range d.StandardSecrets {
		out.StandardSecrets = append(out.StandardSecrets, *e.secret(secret, "standard secret", ref))
	}
	actions := e.actions[d.ID]
	for i, actionRef := range refs(actions, actionName) {
		out.Actions = append(out.Actions, e.action(actions[i], ref, actionRef))
	}
	return out
}

func (e exporter) action(a hookline.Action, words ...string) Action {
	window := a.Batching.Window.Milliseconds()
	out := Action{
		Name: a.Name, Enabled: &a.Enabled, Trigger: text(e.named(a.Trigger)),
		Request: Request{
			Method: a.Template.Method, URL: Secret{Value: a.Template.URL}, Headers: []Header{},
			Body: text(a.Template.Body), PlainOutput: a.Template.PlainOutput,
		},
		Batch:    Batch{Enabled: a.Batching.Enabled, Size: &a.Batching.Size, WindowMS: &window},
		Response: responseOf(a.Response),
	}
	if userInfo.MatchString(a.Template.URL) {
		out.Request.URL = *e.secret(a.Template.URL, append([]string{"url"}, words...)...)
	}
	safe := compose.SafeHeaders(a.Template.Headers)
	for i, h := range a.Template.Headers {
		value := Secret{Value: h.Value}
		if safe[i].Value != h.Value && !compose.OnlyRefers(h.Value) {
			value = *e.secret(h.Value, append(append([]string{"header"}, words...), h.Name)...)
		}
		out.Request.Headers = append(out.Request.Headers, Header{Name: h.Name, Value: value})
	}
	return out
}

// userInfo finds user:password@ in an address.
var userInfo = regexp.MustCompile(`^([^/?#]*//)[^/?#]*@`)

// Variables lists the environment variables that the file refers to, in order.
func (f *File) Variables() []string {
	var all []string
	add := func(secrets ...*Secret) {
		for _, s := range secrets {
			if s != nil && s.Env != "" && !slices.Contains(all, s.Env) {
				all = append(all, s.Env)
			}
		}
	}
	add(f.SigningKey)
	for _, s := range f.Sources {
		add(s.WriteKey)
	}
	for _, d := range f.Destinations {
		add(d.SharedSecret)
		for i := range d.StandardSecrets {
			add(&d.StandardSecrets[i])
		}
		if d.TLS != nil {
			add(d.TLS.ClientKey)
		}
		add(d.Proxy)
		for i := range d.Actions {
			add(d.Actions[i].Request.secrets()...)
		}
	}
	var addSteps func(steps []Step)
	addSteps = func(steps []Step) {
		for _, s := range steps {
			add(s.Request.secrets()...)
			addSteps(s.Yes)
			addSteps(s.No)
		}
	}
	for _, one := range f.Campaigns {
		addSteps(one.Steps)
	}
	for i := range f.Shortcuts {
		add(f.Shortcuts[i].Request.secrets()...)
	}
	for i := range f.ReportingWebhooks {
		add(&f.ReportingWebhooks[i].URL, f.ReportingWebhooks[i].SigningKey)
	}
	for _, one := range f.AlertChannels {
		add(one.URL, one.SigningKey)
		if one.Mail != nil {
			add(one.Mail.Password)
		}
	}
	return all
}

// secrets are what of a request may be a reference; nothing of none.
func (q *Request) secrets() []*Secret {
	if q == nil {
		return nil
	}
	all := []*Secret{&q.URL}
	for i := range q.Headers {
		all = append(all, &q.Headers[i].Value)
	}
	return all
}

// Write writes the file, with a few words on how to use it.
func (f *File) Write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("# A Hookline workspace. hookline apply FILE makes an instance like it.\n")
	if variables := f.Variables(); len(variables) > 0 {
		b.WriteString("# Secrets are not in here. An instance keeps those it has; where they are new, set these first:\n")
		for _, name := range variables {
			b.WriteString("#   " + name + "\n")
		}
	}
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(f); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	return nil
}
