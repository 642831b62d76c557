package web

import (
	"html"
	"net/url"
	"testing"

	"hookline/internal/hookline"
)

// addressed is a form whose address has its parameters in rows: names, values and forms in turn.
func addressed(edit, address string, params ...string) url.Values {
	f := composed("edit", edit, "url", address, "query_mode", "rows")
	for i := 0; i+2 < len(params); i += 3 {
		f.Add("query_name", params[i])
		f.Add("query_value", params[i+1])
		f.Add("query_form", params[i+2])
	}
	return f
}

func TestParametersAreEditedAsRows(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	path := "/destinations/" + d.ID + "/actions/new"
	b := s.as(editor)
	part := b.htmx().with("HX-Target", "address-part")
	typed := composed("edit", "rows", "url", `https://example.com/p?plan={{ event.properties.plan | append: "&=" }}&plan=&flag&q=a+b#top`)
	part.post(path+"/address", typed).want(t, 200, `name="query_mode" value="rows"`, `value="https://example.com/p#top"`, `id="param-0" name="query_name" value="plan"`,
		html.EscapeString(`{{ event.properties.plan | append: "&=" }}`), `id="param-3"`, `name="query_form" value="bare"`, `name="query_form" value="as-is"`, `autofocus`, "!<html", "!Edit parameters as rows")
	b.post(path+"/address", typed).want(t, 200, "<html", `id="param-3"`, `value="Tell the CRM"`)

	rows := []string{"plan", `{{ event.properties.plan }}`, "", "who", "R&D = 50%", "", "flag", "", "bare", "q", "a+b", "as-is"}
	const written = `https://example.com/p?plan={{ event.properties.plan }}&who=R%26D%20=%2050%25&flag&q=a+b#top`
	front := "https://example.com/p#top"
	part.post(path+"/address", addressed("text", front, rows...)).want(t, 200, `value="`+html.EscapeString(written)+`"`, "!query_mode", "Edit parameters as rows")
	part.post(path+"/address", addressed("add-param", front, rows...)).want(t, 200, `id="param-4"`, "autofocus")
	part.post(path+"/address", addressed("remove-param:0", front, rows...)).want(t, 200, `!value="plan"`, `value="who"`, `!id="param-3"`)
	part.post(path+"/address", addressed("remove-param:9", front, rows...)).want(t, 200, `id="param-3"`)
	part.post(path+"/address", addressed("remove-param:0", front, rows[:3]...)).want(t, 200, "None yet")
	b.preview(d, addressed("", front, rows...)).want(t, 200, "https://example.com/p?plan=Startup&amp;who=R%26D%20=%2050%25&amp;flag&amp;q=a+b", "!tone-bad")
	b.post(path, addressed("", front, rows...))
	if a := s.onlyAction(d); a.Template.URL != written {
		t.Errorf("saved %s", a.Template.URL)
	}
}

func TestAnAddressThatHasNoRowsSaysWhy(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	part := s.as(editor).htmx().with("HX-Target", "address-part")
	path := "/destinations/" + d.ID + "/actions/new/address"
	const crossing = "https://example.com/?a=1{% if x %}&b=2{% endif %}"
	part.post(path, composed("edit", "rows", "url", crossing)).want(t, 200, "a tag begins in one parameter and ends in another", `value="`+html.EscapeString(crossing)+`"`, "!query_mode")
	part.post(path, composed("edit", "rows", "url", "https://example.com/?a={{ b")).want(t, 200, "never closed", "!query_mode")
	part.post(path, composed("edit", "rows", "url", "")).want(t, 200, `name="query_mode"`, "None yet")
}

