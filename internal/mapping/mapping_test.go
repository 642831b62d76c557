package mapping_test

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/mapping"

	"github.com/google/go-cmp/cmp"
)

const segment = `{"data": {"subscriptions": [
	{"id": "s1", "name": "New customers", "actionId": "a1", "actionSlug": "send", "destinationId": "d1", "modelId": "", "enabled": true,
	 "trigger": "type = 'track' and event = \"Signed Up\"",
	 "settings": {
		"url": {"@template": "https://example.com/{{properties.plan}}?id={{userId}}"}, "method": "PUT",
		"headers": {"X-Team": "crm", "X-Plan": {"@path": "$.properties.plan"}},
		"data": {"id": {"@path": "$.userId"}}, "enable_batching": true, "batch_size": 5000, "batch_keys": ["url", "data"], "timeout": 3}},
	{"name": "Off", "enabled": false, "trigger": "type = \"page\" or type = \"track\" and event = \"x\"", "modelId": "m1", "settings": {"url": "https://example.com"}},
	{"name": "Braze", "trigger": "type = \"track\"", "settings": {"external_id": {"@path": "$.userId"}}}
], "pagination": {}}}`

func TestSegmentsSubscriptions(t *testing.T) {
	e, err := mapping.Read(segment)
	if err != nil || e.From != "Segment" || len(e.Actions) != 3 || len(e.Notes) != 0 {
		t.Fatalf("%+v, %v", e, err)
	}
	a := e.Actions[0]
	want := hookline.Action{
		Name: "New customers", Trigger: `type = "track" and event = "Signed Up"`,
		Template: hookline.Template{
			Method: "PUT", URL: "https://example.com/{{ event.properties.plan }}?id={{ event.userId }}",
			Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Team", Value: "crm"}, {Name: "X-Plan", Value: "{{ event.properties.plan }}"}},
			Body:    "{\n  \"id\": {{ event.userId | json }}\n}",
		},
		Batching: hookline.Batching{Enabled: true, Size: 4000, Window: 10 * time.Second},
	}
	if diff := cmp.Diff(want, a.Action); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	notes := []mapping.Note{}
	for _, n := range a.Notes {
		notes = append(notes, mapping.Note{Path: n.Path})
	}
	if diff := cmp.Diff([]mapping.Note{{Path: "data"}, {Path: "batch_size"}, {Path: "batch_keys"}, {Path: "timeout"}}, notes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	off := e.Actions[1]
	if off.Trigger != `type = "track"` || !told(off, "trigger", "mixes") || !told(off, "", "Reverse ETL") || !told(off, "", "was off") || off.Template.Body != "{{ event | json }}" {
		t.Errorf("%+v", off)
	}
	if braze := e.Actions[2]; !strings.Contains(braze.Problem, "has no url") {
		t.Errorf("%+v", braze)
	}
}

// told says whether there is a note at path with these words.
func told(a mapping.Action, path, words string) bool {
	for _, n := range a.Notes {
		if n.Path == path && strings.Contains(n.Text, words) {
			return true
		}
	}
	return false
}

const terraform = `
# made by terraform
import {
  to = segment_destination_subscription.id-1
}

resource "segment_destination_subscription" "id-1" {
  action_id            = "x" // of Webhooks
  enabled              = true
  model_id             = null
  name                 = "Send \"it\""
  reverse_etl_schedule = null
  settings = jsonencode({
    batch_size      = 0
    data = {
      id      = { "@path" = "$.userId" }
      "a key" = [1, -2.5, true, null, ]
      note    = <<-EOT
        two
          lines
      EOT
    }
    enable_batching = false
    method          = "POST"
    url             = "https://example.com/$${x}"
  })
  trigger = "type = \"identify\""
}

resource "segment_destination_subscription" "two" {
  name     = var.name
  settings = "{\"url\":\"https://example.com/${var.path}\",\"data\":{\"@path\":\"$.traits\"}}"
  trigger  = "type = \"track\""
}
`

func TestTerraform(t *testing.T) {
	e, err := mapping.Read(terraform)
	if err != nil || len(e.Actions) != 2 || e.From != "Segment" {
		t.Fatalf("%+v, %v", e, err)
	}
	a := e.Actions[0]
	if a.Name != `Send "it"` || a.Trigger != `type = "identify"` || a.Template.URL != "https://example.com/${x}" || a.Batching.Enabled {
		t.Errorf("%+v", a)
	}
	got := made(t, a.Template)
	if diff := cmp.Diff(parsed(t, `{"id": "u1", "a key": [1, -2.5, true, null], "note": "two\n  lines"}`), parsed(t, string(got.Request.Body))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if b := e.Actions[1]; b.Name != "${var.name}" || b.Template.Body != "{{ event.traits | json }}" {
		t.Errorf("%+v", b)
	}
	if len(e.Notes) != 1 || !strings.Contains(e.Notes[0], "“${var.name}”") || !strings.Contains(e.Notes[0], "“${var.path}”") {
		t.Errorf("%q", e.Notes)
	}
}

const customerio = `{"actions": [
	{"id": "96", "campaign_id": 3, "type": "webhook", "name": "Tell the CRM", "method": "put", "url": "https://example.com/{{customer.id}}", "sending_state": "draft",
	 "headers": "[{\"name\": \"X-Key\", \"value\": \"{{event.key}}\"}]",
	 "body": "{\"plan\": \"{{ event.plan | default: 'event' }}\", \"t\": {{ trigger.x | json }}{% for event in customer.list %}{{ event }}{% endfor %}}"},
	{"id": "97", "type": "email", "name": "Hello", "sending_state": "automatic", "body": "<p>"},
	{"id": "98", "type": "webhook", "url": "https://example.com/b", "headers": {"Content-Type": "text/plain"}, "body": "hi", "sending_state": "automatic"}
], "next": ""}`

func TestCustomerioCampaigns(t *testing.T) {
	e, err := mapping.Read(customerio)
	if err != nil || len(e.Actions) != 2 || e.From != "Customer.io" || len(e.Notes) != 1 || !strings.Contains(e.Notes[0], "email") {
		t.Fatalf("%+v, %v", e, err)
	}
	a := e.Actions[0]
	want := hookline.Template{
		Method: "PUT", URL: "https://example.com/{{customer.id}}",
		Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Key", Value: "{{event.properties.key}}"}},
		Body:    `{"plan": "{{ event.properties.plan | default: 'event' }}", "t": {{ trigger.x | json }}{% for event in customer.list %}{{ event }}{% endfor %}}`,
	}
	if diff := cmp.Diff(want, a.Template); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if a.Name != "Tell the CRM" || a.Trigger != `type = "track"` || !told(a, "body", "no trigger here") || !told(a, "sending_state", "draft") || !told(a, "", "not when") {
		t.Errorf("%+v", a)
	}
	if b := e.Actions[1]; b.Name != "Webhook 2" || b.Template.Body != "hi" || b.Template.ContentType() != "text/plain" || told(b, "sending_state", "") {
		t.Errorf("%+v", b)
	}
}

func TestOtherForms(t *testing.T) {
	const settings = `{"url": "https://example.com", "data": {"@path": "$.type"}}`
	for name, text := range map[string]string{
		"a mapping alone":          settings,
		"one subscription":         `{"name": "A", "trigger": "type = \"track\"", "settings": ` + settings + `}`,
		"a list":                   `[{"name": "A", "trigger": "type = \"track\"", "settings": ` + settings + `}]`,
		"a preset":                 `{"name": "A", "subscribe": "type = \"track\"", "partnerAction": "send", "mapping": ` + settings + `}`,
		"a state of Terraform":     `{"resources": [{"type": "segment_destination_subscription", "instances": [{"attributes": {"name": "A", "action_id": "x", "trigger": "type = \"track\"", "settings": "{\"url\": \"https://example.com\", \"data\": {\"@path\": \"$.type\"}}"}}]}]}`,
		"a plan that has it twice": `[{"trigger": "type = \"track\"", "name": "A", "settings": ` + settings + `}, {"name": "A", "trigger": "type = \"track\"", "settings": ` + settings + `}]`,
	} {
		e, err := mapping.Read(text)
		if err != nil || len(e.Actions) != 1 || e.Actions[0].Template.Body != "{{ event.type | json }}" || e.Actions[0].Problem != "" {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

// TestOtherBodies renders what is no JSON, or is not escaped by the composer.
func TestOtherBodies(t *testing.T) {
	for _, c := range []struct{ settings, want string }{
		{`{"headers": {"content-type": "application/x-www-form-urlencoded"}, "data": {"a b": {"@path": "$.properties.plan"}, "c": "d&e", "t": {"@template": "{{type}}/x"}}}`, `a+b=Pro+%22Plus%22&c=d%26e&t=track/x`},
		{`{"headers": {"Content-Type": "text/plain"}, "data": {"a": {"@template": "<{{properties.plan}}>"}, "b": {"@liquid": "{{ properties.plan }} \""}}}`, "{\n  \"a\": \"<Pro \\\"Plus\\\">\",\n  \"b\": \"Pro \\\"Plus\\\" \\\"\"\n}"},
		{`{"__segment_internal_directive": {"@transform": {"apply": {"p": {"@json": {"mode": "encode", "value": {"a": {"@path": "$.type"}}}}}}}, "data": {"x": {"@path": "$.p"}}}`, "{% capture text_1 %}"},
	} {
		e, err := mapping.Read(strings.Replace(c.settings, "{", `{"url": "https://example.com", `, 1))
		if err != nil {
			t.Fatal(err)
		}
		body := string(made(t, e.Actions[0].Template).Request.Body)
		if c.want == "{% capture text_1 %}" {
			if !strings.Contains(e.Actions[0].Template.Body, c.want) || cmp.Diff(parsed(t, `{"x": "{\"a\":\"track\"}"}`), parsed(t, body)) != "" {
				t.Errorf("%s\n%s", e.Actions[0].Template.Body, body)
			}
			continue
		}
		if diff := cmp.Diff(c.want, body); diff != "" {
			t.Errorf("(-want +got)\n%s\n%s", diff, e.Actions[0].Template.Body)
		}
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	for text, says := range map[string]string{
		" ":                         "Paste an export",
		"{\n  \"a\": 1,\n  b}":      "Line 3, column 3: This is no JSON",
		`{"a": [1,`:                 "ends too early",
		"hello":                     "Line 1, column 1: This is no JSON",
		"{\"a\": \"\xff\"}":         "no text",
		`{}`:                        "no mapping and no webhook",
		`[1, null, "x"]`:            "no mapping and no webhook",
		strings.Repeat("[", 1000):   "nested deeper",
		strings.Repeat(" ", 600000): "too long",
		`{"campaigns": [{"id": 1, "actions": [{"id": 2, "type": "webhook"}]}]}`:                     "/v1/campaigns/{id}/actions",
		`{"actions": [{"id": 1, "type": "email", "sending_state": "automatic"}]}`:                   "of the type email",
		`{"filters": [{"title": "Drop", "if": "type = \"page\"", "actions": [{"type": "DROP"}]}]}`:  "destination filters",
		`resource "aws_s3_bucket" "x" {}`:                                                           "no resource",
		"resource \"segment_destination_subscription\" \"x\" {\n  name = \"a\n}":                    "Line 2, column 12",
		"resource \"segment_destination_subscription\" \"x\" {\n  name":                             "an = should stand here",
		"resource \"segment_destination_subscription\" \"x\" {\n  a = " + strings.Repeat("[", 5000): "less deeply nested",
	} {
		if _, err := mapping.Read(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.80q: %v, want %q", text, err, says)
		}
	}
}

// TestAMappingThatGrowsWithoutEnd doubles the event at each of many steps.
func TestAMappingThatGrowsWithoutEnd(t *testing.T) {
	data := `{"@path": "$."}`
	for range 30 {
		data = `{"@transform": {"apply": {"a": {"@path": "$."}, "b": {"@path": "$."}}, "mapping": ` + data + `}}`
	}
	if a := read(t, data); a.Problem == "" && len(a.Template.Body) > hookline.MaxBody {
		t.Errorf("%d bytes, %q", len(a.Template.Body), a.Problem)
	}
	if a := read(t, `"`+strings.Repeat("x", 70<<10)+`"`); !strings.Contains(a.Problem, "too large") || a.Template.Body != "" {
		t.Errorf("%q", a.Problem)
	}
}

// FuzzRead gives hostile exports: nothing panics, and whatever becomes an action can be stored and compiled.
func FuzzRead(f *testing.F) {
	for _, text := range []string{segment, terraform, customerio} {
		f.Add(text)
	}
	for _, c := range directives {
		f.Add(`{"url": "https://example.com", "data": ` + c.data + `}`)
	}
	composer := compose.New()
	f.Fuzz(func(t *testing.T, text string) {
		e, err := mapping.Read(text)
		if err != nil {
			return
		}
		if len(e.Actions) == 0 || len(e.Actions) > hookline.MaxActions {
			t.Fatalf("%d actions", len(e.Actions))
		}
		for _, a := range e.Actions {
			if a.Problem == "" && len(a.Template.Body) > hookline.MaxBody {
				t.Errorf("a body of %d bytes", len(a.Template.Body))
			}
			a.Template.Headers = nil
			if err := composer.Check(a.Template); err != nil && e.From == "Segment" && !strings.Contains(text, "@liquid") && a.Problem == "" {
				t.Errorf("%v\n%s\n%s", err, a.Template.URL, a.Template.Body)
			}
		}
	})
}
