package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views"
)

func TestThePreviewIsMadeWithAwkwardOnes(t *testing.T) {
	s := newSite(t, nil)
	website := s.source("Website")
	d := s.destination(hookline.Destination{}, website)
	b := s.as(editor)
	b.preview(d, composed("example", "awkward:quotes")).want(t, 200, "The fields are those of the example.", `<option value="awkward:quotes" selected`,
		`>Startup says \&#34;hi\&#34; \\ &#39;bye&#39;</mark>`, "!tone-bad")

	s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"company":"Acme","seats":12345678901234567890}`)})
	s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1", Payload: []byte(`{"type":"track","event":"Signed Up","userId":"u1","properties":{"size":"XL","tags":["new"]}}`)})
	body := `{"company": "{{ customer.company }}", "size": "{{ event.properties.size }}", "tag": "{{ event.properties.tags[0] }}", "id": "{{ customer.id }}", "seats": {{ customer.seats | json }}}`
	for id, wants := range map[string][]string{
		"awkward:quotes":  {"The fields are those of your newest event.", `>Acme says \&#34;hi\&#34;`, `>XL says`, `>new says`, ">u1<", ">12345678901234567890<"},
		"awkward:lines":   {`>Acme\nsecond line\r\n\tthird line<`, ">u1<"},
		"awkward:emoji":   {">Acme 👩‍👩‍👧 Žofie"},
		"awkward:rtl":     {">שלום עולם مرحبا بالعالم<"},
		"awkward:long":    {"Acme and so on and so on", strings.Repeat(" and so on", 200)},
		"awkward:missing": {"customer.company is missing", "event.properties.size is missing", ">u1<", ">null<"},
		"awkward:null":    {"!customer.company is missing", ">u1<", ">null<", "!Acme"},
		"awkward:unknown": {"newest event that the trigger matches", ">Acme<"},
	} {
		b.preview(d, composed("example", id, "body", body)).want(t, 200, append(wants, "!tone-bad")...)
	}
}

// Whatever is awkward, what is made of the real ones can be read again, and the real ones stay as they are.
func TestAwkwardOnesAreWholeEventsAndPeople(t *testing.T) {
	event, person := exampleEvent(), examplePerson()
	payload, attributes := string(event.Payload), string(person.Attributes)
	for _, a := range awkwards {
		made := a.of(compose.Roots{Event: event, Person: person})
		if !json.Valid(made.Event.Payload) || !json.Valid(made.Person.Attributes) || !utf8.Valid(made.Event.Payload) || made.Person.UserID != "123" {
			t.Errorf("%s makes %s and %+v", a.id, made.Event.Payload, made.Person)
		}
		if a.title == "" || a.note == "" || string(made.Event.Payload) == payload || string(made.Person.Attributes) == attributes {
			t.Errorf("%s changes nothing, or says nothing", a.id)
		}
	}
	if string(event.Payload) != payload || string(person.Attributes) != attributes {
		t.Error("the real ones were changed")
	}
}

func TestExamplesAreSearched(t *testing.T) {
	s := newSite(t, nil)
	website := s.source("Website")
	d := s.destination(hookline.Destination{}, website)
	b := s.as(editor)
	b.preview(d, composed()).want(t, 200, "!example_search")
	var first hookline.Event
	for i := range offeredEvents + 5 {
		id := fmt.Sprintf("u%02d", i)
		s.person(hookline.Person{UserID: id, Email: id + "@x.example", Attributes: []byte(`{"email":"` + id + `@x.example"}`)})
		e := s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: fmt.Sprintf("Event %d", i), UserID: id})
		if i == 0 {
			first = e
		}
	}
	elsewhere := s.event(hookline.Event{SourceID: s.source("Other").ID, Type: hookline.Track, Name: "Elsewhere", UserID: "u00"})
	option := `<option value="` + first.ID + `"`
	b.preview(d, composed()).want(t, 200, `name="example_search"`, "!"+option)
	for search, found := range map[string]string{"u00@x.example": "2 found", "u00": "2 found", first.ID: "1 found", "event 0": "1 found"} {
		b.preview(d, composed("example_search", search)).want(t, 200, option, found, `value="`+search+`"`, "!Elsewhere")
	}
	b.preview(d, composed("example_search", "xylophone")).want(t, 200, "Nothing found for “xylophone”", "!"+option, "newest event")
	b.preview(d, composed("example_search", elsewhere.ID)).want(t, 200, "Nothing found", "!Elsewhere")
	b.preview(d, composed("example_search", strings.Repeat("ä", 2000))).want(t, 200, "Nothing found", "!\uFFFD")
	b.preview(d, composed("example_search", "xylophone", "example", first.ID)).want(t, 200, option+" selected")
}

