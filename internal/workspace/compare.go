package workspace

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// comparison is a plan while it is made.
type comparison struct {
	*File
	*state
	Options
	*Plan
	composer *compose.Composer
	problems []string
	ids      hookline.IDs // of steps that are new
}

func (c *comparison) problem(path, words string) {
	if line := c.lines[path]; line > 0 {
		words = fmt.Sprintf("line %d, %s", line, words)
	}
	c.problems = append(c.problems, words)
}

// check takes what Validate says: a sentence for each field, or one for all.
func (c *comparison) check(path, thing string, err error) {
	if err == nil {
		return
	}
	wrong, ok := errors.AsType[*hookline.Error](err)
	if !ok || len(wrong.Fields) == 0 {
		c.problem(path, thing+": "+err.Error())
		return
	}
	for _, field := range slices.Sorted(maps.Keys(wrong.Fields)) {
		c.problem(path, thing+": "+wrong.Fields[field])
	}
}

func (c *comparison) checkSources(path, thing string, names []string) {
	known := append(refs(c.File.Sources, func(s Source) string { return s.Name }), c.sourceRefs...)
	for _, name := range names {
		if !slices.Contains(known, name) {
			c.problem(path, fmt.Sprintf("%s: there is no source “%s”, neither in the file nor here", thing, name))
		}
	}
}

// checkAction asks all who would otherwise find a fault when an event comes.
func (c *comparison) checkAction(path, thing string, a hookline.Action) {
	c.check(path, thing, a.Validate())
	if strings.TrimSpace(a.Trigger) != "" {
		c.checkCondition(path, thing+": trigger", a.Trigger, condition.AboutEvents)
	}
	for _, err := range []error{c.composer.Check(a.Template), c.composer.CheckResponse(a.Response)} {
		if err != nil {
			c.problem(path, thing+": "+err.Error())
		}
	}
}

// secret gives what a secret means here. What is not mentioned, and what refers
// to a variable that is not set, is what is there already; of the latter,
// without any, is missing. Then placeholder, with the variable's name, keeps
// the checks going.
func (c *comparison) secret(s *Secret, have, placeholder string) string {
	switch {
	case s == nil:
		return have
	case s.Env == "":
		return s.Value
	}
	if value := c.Env(s.Env); value != "" {
		return value
	}
	if have != "" {
		c.Kept = append(c.Kept, s.Env)
		return have
	}
	c.Missing = append(c.Missing, s.Env)
	return placeholder + "$" + s.Env
}

// wantSource leaves the write key of a new source to the store when its
// variable is not set: that is no reason to refuse.
func (c *comparison) wantSource(s Source, now hookline.Source) hookline.Source {
	want := now
	want.Name, want.Enabled = strings.TrimSpace(s.Name), s.Enabled == nil || *s.Enabled
	if now.ID != "" || s.WriteKey == nil || s.WriteKey.Env == "" || c.Env(s.WriteKey.Env) != "" {
		want.WriteKey = c.secret(s.WriteKey, now.WriteKey, "")
	}
	if want.WriteKey == "" {
		want.WriteKey = now.WriteKey // a source is never without one
	}
	return want
}

func (c *comparison) wantDestination(d Destination, now hookline.Destination) hookline.Destination {
	want := now
	want.Name, want.Enabled = strings.TrimSpace(d.Name), d.Enabled == nil || *d.Enabled
	want.SharedSecret = c.secret(d.SharedSecret, now.SharedSecret, "")
	want.SignatureMode, want.Timeout = hookline.SignWhole, hookline.DefaultTimeout
	if d.SignatureMode != "" {
		want.SignatureMode = hookline.SignatureMode(d.SignatureMode)
	}
	if d.TimeoutMS != nil {
		want.Timeout = time.Duration(*d.TimeoutMS) * time.Millisecond
	}
	c.wantWay(d, &want)
	if d.StandardSecrets == nil {
		return want
	}
	want.StandardSecrets = nil
	for i, s := range d.StandardSecrets {
		have := ""
		if i < len(now.StandardSecrets) {
			have = now.StandardSecrets[i]
		}
		want.StandardSecrets = append(want.StandardSecrets, c.secret(&s, have, "whsec_"))
	}
	return want
}

