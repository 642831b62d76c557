package compose

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/secret"
)

func secretive(change func(*hookline.Template)) hookline.Template {
	t := hookline.Template{Method: "POST", URL: "https://api.example.com/x", Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}}, Body: `{}`}
	change(&t)
	return t
}

func TestARequestRefersToSecrets(t *testing.T) {
	references := secret.NewReferences("mark")
	c := NewReferring(references)
	template := secretive(func(t *hookline.Template) {
		t.URL = "https://api.example.com/{{ secret.path }}?u={{ event.userId }}"
		t.Headers = append(t.Headers, hookline.Header{Name: "Authorization", Value: "Bearer {{secret.crm}}"})
		t.Body = `{"key": "{{ secret.crm }}", "who": "{{ event.userId }}"}`
	})
	event := &hookline.Event{ID: "evt_1", Payload: []byte(`{"userId":"secret.crm.j.0123456789abcdef"}`)}
	made, err := c.Request(t.Context(), template, Roots{Event: event})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"https://api.example.com/" + references.Of("path", secret.InURL) + "?u=secret.crm.j.0123456789abcdef", "Bearer " + references.Of("crm", secret.InHeader),
		`{"key": "` + references.Of("crm", secret.InJSON) + `", "who": "secret.crm.j.0123456789abcdef"}`,
	}
	if got := []string{made.URL, made.Headers[1].Value, string(made.Body)}; !slices.Equal(got, want) {
		t.Errorf("made are\n%q, want\n%q", got, want)
	}
	if names := SecretsIn(template); !slices.Equal(names, []string{"path", "crm"}) {
		t.Errorf("it uses %q", names)
	}
	if err := c.Check(template); err != nil {
		t.Errorf("it is refused: %v", err)
	}
	preview, err := c.Preview(t.Context(), template, Roots{Event: event})
	if err != nil || len(preview.Warnings) != 0 {
		t.Errorf("the preview: %v, %+v", err, preview.Warnings)
	}
}

func TestHowSecretsCannotBeUsed(t *testing.T) {
	for name, template := range map[string]hookline.Template{
		"a filter":     secretive(func(t *hookline.Template) { t.Body = `{"a":"{{ secret.crm | base64 }}"}` }),
		"a condition":  secretive(func(t *hookline.Template) { t.Body = `{% if secret.crm == "x" %}{}{% endif %}` }),
		"trimming":     secretive(func(t *hookline.Template) { t.Body = `{"a":"{{- secret.crm }}"}` }),
		"a tag":        secretive(func(t *hookline.Template) { t.Body = `{% assign a = secret.crm %}{}` }),
		"an index":     secretive(func(t *hookline.Template) { t.Body = `{"a":"{{ secret["crm"] }}"}` }),
		"an argument":  secretive(func(t *hookline.Template) { t.Body = `{"a":"{{ event.userId | append: secret.crm }}"}` }),
		"the host":     secretive(func(t *hookline.Template) { t.URL = "https://{{ secret.crm }}.example.com/" }),
		"the password": secretive(func(t *hookline.Template) { t.URL = "https://ana:{{ secret.crm }}@example.com/" }),
		"the scheme":   secretive(func(t *hookline.Template) { t.URL = "{{ secret.crm }}://example.com/" }),
	} {
		if e, ok := errors.AsType[*Error](New().Check(template)); !ok || !strings.Contains(strings.ToLower(e.Message), "secret") || e.Line != 1 {
			t.Errorf("%s: %v", name, e)
		}
		if _, err := New().Request(t.Context(), template, Roots{}); err == nil {
			t.Errorf("%s: a request is made", name)
		}
	}
	for _, body := range []string{
		`{"a":"{{ event.properties.secret.x }}"}`, `{"a":"{{ "secret.x" }}"}`, `{"a":"{{ event.a | append: "no secret. none" }}"}`, `{"a":"secret.crm"}`, `{"a":"{{ my_secret.x }}"}`,
	} {
		if err := New().Check(secretive(func(t *hookline.Template) { t.Body = body })); err != nil {
			t.Errorf("%s is refused: %v", body, err)
		}
	}
}

func TestSecretsAreCheckedBeforeTheyAreNeeded(t *testing.T) {
	known := []hookline.KeptSecret{{Name: "crm", Hosts: []string{"api.example.com"}}}
	for name, c := range map[string]struct {
		url, body, words string
		part             Part
	}{
		"fits":           {"https://api.example.com/{{ event.userId }}", "{{ secret.crm }}", "", ""},
		"user, password": {"https://ana:pw@api.example.com/", "{{ secret.crm }}", "", ""},
		"filled in":      {"https://{{ event.properties.host }}/", "{{ secret.crm }}", "", ""},
		"elsewhere":      {"https://evil.example/", "{{ secret.crm }}", "may only be sent to api.example.com", Body},
		"unknown":        {"https://api.example.com/{{ secret.none }}", "", "There is no secret “none”", URL},
	} {
		err := CheckSecrets(secretive(func(t *hookline.Template) { t.URL, t.Body = c.url, c.body }), known)
		e, _ := errors.AsType[*Error](err)
		if (c.words == "") != (err == nil) || err != nil && (e.Part != c.part || !strings.Contains(e.Message, c.words)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatOnlyRefersIsShown(t *testing.T) {
	shown := SafeHeaders([]hookline.Header{
		{Name: "Authorization", Value: "Bearer {{ secret.crm }}"}, {Name: "X-Api-Key", Value: "{{ secret.crm }}"}, {Name: "X-Api-Key", Value: "abcdefghijkl {{ secret.crm }} x"},
	})
	for i, want := range []bool{false, false, true} {
		if got := strings.Contains(shown[i].Value, hookline.Blot); got != want {
			t.Errorf("%s: blotted out %t", shown[i].Value, got)
		}
	}
}
