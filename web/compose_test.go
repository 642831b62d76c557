package web

import (
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

// composed is a form that can be saved; pairs change it.
func composed(pairs ...string) url.Values {
	f := form("name", "Tell the CRM", "trigger_mode", "text", "trigger_text", `event = "Signed Up"`,
		"method", "PUT", "url", "https://example.com/people/{{ customer.id }}?e={{ event.event }}",
		"header_name", "Content-Type", "header_value", "application/json", "header_name", "X-Team", "header_value", "{{ customer.email }}",
		"body", "{\r\n  \"plan\": \"{{ event.properties.plan }}\"\r\n}")
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

func (s *site) onlyAction(d hookline.Destination) hookline.Action {
	s.t.Helper()
	actions, err := s.store.ListActions(s.t.Context(), d.ID)
	if err != nil || len(actions) != 1 {
		s.t.Fatalf("%d actions, %v", len(actions), err)
	}
	return actions[0]
}

func TestAnActionIsMadeAndChanged(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor)
	b.get("/destinations/"+d.ID+"/actions/new").want(t, 200, "Content-Type", "application/json", "{{ event.properties | json }}", "A new action is off", "Save and enable")
	b.post("/destinations/"+d.ID+"/actions/new", composed("save", "keep"))
	a := s.onlyAction(d)
	path := "/destinations/" + d.ID + "/actions/" + a.ID
	want := hookline.Template{
		Method: "PUT", URL: "https://example.com/people/{{ customer.id }}?e={{ event.event }}",
		Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Team", Value: "{{ customer.email }}"}},
		Body:    "{\n  \"plan\": \"{{ event.properties.plan }}\"\n}",
	}
	if a.Enabled || a.Name != "Tell the CRM" || a.Trigger != `event = "Signed Up"` || a.Template.URL != want.URL || a.Template.Body != want.Body ||
		a.Template.Method != want.Method || len(a.Template.Headers) != 2 || a.Template.Headers[1] != want.Headers[1] || a.Template.PlainOutput {
		t.Errorf("made %+v", a)
	}
	b.get(path).want(t, 200, "This action is off", "{{ customer.email }}")
	b.post(path, composed("save", "enable", "name", "Renamed", "plain_output", "on")).wantRedirect(t, path)
	if a = s.onlyAction(d); !a.Enabled || a.Name != "Renamed" || !a.Template.PlainOutput {
		t.Errorf("saved %+v", a)
	}
	b.get(path).want(t, 200, "Saved. “Renamed” is on.", "This action is on")
	b.post(path, composed()).wantRedirect(t, path) // by Enter, which presses a button without a value
	if a = s.onlyAction(d); !a.Enabled || a.Template.PlainOutput {
		t.Errorf("saved again %+v", a)
	}
	b.post(path, composed("save", "disable")).wantRedirect(t, path)
	if a = s.onlyAction(d); a.Enabled {
		t.Error("it is still on")
	}
}

func TestARefusedActionKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	path := "/destinations/" + d.ID + "/actions/new"
	b := s.as(editor)
	for name, test := range map[string]struct {
		form  url.Values
		wants []string
	}{
		"no name":               {composed("name", " "), []string{"Give the action a name", `href="#field-name"`}},
		"no address":            {composed("url", ""), []string{"Enter the address to send to"}},
		"an inside address":     {composed("url", "http://127.0.0.1/x"), []string{`href="#field-url"`, "127.0.0.1"}},
		"no scheme":             {composed("url", "example.com/x"), []string{`href="#field-url"`}},
		"Liquid not closed":     {composed("body", "{\n  \"a\": \"{{ customer.email \"\n}"), []string{"Line 2, column 9", `href="#field-body"`, "{{ customer.email "}},
		"Liquid in the URL":     {composed("url", "https://example.com/{{ a"), []string{`href="#field-url"`, "Line 1"}},
		"a header of HTTP's":    {composed("header_name", "Content-Length", "header_value", "X-Team"), []string{`href="#field-headers.0"`, "Content-Length"}},
		"a method of its own":   {composed("method", "BREW"), []string{"Choose a method"}},
		"text that is wrong":    {composed("trigger_text", "event =="), []string{"Line 1, column", `href="#field-trigger"`, "event =="}},
		"a row not complete":    {composed("trigger_mode", "rows", "c.0.field", "event", "c.0.op", "is"), []string{"One condition of the trigger is not complete", `id="c-0-value-error"`}},
		"two rows not complete": {composed("trigger_mode", "rows", "c.0.field", "event", "c.0.op", "is", "c.1.field", "properties", "c.1.op", "is"), []string{"2 conditions of the trigger"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.post(path, test.form)
			got.want(t, 422, append(test.wants, "The action was not saved.", `data-unsaved="true"`, "X-Team")...)
			if name := test.form.Get("name"); !strings.Contains(got.Body.String(), `value="`+strings.TrimSpace(name)+`"`) {
				t.Errorf("the name %q is lost", name)
			}
		})
	}
	if actions, err := s.store.ListActions(t.Context(), d.ID); err != nil || len(actions) != 0 {
		t.Errorf("something was kept: %+v, %v", actions, err)
	}
}