func (c *comparison) wantAction(a Action, now hookline.Action) hookline.Action {
	want := now
	want.Name, want.Enabled, want.Trigger = strings.TrimSpace(a.Name), a.Enabled == nil || *a.Enabled, string(a.Trigger)
	q := a.Request
	want.Template = hookline.Template{Method: q.Method, URL: c.secret(&q.URL, now.Template.URL, "https://"), Body: string(q.Body), PlainOutput: q.PlainOutput}
	if q.Method == "" {
		want.Template.Method = hookline.Methods()[0]
	}
	left := slices.Clone(now.Template.Headers)
	for _, h := range q.Headers {
		have := ""
		if i := slices.IndexFunc(left, func(l hookline.Header) bool { return l.Name == h.Name }); i >= 0 {
			have = left[i].Value
			left = slices.Delete(left, i, i+1)
		}
		want.Template.Headers = append(want.Template.Headers, hookline.Header{Name: h.Name, Value: c.secret(&h.Value, have, "")})
	}
	want.Batching = hookline.NewBatching()
	want.Batching.Enabled = a.Batch.Enabled
	if a.Batch.Size != nil {
		want.Batching.Size = *a.Batch.Size
	}
	if a.Batch.WindowMS != nil {
		want.Batching.Window = time.Duration(*a.Batch.WindowMS) * time.Millisecond
	}
	want.Response = a.Response.wanted()
	return want.SavedBy(true, now) // who applies a file looks after the machine
}

func sourceFields(s hookline.Source) []Field {
	return []Field{{Name: "enabled", After: strconv.FormatBool(s.Enabled)}, {Name: "write_key", After: s.WriteKey, Secret: true}}
}

func destinationFields(d hookline.Destination, sources []string) []Field {
	return append([]Field{
		{Name: "enabled", After: strconv.FormatBool(d.Enabled)},
		{Name: "sources", After: strings.Join(slices.Compact(slices.Sorted(slices.Values(sources))), ", ")},
		{Name: "shared_secret", After: d.SharedSecret, Secret: true},
		{Name: "signature_mode", After: string(d.SignatureMode)},
		{Name: "standard_secrets", After: strings.Join(d.StandardSecrets, " "), Secret: true},
		{Name: "timeout_ms", After: strconv.FormatInt(d.Timeout.Milliseconds(), 10)},
	}, append(paceFields(d), wayFields(d)...)...)
}

func actionFields(a hookline.Action) []Field {
	headers := make([]string, len(a.Template.Headers))
	for i, h := range a.Template.Headers {
		headers[i] = h.Name + ": " + h.Value
	}
	return append([]Field{
		{Name: "enabled", After: strconv.FormatBool(a.Enabled)},
		{Name: "trigger", After: a.Trigger},
		{Name: "request.method", After: a.Template.Method},
		{Name: "request.url", After: a.Template.URL},
		{Name: "request.headers", After: strings.Join(headers, "\n")},
		{Name: "request.body", After: a.Template.Body},
		{Name: "request.plain_output", After: strconv.FormatBool(a.Template.PlainOutput)},
		{Name: "batch.enabled", After: strconv.FormatBool(a.Batching.Enabled)},
		{Name: "batch.size", After: strconv.Itoa(a.Batching.Size)},
		{Name: "batch.window_ms", After: strconv.FormatInt(a.Batching.Window.Milliseconds(), 10)},
	}, responseFields(a.Response)...)
}

// differences gives the fields that change; of what is new, those that are set.
func differences(before, after []Field, isNew bool) []Field {
	var changed []Field
	for i, field := range after {
		if isNew {
			if field.After != "" {
				changed = append(changed, field)
			}
			continue
		}
		if field.Before = before[i].After; field.Before != field.After {
			changed = append(changed, field)
		}
	}
	return changed
}