func TestAuthenticationHasFieldsOfItsOwn(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/new"
	b.get(path).want(t, 200, "How the receiver knows you", `<option value="" selected`, `name="auth_password"`)
	for name, test := range map[string]struct {
		fields []string
		url    string
		header hookline.Header
		shows  []string
	}{
		"user and password": {
			[]string{"auth", "basic", "auth_user", "ana@example.com", "auth_password", "hunter2:/@"},
			"https://ana%40example.com:hunter2%3A%2F%40@example.com/people",
			hookline.Header{},
			[]string{`<option value="basic" selected`, `value="ana@example.com"`, `type="password" id="field-auth_password" name="auth_password" value="hunter2:/@"`, `value="https://example.com/people"`},
		},
		"a token": {
			[]string{"auth", "bearer", "auth_token", "Bearer geheim-12345678"},
			"https://example.com/people",
			hookline.Header{Name: "Authorization", Value: "Bearer geheim-12345678"},
			[]string{`<option value="bearer" selected`, `type="password" id="field-auth_token" name="auth_token" value="geheim-12345678"`, "!Header 3: name"},
		},
		"a key in a header": {
			[]string{"auth", "header", "auth_header_name", "X-Api-Key", "auth_header_key", "geheim-12345678"},
			"https://example.com/people",
			hookline.Header{Name: "X-Api-Key", Value: "geheim-12345678"},
			[]string{`<option value="header" selected`, `value="X-Api-Key"`, `name="auth_header_name"`, "!Header 3: name"},
		},
		"a key in the address": {
			[]string{"auth", "query", "auth_param_name", "api_key", "auth_param_key", "geheim&1"},
			"https://example.com/people?api_key=geheim%261",
			hookline.Header{},
			[]string{`<option value="query" selected`, `type="password" id="field-auth_param_key" name="auth_param_key" value="geheim&amp;1"`, `value="https://example.com/people"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := s.destination(hookline.Destination{Enabled: true}, s.source(name))
			path := "/destinations/" + d.ID + "/actions/"
			fields := append([]string{"url", "https://example.com/people"}, test.fields...)
			b.preview(d, composed(fields...)).want(t, 200, "!tone-bad", "!tone-warn", "!hunter2", "!Bearer geheim", "!geheim-12345678<")
			b.post(path+"new", composed(fields...))
			a := s.onlyAction(d)
			if a.Template.URL != test.url || test.header.Name != "" && a.Template.Headers[2] != test.header || test.header.Name == "" && len(a.Template.Headers) != 2 {
				t.Fatalf("saved %s, %v", a.Template.URL, a.Template.Headers)
			}
			got := b.get(path + a.ID)
			for _, text := range test.shows {
				got.want(t, 200, text)
			}
			got.want(t, 200, "!Compared with the saved version", "!Header 3: name")
		})
	}
}

// What nobody touched is saved as it was, also in the middle of other headers.
func TestAuthenticationStaysInItsPlace(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	a := s.action(d, func(a *hookline.Action) {
		a.Template.Headers = []hookline.Header{{Name: "Accept", Value: "a"}, {Name: "Authorization", Value: "Bearer abcdefghijklmnop"}, {Name: "X-Team", Value: "b"}}
	})
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/" + a.ID
	b.get(path).want(t, 200, "Header 1: name", "!Header 2: name", "Header 3: name", `name="auth_place" value="2"`)
	typed := func(pairs ...string) url.Values {
		f := form("name", a.Name, "trigger_mode", "text", "trigger_text", a.Trigger, "method", a.Template.Method, "url", a.Template.URL, "body", a.Template.Body,
			"header_name", "Accept", "header_value", "a", "header_name", "X-Team", "header_value", "b", "auth", "bearer", "auth_token", "abcdefghijklmnop", "auth_place", "2")
		for i := 0; i < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return f
	}
	b.htmx().with("HX-Target", "headers").post(path+"/headers", typed("edit", "remove-header:2")).want(t, 200, "Header 1: name", "!X-Team\" ", "!Header 2: name")
	b.post(path+"/headers", typed("edit", "remove-header:0")).want(t, 200, `name="auth_place" value="1"`, "Header 2: name", "!Header 1: name")
	b.post(path, typed()).wantRedirect(t, path)
	if saved := s.onlyAction(d); len(saved.Template.Headers) != 3 || saved.Template.Headers[1].Value != "Bearer abcdefghijklmnop" || saved.Version != a.Version {
		t.Errorf("saved %+v", saved)
	}
	b.post(path, typed("auth", "")).wantRedirect(t, path)
	if saved := s.onlyAction(d); len(saved.Template.Headers) != 2 {
		t.Errorf("without authentication it has %v", saved.Template.Headers)
	}
}

func TestAuthenticationThatLacksSomethingIsNotSaved(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/new"
	for field, fields := range map[string][]string{
		"auth_user":        {"auth", "basic"},
		"auth_token":       {"auth", "bearer"},
		"auth_header_name": {"auth", "header", "auth_header_key", "typed-1"},
		"auth_param_key":   {"auth", "query", "auth_param_name", "typed-1"},
		"auth":             {"auth", "bearer", "auth_token", "typed-1", "header_name", "Authorization"},
	} {
		got := b.post(path, composed(append([]string{"save", "keep"}, fields...)...))
		got.want(t, 422, `href="#field-`+field+`"`, `id="field-`+field+`-error"`, `<option value="`+fields[1]+`" selected`)
		if len(fields) > 2 {
			got.want(t, 422, `value="typed-1"`)
		}
		b.preview(d, composed(fields...)).want(t, 200, "Authentication", "tone-warn")
	}
}

func TestTheKindOfBodyIsChosen(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/new"
	part := b.htmx().with("HX-Target", "body-part")
	b.get(path).want(t, 200, `<option value="json" selected>JSON`, `name="content_was" value="json"`, `language="liquid-json"`)
	part.post(path+"/content", composed("content", "form", "content_was", "json")).want(t, 200, `value="application/x-www-form-urlencoded"`, `<option value="form" selected`,
		"This body is JSON, and the receiver is told that it is a form.", "Values are encoded for forms", `language="liquid"`, "!<html")
	part.post(path+"/content", composed("content", "xml", "content_was", "json")).want(t, 200, `value="text/xml"`, `language="liquid-html"`, "| escape }}", "!This body is JSON")
	part.post(path+"/content", composed("content", "other", "content_was", "json")).want(t, 200, `<option value="other" selected`, "such as text/csv", `!value="application/json" `)
	// The header counts, whatever the list said before.
	b.preview(d, composed("header_value", "x-www-form-urlencoded", "content", "json", "content_was", "json", "body", "a={{ customer.email }}")).
		want(t, 200, `<option value="form" selected`, `a=<mark title="Filled in by line 1, column 6">ana%40example.com</mark>`)
	b.post(path+"/content", composed("content", "text", "content_was", "json")).want(t, 200, "<html", `value="text/plain"`, `value="Tell the CRM"`)
	without := composed("content", "html", "content_was", "other")
	without["header_name"], without["header_value"] = nil, nil
	part.post(path+"/content", without).want(t, 200, `value="Content-Type"`, `value="text/html"`)

	asForm := `plan={{ event.properties.plan }}`
	part.post(path+"/body", composed("edit", "to-form", "header_value", "application/x-www-form-urlencoded")).want(t, 200, ">\n"+asForm+"</textarea>", "!This body is")
	part.post(path+"/body", composed("edit", "to-json", "body", asForm)).want(t, 200, html.EscapeString("{\n  \"plan\": \"{{ event.properties.plan }}\"\n}"))
	part.post(path+"/body", composed("edit", "to-form", "body", `{"a": [1]}`)).want(t, 200, "This body cannot be shown as a form", html.EscapeString(`{"a": [1]}`))
	part.post(path+"/content", composed("body", asForm)).want(t, 200, "This body is a form, and the receiver is told that it is JSON.")
}
