package compose

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

var (
	signedUp = &hookline.Event{
		ID: "evt_1", Type: hookline.Track, Name: "Signed Up", Timestamp: time.Unix(1_700_000_000, 0),
		Payload: []byte(`{"type":"track","userId":"123","event":"Signed Up","properties":{"plan":"Startup","order":12345678901234567890}}`),
	}
	ana = &hookline.Person{ID: "per_1", UserID: "123", Attributes: []byte(`{"email":"ana@example.com","bio":"says \"hi\"\nand leaves","host":"inside.example","crlf":"a\r\nX-Evil: 1"}`)}
)

func template(change func(*hookline.Template)) hookline.Template {
	t := hookline.NewTemplate()
	t.URL = "https://example.com/hook"
	change(&t)
	return t
}

func TestNewTemplateMakesTheRequestOfTheSeeds(t *testing.T) {
	got, err := New().Request(t.Context(), template(func(*hookline.Template) {}), Roots{Event: signedUp, Person: ana})
	if err != nil {
		t.Fatal(err)
	}
	want := hookline.Request{
		Method: "POST", URL: "https://example.com/hook",
		Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}},
		Body: []byte(`{
  "type": "track",
  "userId": "123",
  "event": "Signed Up",
  "properties": {"plan":"Startup","order":12345678901234567890}
}`),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got)\n%s", diff)
	}
}

func TestRequest(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*hookline.Template)
		check  func(r hookline.Request) bool
	}{
		"a quotation mark in an attribute leaves JSON valid": {
			func(t *hookline.Template) { t.Body = `{"bio":"{{ customer.bio }}"}` },
			func(r hookline.Request) bool {
				return json.Valid(r.Body) && strings.Contains(string(r.Body), `says \"hi\"\nand`)
			},
		},
		"a form body is encoded": {
			func(t *hookline.Template) {
				t.Headers = []hookline.Header{{Name: "Content-Type", Value: "x-www-form-urlencoded"}}
				t.Body = `id={{customer.id}}&email={{customer.email}}`
			},
			func(r hookline.Request) bool { return string(r.Body) == "id=123&email=ana%40example.com" },
		},
		"text is left alone": {
			func(t *hookline.Template) {
				t.Headers = []hookline.Header{{Name: "Content-Type", Value: "text/plain"}}
				t.Body = `{{ customer.bio }}`
			},
			func(r hookline.Request) bool { return string(r.Body) == "says \"hi\"\nand leaves" },
		},
		"escaping can be switched off": {
			func(t *hookline.Template) { t.PlainOutput = true; t.Body = `["{{ customer.email }}"]` },
			func(r hookline.Request) bool { return string(r.Body) == `["ana@example.com"]` },
		},
		"user and password leave the address": {
			func(t *hookline.Template) { t.URL = "https://user:p%40ss@example.com/a?b=c#d" },
			func(r hookline.Request) bool {
				return r.URL == "https://example.com/a?b=c#d" && r.Headers[0] == hookline.Header{Name: "Authorization", Value: "Basic dXNlcjpwQHNz"}
			},
		},
		"a key alone is a user without a password": {
			func(t *hookline.Template) { t.URL = "https://KEY@example.com/" },
			func(r hookline.Request) bool {
				return r.URL == "https://example.com/" && r.Headers[0].Value == "Basic S0VZOg=="
			},
		},
		"an explicit Authorization wins": {
			func(t *hookline.Template) {
				t.URL = "https://user:pass@example.com/"
				t.Headers = append(t.Headers, hookline.Header{Name: "authorization", Value: "Bearer x"})
			},
			func(r hookline.Request) bool {
				return len(r.Headers) == 2 && r.Headers[1].Value == "Bearer x" && r.URL == "https://example.com/"
			},
		},
		"the address takes values": {
			func(t *hookline.Template) { t.URL = "https://example.com/{{ customer.email }}?e={{ event.event }}" },
			func(r hookline.Request) bool { return r.URL == "https://example.com/ana%40example.com?e=Signed%20Up" },
		},
		"a GET carries no body": {
			func(t *hookline.Template) { t.Method = "GET"; t.Body = "{{ nonsense" },
			func(r hookline.Request) bool { return len(r.Body) == 0 && r.Body != nil },
		},
		"an empty JSON body is empty": {
			func(t *hookline.Template) { t.Method = "DELETE"; t.Body = " \n" },
			func(r hookline.Request) bool { return strings.TrimSpace(string(r.Body)) == "" },
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := New().Request(t.Context(), template(test.change), Roots{Event: signedUp, Person: ana})
			if err != nil {
				t.Fatal(err)
			}
			if !test.check(got) {
				t.Errorf("%s %s\n%v\n%s", got.Method, got.URL, got.Headers, got.Body)
			}
		})
	}
}