func TestAddressesAreCheckedAsFarAsTheyStand(t *testing.T) {
	s := &server{Config: Config{Guard: strictGuard(t, nobody{})}}
	for address, ok := range map[string]bool{
		"":                                  true, // said elsewhere
		"https://example.com/a":             true,
		"https://example.com/{{ a b | c }}": true,
		"https://example.com?x={% if a %}b{% else %}c{% endif %}#{{ d }}": true,
		"https://{{ customer.host }}/x":                                   true, // looked at when it is sent
		"https://api.{{ x | split: '/' }}.com/y":                          true,
		"{{ customer.url }}":                                              true,
		"http{{ s }}://127.0.0.1/":                                        true,
		"http://127.0.0.1/{{ a }}":                                        false,
		"http://169.254.169.254/latest":                                   false,
		"ftp://example.com/{{ a }}":                                       false,
		"https://{{ user }}:pw@example.com/":                              true,
		"example.com":                                                     false,
	} {
		if err := s.checkAddress(t.Context(), address); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestHeadersAreAddedAndRemoved(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	path := "/destinations/" + d.ID + "/actions/new/headers"
	b := s.as(editor)
	b.htmx().with("HX-Target", "headers").post(path, composed("edit", "add-header")).
		want(t, 200, `id="header-2-name"`, "{{ customer.email }}", "!id=\"trigger\"", "!<html")
	b.htmx().with("HX-Target", "headers").post(path, composed("edit", "remove-header:0")).
		want(t, 200, `value="X-Team"`, `!value="Content-Type" `, `!id="header-1-name"`)
	b.post(path, composed("edit", "remove-header:1")).want(t, 200, "<html", `value="Tell the CRM"`, `!value="X-Team"`, "event = &#34;Signed Up&#34;")
	b.htmx().with("HX-Target", "headers").post(path, composed("edit", "remove-header:-1")).want(t, 200, `id="header-1-name"`)
}

// preview asks for a preview as the page does.
func (b *browser) preview(d hookline.Destination, form url.Values) *answer {
	return b.htmx().with("HX-Target", "preview").post("/destinations/"+d.ID+"/actions/new/preview", form)
}

func TestThePreviewIsWhatWouldBeSent(t *testing.T) {
	s := newSite(t, nil)
	website := s.source("Website")
	d := s.destination(hookline.Destination{SharedSecret: "s3cr3t", StandardSecrets: []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}, website)
	b := s.as(editor)
	b.preview(d, composed()).want(t, 200, "so this is an example", "https://example.com/people/123?e=Signed%20Up", "ana@example.com", "!<html")

	ana := s.person(hookline.Person{UserID: "u1", Email: "ana@x.example", Attributes: []byte(`{"email":"ana@x.example"}`)})
	first := s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1", Payload: []byte(`{"type":"track","event":"Signed Up","properties":{"plan":"say \"<b>\""}}`)})
	s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Left", UserID: "u1", Payload: []byte(`{"type":"track","event":"Left","properties":{"plan":"none"}}`)})
	got := b.preview(d, composed("url", "https://user:hunter2@example.com/{{ customer.id }}"))
	got.want(t, 200, "newest event that the trigger matches", "PUT", "https://example.com/u1", "!hunter2",
		`<mark title="Filled in by line 2, column 15">say \&#34;&lt;b&gt;\&#34;</mark>`, "!<b>",
		"X-CIO-Signature", "X-CIO-Idempotency-Key", "X-Signature", "webhook-signature", "!s3cr3t", "!whsec_",
		`<option value="`+first.ID+`"`, `<option value="`+ana.ID+`"`, "Values are escaped for JSON", `hx-swap-oob="true"`)

	b.preview(d, composed("trigger_text", `event = "Never"`)).want(t, 200, "matches none", "Left", `>none</mark>`)
	b.preview(d, composed("trigger_text", `event =`)).want(t, 200, "not complete yet", `>none</mark>`)
	b.preview(d, composed("example", first.ID)).want(t, 200, `<option value="`+first.ID+`" selected`)
	b.preview(d, composed("example", ana.ID)).want(t, 200, `<option value="`+ana.ID+`" selected`, "newest event about this person", `>none</mark>`)
	b.preview(d, composed("example", "example")).want(t, 200, "not an event of yours", ">Startup</mark>")
	b.preview(d, composed("example", "evt_gone")).want(t, 200, "newest event that the trigger matches")
	b.preview(d, composed("method", "GET")).want(t, 200, "A GET request carries no body.")

	elsewhere := s.event(hookline.Event{SourceID: s.source("Other").ID, Type: hookline.Track, Name: "Elsewhere", UserID: "u9"})
	b.preview(d, composed("example", elsewhere.ID)).want(t, 200, "!Elsewhere")
}

