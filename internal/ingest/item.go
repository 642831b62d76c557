package ingest

import (
	"bytes"
	"slices"
)

// field is a member of a call that Hookline itself reads.
type field int

const (
	fieldOther field = iota // anything else: kept and not looked at
	fieldType
	fieldMessageID
	fieldUserID
	fieldAnonymousID
	fieldGroupID
	fieldPreviousID
	fieldEvent
	fieldName
	fieldTimestamp
	fieldOriginal
	fieldSentAt
	fieldReceivedAt
	fieldContext
	fieldIntegrations
	fieldTraits
	fieldWriteKey
	fieldBatch
	fieldCount
)

// fieldNames are the names as they are sent and stored.
var fieldNames = [fieldCount]string{
	fieldType: "type", fieldMessageID: "messageId", fieldUserID: "userId", fieldAnonymousID: "anonymousId",
	fieldGroupID: "groupId", fieldPreviousID: "previousId", fieldEvent: "event", fieldName: "name",
	fieldTimestamp: "timestamp", fieldOriginal: "originalTimestamp", fieldSentAt: "sentAt",
	fieldReceivedAt: "receivedAt", fieldContext: "context", fieldIntegrations: "integrations",
	fieldTraits: "traits", fieldWriteKey: "writeKey", fieldBatch: "batch",
}

// fieldKeys are fieldNames as members have them; nobody changes them.
var fieldKeys = func() (keys [fieldCount][]byte) {
	for f, name := range fieldNames {
		keys[f] = []byte(name)
	}
	return keys
}()

var fieldsByName = func() map[string]field {
	byName := make(map[string]field, fieldCount)
	for f := fieldOther + 1; f < fieldCount; f++ {
		byName[fieldNames[f]] = f
	}
	return byName
}()

func fieldOf(name []byte) field { return fieldsByName[string(name)] }

// item is one call, or the outer object of a batch, as its members in the
// sender's order. When a name that we know comes twice, the last one counts
// and the earlier ones are dropped; of other names both are kept, and readers
// of JSON take the last.
type item struct {
	members []member
	last    [fieldCount]int // where the last member of each field is, plus 1; 0: it has none
}

// read makes the item out of a tidy object, reusing its memory.
func (it *item) read(object []byte) {
	it.members = members(it.members[:0], object)
	clear(it.last[:])
	for i, m := range it.members {
		it.last[m.field] = i + 1
	}
}

// reset makes it an item without members.
func (it *item) reset() {
	it.members = it.members[:0]
	clear(it.last[:])
}

// value gives the JSON of a field, nil when there is none.
func (it *item) value(f field) []byte {
	if i := it.last[f]; i > 0 {
		return it.members[i-1].value
	}
	return nil
}

// set gives a field another value, where it stands or else at the end.
func (it *item) set(f field, value []byte) {
	if i := it.last[f]; i > 0 {
		it.members[i-1].value = value
		return
	}
	it.members = append(it.members, member{name: fieldKeys[f], value: value, field: f})
	it.last[f] = len(it.members)
}

// size is a little more than appendTo writes.
func (it *item) size() int {
	n := 2
	for _, m := range it.members {
		n += len(m.name) + len(m.value) + len(`"":,`)
	}
	return n
}

// appendTo writes the item as one JSON object, without the write key: whoever
// sees the event must not learn how to send more.
func (it *item) appendTo(dst []byte) []byte {
	dst = append(dst, '{')
	for i, m := range it.members {
		if m.field == fieldWriteKey || (m.field != fieldOther && it.last[m.field] != i+1) {
			continue
		}
		dst = appendMember(dst, m)
	}
	return append(dst, '}')
}

// appendMember writes a member, with a comma unless it is the first.
func appendMember(dst []byte, m member) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(append(append(dst, '"'), m.name...), '"')
	dst = append(dst, ':')
	return append(dst, m.value...)
}

// inherited is an object of a batch that is merged under each item's own.
type inherited struct {
	object  []byte // nil: there is none
	members []member
}

func inherit(value []byte) inherited {
	if !isObject(value) {
		return inherited{}
	}
	return inherited{object: value, members: members(nil, value)}
}

// depth is how deep an event is nested that inherits this.
func (in inherited) depth() int { return 1 + depth(in.object) }

// appendUnder writes own, an object with these members, with what it has not
// and inherits.
func (in inherited) appendUnder(dst, own []byte, mine []member) []byte {
	known := nameSet(mine)
	dst = append(dst, own[:len(own)-1]...)
	for _, m := range in.members {
		if !known(m.name) {
			dst = appendMember(dst, m)
		}
	}
	return append(dst, '}')
}

// nameSet tells the names of a list. A long list gets a map, so that two long
// objects do not cost the product of their lengths.
func nameSet(list []member) func(name []byte) bool {
	if len(list) <= 32 {
		return func(name []byte) bool {
			return slices.ContainsFunc(list, func(m member) bool { return bytes.Equal(m.name, name) })
		}
	}
	set := make(map[string]bool, len(list))
	for _, m := range list {
		set[string(m.name)] = true
	}
	return func(name []byte) bool { return set[string(name)] }
}
