package api

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"hookline/internal/hookline"
)

type shareStore interface {
	ListShares(ctx context.Context, deliveryID string) ([]hookline.Share, error)
	DeleteShare(ctx context.Context, id string) (hookline.Share, error)
}

var shareParameters = []parameter{{"delivery_id", "Only the links to this delivery.", "string"}}

type shareForm struct {
	Hours int `json:"hours" required:"true" doc:"How long the link works: 1, 24 or 168 hours." example:"24"`
}

// shareAnswer is a link without what lets anybody in.
type shareAnswer struct {
	ID         string    `json:"id" example:"shr_00000000000000000000"`
	DeliveryID string    `json:"delivery_id"`
	MadeBy     string    `json:"made_by" doc:"The e-mail address of who made it, or the token."`
	CreatedAt  time.Time `json:"created_at"`
	ExpiresAt  time.Time `json:"expires_at" doc:"From then on it leads nowhere."`
}

// shareMade is a link with its address, which is kept nowhere.
type shareMade struct {
	shareAnswer
	URL string `json:"url" doc:"Whoever has it sees this one delivery, without secrets and without signing in. It is given this once." example:"https://hookline.example.com/shared?code=…"`
}

func showShare(s hookline.Share) shareAnswer {
	return shareAnswer{s.ID, s.DeliveryID, s.MadeBy, s.CreatedAt, s.ExpiresAt}
}

func (m *manage) listShares(c *call) (listAnswer[shareAnswer], error) {
	all, err := m.Store.ListShares(c.Context(), c.query("delivery_id"))
	return listed(all, showShare), err
}

// share takes no Idempotency-Key: the answer would have to be kept, and with it
// the address.
func (m *manage) share(c *call, read func(*shareForm) error) (shareMade, error) {
	var form shareForm
	if err := read(&form); err != nil {
		return shareMade{}, err
	}
	row, err := m.Store.DeliveryRow(c.Context(), c.params["id"])
	if err != nil {
		return shareMade{}, err
	}
	if form.Hours < 0 || form.Hours > maxShareHours {
		form.Hours = 0 // which is none of the choices, and cannot overflow
	}
	one, code, err := m.Desk.Share(c.Context(), hookline.Share{DeliveryID: row.ID, MadeBy: c.askedBy()}, time.Duration(form.Hours)*time.Hour)
	if e, ok := errors.AsType[*hookline.Error](err); ok && e.Kind == hookline.KindInvalid {
		return shareMade{}, hookline.Invalid(e.Message, map[string]string{"hours": "Choose how long the link works: 1, 24 or 168 hours."})
	}
	if err != nil {
		return shareMade{}, err
	}
	return shareMade{showShare(one), strings.TrimSuffix(m.PublicURL, "/") + "/shared?" + url.Values{"code": {code}}.Encode()}, nil
}

const maxShareHours = 1000

func (m *manage) revokeShare(c *call) (none, error) {
	_, err := m.Store.DeleteShare(c.Context(), c.params["id"])
	return none{}, err
}