func TestThePreviewSaysWhatIsWrong(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	b := s.as(editor)
	b.preview(d, composed("body", "{\n  \"id\": MAILBOX-ID\n}")).want(t, 200, "Body, line 2, column 9 of the finished text", "quotation marks", `class="line bad"`, "MAILBOX-ID")
	b.preview(d, composed("body", "{\n{{ customer.email \n}")).want(t, 200, "Body, line 2", "never closed", "The body could not be made.")
	b.preview(d, composed("url", "https://example.com/{{ a")).want(t, 200, "Address, line 1", "The body is made when")
	b.preview(d, composed("body", `{"a": "{{ customer.naem }}"}`)).want(t, 200, "customer.naem", "tone-warn", "!tone-bad")
	b.preview(d, composed("body", `{% cancel %}`)).want(t, 200, "Nothing would be sent", "!tone-bad")
	b.preview(d, composed("header_value", "a\x01b")).want(t, 200, "Header 1", "tone-bad")
}

// The editor underlines by these attributes.
func TestProblemsCarryTheirPlaceInTheTemplate(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	b := s.as(editor)
	at := func(part, line, column string) string {
		return `data-column="` + column + `" data-line="` + line + `" data-problem="` + part + `"`
	}
	b.preview(d, composed("body", "{% if true %}\n{% endif %}{\n  \"id\": MAILBOX-ID\n}")).
		want(t, 200, "tone-bad", at("body", "3", "9"), "of the finished text")
	b.preview(d, composed("body", "{\n{{ customer.email \n}")).want(t, 200, at("body", "2", "1"))
	b.preview(d, composed("body", `{"a": "{{ custmer.email }}"}`)).want(t, 200, "tone-warn", at("body", "1", "11"), "did you mean customer?")
	b.preview(d, composed("body", `{"a": "{{ customer.email | json }}"}`)).want(t, 200, "tone-warn", at("body", "1", "11"), "take one of the two away")
	b.preview(d, composed("plain_output", "on", "body", `{"a": "{{ customer.email }}"}`)).want(t, 200, "tone-warn", at("body", "1", "11"), "add | json_escape")
	b.preview(d, composed("url", "https://example.com/{{ a", "body", "{{ b")).want(t, 200, at("url", "1", "21"), at("body", "1", "1"), "Body, line 1")
	b.preview(d, composed()).want(t, 200, "!data-problem")
}

func TestWhoOnlyLooksSeesNoSecrets(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{SharedSecret: "s3cr3t"}, s.source("Website"))
	a := s.action(d, func(a *hookline.Action) {
		a.Template.URL = "https://user:hunter2@example.com/{{ customer.id }}"
		a.Template.Headers = append(a.Template.Headers, hookline.Header{Name: "Authorization", Value: "Bearer abcdefghijklmnop"})
	})
	path := "/destinations/" + d.ID + "/actions/" + a.ID
	for _, role := range []hookline.Role{support, viewer} {
		b := s.as(role)
		b.get(path).want(t, 200, "When the event type is track.", "https://example.com/{{ customer.id }}", "!hunter2", "!abcdefgh", "!s3cr3t", "!id=\"composer\"")
		for _, step := range []string{"", "/trigger", "/headers", "/preview", "/body", "/enabled", "/duplicate", "/delete"} {
			b.post(path+step, composed()).want(t, 403)
		}
		b.get("/destinations/"+d.ID+"/actions/new").want(t, 403)
	}
}

