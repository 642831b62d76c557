package compose

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

func authTemplate(url string, headers ...string) hookline.Template {
	t := hookline.Template{Method: "POST", URL: url, Body: "{}"}
	for i := 0; i+1 < len(headers); i += 2 {
		t.Headers = append(t.Headers, hookline.Header{Name: headers[i], Value: headers[i+1]})
	}
	return t
}

func TestAuthenticationIsTakenOutAndPutBack(t *testing.T) {
	const x = "https://x.example/a?b=1&c=2#d"
	for name, test := range map[string]struct {
		whole, rest hookline.Template
		want        Auth
	}{
		"none":               {authTemplate(x, "Accept", "a", "Cookie", "b=c"), authTemplate(x, "Accept", "a", "Cookie", "b=c"), Auth{}},
		"user and password":  {authTemplate("https://ana%40x.example:p%3A%2F%20w@x.example:8443/a"), authTemplate("https://x.example:8443/a"), Auth{Kind: AuthBasic, User: "ana@x.example", Password: "p:/ w"}},
		"a key as the user":  {authTemplate("https://KEY:@x.example"), authTemplate("https://x.example"), Auth{Kind: AuthBasic, User: "KEY"}},
		"Liquid in them":     {authTemplate(`http://{{ event.u | append: "@:/" }}:{{ customer.key }}@x.example/{{ a }}`), authTemplate("http://x.example/{{ a }}"), Auth{Kind: AuthBasic, User: `{{ event.u | append: "@:/" }}`, Password: "{{ customer.key }}"}},
		"a token":            {authTemplate(x, "Accept", "a", "Authorization", "Bearer t-1", "X", "y"), authTemplate(x, "Accept", "a", "X", "y"), Auth{Kind: AuthBearer, Token: "t-1", Place: 2}},
		"another scheme":     {authTemplate(x, "Authorization", "Basic [TOKEN]"), authTemplate(x), Auth{Kind: AuthHeader, HeaderName: "Authorization", HeaderKey: "Basic [TOKEN]", Place: 1}},
		"a key in a header":  {authTemplate(x, "X-Api-Key", "k", "Accept", "a"), authTemplate(x, "Accept", "a"), Auth{Kind: AuthHeader, HeaderName: "X-Api-Key", HeaderKey: "k", Place: 1}},
		"a key in the query": {authTemplate("https://x.example/?b=1&api_key={{ k }}%20&c=2#d"), authTemplate("https://x.example/?b=1&c=2#d"), Auth{Kind: AuthQuery, ParamName: "api_key", ParamKey: "{{ k }} ", Place: 2}},
		"a key alone there":  {authTemplate("https://x.example/?key=1"), authTemplate("https://x.example/"), Auth{Kind: AuthQuery, ParamName: "key", ParamKey: "1", Place: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, rest := ReadAuth(test.whole)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("authentication (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(test.rest, rest, emptyIsNil); diff != "" {
				t.Errorf("the rest (-want +got)\n%s", diff)
			}
			back, placed := got.With(rest)
			if diff := cmp.Diff(test.whole, back, emptyIsNil); diff != "" || placed != got {
				t.Errorf("put back (-want +got)\n%s%+v", diff, placed)
			}
		})
	}
}

var emptyIsNil = cmp.Transformer("emptyIsNil", func(headers []hookline.Header) map[int]hookline.Header {
	all := map[int]hookline.Header{}
	for i, h := range headers {
		all[i] = h
	}
	return all
})

// What is typed into the fields arrives as it was typed.
func TestTypedUserAndPasswordAreSentAsTheyAre(t *testing.T) {
	for _, password := range []string{"p@ss:w/ord?#%", `"ö" {x} \`, "a+b&c=d", "%41"} {
		whole, _ := Auth{Kind: AuthBasic, User: "ana@example.com", Password: password}.With(authTemplate("https://x.example/a?b#c"))
		request, err := New().Request(t.Context(), whole, Roots{})
		if err != nil {
			t.Errorf("%q: %v", password, err)
			continue
		}
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte("ana@example.com:"+password))
		if request.URL != "https://x.example/a?b#c" || len(request.Headers) != 1 || request.Headers[0].Value != want {
			t.Errorf("%q: %+v", password, request)
		}
	}
	whole, _ := Auth{Kind: AuthBasic, User: "{{ customer.id }}", Password: "{{ customer.bio }}"}.With(authTemplate("https://x.example"))
	request, err := New().Request(t.Context(), whole, Roots{Person: ana})
	if want := "Basic " + base64.StdEncoding.EncodeToString([]byte("123:says \"hi\"\nand leaves")); err != nil || request.Headers[0].Value != want {
		t.Errorf("%+v, %v", request, err)
	}
}

func TestAuthenticationSaysWhatItLacks(t *testing.T) {
	x := authTemplate("https://x.example/")
	for name, test := range map[string]struct {
		auth        Auth
		rest        hookline.Template
		field, says string
	}{
		"no user":                {Auth{Kind: AuthBasic}, x, "auth_user", "Enter the user"},
		"user twice":             {Auth{Kind: AuthBasic, User: "a"}, authTemplate("https://b@x.example/"), "auth", "in the address as well"},
		"user and Authorization": {Auth{Kind: AuthBasic, User: "a"}, authTemplate("https://x.example/", "authorization", "x"), "auth", "in the place of user and password"},
		"no scheme":              {Auth{Kind: AuthBasic, User: "a"}, authTemplate("{{ customer.url }}"), "auth", "begins with https://"},
		"no address":             {Auth{Kind: AuthBasic, User: "a"}, authTemplate(""), "url", "Enter the address"},
		"no token":               {Auth{Kind: AuthBearer}, x, "auth_token", "Enter the token"},
		"token twice":            {Auth{Kind: AuthBearer, Token: "t"}, authTemplate("https://x.example/", "Authorization", "x"), "auth", "Authorization as well"},
		"no name":                {Auth{Kind: AuthHeader, HeaderKey: "k"}, x, "auth_header_name", "such as X-Api-Key"},
		"no key":                 {Auth{Kind: AuthHeader, HeaderName: "X-Api-Key"}, x, "auth_header_key", "Enter the key"},
		"key twice":              {Auth{Kind: AuthHeader, HeaderName: "X-Api-Key", HeaderKey: "k"}, authTemplate("https://x.example/", "x-api-key", "x"), "auth_header_name", "as well"},
		"no parameter":           {Auth{Kind: AuthQuery}, x, "auth_param_name", "such as api_key"},
		"no parameter's key":     {Auth{Kind: AuthQuery, ParamName: "key"}, x, "auth_param_key", "Enter the key"},
		"a kind of its own":      {Auth{Kind: "magic"}, x, "auth", "Choose how"},
	} {
		t.Run(name, func(t *testing.T) {
			if wrong := test.auth.Check(test.rest); !strings.Contains(wrong[test.field], test.says) {
				t.Errorf("%v, want %s: %s", wrong, test.field, test.says)
			}
			if whole, placed := test.auth.With(test.rest); placed.Place != 0 || cmp.Diff(test.rest, whole) != "" {
				t.Errorf("it was put in all the same: %+v", whole)
			}
		})
	}
}