func TestTheBodyIsShownFormattedOrAsItIsSent(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	b := s.as(editor)
	body := `{"a":"{{ event.properties.plan }}","b":{{ event.properties | json }}}`
	b.preview(d, composed("body", body)).want(t, 200, `{&#34;a&#34;:&#34;<mark`, "!Line breaks and blanks are ours")
	b.preview(d, composed("body", body, "formatted", "on")).want(t, 200, "Line breaks and blanks are ours", `name="formatted" checked`,
		"<span class=\"line\">  &#34;a&#34;: &#34;<mark title=\"Filled in by line 1, column 10\">Startup</mark>&#34;,\n</span>",
		"<mark title=\"Filled in by line 1, column 43\">    &#34;plan&#34;: &#34;Startup&#34;,</mark>")
	b.preview(d, composed("body", `{"a": nonsense}`, "formatted", "on")).want(t, 200, `class="line bad"`, "It is no JSON", "!are ours")
	b.preview(d, composed("method", "GET", "formatted", "on")).want(t, 200, `name="formatted" checked`, "no body")
}

func TestThePreviewIsComparedWithTheSavedVersion(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	a := s.action(d, func(a *hookline.Action) {
		a.Template.URL = "https://user:hunter2@example.com/{{ customer.id }}"
		a.Template.Body = `{"plan": "{{ event.properties.plan }}"}`
	})
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/actions/" + a.ID
	b.get(path).want(t, 200, "!Compared with the saved version")
	ask := func(pairs ...string) *answer {
		f := form("name", a.Name, "trigger_mode", "text", "trigger_text", a.Trigger, "method", a.Template.Method, "url", a.Template.URL, "body", a.Template.Body)
		for _, h := range a.Template.Headers {
			f.Add("header_name", h.Name)
			f.Add("header_value", h.Value)
		}
		for i := 0; i < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return b.htmx().with("HX-Target", "preview").post(path+"/preview", f)
	}
	ask().want(t, 200, "!Compared with the saved version")
	ask("body", `{"plan": "{{ event.properties.plan | upcase }}"}`).want(t, 200, "Compared with the saved version",
		`">-   &#34;plan&#34;: &#34;Startup&#34;</del>`, `">+   &#34;plan&#34;: &#34;STARTUP&#34;</ins>`, "1 new or changed, 1 of the saved version gone", "!hunter2")
	ask("url", "https://user:other@example.com/{{ customer.id }}").want(t, 200, "Compared with the saved version", "!hunter2", "!other@")
	ask("body", `{"plan": "{{ event.properties.plan }}"}{% comment %}x{% endcomment %}`).want(t, 200, "For this event the request stays the same.")
	ask("body", `{"plan": }`).want(t, 200, "!Compared with the saved version", "tone-bad")
	b.preview(d, composed()).want(t, 200, "!Compared with the saved version")
}

func TestAddedHeadersSayWhatTheyAreMadeOf(t *testing.T) {
	added := addedHeaders(hookline.Destination{SharedSecret: "s3cr3t", StandardSecrets: []string{"whsec_x"}}, nil)
	for name, says := range map[string]string{
		"X-CIO-Timestamp": "in Unix seconds, such as 1", "X-CIO-Signature": "HMAC-SHA256 of “v0:”", "X-Signature": "HMAC-SHA1 of the body", "webhook-signature": "HMAC-SHA256 of webhook-id",
	} {
		i := slices.IndexFunc(added, func(h views.AddedHeader) bool { return h.Name == name })
		if i < 0 || !strings.Contains(added[i].What, says) {
			t.Errorf("%s: %+v", name, added)
		}
	}
}
