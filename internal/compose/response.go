package compose

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/data"
	"hookline/internal/hookline"
	"hookline/internal/liquid"
)

// Answer is a receiver's answer as templates speak of it: response is its JSON,
// nothing when it is none, and response_status its status.
type Answer struct {
	Status int
	JSON   data.Value // nil: the answer is no JSON
	IsJSON bool
}

// ReadAnswer reads an answer. Numbers keep the digits that they were written with.
func ReadAnswer(status int, body []byte) Answer {
	value, err := data.Decode(string(body))
	return Answer{Status: status, JSON: value, IsJSON: err == nil}
}

// Used is what an action makes of an answer.
type Used struct {
	Sets   []hookline.SetAttribute
	Doubts []string // clauses such as "lead_id was not set, because its value is empty"
}

// Reason says in one sentence what is doubted, "" when nothing is.
func (u Used) Reason() string {
	reason := ""
	for _, doubt := range u.Doubts {
		reason = hookline.WithDoubt(reason, doubt)
	}
	return reason
}

// Use works out what an action makes of roots.Answer, which was a success. It
// changes nothing.
func (c *Composer) Use(ctx context.Context, r hookline.Response, roots Roots) Used {
	var u Used
	if doubt := miss(r.Expect, *roots.Answer); doubt != "" {
		u.Doubts = append(u.Doubts, doubt)
	}
	values := c.Values(ctx, r.Attributes, r.Expect.EmptyIsOK, roots)
	u.Sets, u.Doubts = values.Sets, append(u.Doubts, values.Doubts...)
	return u
}

// Values works out what attributes are set to. One whose value comes out empty is
// not set, which is a doubt unless that is well.
func (c *Composer) Values(ctx context.Context, attributes []hookline.ResponseAttribute, emptyIsOK bool, roots Roots) Used {
	var u Used
	asked := asked{Roots: roots}
	deadline := time.Now().Add(timeLimit)
	for _, a := range attributes {
		value, why := c.value(ctx, a, &asked, deadline)
		switch {
		case why != "":
			u.Doubts = append(u.Doubts, a.Name+" was not set: "+why)
		case value != nil:
			u.Sets = append(u.Sets, hookline.SetAttribute{Name: a.Name, Value: value})
		case !emptyIsOK:
			u.Doubts = append(u.Doubts, a.Name+" was not set, because its value is empty")
		}
	}
	return u
}

// value renders one value; nil when it is empty, which sets nothing. why says
// what went wrong instead.
func (c *Composer) value(ctx context.Context, a hookline.ResponseAttribute, roots *asked, deadline time.Time) (value json.RawMessage, why string) {
	compiled, err := c.templates.Compile(a.Value, liquid.Text)
	if err != nil {
		return nil, valueTrouble(err)
	}
	result, err := compiled.Render(ctx, roots, liquid.Options{Deadline: deadline})
	switch {
	case roots.err != nil:
		return nil, "the event or the person cannot be read"
	case err != nil:
		return nil, valueTrouble(err)
	case result.Cancelled:
		return nil, ""
	case len(result.Output) > hookline.MaxAttributeValue:
		return nil, "its value is longer than 16 KB"
	}
	return Typed(result.Output), ""
}

// valueTrouble is an error of Liquid as a clause.
func valueTrouble(err error) string { return strings.TrimSuffix(err.Error(), ".") }

// Typed is what a rendered value is stored as: a number, true, false, a list or
// an object when it looks like one in JSON, else a text without the white space
// around it. Nothing, and null, are nil.
func Typed(output string) json.RawMessage {
	text := strings.TrimSpace(output)
	if text == "" || text == "null" {
		return nil
	}
	if text == "true" || text == "false" || strings.ContainsRune("-0123456789{[", rune(text[0])) && data.Valid(text) == nil {
		var compact bytes.Buffer
		if json.Compact(&compact, []byte(text)) == nil {
			return compact.Bytes()
		}
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return nil // cannot be: a text can be marshalled
	}
	return quoted
}

// CheckResponse says what is wrong with the values whatever the answer: Liquid
// that cannot be read. nil when nothing is.
func (c *Composer) CheckResponse(r hookline.Response) error {
	for i, a := range r.Attributes {
		if _, err := c.templates.Compile(a.Value, liquid.Text); err != nil {
			return partError(Attribute(i), err)
		}
	}
	return nil
}

// Attribute names the value of the attribute at place i, from 0.
func Attribute(i int) Part { return Part("attributes." + strconv.Itoa(i)) }

// miss says what a good answer has and this one has not, "" when it is good.
func miss(e hookline.Expectation, a Answer) string {
	if !e.Accepts(a.Status) {
		return "the answer was " + strings.TrimSpace(strconv.Itoa(a.Status)+" "+http.StatusText(a.Status)) + " instead of " + e.StatusList()
	}
	if e.Path == "" {
		return ""
	}
	path := "response." + strings.TrimPrefix(e.Path, "response.")
	found := a.look(e.Path)
	switch {
	case !a.IsJSON:
		return path + " is missing, because the answer is no JSON"
	case found.Kind() == data.KindMissing, found.Kind() == data.KindNull && e.Kind == "":
		return path + " is missing"
	case e.Kind != "" && kindOf(found) != e.Kind:
		return path + " is " + KindWords(kindOf(found)) + ", not " + KindWords(e.Kind)
	}
	return ""
}

// look goes along a path such as "lead.id" or "items.0.id", which may begin with
// "response.".
func (a Answer) look(path string) data.View {
	at := data.ViewOf(a.JSON)
	for step := range strings.SplitSeq(strings.TrimPrefix(path, "response."), ".") {
		if i, err := strconv.Atoi(step); err == nil && at.Kind() == data.KindList {
			at = at.Item(i)
			continue
		}
		at = at.Member(step)
	}
	return at
}

// kindOf is one of hookline.AnswerKinds, or "null".
func kindOf(v data.View) string {
	switch v.Kind() {
	case data.KindText:
		return "text"
	case data.KindNumber:
		return "number"
	case data.KindBool:
		return "boolean"
	case data.KindList:
		return "list"
	case data.KindObject:
		return "object"
	}
	return "null"
}

// KindWords names a kind of value in a sentence: "a number".
func KindWords(kind string) string {
	switch kind {
	case "boolean":
		return "true or false"
	case "null":
		return "null"
	case "object":
		return "an object"
	}
	return "a " + kind
}
