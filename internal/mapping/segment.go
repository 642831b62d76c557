package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// fallback is the trigger of an action whose own could not be read; the action is off.
const fallback = `type = "track"`

// rootMapping is the setting that makes over the event before all others are asked.
const rootMapping = "__segment_internal_directive"

// fromSubscription makes an action of a mapping with its name and trigger; n counts those without a name.
func fromSubscription(o *data.Object, n int) Action {
	settings, _ := settingsOf(o)
	a := fromSettings(settings)
	name, named := textOf(o, "name", "title", "actionSlug", "action_slug")
	if !named {
		name = numbered("Mapping", n)
	}
	a.Name = shortened(name)
	trigger, _ := textOf(o, "trigger", "subscribe")
	a.readTrigger(trigger)
	if has(o, "modelId", "model_id") && !isEmptyText(o, "modelId", "model_id") {
		a.note("", "This mapping takes rows of a model (Reverse ETL). Hookline takes events: send the rows as events, and say in the trigger which.")
	}
	if o.Look("enabled").IsFalse() {
		a.note("", "The mapping was off.")
	}
	return a
}

func isEmptyText(o *data.Object, keys ...string) bool {
	_, found := textOf(o, keys...)
	return !found
}

// shortened keeps a name within what an action's may be.
func shortened(name string) string {
	name = strings.TrimSpace(name)
	if len(name) > hookline.MaxName {
		name = strings.ToValidUTF8(name[:hookline.MaxName], "")
	}
	return name
}

func (a *Action) note(path, text string) {
	if n := (Note{path, text}); !slices.Contains(a.Notes, n) {
		a.Notes = append(a.Notes, n)
	}
}

// readTrigger brings a trigger into our form.
func (a *Action) readTrigger(text string) {
	a.Trigger = fallback
	if strings.TrimSpace(text) == "" {
		a.note("trigger", "The export does not say when it sends, so the trigger asks for track events. Say in the composer which.")
		return
	}
	c, err := condition.Parse(text)
	if err == nil {
		a.Trigger = c.String()
		return
	}
	problem := err.Error()
	if e, ok := errors.AsType[*condition.SyntaxError](err); ok {
		problem = fmt.Sprintf("at column %d: %s", e.Column, e.Message)
		if e.Line > 1 {
			problem = fmt.Sprintf("at line %d, column %d: %s", e.Line, e.Column, e.Message)
		}
	}
	a.note("trigger", "The trigger "+excerpt(text)+" cannot be read, "+problem+" It asks for track events instead. Say in the composer when it sends.")
}

// fromSettings makes an action of a mapping alone.
func fromSettings(o *data.Object) Action {
	a := Action{Action: hookline.Action{Name: "Mapping", Trigger: fallback, Batching: hookline.NewBatching()}}
	if !has(o, "url") {
		a.Problem = "This mapping has no url, so it is not one of Webhooks. Hookline sends webhooks; look among the recipes for the service it belongs to."
		return a
	}
	c := &compiler{before: new([]setting), root: field{path: "event"}}
	if v, ok := o.Get(rootMapping); ok {
		c.applyRoot(v)
	}
	s := settings{Object: o, compiler: c, action: &a}
	a.Template.Method = s.method()
	a.Template.URL = s.line("url")
	s.headers()
	s.body()
	s.batching()
	s.others()
	a.Notes = append(c.notes, a.Notes...)
	return a
}

// applyRoot replaces the event by what the root directive makes of it.
func (c *compiler) applyRoot(v data.Value) {
	if o, ok := v.(*data.Object); ok {
		if options, ok := o.Look("@transform").Value().(*data.Object); ok {
			apply, _ := options.Get("apply")
			c.root = c.compile(apply, scope{c.root}, rootMapping)
			return
		}
	}
	c.note(rootMapping, "This directive makes the event over before it is mapped, in a way that is not known here. Look through the body in the composer.")
}

// settings is one mapping while an action is made of it.
type settings struct {
	*data.Object
	*compiler
	action *Action
}

// node compiles a setting.
func (s *settings) node(key string) node {
	v, _ := s.Get(key)
	return s.compile(v, scope{s.root}, key)
}

func (s *settings) method() string {
	method, ok := textOf(s.Object, "method")
	if !ok && !has(s.Object, "method") {
		return "POST"
	}
	if method = strings.ToUpper(strings.TrimSpace(method)); !slices.Contains(hookline.Methods(), method) {
		s.note("method", "This method is none that Hookline sends, so it is POST. Choose another in the composer.")
		return "POST"
	}
	return method
}

