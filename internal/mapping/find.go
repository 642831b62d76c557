package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/data"
	"hookline/internal/terraform"
)

// finder gathers what an export holds. Whose API gave it, in which version and how deep it packed it does not matter:
// what is looked for is known by its members.
type finder struct {
	actions    []Action
	from       []string // whose actions were found
	filters    []string // the titles of destination filters
	references []string // to other values of Terraform
	others     []string // types of Customer.io's actions that are no webhooks
	bare       bool     // webhooks were named, but not what they send
	left       int      // found beyond maxFound
}

// look goes through everything; a mapping may also stand alone.
func (f *finder) look(root data.Value) {
	f.walk(root)
	if o, ok := root.(*data.Object); ok && len(f.actions) == 0 && isSettings(o) {
		f.add("Segment", fromSettings(o))
	}
}

// subscription is what Terraform calls a mapping.
const subscription = "segment_destination_subscription"

func isTerraform(text string) bool {
	begin := strings.TrimSpace(text)[0]
	return begin != '{' && begin != '[' && strings.Contains(text, "resource")
}

func (f *finder) lookInTerraform(text string) error {
	file, err := terraform.Read(text, subscription)
	if syntax, ok := errors.AsType[*terraform.SyntaxError](err); ok {
		return at(text, syntax.Offset, "This is no Terraform: "+syntax.Want+" should stand here. Mend this place, or copy the whole file again.")
	}
	if err != nil || len(file.Resources) == 0 {
		return wrong(`There is no resource "` + subscription + `" in this Terraform. Paste the file that has one.`)
	}
	for _, r := range file.Resources {
		if !has(r.Body, "name") {
			r.Body.Set("name", r.Label)
		}
		f.walk(r.Body)
	}
	for _, reference := range file.References {
		f.references = append(f.references, excerpt(reference))
	}
	return nil
}

func (f *finder) walk(v data.Value) {
	switch v := v.(type) {
	case []data.Value:
		for _, item := range v {
			f.walk(item)
		}
	case *data.Object:
		if f.take(v) {
			return
		}
		for _, member := range v.All() {
			f.walk(member)
		}
	}
}

// take takes an object that is something as a whole.
func (f *finder) take(o *data.Object) bool {
	switch kind, _ := textOf(o, "type"); {
	case isSubscription(o):
		f.add("Segment", fromSubscription(o, len(f.actions)+1))
	case kind == "webhook" && has(o, "url"):
		f.add("Customer.io", fromWebhook(o, len(f.actions)+1))
	case kind == "webhook":
		f.bare = true
	case kind != "" && has(o, "sending_state", "parent_action_id", "preheader_text", "recipient"):
		if !slices.Contains(f.others, kind) {
			f.others = append(f.others, kind)
		}
	case isFilter(o):
		title, _ := textOf(o, "title", "if")
		f.filters = append(f.filters, excerpt(title))
	default:
		return false
	}
	return true
}

// add leaves out what an export holds twice, as a plan of Terraform does.
func (f *finder) add(from string, a Action) {
	same := func(b Action) bool {
		return a.Name == b.Name && a.Trigger == b.Trigger && a.Template.URL == b.Template.URL && a.Template.Body == b.Template.Body
	}
	switch {
	case slices.ContainsFunc(f.actions, same):
		return
	case len(f.actions) == maxFound:
		f.left++
		return
	case !slices.Contains(f.from, from):
		f.from = append(f.from, from)
	}
	f.actions = append(f.actions, a)
}

func isSubscription(o *data.Object) bool {
	if !has(o, "trigger", "subscribe", "actionId", "action_id", "partnerAction") {
		return false
	}
	_, ok := settingsOf(o)
	return ok
}

// settingsOf finds the mapping of a subscription, which Terraform has as a text.
func settingsOf(o *data.Object) (*data.Object, bool) {
	for _, key := range []string{"settings", "mapping"} {
		switch v, _ := o.Get(key); v := v.(type) {
		case *data.Object:
			return v, true
		case string:
			if settings, err := data.DecodeObject(v); err == nil {
				return settings, true
			}
		}
	}
	return nil, false
}

// isSettings knows a mapping that stands alone.
func isSettings(o *data.Object) bool { return has(o, "url") && has(o, "method", "data", "headers") }

func isFilter(o *data.Object) bool {
	_, list := o.Look("actions").Value().([]data.Value)
	_, text := textOf(o, "if")
	return list && text
}

// has says whether one of the members is there.
func has(o *data.Object, keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return o.Look(key).Kind() > data.KindNull })
}

// textOf is the first of the members that is a text.
func textOf(o *data.Object, keys ...string) (string, bool) {
	for _, key := range keys {
		if v := o.Look(key); v.Kind() == data.KindText && v.Text() != "" {
			return v.Text(), true
		}
	}
	return "", false
}

// export says what was found, or what to paste instead.
func (f *finder) export() (Export, error) {
	if len(f.actions) == 0 {
		return Export{}, wrong(f.nothing())
	}
	e := Export{From: listed(f.from), Actions: f.actions}
	if len(f.filters) > 0 {
		e.Notes = append(e.Notes, "Destination filters are not taken over: "+listed(f.filters)+". Add what they ask for to the triggers of the actions.")
	}
	if len(f.others) > 0 {
		e.Notes = append(e.Notes, "Hookline sends webhooks only, so actions of the type "+listed(f.others)+" are left out.")
	}
	if len(f.references) > 0 {
		e.Notes = append(e.Notes, "Some values come from elsewhere in Terraform: "+listed(f.references)+". They stand as ${…} in the actions; put in what they stand for.")
	}
	if f.left > 0 {
		e.Notes = append(e.Notes, fmt.Sprintf("Only the first %d actions are shown; %d more are left out. Paste those by themselves.", maxFound, f.left))
	}
	return e, nil
}

func (f *finder) nothing() string {
	switch {
	case f.bare:
		return "This lists campaigns, but not what their webhooks send. Paste what /v1/campaigns/{id}/actions answers."
	case len(f.others) > 0:
		return "There is no webhook in this export: its actions are of the type " + listed(f.others) + ". Paste the actions of a campaign that sends webhooks."
	case len(f.filters) > 0:
		return "These are destination filters, which send nothing by themselves. Paste the subscriptions of the destination."
	}
	return "There is no mapping and no webhook in this. Paste the subscriptions of a Segment destination, the actions of a Customer.io campaign, or the Terraform of either."
}

// numbered is a name for what has none.
func numbered(what string, n int) string { return what + " " + strconv.Itoa(n) }
