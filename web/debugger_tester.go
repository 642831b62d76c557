package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/ingest"
	"hookline/views"
	"hookline/views/ui"
)

// Ingester takes calls as sources send them.
type Ingester interface {
	Accept(ctx context.Context, call ingest.Call) (ingest.Receipt, error)
}

// offeredCalls is how many of the latest events the tester offers to begin with.
const offeredCalls = 15

// showTester begins with an example, with an event that came in, or with a rejected one to be mended.
func (s *server) showTester(w http.ResponseWriter, r *http.Request) error {
	source, err := s.Store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.TesterModel{Source: source, Example: r.URL.Query().Get("example")}
	if m.Type, m.Body, err = s.exampleCall(r.Context(), m.Example, source.ID); err != nil {
		return err
	}
	return s.showTesterForm(w, r, http.StatusOK, m)
}

func (s *server) showTesterForm(w http.ResponseWriter, r *http.Request, status int, m views.TesterModel) error {
	list, err := s.Store.ListEvents(r.Context(), hookline.EventFilter{SourceIDs: []string{m.Source.ID}}, hookline.Cursor{Limit: offeredCalls})
	if err != nil {
		return err
	}
	m.Recent = list.Rows
	m.Tabs = sourceTabs(r, m.Source.ID, "tester")
	m.Page = s.page(w, r, ui.Page{Title: m.Source.Name, Active: ui.NavSources, Crumbs: sourceCrumbs()})
	return s.showStatus(w, r, status, view{page: views.Tester(m)})
}

// exampleCall is what the tester begins with: the event or rejection of this id, else an example of this type.
func (s *server) exampleCall(ctx context.Context, id, sourceID string) (kind, body string, err error) {
	switch {
	case strings.HasPrefix(id, "evt_"):
		e, err := s.Store.Event(ctx, id)
		if err == nil && e.SourceID != sourceID {
			err = hookline.NotFound("event")
		}
		return string(e.Type), indented(withoutMembers(e.Payload, slices.Concat(ours, []string{"type", "originalTimestamp", "sentAt"}))), err
	case strings.HasPrefix(id, "rej_"):
		rejection, err := s.Store.Rejection(ctx, id)
		if err == nil && rejection.SourceID != sourceID {
			err = hookline.NotFound("rejected event")
		}
		return rejection.Type, indented([]byte(rejection.Payload)), err
	case hookline.EventType(id).Known():
		return id, views.ExampleCall(hookline.EventType(id)), nil
	}
	return string(hookline.Track), views.ExampleCall(hookline.Track), nil
}

// ours are the members that Hookline writes into a call itself; without them it is the call as it was sent.
var ours = []string{"messageId", "timestamp", "receivedAt"}

// sendTest hands the call to the very code that takes calls from outside. A call that is refused comes back with
// everything that was typed.
func (s *server) sendTest(w http.ResponseWriter, r *http.Request) error {
	source, err := s.Store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.TesterModel{Source: source, Type: r.PostFormValue("type"), Body: strings.ReplaceAll(r.PostFormValue("body"), "\r\n", "\n")}
	receipt, err := s.takeTest(r.Context(), m)
	told, ok := errors.AsType[*hookline.Error](err)
	if ok && told.Kind != hookline.KindInternal {
		m.Trouble = hookline.Error{Kind: told.Kind, Message: told.Message, Fields: told.Fields}
		return s.showTesterForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	s.recorded(r, audit.OfSource(source).Say(audit.Tested, "with a call of type "+m.Type))
	return s.showTaken(w, r, receipt)
}

func (s *server) takeTest(ctx context.Context, m views.TesterModel) (ingest.Receipt, error) {
	if !hookline.EventType(m.Type).Known() {
		return ingest.Receipt{}, hookline.Invalid("Nothing was sent.", map[string]string{"type": "Choose what sort of call it is."})
	}
	if !m.Source.Enabled {
		return ingest.Receipt{}, hookline.Invalid("This source is off, so it refuses every call. Switch it on and send again.", nil)
	}
	if problem := jsonProblem(m.Body); problem != "" {
		return ingest.Receipt{}, hookline.Invalid("Nothing was sent: this is not JSON yet.", map[string]string{"body": problem})
	}
	receipt, err := s.Ingester.Accept(ctx, ingest.Call{
		Source: m.Source, Type: hookline.EventType(m.Type), Body: []byte(m.Body), ReceivedAt: time.Now(),
	})
	if told, ok := errors.AsType[*hookline.Error](err); ok && told.Kind == hookline.KindInvalid {
		return receipt, hookline.Invalid("The call was rejected, as it would be if an app sent it. It is in the debugger.", map[string]string{"body": told.Message})
	}
	return receipt, err
}

// jsonProblem says where a text stops being a JSON object; "" when it is one.
func jsonProblem(text string) string {
	if at, want, bad := ingest.Malformed([]byte(text)); bad {
		line, column := position(text, at)
		return fmt.Sprintf("Line %d, column %d: %s.", line, column, want)
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return "Line 1, column 1: a call is one JSON object, so it begins with {."
	}
	return ""
}

// position turns bytes before a place into a line and a column, both from 1; a column is a character.
func position(text string, at int) (line, column int) {
	before := text[:min(at, len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// showTaken leads to the event that a call became, once it has been worked out, or says that it was a duplicate.
func (s *server) showTaken(w http.ResponseWriter, r *http.Request, receipt ingest.Receipt) error {
	if receipt.FirstID == "" {
		s.flash(w, r, ui.Flash{Tone: ui.Warn, Text: "This messageId was taken before, so the call is a duplicate: nothing was stored and nothing is set off. Leave messageId out, and each call counts."})
		return goTo(w, r, sourcePath(receipt.Source.ID)+"/debugger")
	}
	if err := s.settle(r.Context(), receipt.FirstID); err != nil {
		return err
	}
	return s.done(w, r, eventPath(receipt.FirstID), "The event was taken, as if an app had sent it. Below is what it set off.")
}

// settlePatience is how long a person waits for an event to be worked out before they see it as it is.
const settlePatience = time.Second

// settle waits until an event has been worked out, which takes a moment, or until that takes too long.
func (s *server) settle(ctx context.Context, eventID string) error {
	ctx, cancel := context.WithTimeout(ctx, settlePatience)
	defer cancel()
	tick := time.NewTicker(settlePatience / 50)
	defer tick.Stop()
	for {
		cursor, err := s.Store.FanoutCursor(ctx)
		if ctx.Err() != nil || (err == nil && cursor >= eventID) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// withoutMembers leaves members out of a JSON object and keeps the others in their order, byte for byte.
func withoutMembers(object []byte, names []string) []byte {
	d := json.NewDecoder(bytes.NewReader(object))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return object
	}
	out := []byte{'{'}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return object
		}
		text, _ := name.(string)
		if slices.Contains(names, text) {
			continue
		}
		key, _ := json.Marshal(text) // a text can always be written
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, key...), ':'), value...)
	}
	return append(out, '}')
}

// indented is JSON with a member a line, and any other text as it is.
func indented(text []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") != nil {
		return string(text)
	}
	return b.String()
}
