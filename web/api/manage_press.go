package api

import (
	"context"
	"strconv"
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
	press := hookline.Press{ID: m.ids.New("prs"), ShortcutID: s.ID, By: c.askedBy()}
	if press.For, err = m.chosen(c, form.PersonIDs); err != nil {
		return pressAnswer{}, err
	}
	press, err = m.Presser.Press(c.Context(), press)
	return showPress(press), err
}

// chosen finds whom a call names, each once.
func (m *manage) chosen(c *call, ids []string) ([]hookline.Pressed, error) {
	if len(ids) == 0 || len(ids) > hookline.MaxChosen {
		return nil, hookline.Invalid("It was not pressed.", map[string]string{"person_ids": "Name 1 to " + strconv.Itoa(hookline.MaxChosen) + " people."})
	}
	wrong, known := map[string]string{}, map[string]bool{}
	var chosen []hookline.Pressed
	for i, id := range ids {
		p, err := m.personBy(c.Context(), id)
		switch {
		case hookline.KindOf(err) == hookline.KindNotFound:
			wrong["person_ids."+strconv.Itoa(i)] = "There is no such person."
		case err != nil:
			return nil, err
		case !known[p.ID]:
			known[p.ID] = true
			chosen = append(chosen, hookline.Pressed{PersonID: p.ID})
		}
	}
	if len(wrong) > 0 {
		return nil, hookline.Invalid("It was not pressed.", wrong)
	}
	return chosen, nil
}

func (m *manage) showPress(c *call) (pressAnswer, error) {
	p, err := m.Store.Press(c.Context(), c.params["press_id"])
	if err == nil && p.ShortcutID != c.params["id"] {
		err = hookline.NotFound("press")
	}
	return showPress(p), err
}
