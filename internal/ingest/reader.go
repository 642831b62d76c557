package ingest

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"hookline/internal/hookline"
)

// reader is the memory that reading one call takes, used again for the next.
// What it hands to the store is copied out of it.
type reader struct {
	limits     Limits
	ids        *hookline.IDs
	call       Call
	tidier     tidier
	key        string       // the write key that the body names, "" if none
	around     surroundings // what the items inherit
	items      [][]byte
	item       item
	within     []member // of an object inside the item
	scratch    []byte   // values that we write into items
	events     []hookline.Event
	rejections []hookline.Rejection
}

// release gives a reader back, without anything of the call that it read.
func (in *Ingester) release(r *reader) {
	clear(r.events)
	clear(r.rejections)
	r.events, r.rejections, r.items = r.events[:0], r.rejections[:0], r.items[:0]
	r.call, r.around, r.key, r.scratch, r.tidier.src = Call{}, surroundings{}, "", r.scratch[:0], nil
	in.readers.Put(r)
}

// open reads the outside of a call: its items, what they inherit and the write
// key. An error is a refusal of the whole call.
func (r *reader) open(call Call) error {
	r.call = call
	received := call.ReceivedAt.UTC().Truncate(time.Millisecond)
	r.around = surroundings{kind: call.Type, receivedAt: received, received: appendTime(make([]byte, 0, 40), received)}
	if call.Unusable != "" {
		return refusal(call.Unusable)
	}
	if err := r.tidier.run(call.Body); err != nil {
		return refusal(fmt.Sprintf("The body is not JSON (%v). Send one JSON object.", err))
	}
	body := r.tidier.out
	if !isObject(body) {
		return refusal("The body is JSON, but not an object. Send one JSON object.")
	}
	r.item.read(body)
	r.key = textOf(r.item.value(fieldWriteKey))
	if call.Type != "" {
		r.items = append(r.items, body)
		return nil
	}
	return r.openBatch()
}

func (r *reader) openBatch() error {
	batch := r.item.value(fieldBatch)
	if len(batch) == 0 || batch[0] != '[' {
		return refusal("The body of a batch needs a member “batch” that is an array of calls.")
	}
	r.around.context = inherit(r.item.value(fieldContext))
	r.around.integrations = inherit(r.item.value(fieldIntegrations))
	if value := r.item.value(fieldSentAt); !isNothing(value) {
		r.around.sentAt = value
	}
	r.items = elements(r.items, batch)
	if n := len(r.items); n > r.limits.BatchEvents {
		return refusal(fmt.Sprintf("The batch has %d calls: at most %d are taken. Send fewer at once.", n, r.limits.BatchEvents))
	}
	if r.inheritedBytes()*len(r.items) > maxInherited*r.limits.BodyBytes {
		return refusal("The batch's context and integrations are too large to be repeated in each of its calls. Send fewer at once.")
	}
	if r.key == "" && r.call.Source.ID == "" {
		r.keyOfItems()
	}
	return nil
}

// maxInherited is how many times the largest body the items of one batch may
// inherit in all, or a small body could become a large one in memory and in
// the log.
const maxInherited = 8

func (r *reader) inheritedBytes() int {
	return len(r.around.context.object) + len(r.around.integrations.object)
}

// keyOfItems takes the write key of the first item that has one for the key of
// the batch. Items that carry another one are refused, not moved to another
// source.
func (r *reader) keyOfItems() {
	for _, object := range r.items {
		if !isObject(object) {
			continue
		}
		r.item.read(object)
		value := r.item.value(fieldWriteKey)
		if key := textOf(value); key != "" {
			r.key, r.around.writeKey = key, value
			return
		}
	}
}

// textOf gives what a JSON string says, and "" for any other value.
func textOf(value []byte) string {
	if len(value) == 0 || value[0] != '"' {
		return ""
	}
	return plainText(value)
}

// take makes events and rejections of the items. An error is why a single call
// was rejected; in a batch the rejections say it.
func (r *reader) take(source hookline.Source) error {
	r.around.sourceID = source.ID
	var refused error
	for _, object := range r.items {
		e, err := r.judge(object)
		if err == nil {
			r.events = append(r.events, e)
			continue
		}
		refused = err
		r.reject(source, object, err)
	}
	if r.call.Type == "" {
		return nil
	}
	return refused
}

// judge checks an item's size and depth before anything else is done with it.
// What it inherits counts, for it is stored with the item.
func (r *reader) judge(object []byte) (hookline.Event, error) {
	r.item.reset()
	if !isObject(object) {
		return hookline.Event{}, notAnObject
	}
	r.item.read(object)
	if size := len(object) + r.inheritedBytes(); size > r.limits.EventBytes {
		return hookline.Event{}, refusal(fmt.Sprintf("The event is too large: it has %d bytes, and at most %d are taken.", size, r.limits.EventBytes))
	}
	if r.tooDeep(object) {
		return hookline.Event{}, refusal(fmt.Sprintf("The event is nested too deeply: at most %d levels are taken.", r.limits.Depth))
	}
	return r.event()
}

func (r *reader) tooDeep(object []byte) bool {
	return r.tidier.deepest > r.limits.Depth && // else nothing in the body is
		max(depth(object), r.around.context.depth(), r.around.integrations.depth()) > r.limits.Depth
}

// rejectWhole keeps a call of which nothing can be used.
func (r *reader) rejectWhole(source hookline.Source, why error) {
	r.item.reset()
	r.reject(source, r.call.Body, why)
	if r.call.Type == "" {
		r.rejections[0].Type = "batch"
	}
}

// reject keeps the item that was read last, so that its sender can see why it
// was refused.
func (r *reader) reject(source hookline.Source, sent []byte, why error) {
	kind, name := string(r.call.Type), textOf(r.item.value(fieldEvent))
	if kind == "" {
		kind = textOf(r.item.value(fieldType))
	}
	if name == "" {
		name = textOf(r.item.value(fieldName))
	}
	r.rejections = append(r.rejections, hookline.Rejection{
		SourceID:   source.ID,
		Type:       kind,
		Name:       name,
		Reason:     why.Error(),
		ReceivedAt: r.around.receivedAt,
		Payload:    shown(sent, source.WriteKey, textOf(r.item.value(fieldWriteKey))),
	})
}

// maxRejected is how much of a rejected call is kept.
const maxRejected = 32 << 10

// shown makes any bytes fit to be stored and looked at: cut, as UTF-8 without
// NUL, and without write keys.
func shown(sent []byte, keys ...string) string {
	text := strings.ToValidUTF8(string(sent[:min(len(sent), maxRejected)]), replacement)
	text = strings.ReplaceAll(text, "\x00", replacement)
	for _, key := range keys {
		if key != "" {
			text = strings.ReplaceAll(text, `"`+key+`"`, `"…"`)
		}
	}
	if len(text) <= maxRejected {
		return text
	}
	cut := maxRejected
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}
