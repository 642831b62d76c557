package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// offers asks for the values of a destination and gives them by their path.
func (b *browser) offers(t *testing.T, d hookline.Destination) (offered, map[string]offeredValue) {
	t.Helper()
	got := b.get("/destinations/" + d.ID + "/values")
	if kind := got.Header().Get("Content-Type"); got.Code != 200 || kind != "application/json" {
		t.Fatalf("status %d, %s", got.Code, kind)
	}
	var answer offered
	if err := json.Unmarshal(got.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	byPath := map[string]offeredValue{}
	for _, value := range answer.Values {
		byPath[value.Path] = value
	}
	return answer, byPath
}

func TestValuesAreOfferedFromWhatCameIn(t *testing.T) {
	s := newSite(t, nil)
	website := s.source("Website")
	d := s.destination(hookline.Destination{}, website)
	for i, attributes := range []string{
		`{"email":"ana@x.example","company":"Acme","first name":"Ana"}`, `{"email":"ben@x.example","company":""}`, `{"email":"cy@x.example","company":null,"tags":[]}`,
	} {
		s.person(hookline.Person{UserID: fmt.Sprint("u", i), Attributes: []byte(attributes)})
	}
	s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Order Placed", UserID: "u1", Payload: []byte(
		`{"type":"track","event":"Order Placed","properties":{"total":120.5,"gift":false,"products":[{"sku":"a-1"},{"sku":"b-7"}],"note":"` + strings.Repeat("long ", 50) + `"}}`)})
	s.event(hookline.Event{SourceID: s.source("Other").ID, Type: hookline.Track, Name: "Elsewhere", UserID: "u1", Payload: []byte(`{"type":"track","properties":{"secret":1}}`)})

	answer, values := s.as(editor).offers(t, d)
	for path, want := range map[string]offeredValue{
		"customer.id":                      {Group: "Person", Sample: "u2", Note: "never empty"},
		"customer.company":                 {Group: "Person", Sample: "Acme", Note: "empty for 67 % of people"},
		`customer["first name"]`:           {Group: "Person", Sample: "Ana", Note: "empty for 67 % of people"},
		"customer.tags":                    {Group: "Person", Note: "always empty"},
		"event.event":                      {Group: "Event", Sample: "Order Placed", Note: "never empty"},
		"event.properties":                 {Group: "Event", Sample: "all of total, gift, products, …", Note: "never empty"},
		"event.properties.total":           {Group: "Event", Sample: "120.5", Note: "never empty"},
		"event.properties.gift":            {Group: "Event", Sample: "false", Note: "never empty"},
		"event.properties.products":        {Group: "Event", Sample: "a list of 2", Note: "never empty"},
		"event.properties.products[0].sku": {Group: "Event", Sample: "a-1", Note: "never empty"},
		"event_name":                       {Group: "Event", Sample: "Order Placed", Note: "the name of the event"},
	} {
		want.Path = path
		if diff := cmp.Diff(want, values[path], cmp.AllowUnexported(offeredValue{})); diff != "" {
			t.Errorf("%s (-want +got)\n%s", path, diff)
		}
	}
	if note := values["event.properties.note"].Sample; len([]rune(note)) != surveyedSample || !strings.HasSuffix(note, "…") {
		t.Errorf("a long sample is %q", note)
	}
	if _, seen := values["event.properties.secret"]; seen {
		t.Error("another source's event is offered")
	}
	if answer.Values[0].Path != "customer.id" || answer.Values[1].Path != "customer.email" {
		t.Errorf("the first are %+v", answer.Values[:2])
	}
	if answer.Note != "Seen in 1 event and 3 people, the newest ones." {
		t.Errorf("the note is %q", answer.Note)
	}
	if len(answer.Filters) < 80 || len(answer.Tags) < 20 {
		t.Errorf("%d filters, %d tags", len(answer.Filters), len(answer.Tags))
	}
	for _, filter := range answer.Filters {
		if filter.Name == "default" && (!filter.Arguments || filter.What == "") || filter.Name == "upcase" && filter.Arguments {
			t.Errorf("filter %+v", filter)
		}
	}
}

func TestValuesAreTheExamplesWhileNothingCameIn(t *testing.T) {
	s := newSite(t, nil)
	_, values := s.as(editor).offers(t, s.destination(hookline.Destination{}))
	if values["customer.email"].Sample != "ana@example.com" || values["event.properties.plan"].Sample != "Startup" {
		t.Errorf("offered are %+v", values)
	}
}

func TestValuesAreForThoseWhoCompose(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{})
	for role, status := range map[hookline.Role]int{admin: 200, editor: 200, support: 403, viewer: 403} {
		s.as(role).get("/destinations/"+d.ID+"/values").want(t, status)
	}
	s.as(editor).get("/destinations/dst_none/values").want(t, 404)
}

func TestASurveyIsBounded(t *testing.T) {
	wide := data.NewObject(0)
	for i := range 2 * surveyedPaths {
		wide.Set(fmt.Sprint("key", i), i)
	}
	found := newSurvey("customer", "people")
	if !found.look(wide) || len(found.values()) != surveyedPaths {
		t.Errorf("%d values of a wide object", len(found.values()))
	}
	deep := data.NewObject(1)
	deep.Set("a", deepObject(50))
	found = newSurvey("customer", "people")
	if !found.look(deep) || len(found.values()) != surveyedDepth {
		t.Errorf("%d values of a deep object", len(found.values()))
	}
	found.until = time.Now().Add(-time.Second)
	if found.look(deep) || found.looked != 1 {
		t.Errorf("after its time it looked at %d", found.looked)
	}
}

func deepObject(depth int) map[string]any {
	if depth == 0 {
		return map[string]any{"end": 1}
	}
	return map[string]any{"a": deepObject(depth - 1)}
}
