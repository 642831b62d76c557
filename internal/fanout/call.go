package fanout

import (
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// call is an event as fanout reads it: decoded once, when somebody asks.
type call struct {
	event   *hookline.Event
	decoded *data.Object
	read    bool

	user, anonymous, email string // the names the event goes by; "" where it has none
}

func newCall(e *hookline.Event) call {
	c := call{event: e}
	if e.UserID != "" {
		c.user = hookline.UserIdentity(e.UserID)
	}
	if e.AnonymousID != "" {
		c.anonymous = hookline.AnonymousIdentity(e.AnonymousID)
	}
	if e.Email != "" {
		c.email = hookline.EmailIdentity(e.Email)
	}
	return c
}

// payload is the whole call; nil when it is no object, which cannot be: it was
// checked at the door.
func (c *call) payload() *data.Object {
	if !c.read {
		c.decoded, _ = data.DecodeObject(string(c.event.Payload))
		c.read = true
	}
	return c.decoded
}

// identities lists every name the event may touch, so that all can be looked
// up at once.
func (c *call) identities(add func(name string)) {
	for _, name := range []string{c.user, c.anonymous, c.email} {
		if name != "" {
			add(name)
		}
	}
	switch c.event.Type {
	case hookline.Identify:
		if email := textOf(c.payload().Look("traits").Member("email")); email != "" {
			add(hookline.EmailIdentity(email))
		}
	case hookline.Alias:
		if previous := c.previousID(); previous != "" {
			add(hookline.UserIdentity(previous))
			add(hookline.AnonymousIdentity(previous))
		}
	}
}

// previousID is whom an alias names, "" when that is no text.
func (c *call) previousID() string { return textOf(c.payload().Look("previousId")) }

func textOf(v data.View) string {
	if v.Kind() != data.KindText {
		return ""
	}
	return v.Text()
}

// traits are what an identify says of the person, nil when that is no object.
func (c *call) traits() *data.Object { return c.payload().Look("traits").Object() }

// allows says whether the event's own integrations object lets it go to the
// destination of this name (WIRE: Events in). An object counts as true.
func (c *call) allows(destination string) bool {
	integrations := c.payload().Look("integrations")
	if choice := integrations.Member(destination); choice.Kind() != data.KindMissing {
		return !isFalse(choice)
	}
	webhooks := integrations.Member("Webhooks")
	if isFalse(integrations.Member("All")) {
		return webhooks.Kind() != data.KindMissing && !isFalse(webhooks)
	}
	return !isFalse(webhooks)
}

func isFalse(choice data.View) bool { return choice.IsFalse() || choice.Kind() == data.KindNull }
