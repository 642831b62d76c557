package mapping

import (
	"slices"
	"strings"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// fromWebhook makes an action of a webhook in a campaign, a broadcast or a newsletter; n counts those without a name.
func fromWebhook(o *data.Object, n int) Action {
	name, named := textOf(o, "name")
	if !named {
		name = numbered("Webhook", n)
	}
	a := Action{Action: hookline.Action{Name: shortened(name), Trigger: fallback, Batching: hookline.NewBatching()}}
	a.note("", "The export says what is sent, but not when, so the trigger asks for track events. Say in the composer what starts it.")
	a.Template.Method = "POST"
	if method, ok := textOf(o, "method", "request_method"); ok {
		if method = strings.ToUpper(method); slices.Contains(hookline.Methods(), method) {
			a.Template.Method = method
		} else {
			a.note("method", excerpt(method)+" is no method that Hookline sends, so it is POST. Choose another in the composer.")
		}
	}
	address, _ := textOf(o, "url")
	a.Template.URL = strings.TrimSpace(a.renamed("url", address))
	a.webhookHeaders(o)
	body, _ := textOf(o, "body")
	a.Template.Body = a.renamed("body", body)
	if len(a.Template.Body) > hookline.MaxBody {
		a.Template.Body, a.Problem = "", "The body of this webhook is longer than 64 KB."
	}
	if state, _ := textOf(o, "sending_state"); state != "" && state != "automatic" {
		a.note("sending_state", "It was not sent by itself ("+state+"). An action here sends as soon as it is enabled.")
	}
	return a
}

// webhookHeaders reads headers as a list, an object, or a text with either in it.
func (a *Action) webhookHeaders(o *data.Object) {
	v, _ := o.Get("headers")
	if text, ok := v.(string); ok && strings.TrimSpace(text) != "" {
		decoded, err := data.Decode(text)
		if err != nil {
			a.note("headers", "These headers cannot be read. Add each in the composer.")
		}
		v = decoded
	}
	add := func(name, value string) {
		value = a.renamed("headers."+name, value)
		a.Template.Headers = append(a.Template.Headers, hookline.Header{Name: name, Value: value})
	}
	switch v := v.(type) {
	case *data.Object:
		for name, value := range v.All() {
			add(name, plainText(value))
		}
	case []data.Value:
		for _, item := range v {
			if h, ok := item.(*data.Object); ok {
				name, _ := textOf(h, "name", "key")
				value, _ := textOf(h, "value")
				add(name, value)
			}
		}
	}
	if a.Template.ContentType() == "" {
		a.Template.Headers = append([]hookline.Header{{Name: "Content-Type", Value: "application/json"}}, a.Template.Headers...)
	}
}

// renamed brings Liquid to our names, and says what there is nothing for.
func (a *Action) renamed(path, liquid string) string {
	text, unknown := renamed(liquid, customerRoots)
	for _, root := range unknown {
		a.note(path, "There is no "+root+" here, so it counts as nothing. Put something else in its place.")
	}
	if text != liquid {
		a.note(path, "An event here is the whole call, so event.plan has become event.properties.plan.")
	}
	return text
}
