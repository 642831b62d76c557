package compose

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestFlatJSONBecomesAFormAndBack(t *testing.T) {
	for _, test := range []struct{ json, form string }{
		{"{\n  \"id\": \"{{ customer.id }}\",\n  \"email\": \"{{ customer.email }}\"\n}", "id={{ customer.id }}&email={{ customer.email }}"},
		{"{\n  \"a b\": \"R&D = 100% + ö\",\n  \"n\": 5,\n  \"yes\": true\n}", "a%20b=R%26D%20%3D%20100%25%20%2B%20%C3%B6&n=5&yes=true"},
		{"{\n  \"all\": {{ event | json }},\n  \"q\": \"{{ event.q | append: \"&x=\" }}\"\n}", `all={{ event | json }}&q={{ event.q | append: "&x=" }}`},
	} {
		form, err := FormOfJSON(test.json)
		if err != nil || form != test.form {
			t.Errorf("as a form %s, %v; want %s", form, err, test.form)
		}
		if back, err := JSONOfForm(form); err != nil || back != test.json {
			t.Errorf("back %s, %v; want %s", back, err, test.json)
		}
	}
	if form, err := FormOfJSON(`{"none": null}`); err != nil || form != "none=" {
		t.Errorf("%s, %v", form, err)
	}
	if body, err := JSONOfForm(" id={{id}}&b=one+two\n"); err != nil || body != "{\n  \"id\": \"{{id}}\",\n  \"b\": \"one two\"\n}" {
		t.Errorf("%s, %v", body, err)
	}
}

func TestWhatIsNotFlatIsLeftAlone(t *testing.T) {
	for _, body := range []string{`{"a": [1]}`, `{{ event | json }}`, "", `{"a": "{{ b"}`} {
		if form, err := FormOfJSON(body); form != "" || err == nil {
			t.Errorf("%s became %s", body, form)
		}
	}
	for _, body := range []string{"plain text", "", "a=1&{% if b %}c=2&{% endif %}d=3", "a={{ b", "a=1&&b=2"} {
		got, err := JSONOfForm(body)
		if e, ok := errors.AsType[*Error](err); got != "" || !ok || e.Part != Body {
			t.Errorf("%s became %s, %v", body, got, err)
		}
	}
}

// The content types that services ask for beside JSON, as people spell them.
func TestBodiesThatAreNoJSON(t *testing.T) {
	for name, test := range map[string]struct{ contentType, body, want string }{
		"a form":              {"application/x-www-form-urlencoded", "id={{customer.id}}&bio={{ customer.bio }}&n={{ event.properties.order }}", "id=123&bio=says+%22hi%22%0Aand+leaves&n=12345678901234567890"},
		"a form, spelt bare":  {"x-www-form-urlencoded", "email={{customer.email}}&host={{ customer.host | url_encode }}", "email=ana%40example.com&host=inside.example"},
		"a form, with params": {"Application/X-WWW-Form-Urlencoded; charset=utf-8", "a={{ customer.email }}", "a=ana%40example.com"},
		"XML":                 {"text/xml", "<person id=\"{{ customer.id }}\">{{ customer.bio | escape }}</person>", "<person id=\"123\">says &quot;hi&quot;\nand leaves</person>"},
		"application/xml":     {"application/xml", "<p>{{ customer.email }}</p>", "<p>ana@example.com</p>"},
		"plain text":          {"text/plain", "{{ customer.email }} says {{ customer.bio }}\n", "ana@example.com says says \"hi\"\nand leaves\n"},
		"HTML":                {"text/html", "<b>{{ customer.bio | escape }}</b>", "<b>says &quot;hi&quot;\nand leaves</b>"},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := New().Request(t.Context(), template(func(t *hookline.Template) {
				t.Headers, t.Body = []hookline.Header{{Name: "Content-Type", Value: test.contentType}}, test.body
			}), Roots{Event: signedUp, Person: ana})
			if err != nil || string(request.Body) != test.want || request.Headers[0].Value != test.contentType {
				t.Errorf("%s as %s, %v; want %s", request.Body, request.Headers, err, test.want)
			}
			if strings.HasPrefix(name, "a form") {
				if _, err := url.ParseQuery(string(request.Body)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