func TestBodiesAreCutIntoLines(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	got := s.as(editor).preview(d, composed("body", "[\"{{ event.properties.plan }}\",\n{{ event.properties | json }}]\n"))
	got.want(t, 200, "<span class=\"line\">[&#34;<mark title=\"Filled in by line 1, column 6\">Startup</mark>&#34;,\n</span>")
	long := views.BodyLines(strings.Repeat("ä", 40_000), nil, 0)
	if text := long[0].Parts[0].Text; len(text) > 64<<10 || strings.ContainsRune(text, '�') {
		t.Errorf("shown are %d bytes", len(text))
	}
}

func TestBatchesAreAskedForInWords(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor)
	b.get("/destinations/"+d.ID+"/actions/new").want(t, 200, "Send many events in one request", `value="1000"`, `value="10"`)
	b.post("/destinations/"+d.ID+"/actions/new", composed("batch_size", "nonsense", "batch_window", ""))
	a := s.onlyAction(d)
	if a.Batching != hookline.NewBatching() {
		t.Errorf("switched off, it keeps %+v", a.Batching)
	}
	path := "/destinations/" + d.ID + "/actions/" + a.ID
	b.post(path, composed("batch", "on", "batch_size", "4001", "batch_window", "soon")).
		want(t, 422, "between 1 and 4,000", "between 0.1 seconds and one hour", `value="4001"`, `value="soon"`)
	b.post(path, composed("batch", "on", "batch_size", "250", "batch_window", "2.5")).wantRedirect(t, path)
	if want := (hookline.Batching{Enabled: true, Size: 250, Window: 2500 * time.Millisecond}); s.onlyAction(d).Batching != want {
		t.Errorf("saved %+v, want %+v", s.onlyAction(d).Batching, want)
	}
	b.get(path).want(t, 200, `value="250"`, `value="2.5"`)
}

func TestABodyIsFormatted(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	path := "/destinations/" + d.ID + "/actions/new/body"
	b := s.as(editor)
	const formatted = "{\n  \"plan\": \"{{ event.properties.plan | default: \"free\" }}\",\n  \"all\": {{ event | json }}\n}"
	typed := composed("body", `{"plan":"{{ event.properties.plan | default: "free" }}","all":{{ event | json }}}`)
	b.post(path, composed("edit", "format", "body", typed.Get("body"))).want(t, 200, "<html", html.EscapeString(formatted), `value="Tell the CRM"`, "{{ customer.email }}")
	b.post(path, composed("edit", "format", "body", `{"a": 1,}`)).want(t, 200, "<html", "Line 1, column 9: This cannot be formatted", html.EscapeString(`{"a": 1,}`))

	var answer struct{ Body, Told string }
	ask := func(form url.Values) {
		form.Set("edit", "format")
		got := b.with("Accept", "application/json").post(path, form)
		if err := json.Unmarshal(got.Body.Bytes(), &answer); err != nil || got.Code != 200 {
			t.Fatalf("status %d, %v", got.Code, err)
		}
	}
	if ask(typed); answer.Body != formatted || answer.Told != "" {
		t.Errorf("answered %+v", answer)
	}
	if ask(composed("body", `{"a": 1,}`)); answer.Body != `{"a": 1,}` || answer.Told == "" {
		t.Errorf("answered %+v", answer)
	}
	b.post(path, composed("edit", "whole-event")).want(t, 200, ">\n{{ event | json }}</textarea>", "&#34;type&#34;:&#34;track&#34;")
	b.post(path, composed("edit", "whole-person")).want(t, 200, ">\n{{ customer | json }}</textarea>")
	if actions, err := s.store.ListActions(t.Context(), d.ID); err != nil || len(actions) != 0 {
		t.Errorf("something was kept: %+v, %v", actions, err)
	}
}

// Which piece a call asks for decides nothing about a page that is shown whole.
func TestAFormThatComesBackIsWhole(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	for _, piece := range []string{"preview", "headers", "test", "nothing"} {
		b := s.as(editor).htmx().with("HX-Target", piece)
		b.post("/destinations/"+d.ID+"/actions/new", composed("save", "keep", "name", "")).
			want(t, 422, "Give the action a name", "Trigger as text", `event = &#34;Signed Up&#34;</textarea>`, `id="preview"`, `id="headers"`)
	}
}