// line writes a setting that must stand on one line, with what it needs before it.
func (s *settings) line(key string) string { return s.lineOf(s.node(key), key) }

func (s *settings) lineOf(n node, path string) string {
	w := writer{style: bareText, tell: s.noteOf(path)}
	w.inText(n)
	text := strings.Join(needed(*s.before, w.String()), "") + w.String()
	if w.full {
		s.action.Problem = tooLarge
	}
	return strings.TrimSpace(text)
}

const tooLarge = "This mapping is too large: what it makes would be longer than 64 KB."

// headers adds the content type that Segment sends by itself.
func (s *settings) headers() {
	t := &s.action.Template
	switch v, _ := s.Get("headers"); v := v.(type) {
	case nil:
	case *data.Object:
		if directiveOf(v) != "" {
			s.note("headers", "All headers come from one directive, which a template cannot have. Add each header in the composer.")
			break
		}
		for name, value := range v.All() {
			path := "headers." + name
			t.Headers = append(t.Headers, hookline.Header{Name: name, Value: s.lineOf(s.compile(value, scope{s.root}, path), path)})
		}
	default:
		s.note("headers", "These headers cannot be read. Add each in the composer.")
	}
	if t.ContentType() == "" {
		t.Headers = append([]hookline.Header{{Name: "Content-Type", Value: "application/json"}}, t.Headers...)
	}
}

// body writes the data, which is the whole event where the mapping does not say.
func (s *settings) body() {
	var n node = s.root
	if has(s.Object, "data") {
		n = s.node("data")
	}
	t := &s.action.Template
	w := writer{style: pretty, tell: s.noteOf("data")}
	switch kind := strings.ToLower(t.ContentType()); {
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		w.style = bareText
		w.form(n)
	case strings.Contains(kind, "json"):
		w.value(n)
	default:
		w.style = plainJSON
		w.value(n)
		s.note("headers", "The content type is not JSON, so the composer checks the body for nothing. Segment sends JSON all the same.")
	}
	t.Body = w.String()
	if before := needed(*s.before, t.Body); len(before) > 0 {
		t.Body = strings.Join(before, "\n") + "\n" + t.Body
	}
	if w.full || len(t.Body) > hookline.MaxBody {
		t.Body, s.action.Problem = "", tooLarge
	}
	if len(w.missing) > 0 {
		s.note("data", "Segment leaves out what an event does not have. Here null stands in its place: "+listed(w.missing)+". "+
			"Where the receiver minds, put the line between {% if … %} and {% endif %}.")
	}
}

// noteOf gives a writer the way to say something about a setting.
func (s *settings) noteOf(path string) func(string) {
	return func(text string) { s.note(path, text) }
}

// batching: Segment's size is a wish of at most 4,000, and 0 says nothing.
func (s *settings) batching() {
	b := &s.action.Batching
	b.Enabled = s.Look("enable_batching").IsTrue() || s.Look("enable_batching").Text() == "true"
	size, err := strconv.Atoi(s.Look("batch_size").Text())
	if err == nil && size > 0 {
		b.Size = min(size, hookline.MaxBatchSize)
	}
	if b.Enabled && size > hookline.MaxBatchSize {
		s.note("batch_size", fmt.Sprintf("A batch holds %d events at most, so that is its size.", hookline.MaxBatchSize))
	}
	var keys []string
	for _, key := range s.Look("batch_keys").List() {
		if text, ok := key.(string); ok {
			keys = append(keys, text)
		}
	}
	usual := []string{"url", "method", "headers"}
	if slices.Sort(keys); b.Enabled && len(keys) > 0 && slices.ContainsFunc(keys, func(key string) bool { return !slices.Contains(usual, key) }) {
		s.note("batch_keys", "Events share a request here when address, method and headers are the same. Segment also looks at "+listed(keys)+".")
	}
}

// others tells of the settings that nothing here is made of.
func (s *settings) others() {
	known := []string{"url", "method", "headers", "data", "enable_batching", "batch_size", "batch_keys", "batch_bytes", rootMapping}
	for key, value := range s.All() {
		if value == nil || slices.Contains(known, key) {
			continue
		}
		text, _ := json.Marshal(value)
		s.note(key, "Nothing here is like this setting, "+excerpt(string(text))+", so it is left out.")
	}
}
