package api

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

// Presser presses shortcuts; shortcut.Presser is one.
type Presser interface {
	Press(ctx context.Context, press hookline.Press) (hookline.Press, error)
}

type pressForm struct {
	PersonIDs []string `json:"person_ids" required:"true" doc:"For whom: 1 to 100, each by Hookline's own id (per_…) or by the sender's user id."`
}

type pressAnswer struct {
	ID         string          `json:"id" example:"prs_00000000000000000000"`
	ShortcutID string          `json:"shortcut_id"`
	AskedBy    string          `json:"asked_by"`
	At         time.Time       `json:"at"`
	People     []pressedAnswer `json:"people" doc:"In the order in which they were given."`
}

type pressedAnswer struct {
	PersonID   string  `json:"person_id"`
	DeliveryID *string `json:"delivery_id" doc:"What was sent or will be: GET /deliveries/{id} tells how it stands, and what was answered. Null when nothing is."`
	Refused    string  `json:"refused" doc:"Why nothing is sent; empty when something is."`
}

func showPress(p hookline.Press) pressAnswer {
	answer := pressAnswer{p.ID, p.ShortcutID, p.By, p.At, make([]pressedAnswer, len(p.For))}
	for i, one := range p.For {
		answer.People[i] = pressedAnswer{PersonID: one.PersonID, Refused: one.Refused}
		if one.DeliveryID != "" {
			answer.People[i].DeliveryID = &one.DeliveryID
		}
	}
	return answer
}

// press owes one delivery for each person. A token may press what its scope, taken
// for a role, may.
func (m *manage) press(c *call, read func(*pressForm) error) (pressAnswer, error) {
	s, err := m.Store.Shortcut(c.Context(), c.params["id"])
	if err != nil {
		return pressAnswer{}, err
	}
	var form pressForm
	if err := read(&form); err != nil {
		return pressAnswer{}, err
	}
	if !c.may(s.Least) {
		return pressAnswer{}, hookline.Forbidden("The scope of this token does not include pressing “" + s.Name + "”. It takes " + hookline.ScopeName(s.Least) + " or more.")
	}
	ids, err := m.peopleBy(c, form.PersonIDs, hookline.MaxChosen)
	if err != nil {
		return pressAnswer{}, err
	}
	press := hookline.Press{ID: m.ids.New("prs"), ShortcutID: s.ID, By: c.askedBy()}
	for _, id := range ids {
		press.For = append(press.For, hookline.Pressed{PersonID: id})
	}
	press, err = m.Presser.Press(c.Context(), press)
	return showPress(press), err
}

func (m *manage) showPress(c *call) (pressAnswer, error) {
	p, err := m.Store.Press(c.Context(), c.params["press_id"])
	if err == nil && p.ShortcutID != c.params["id"] {
		err = hookline.NotFound("press")
	}
	return showPress(p), err
}
