package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hookline/internal/attribute"
	"hookline/internal/hookline"
)

type attributeStore interface {
	ChangeAttribute(ctx context.Context, c hookline.AttributeChange) (hookline.Person, error)
	AttributeIndex(ctx context.Context) (hookline.AttributeIndex, error)
	attribute.Store
}

type valueForm struct {
	Value jsonValue `json:"value" required:"true" doc:"Any JSON; numbers keep every digit."`
}

type personAttributeAnswer struct {
	Name  string        `json:"name" example:"plan"`
	Value jsonValue     `json:"value"`
	Type  string        `json:"type" enum:"text,number,boolean,time,list,object,empty" doc:"A time is a text that conditions read as a point in time; empty is null."`
	SetBy *setterAnswer `json:"set_by" doc:"Who or what gave it this value; null when it is not known."`
}

type setterAnswer struct {
	Kind string    `json:"kind" enum:"event,delivery,import,journey,token,user,command" doc:"A delivery is one whose answer set it."`
	ID   string    `json:"id" doc:"Of the event, the delivery, …; empty at the command line."`
	From string    `json:"from" doc:"The id of an event's source; of others their name at the time."`
	At   time.Time `json:"at"`
}

func showAttribute(name string, value json.RawMessage, by hookline.Setter) personAttributeAnswer {
	answer := personAttributeAnswer{Name: name, Value: jsonValue(value), Type: string(attribute.Of(value))}
	if by.Kind() != hookline.SetByNobody {
		answer.SetBy = &setterAnswer{string(by.Kind()), by.ID, by.From, by.At}
	}
	return answer
}

func (m *manage) listAttributes(c *call) (listAnswer[personAttributeAnswer], error) {
	p, err := m.thePerson(c)
	if err != nil {
		return listAnswer[personAttributeAnswer]{}, err
	}
	attributes, err := hookline.ParseAttributes(p.Attributes)
	setters := p.Setters.All()
	return listed(attributes.Keys(), func(name string) personAttributeAnswer {
		return showAttribute(name, attributes.Get(name), setters[name])
	}), err
}

func (m *manage) showAttribute(c *call) (personAttributeAnswer, error) {
	p, err := m.thePerson(c)
	if err != nil {
		return personAttributeAnswer{}, err
	}
	return oneAttribute(p, c.params["name"])
}

func oneAttribute(p hookline.Person, name string) (personAttributeAnswer, error) {
	attributes, err := hookline.ParseAttributes(p.Attributes)
	if err == nil && !attributes.Has(name) {
		err = hookline.NotFound("attribute")
	}
	return showAttribute(name, attributes.Get(name), p.Setters.All()[name]), err
}

func (m *manage) putAttribute(c *call, read func(*valueForm) error) (personAttributeAnswer, error) {
	var form valueForm
	if err := read(&form); err != nil {
		return personAttributeAnswer{}, err
	}
	if len(form.Value) == 0 {
		return personAttributeAnswer{}, hookline.Invalid("The attribute could not be saved.", map[string]string{"value": `Give the value, such as "pro", 38 or null. To remove the attribute, send DELETE.`})
	}
	var value bytes.Buffer
	if err := json.Compact(&value, form.Value); err != nil {
		return personAttributeAnswer{}, fmt.Errorf("compact attribute: %w", err)
	}
	p, err := m.changeAttribute(c, value.Bytes())
	if err != nil {
		return personAttributeAnswer{}, err
	}
	return oneAttribute(p, c.params["name"])
}

func (m *manage) deleteAttribute(c *call) (none, error) {
	if _, err := m.showAttribute(c); err != nil {
		return none{}, err
	}
	_, err := m.changeAttribute(c, nil)
	return none{}, err
}

// changeAttribute changes the attribute that the path names, whatever it is by
// now: who calls later wins.
func (m *manage) changeAttribute(c *call, value json.RawMessage) (hookline.Person, error) {
	p, err := m.thePerson(c)
	if err != nil {
		return p, err
	}
	return m.Store.ChangeAttribute(c.Context(), hookline.AttributeChange{PersonID: p.ID, Name: c.params["name"], Value: value, Whatever: true})
}

type attributeIndexAnswer struct {
	People     int                    `json:"people" doc:"Of how many people it is."`
	CountedAt  *time.Time             `json:"counted_at" doc:"As of when. While people are few they are counted for each call; of many it is some minutes old, and null before the first count."`
	More       bool                   `json:"more" doc:"There are more names than are counted."`
	Attributes []attributeCountAnswer `json:"attributes"`
}

type attributeCountAnswer struct {
	Name     string         `json:"name" example:"company.size" doc:"As conditions write it; a dot leads into an object."`
	People   int            `json:"people" doc:"How many have it."`
	Coverage float64        `json:"coverage" doc:"The share of people who have it, from 0 to 1."`
	Types    map[string]int `json:"types" doc:"How many have it of each type."`
	Examples []string       `json:"examples" doc:"Some short values; none of what is called like a secret."`
}

func (m *manage) showAttributeIndex(c *call) (attributeIndexAnswer, error) {
	index, err := m.Store.AttributeIndex(c.Context())
	if err == nil && index.People <= attribute.Few {
		var complete bool
		var few hookline.AttributeIndex
		if few, complete, err = attribute.CountFew(c.Context(), m.Store); complete {
			index = few
		}
	}
	answer := attributeIndexAnswer{People: index.People, CountedAt: moment(index.At), More: index.More, Attributes: make([]attributeCountAnswer, len(index.Counts))}
	for i, one := range index.Counts {
		answer.Attributes[i] = attributeCountAnswer{one.Name, one.People, index.Coverage(one), one.Types, one.Examples}
	}
	return answer, err
}
