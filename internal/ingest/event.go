package ingest

import (
	"bytes"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// refusal is why a call cannot be taken: one or more whole sentences for the
// person who sends it.
type refusal string

func (r refusal) Error() string { return string(r) }

// The refusals of one call.
const (
	noType       refusal = "The call has no type that we know. Use identify, track, page, screen, group or alias."
	noIdentity   refusal = "The call says of nobody whom it is about. Give it a userId or an anonymousId."
	noIdentityBy refusal = "The call says of nobody whom it is about. Give it a userId, an anonymousId or an e-mail address in traits.email."
	noEventName  refusal = "The track call has no event name. Give it an event, such as “Signed Up”."
	noGroup      refusal = "The group call names no group. Give it a groupId."
	noPrevious   refusal = "The alias call does not say who became whom. Give it a previousId and a userId."
	notAnObject  refusal = "An item of a batch must be a JSON object, and this one is not."
	otherKey     refusal = "This item carries another write key than the first item of its batch. Send it in a batch of its own."
)

// surroundings are what a call inherits from how it came in.
type surroundings struct {
	sourceID     string
	writeKey     []byte             // the JSON of the key that items must agree with; nil: any
	kind         hookline.EventType // what the path said; "" in a batch
	context      inherited
	integrations inherited
	sentAt       []byte // a batch's own, for items without one; nil: none
	receivedAt   time.Time
	received     []byte // receivedAt as JSON
}

// event makes an event of the item that was read last. The payload is the call
// in the sender's order with everything that we do not know; these members are
// ours: type, messageId (made up where there is none), timestamp, receivedAt,
// ids that were numbers as texts, and what is inherited from the batch. The
// sender's own time stays as originalTimestamp. An error is a refusal.
func (r *reader) event() (hookline.Event, error) {
	r.scratch = r.scratch[:0]
	it, around := &r.item, &r.around
	key := it.value(fieldWriteKey)
	if around.writeKey != nil && !isNothing(key) && !bytes.Equal(key, around.writeKey) {
		return hookline.Event{}, otherKey
	}
	e := hookline.Event{SourceID: around.sourceID, Type: around.kind, ReceivedAt: around.receivedAt}
	if err := r.identify(&e); err != nil {
		return hookline.Event{}, err
	}
	r.inherit(fieldContext, around.context)
	r.inherit(fieldIntegrations, around.integrations)
	r.date(&e, around.sentAt)
	e.Payload = it.appendTo(make([]byte, 0, it.size()))
	return e, nil
}

// identify reads what sort of call it is, whom and what it is about, and
// refuses it when one of these is missing.
func (r *reader) identify(e *hookline.Event) error {
	if e.Type == "" {
		kind, _ := r.text(fieldType)
		e.Type = hookline.EventType(kind)
	}
	if !e.Type.Known() {
		return noType
	}
	r.item.set(fieldType, r.quoted(string(e.Type)))

	var group, previous string
	for _, id := range [...]struct {
		field field
		text  *string
	}{
		{fieldMessageID, &e.MessageID},
		{fieldUserID, &e.UserID},
		{fieldAnonymousID, &e.AnonymousID},
		{fieldGroupID, &group},
		{fieldPreviousID, &previous},
	} {
		var err error
		if *id.text, err = r.text(id.field); err != nil {
			return err
		}
	}
	if e.MessageID == "" {
		e.MessageID = r.ids.New("msg")
		r.item.set(fieldMessageID, r.quoted(e.MessageID))
	}
	return r.complete(e, group, previous)
}

// complete gives the event its name and asks for what its type needs.
func (r *reader) complete(e *hookline.Event, group, previous string) error {
	var err error
	byEmail := false
	switch e.Type {
	case hookline.Track:
		if e.Name, err = r.text(fieldEvent); err != nil {
			return err
		}
		if e.Name == "" {
			return noEventName
		}
		byEmail = true
	case hookline.Identify:
		byEmail = true
	case hookline.Page, hookline.Screen:
		e.Name, _ = r.text(fieldName) // it may be anything: pages need no name
	case hookline.Group:
		if group == "" {
			return noGroup
		}
	case hookline.Alias:
		if previous == "" || e.UserID == "" {
			return noPrevious
		}
	}
	if e.Identity() == "" && byEmail {
		e.Email = r.email()
	}
	switch {
	case e.Identity() != "":
		return nil
	case byEmail:
		return noIdentityBy
	}
	return noIdentity
}

// email gives the address that a call without an id goes by: a text with an @
// in traits.email, and nowhere else (context.traits describes somebody whom
// the call names by an id).
func (r *reader) email() string {
	traits := r.item.value(fieldTraits)
	if !isObject(traits) {
		return ""
	}
	email := ""
	for _, m := range r.membersOf(traits) {
		if string(m.name) == "email" {
			email = ""
			if m.value[0] == '"' && bytes.IndexByte(m.value, '@') > 0 {
				email = plainText(m.value)
			}
		}
	}
	return email
}

// text reads an id or a name. A number stands for its own digits, and is
// stored as that text; null, a missing member and blanks are all nothing.
func (r *reader) text(f field) (string, error) {
	value := r.item.value(f)
	if isNothing(value) {
		return "", nil
	}
	switch c := value[0]; {
	case c == '"':
		text := plainText(value)
		if strings.TrimSpace(text) == "" {
			return "", nil
		}
		return text, nil
	case c == '-' || isDigit(c):
		r.item.set(f, r.quoted(string(value)))
		return string(value), nil
	}
	return "", refusal("The " + fieldNames[f] + " of a call must be a text or a number.")
}

// inherit merges what a batch says for all its items under what the item says
// itself, member by member; members of members are not merged.
func (r *reader) inherit(f field, under inherited) {
	own := r.item.value(f)
	switch {
	case under.object == nil:
	case isNothing(own):
		r.item.set(f, under.object)
	case isObject(own):
		start := len(r.scratch)
		r.scratch = under.appendUnder(r.scratch, own, r.membersOf(own))
		r.item.set(f, r.scratch[start:])
	}
}

// date says when the event happened. A timestamp without originalTimestamp
// comes from a client on a server and is the sender's own time.
func (r *reader) date(e *hookline.Event, sentAt []byte) {
	it := &r.item
	original := it.value(fieldOriginal)
	if isNothing(original) {
		if original = it.value(fieldTimestamp); !isNothing(original) {
			it.set(fieldOriginal, original)
		}
	}
	if sentAt != nil && isNothing(it.value(fieldSentAt)) {
		it.set(fieldSentAt, sentAt)
	}
	e.Timestamp = eventTime(original, it.value(fieldSentAt), e.ReceivedAt)
	it.set(fieldTimestamp, r.quotedTime(e.Timestamp))
	it.set(fieldReceivedAt, r.around.received)
}

// membersOf gives the members of an object, until it is called again.
func (r *reader) membersOf(object []byte) []member {
	r.within = members(r.within[:0], object)
	return r.within
}

// quoted and quotedTime write JSON into memory that lasts until the next item.
func (r *reader) quoted(text string) []byte {
	start := len(r.scratch)
	r.scratch = quote(r.scratch, text)
	return r.scratch[start:]
}

func (r *reader) quotedTime(t time.Time) []byte {
	start := len(r.scratch)
	r.scratch = appendTime(r.scratch, t)
	return r.scratch[start:]
}
