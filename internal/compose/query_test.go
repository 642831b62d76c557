package compose

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQueriesBecomeParametersAndBack(t *testing.T) {
	for name, test := range map[string]struct {
		address, front string
		want           []Param
	}{
		"none":              {"https://x.example/a#b?c=d", "https://x.example/a#b?c=d", nil},
		"order and repeats": {"https://x.example/?b=1&a=2&b=3", "https://x.example/", []Param{{Name: "b", Value: "1"}, {Name: "a", Value: "2"}, {Name: "b", Value: "3"}}},
		"empty values":      {"https://x.example/?a=&b&=c#top", "https://x.example/#top", []Param{{Name: "a"}, {Name: "b", Form: Bare}, {Value: "c"}}},
		"encoded": {
			"https://x.example/?q=R%26D%20%3D&who=a+b&odd=100%", "https://x.example/",
			[]Param{{Name: "q", Value: "R%26D%20%3D", Form: AsIs}, {Name: "who", Value: "a+b", Form: AsIs}, {Name: "odd", Value: "100%", Form: AsIs}},
		},
		"encoded as we do": {"https://x.example/?q=R%26D%20x", "https://x.example/", []Param{{Name: "q", Value: "R&D x"}}},
		"Liquid with & and =": {
			`https://x.example/{{ a | append: "?b=c#" }}?q={{ event.q | append: "&x=y#z" }}&r={% if a == "b&" %}1{% endif %}`, `https://x.example/{{ a | append: "?b=c#" }}`,
			[]Param{{Name: "q", Value: `{{ event.q | append: "&x=y#z" }}`}, {Name: "r", Value: `{% if a == "b&" %}1{% endif %}`}},
		},
		"braces that are no Liquid": {"https://x.example/?a=%7B%7Bx%7D%7D&b=%7Bx%7D", "https://x.example/", []Param{{Name: "a", Value: "%7B%7Bx%7D%7D", Form: AsIs}, {Name: "b", Value: "{x}"}}},
		"nothing behind the ?":      {"https://x.example/?#a", "https://x.example/#a", []Param{{Form: Bare}}},
	} {
		t.Run(name, func(t *testing.T) {
			front, got, err := ReadQuery(test.address)
			if err != nil || front != test.front {
				t.Fatalf("front %s, %v", front, err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("parameters (-want +got)\n%s", diff)
			}
			if back := WriteQuery(front, got); back != test.address {
				t.Errorf("back it is %s", back)
			}
		})
	}
}

// TestAQueryComesBackAsItWas makes addresses of pieces that mean something to
// somebody, and wants each back letter by letter.
func TestAQueryComesBackAsItWas(t *testing.T) {
	pieces := []string{
		"?", "&", "=", "#", "a", "name", "+", "%20", "%26", "%2f", "%2F", "%", "%zz", "%C3%B6", "%FF", "ö", " ", "/", ":", "@", "[x]", "{", "}", "'", "~",
		"{{ customer.email }}", `{{ a | append: "&b=c#d?" }}`, `{% if a == "&" %}x{% endif %}`, "{% raw %}&={% endraw %}", "{% if a %}", "{% endif %}", "%7B%7B", "|",
	}
	random := rand.New(rand.NewPCG(7, 11))
	read := 0
	for range 20_000 {
		var b strings.Builder
		b.WriteString("https://x.example/p")
		for range random.IntN(14) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		address := b.String()
		front, params, err := ReadQuery(address)
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || e.Part != URL || e.Message == "" {
				t.Fatalf("%s: %v", address, err)
			}
			continue
		}
		read++
		if back := WriteQuery(front, params); back != address {
			t.Fatalf("%s came back as %s, from %+v", address, back, params)
		}
	}
	if read < 10_000 {
		t.Errorf("only %d addresses could be read", read)
	}
}

func TestTypedParametersStayWhatTheyAre(t *testing.T) {
	typed := []Param{
		{Name: "q", Value: "R&D = 100% #1 a+b"},
		{},
		{Name: "a=b", Value: `{{ event.q | append: "&" }} & more`},
		{Name: "open", Value: "{{ a &"},
		{Name: "as", Value: "is&so%20", Form: AsIs},
		{Name: "flag", Form: Bare},
		{Name: "flag", Value: "on", Form: Bare},
	}
	got := WriteQuery("https://x.example/?own=1#f", typed)
	want := `https://x.example/?own=1&q=R%26D%20=%20100%25%20%231%20a%2Bb&a%3Db={{ event.q | append: "&" }}%20%26%20more&open={{ a %26&as=is%26so%20&flag&flag=on#f`
	if got != want {
		t.Errorf("\n%s, want\n%s", got, want)
	}
}

func TestReadQuerySaysWhyNot(t *testing.T) {
	for address, want := range map[string]string{
		"https://x.example/?a={{ b":                       "never closed",
		"https://x.example/?a=1{% if b %}&c=1{% endif %}": "line 1, column 20: This address cannot be shown as rows: a tag begins in one",
		"https://x.example/?a={{\nb }}":                   "a line break",
	} {
		if _, params, err := ReadQuery(address); params != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v, want %q", address, params, err, want)
		}
	}
}
