package mapping_test

import (
	"encoding/json"
	"strings"
	"testing"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/mapping"

	"github.com/google/go-cmp/cmp"
)

const event = `{
	"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1", "timestamp": "2026-01-31T09:30:00Z",
	"properties": {
		"plan": "Pro \"Plus\"", "total": 49.9, "count": 3, "big": 9007199254740993, "paid": true, "free": false, "none": null, "empty": "", "zero": 0,
		"products": [{"sku": "A-1", "price": 10, "tags": ["x"]}, {"sku": "B 2", "price": 20}],
		"single": {"sku": "C"}, "address": {"city": "Oslo", "zip": "0150"}, "packed": "{\"a\": [1, 2]}", "odd key": "odd", "size": "L", "braces": "{{ x }}", "list": []
	},
	"context": {"page": {"url": "https://example.com/a?b=c"}}
}`

// read reads one mapping whose data is given.
func read(t *testing.T, data string) mapping.Action {
	t.Helper()
	e, err := mapping.Read(`{"name": "A", "trigger": "type = \"track\"", "settings": {"url": "https://example.com/x", "data": ` + data + `}}`)
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return e.Actions[0]
}

// made is the request of a template for the event.
func made(t *testing.T, template hookline.Template) compose.Made {
	t.Helper()
	c := compose.New()
	if err := c.Check(template); err != nil {
		t.Fatalf("%v\n%s", err, template.Body)
	}
	made, err := c.Preview(t.Context(), template, compose.Roots{Event: &hookline.Event{ID: "evt_1", Type: "track", Payload: []byte(event)}})
	if err != nil {
		t.Fatalf("%v\n%s", err, template.Body)
	}
	return made
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// Each directive, with the JSON that Segment would make of it for the event above; note is a part of the notes, ""
// when there must be none.
var directives = []struct{ name, data, want, note string }{
	{"values as they are", `{"a": "x \" { {{ y }} {% z %}{", "b": 1.5, "c": true, "d": null, "e": [1, "2", {}], "f": {}}`, `{"a": "x \" { {{ y }} {% z %}{", "b": 1.5, "c": true, "d": null, "e": [1, "2", {}], "f": {}}`, ""},
	{"the whole event", `{"@path": "$."}`, event, ""},
	{"the default", `null`, event, ""},

	{"path: text", `{"a": {"@path": "$.properties.plan"}}`, `{"a": "Pro \"Plus\""}`, "event.properties.plan"},
	{"path: numbers stay exact", `{"a": {"@path": "$.properties.total"}, "b": {"@path": "$.properties.big"}}`, `{"a": 49.9, "b": 9007199254740993}`, "null stands"},
	{"path: without $.", `{"a": {"@path": "properties.paid"}}`, `{"a": true}`, "null"},
	{"path: index", `{"a": {"@path": "$.properties.products[1].sku"}, "b": {"@path": "$.properties.products.0.tags[0]"}}`, `{"a": "B 2", "b": "x"}`, "null"},
	{"path: odd names", `{"a": {"@path": "$.properties.odd key"}, "b": {"@path": "$.properties.size"}}`, `{"a": "odd", "b": "L"}`, "null"},
	{"path: object", `{"a": {"@path": "$.properties.address"}}`, `{"a": {"city": "Oslo", "zip": "0150"}}`, "null"},
	{"path: always there", `{"a": {"@path": "$.type"}, "b": {"@path": "$.messageId"}}`, `{"a": "track", "b": "m1"}`, ""},
	{"path: missing is null here", `{"a": {"@path": "$.properties.nope"}, "b": 1}`, `{"a": null, "b": 1}`, "leaves out what an event does not have"},
	{"path: braces in data", `{"a": {"@path": "$.properties.braces"}}`, `{"a": "{{ x }}"}`, "null"},
	{"path: metadata beside it", `{"a": {"@path": "$.type", "_metadata": {"label": "x"}}}`, `{"a": "track"}`, ""},
	{"path: made by a directive", `{"a": {"@path": {"@path": "$.event"}}}`, `{"a": null}`, "depends on each event"},

	{"template", `{"a": {"@template": "{{event}} by {{ userId }}: {{{properties.plan}}} {{properties.total}}{{nope}}"}}`, `{"a": "Order Completed by u1: Pro \"Plus\" 49.9"}`, ""},
	{"template: quotes and braces around", `{"a": {"@template": "\"{{type}}\" {"}}`, `{"a": "\"track\" {"}`, ""},
	{"template: nothing to fill in", `{"a": {"@template": "plain"}}`, `{"a": "plain"}`, ""},
	{"literal", `{"a": {"@literal": true}, "b": {"@literal": {"@path": "$.type"}}, "c": {"@literal": ""}}`, `{"a": true, "b": "track", "c": ""}`, ""},
	{"liquid", `{"a": {"@liquid": "{{ properties.plan | upcase }} \"{{ event }}\"{% if properties.total > 10 %} big{% endif %}"}}`, `{"a": "PRO \"PLUS\" \"Order Completed\" big"}`, ""},
	{"liquid: own names", `{"a": {"@liquid": "{% assign event = properties.count | plus: 1 %}{{ event }}"}}`, `{"a": "4"}`, ""},
	{"liquid: unknown root", `{"a": {"@liquid": "{{ foo.bar }}x"}}`, `{"a": "x"}`, "There is no foo here"},

	{"if: exists", `{"a": {"@if": {"exists": {"@path": "$.userId"}, "then": {"@path": "$.userId"}, "else": {"@path": "$.type"}}}}`, `{"a": "u1"}`, ""},
	{"if: does not exist", `{"a": {"@if": {"exists": {"@path": "$.nope"}, "then": 1, "else": "no"}}}`, `{"a": "no"}`, ""},
	{"if: null does not exist", `{"a": {"@if": {"exists": {"@path": "$.properties.none"}, "then": 1, "else": 2}}}`, `{"a": 2}`, ""},
	{"if: empty exists", `{"a": {"@if": {"exists": {"@path": "$.properties.empty"}, "then": 1, "else": 2}}}`, `{"a": 1}`, ""},
	{"if: blank asks for something", `{"a": {"@if": {"blank": {"@path": "$.properties.plan"}, "then": 1, "else": 2}}, "b": {"@if": {"blank": {"@path": "$.properties.empty"}, "then": 1, "else": 2}}, "c": {"@if": {"blank": {"@path": "$.properties.zero"}, "then": 1, "else": 2}}, "d": {"@if": {"blank": {"@path": "$.nope"}, "then": 1, "else": 2}}}`, `{"a": 1, "b": 2, "c": 2, "d": 2}`, ""},
	{"if: no else, left out", `{"a": 1, "b": {"@if": {"exists": {"@path": "$.nope"}, "then": 1}}, "c": 3}`, `{"a": 1, "c": 3}`, ""},
	{"if: left out in front", `{"b": {"@if": {"exists": {"@path": "$.nope"}, "then": 1}}, "c": 3}`, `{"c": 3}`, ""},
	{"if: there in front", `{"b": {"@if": {"exists": {"@path": "$.userId"}, "then": 1}}, "c": 3}`, `{"b": 1, "c": 3}`, ""},
	{"if: all may be left out", `{"a": {"@if": {"exists": {"@path": "$.nope"}, "then": 1}}, "b": {"@if": {"exists": {"@path": "$.userId"}, "then": 2}}, "c": {"@if": {"exists": {"@path": "$.type"}, "then": 3}}}`, `{"b": 2, "c": 3}`, ""},
	{"if: all are left out", `{"a": {"@if": {"exists": {"@path": "$.nope"}, "then": 1}}}`, `{}`, ""},
	{"if: only else", `{"a": {"@if": {"exists": {"@path": "$.nope"}, "else": {"@path": "$.type"}}}, "b": {"@if": {"exists": {"@path": "$.type"}, "else": 1}}}`, `{"a": "track"}`, ""},
	{"if: an else that counts as false", `{"x": 1, "a": {"@if": {"exists": {"@path": "$.nope"}, "then": 1, "else": ""}}}`, `{"x": 1}`, ""},
	{"if: within if", `{"a": {"@if": {"exists": {"@if": {"exists": {"@path": "$.nope"}, "then": {"@path": "$.type"}, "else": {"@path": "$.userId"}}}, "then": "y", "else": "n"}}}`, `{"a": "y"}`, ""},
	{"if: an optional then", `{"z": 0, "a": {"@if": {"exists": {"@path": "$.type"}, "then": {"@if": {"exists": {"@path": "$.nope"}, "then": 1}}}}}`, `{"z": 0}`, ""},
	{"if: known", `{"a": {"@if": {"exists": "x", "then": 1, "else": 2}}}`, `{"a": 1}`, ""},
	{"if: of a template", `{"a": {"@if": {"blank": {"@template": "{{nope}}"}, "then": 1, "else": 2}}, "b": {"@if": {"blank": {"@template": "{{type}}"}, "then": 1, "else": 2}}}`, `{"a": 2, "b": 1}`, ""},
	{"if: in a list it is null", `{"a": [{"@if": {"exists": {"@path": "$.nope"}, "then": 1}}, 2]}`, `{"a": [null, 2]}`, ""},

	{"case", `{"a": {"@case": {"operator": "upper", "value": {"@path": "$.properties.plan"}}}, "b": {"@case": {"operator": "lower", "value": "ABC"}}}`, `{"a": "PRO \"PLUS\"", "b": "abc"}`, ""},
	{"case: of what is missing", `{"a": {"@case": {"operator": "upper", "value": {"@path": "$.nope"}}}, "b": 1}`, `{"b": 1}`, ""},
	{"case: of a template", `{"a": {"@case": {"operator": "lower", "value": {"@template": "{{event}} {{properties.plan}}"}}}}`, `{"a": "order completed pro \"plus\""}`, ""},
	{"case: unknown", `{"a": {"@case": {"operator": "title", "value": "x"}}}`, `{"a": "x"}`, "Neither upper nor lower"},

	{"replace", `{"a": {"@replace": {"pattern": "e", "replacement": "3", "value": {"@path": "$.event"}}}}`, `{"a": "Ord3r Compl3t3d"}`, ""},
	{"replace: once", `{"a": {"@replace": {"pattern": "e", "replacement": "", "global": false, "value": {"@path": "$.event"}}}}`, `{"a": "Ordr Completed"}`, ""},
	{"replace: two", `{"a": {"@replace": {"pattern": "O", "replacement": "o", "pattern2": " ", "value": {"@path": "$.event"}}}}`, `{"a": "orderCompleted"}`, ""},
	{"replace: no pattern language", `{"a": {"@replace": {"pattern": ".", "replacement": ",", "value": {"@path": "$.properties.total"}}}}`, `{"a": "49,9"}`, ""},
	{"replace: quotation marks", `{"a": {"@replace": {"pattern": "\"", "replacement": "'", "value": {"@path": "$.properties.plan"}}}}`, `{"a": "Pro 'Plus'"}`, ""},
	{"replace: known", `{"a": {"@replace": {"pattern": "rue", "replacement": "x", "value": true}}}`, `{"a": "tx"}`, ""},
	{"replace: of what is missing", `{"a": {"@replace": {"pattern": "a", "value": {"@path": "$.nope"}}}}`, `{"a": ""}`, ""},
	{"replace: whatever the case", `{"a": {"@replace": {"pattern": "o", "replacement": "0", "ignorecase": true, "value": {"@path": "$.event"}}}}`, `{"a": "Order C0mpleted"}`, "small and capital letters"},

	{"json: encode", `{"a": {"@json": {"mode": "encode", "value": {"@path": "$.properties.address"}}}}`, `{"a": "{\"city\":\"Oslo\",\"zip\":\"0150\"}"}`, ""},
	{"json: encode a shape", `{"a": {"@json": {"mode": "encode", "value": {"p": {"@path": "$.properties.plan"}, "t": {"@template": "<{{properties.plan}}>"}, "o": {"@if": {"exists": {"@path": "$.nope"}, "then": 1}}, "l": [1, {}]}}}}`, `{"a": "{\"p\":\"Pro \\\"Plus\\\"\",\"t\":\"<Pro \\\"Plus\\\">\",\"l\":[1,{}]}"}`, ""},
	{"json: encode what may all be left out", `{"a": {"@json": {"mode": "encode", "value": {"o": {"@if": {"exists": {"@path": "$.type"}, "then": 1}}}}}}`, `{"a": "{\"o\":1}"}`, ""},
	{"json: encode what is missing", `{"a": {"@json": {"mode": "encode", "value": {"@path": "$.nope"}}}, "b": 1}`, `{"b": 1}`, ""},
	{"json: decode", `{"a": {"@json": {"mode": "decode", "value": {"@path": "$.properties.packed"}}}}`, `{"a": {"a": [1, 2]}}`, "must be a text with JSON"},
	{"json: decode what is missing", `{"a": {"@json": {"mode": "decode", "value": {"@path": "$.nope"}}}, "b": 1}`, `{"b": 1}`, "must be a text"},

	{"arrayPath: alone", `{"a": {"@arrayPath": ["$.properties.products"]}}`, `{"a": [{"sku": "A-1", "price": 10, "tags": ["x"]}, {"sku": "B 2", "price": 20}]}`, "null"},
	{"arrayPath: shape", `{"a": {"@arrayPath": ["$.properties.products", {"id": {"@path": "$.sku"}, "label": {"@template": "#{{sku}}"}, "n": 1}]}}`, `{"a": [{"id": "A-1", "label": "#A-1", "n": 1}, {"id": "B 2", "label": "#B 2", "n": 1}]}`, "must be a list"},
	{"arrayPath: by a directive", `{"a": {"@arrayPath": [{"@path": "$.properties.products"}, {"id": {"@case": {"operator": "lower", "value": {"@template": "{{sku}}!"}}}}]}}`, `{"a": [{"id": "a-1!"}, {"id": "b 2!"}]}`, "must be a list"},
	{"arrayPath: of nothing", `{"x": 1, "a": {"@arrayPath": ["$.nope", {"id": 1}]}, "b": {"@arrayPath": ["$.properties.list", {"id": 1}]}}`, `{"x": 1, "b": []}`, "must be a list"},
	{"arrayPath: within itself", `{"a": {"@arrayPath": ["$.properties.products", {"t": {"@arrayPath": ["$.tags", {"v": {"@path": "$."}}]}}]}}`, `{"a": [{"t": [{"v": "x"}]}, {}]}`, "must be a list"},

	{"excludeWhenNull", `{"x": 1, "a": {"@excludeWhenNull": {"@path": "$.properties.none"}}, "b": {"@excludeWhenNull": {"@path": "$.type"}}}`, `{"x": 1, "b": "track"}`, ""},
	{"flatten: known names", `{"@flatten": {"separator": "_", "value": {"a": {"b": 1, "c": {"d": 2}}, "e": [1]}}}`, `{"a_b": 1, "a_c_d": 2, "e": [1]}`, ""},
	{"flatten: without lists", `{"@flatten": {"separator": ".", "omitArrays": true, "value": {"a": {"b": 1}, "e": [1]}}}`, `{"a.b": 1}`, ""},
	{"flatten: what the event brings", `{"a": {"@flatten": {"separator": ".", "value": {"@path": "$.properties.address"}}}}`, `{"a": {"city": "Oslo", "zip": "0150"}}`, "Liquid cannot flatten"},

	{"merge: known names", `{"@merge": {"direction": "right", "objects": [{"a": 1, "b": 1}, {"b": 2, "c": 2}]}}`, `{"a": 1, "b": 2, "c": 2}`, ""},
	{"merge: to the left", `{"@merge": {"direction": "left", "objects": [{"a": 1, "b": 1}, {"b": 2, "c": 2}]}}`, `{"a": 1, "b": 1, "c": 2}`, ""},
	{"merge: over the event's", `{"@merge": {"direction": "right", "objects": [{"@path": "$.properties.address"}, {"zip": "x", "type": {"@path": "$.type"}}]}}`, `{"city": "Oslo", "zip": "x", "type": "track"}`, ""},
	{"merge: under the event's", `{"@merge": {"direction": "right", "objects": [{"zip": "x", "n": 1}, {"@path": "$.properties.address"}]}}`, `{"n": 1, "city": "Oslo", "zip": "0150"}`, ""},
	{"merge: two of the event's", `{"@merge": {"direction": "right", "objects": [{"@path": "$.properties.address"}, {"@path": "$.properties.single"}, {"@path": "$.nope"}]}}`, `{"city": "Oslo", "zip": "0150", "sku": "C"}`, ""},

	{"transform", `{"@transform": {"apply": {"who": {"@path": "$.userId"}, "more": {"x": {"@template": "{{type}}!"}}}, "mapping": {"id": {"@path": "$.who"}, "t": {"@template": "<{{more.x}}>"}, "all": {"@path": "$.more"}, "no": {"@path": "$.userId"}}}}`, `{"id": "u1", "t": "<track!>", "all": {"x": "track!"}}`, "event.userId"},
	{"transform: the event with more", `{"@transform": {"apply": {"@merge": {"direction": "right", "objects": [{"@path": "$."}, {"event": "Renamed"}]}}, "mapping": {"e": {"@path": "$.event"}, "p": {"@path": "$.properties.count"}}}}`, `{"e": "Renamed", "p": 3}`, "event.properties.count"},

	{"an unknown directive", `{"a": {"@shout": "x"}, "b": 1}`, `{"a": null, "b": 1}`, "The directive @shout is not known"},
	{"a directive beside a name", `{"a": {"@path": "$.type", "b": 1}}`, `{"a": {"@path": "$.type", "b": 1}}`, "stands beside other names"},
}

func TestDirectives(t *testing.T) {
	for _, c := range directives {
		t.Run(c.name, func(t *testing.T) {
			a := read(t, c.data)
			got := made(t, a.Template)
			if diff := cmp.Diff(parsed(t, c.want), parsed(t, string(got.Request.Body))); diff != "" {
				t.Errorf("(-want +got)\n%s\n%s", diff, a.Template.Body)
			}
			var notes []string
			for _, n := range a.Notes {
				notes = append(notes, n.Text)
			}
			told := strings.Join(notes, "\n")
			if !strings.Contains(told, c.note) || (c.note == "") != (told == "") {
				t.Errorf("the notes are %q, want %q", told, c.note)
			}
		})
	}
}
