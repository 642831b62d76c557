package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hookline/internal/hookline"
)

type personStore interface {
	ListPeople(ctx context.Context, search string, c hookline.Cursor) (hookline.Listing[hookline.Person], error)
	Person(ctx context.Context, id string) (hookline.Person, error)
	PersonByIdentity(ctx context.Context, identity string) (hookline.Person, error)
	PutPerson(ctx context.Context, userID string, attributes json.RawMessage) (p hookline.Person, made bool, err error)
	UpdatePerson(ctx context.Context, p hookline.Person) (hookline.Person, error)
}

// The limits of a person who is put.
const (
	maxAttributes = 64 << 10 // bytes of JSON, as on the person's page
	maxUserID     = 1000     // bytes
)

// ownPersonID begins the ids of people that are ours.
const ownPersonID = "per_"

type personForm struct {
	Attributes jsonObject `json:"attributes" required:"true" doc:"All of them: what is not given is gone. “email” also makes the person go by that address, unless somebody else does."`
}

type personAnswer struct {
	ID           string     `json:"id" example:"per_00000000000000000000"`
	UserID       string     `json:"user_id" doc:"The sender's id; empty for somebody known by other names only."`
	Email        string     `json:"email"`
	AnonymousIDs []string   `json:"anonymous_ids"`
	Attributes   jsonObject `json:"attributes"`
	Suppressed   bool       `json:"suppressed" doc:"Events about a suppressed person change nothing and send nothing."`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
}

func showPerson(p hookline.Person) personAnswer {
	return personAnswer{
		p.ID, p.UserID, p.Email, append([]string{}, p.AnonymousIDs...), jsonObject(p.Attributes), p.Suppressed, p.CreatedAt, p.UpdatedAt,
	}
}

func (m *manage) listPeople(c *call) (listAnswer[personAnswer], error) {
	at, err := c.cursor()
	if err != nil {
		return listAnswer[personAnswer]{}, err
	}
	people, err := m.Store.ListPeople(c.Context(), c.query("q"), at)
	return stretch(people, showPerson, func(p hookline.Person) string { return p.ID }), err
}

// thePerson reads whom the path names, by our id or by the sender's.
func (m *manage) thePerson(c *call) (hookline.Person, error) {
	return m.personBy(c.Context(), c.params["id"])
}

// personBy reads a person by our id or by the sender's.
func (m *manage) personBy(ctx context.Context, id string) (hookline.Person, error) {
	if strings.HasPrefix(id, ownPersonID) {
		if p, err := m.Store.Person(ctx, id); hookline.KindOf(err) != hookline.KindNotFound {
			return p, err
		}
	}
	return m.Store.PersonByIdentity(ctx, hookline.UserIdentity(id))
}

func (m *manage) showPerson(c *call) (personAnswer, error) {
	p, err := m.thePerson(c)
	return showPerson(p), err
}

func (m *manage) putPerson(c *call, read func(*personForm) error) (personAnswer, error) {
	var form personForm
	if err := read(&form); err != nil {
		return personAnswer{}, err
	}
	attributes, err := form.compact()
	if err != nil {
		return personAnswer{}, err
	}
	p, err := m.thePerson(c)
	switch id := c.params["id"]; {
	case err == nil:
		p.Attributes = attributes
		p, err = m.Store.UpdatePerson(c.Context(), p)
	case hookline.KindOf(err) != hookline.KindNotFound || strings.HasPrefix(id, ownPersonID):
	case len(id) > maxUserID:
		err = hookline.Invalid("This user id is too long: at most 1,000 bytes.", nil)
	default:
		p, c.made, err = m.Store.PutPerson(c.Context(), id, attributes)
	}
	return showPerson(p), err
}

// compact is what is kept: numbers and the order of names as they came.
func (f personForm) compact() (json.RawMessage, error) {
	wrong := ""
	switch {
	case len(f.Attributes) == 0:
		wrong = `Give one JSON object, such as {"plan": "pro"}; {} is one too.`
	case len(f.Attributes) > maxAttributes:
		wrong = "These attributes are too long: at most 64 KB."
	}
	if wrong != "" {
		return nil, hookline.Invalid("The person could not be saved.", map[string]string{"attributes": wrong})
	}
	var b bytes.Buffer
	if err := json.Compact(&b, f.Attributes); err != nil {
		return nil, fmt.Errorf("compact attributes: %w", err)
	}
	return b.Bytes(), nil
}