func TestRequestSaysWhatIsWrongAndWhere(t *testing.T) {
	for name, test := range map[string]struct {
		change       func(*hookline.Template)
		part         Part
		line, column int
		says         string
	}{
		"Liquid that is not closed": {
			func(t *hookline.Template) { t.Body = "{\n  \"a\": \"{{ customer.email \"\n}" }, Body, 2, 9, "never closed",
		},
		"an unknown filter": {
			func(t *hookline.Template) { t.Body = `{"a":"{{ customer.email | shout }}"}` }, Body, 1, 0, "shout",
		},
		"JSON without quotation marks": {
			func(t *hookline.Template) { t.Body = "{\n  \"id\": MAILBOX-ID\n}" }, Body, 2, 9, "quotation marks",
		},
		"JSON with a comma too many": {
			func(t *hookline.Template) { t.Body = "{\"a\": 1,\n}" }, Body, 2, 1, "comma too many",
		},
		"JSON that ends early": {
			func(t *hookline.Template) { t.Body = `{"a": [1, 2}` }, Body, 1, 12, "comma or a closing bracket",
		},
		"JSON without its end": {
			func(t *hookline.Template) { t.Body = `{"a": 1` }, Body, 1, 0, "ends too early",
		},
		"a line break in a header": {
			func(t *hookline.Template) {
				t.Headers = append(t.Headers, hookline.Header{Name: "X-Name", Value: "{{ customer.crlf }}"})
			}, Header(1), 0, 0, "",
		},
		"a header of HTTP's own": {
			func(t *hookline.Template) { t.Headers = []hookline.Header{{Name: "Content-Length", Value: "3"}} }, Header(0), 0, 0, "Content-Length",
		},
		"no address at all": {
			func(t *hookline.Template) { t.URL = "https://exa mple.com/%zz" }, URL, 0, 0, "address",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New().Request(t.Context(), template(test.change), Roots{Event: signedUp, Person: ana})
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("error %v, want one of ours", err)
			}
			if e.Part != test.part || !strings.Contains(e.Message, test.says) || (test.line != 0 && e.Line != test.line) || (test.column != 0 && e.Column != test.column) {
				t.Errorf("%s line %d column %d: %q, want %s line %d column %d with %q", e.Part, e.Line, e.Column, e.Message, test.part, test.line, test.column, test.says)
			}
			if reason := Reason(err); !strings.ContainsAny(reason[len(reason)-1:], ".?") || strings.Contains(reason, "invalid character") {
				t.Errorf("reason %q is no plain sentence", reason)
			}
		})
	}
}

func TestPreviewGivesWhatWasMadeAndWarns(t *testing.T) {
	tmpl := template(func(t *hookline.Template) { t.Body = `{"a": "{{ customer.naem }}", "b": {{ broken }}}` })
	made, err := New().Preview(t.Context(), tmpl, Roots{Event: signedUp, Person: ana})
	if _, ok := errors.AsType[*Error](err); !ok {
		t.Errorf("error %v, want one about JSON", err)
	}
	if got := string(made.Request.Body); got != `{"a": "", "b": }` {
		t.Errorf("body %s", got)
	}
	found := false
	for _, w := range made.Warnings {
		found = found || w.Part == Body && strings.Contains(w.Message, "customer.naem")
	}
	if !found {
		t.Errorf("no warning names customer.naem: %v", made.Warnings)
	}
}

func TestCancelledIsNoFault(t *testing.T) {
	_, err := New().Request(t.Context(), template(func(t *hookline.Template) { t.Body = `{% cancel %}` }), Roots{Event: signedUp})
	if _, ok := errors.AsType[*Cancelled](err); !ok {
		t.Fatalf("error %v", err)
	}
}

func TestCheckReadsEveryPart(t *testing.T) {
	c := New()
	if err := c.Check(template(func(*hookline.Template) {})); err != nil {
		t.Errorf("the new template is refused: %v", err)
	}
	for part, change := range map[Part]func(*hookline.Template){
		URL:       func(t *hookline.Template) { t.URL = "https://example.com/{{ a" },
		Header(0): func(t *hookline.Template) { t.Headers[0].Value = "{% if %}" },
		Body:      func(t *hookline.Template) { t.Body = "{% endif %}" },
	} {
		tmpl := template(change)
		if e, ok := errors.AsType[*Error](c.Check(tmpl)); !ok || e.Part != part {
			t.Errorf("%s: %v", part, e)
		}
	}
}

func TestSafeHeadersBlotsOutSecrets(t *testing.T) {
	for _, h := range []hookline.Header{
		{Name: "Authorization", Value: "Bearer abcdefghijklmnop"}, {Name: "X-Api-Key", Value: "abcdefghijklmnop"}, {Name: "cookie", Value: "short"},
	} {
		if safe := SafeHeaders([]hookline.Header{h})[0].Value; strings.Contains(safe, "abcdefghijkl") || strings.Contains(safe, "short") {
			t.Errorf("%s is shown as %s", h.Name, safe)
		}
	}
	plain := []hookline.Header{{Name: "Content-Type", Value: "application/json"}}
	if diff := cmp.Diff(plain, SafeHeaders(plain)); diff != "" {
		t.Error(diff)
	}
}
