package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// sentFilter is what the address asks of the list, in the forms in which it is needed: for the store, for the fields,
// and as chips that take one filter off each.
type sentFilter struct {
	query   url.Values
	filter  hookline.DeliveryFilter
	form    views.SentForm
	chips   []views.SentChip
	crumbs  []ui.Crumb // back to the campaign of which this is a tab
	trouble hookline.Error
}

// tabbed are the states that have a tab; the others have a chip when they are asked for.
var tabbed = []hookline.State{"", hookline.StateFailed, hookline.StateRetrying, hookline.StateDelivered, hookline.StateDoubted, hookline.StateQueued, hookline.StateHeld}

func sentTabs(q url.Values) []ui.Tab {
	var tabs []ui.Tab
	for _, state := range tabbed {
		tab := ui.Tab{Label: views.StateWord(state), Href: sentWith(q, "state", string(state)), Active: q.Get("state") == string(state)}
		switch state {
		case "":
			tab.Label = "All"
		case hookline.StateDoubted:
			tab.Label = "With a doubt" // beside Delivered
		}
		tabs = append(tabs, tab)
	}
	return tabs
}

// sentWith is the address of the list with one filter changed, or off when value is "". It begins at the newest row.
func sentWith(q url.Values, name, value string) string {
	next := url.Values{}
	for key, values := range q {
		if key != "before" && key != "after" && key != "id" && key != "view" && key != "chosen" && key != name && len(values) > 0 && values[0] != "" {
			next.Set(key, values[0])
		}
	}
	if name != "id" && len(q["id"]) > 0 {
		next["id"] = q["id"]
	}
	if value != "" {
		next.Set(name, value)
	}
	if len(next) == 0 {
		return views.EverythingSent
	}
	return "/sent?" + next.Encode()
}

// sentBeside is the address of something that goes by the filters of the list, with one of them changed.
func sentBeside(q url.Values, path, name, value string) string {
	_, query, narrowed := strings.Cut(sentWith(q, name, value), "?")
	if !narrowed || "/sent?"+query == views.EverythingSent {
		return path
	}
	return path + "?" + query
}

func (s *server) readSentFilter(r *http.Request) (*sentFilter, error) {
	return s.sentFilterOf(r.Context(), r.URL.Query())
}

// sentFilterOf reads a filter from the query of an address.
func (s *server) sentFilterOf(ctx context.Context, query url.Values) (*sentFilter, error) {
	f := &sentFilter{query: query}
	f.readState()
	if err := s.readSentCampaign(ctx, f); err != nil {
		return nil, err
	}
	if err := s.readSentPlaces(ctx, f); err != nil {
		return nil, err
	}
	if err := s.readSentPerson(ctx, f); err != nil {
		return nil, err
	}
	if err := s.readSentResend(ctx, f); err != nil {
		return nil, err
	}
	if err := s.readSentFailure(ctx, f); err != nil {
		return nil, err
	}
	f.readStatus()
	f.readOrigin()
	f.readQuery()
	f.readCause()
	f.readAttempts()
	f.form.Since, f.filter.Since = f.readMoment("since", "From")
	f.form.Until, f.filter.Until = f.readMoment("until", "Before")
	f.readRange(time.Now())
	f.readChosen()
	if f.filter.EventID = f.get("event_id"); f.filter.EventID != "" {
		f.form.Event = f.filter.EventID
		f.chip("event_id", "Of one event")
	}
	return f, nil
}

// words say what the list is narrowed to, one filter each; none when it is not.
func (f *sentFilter) words() []string {
	var words []string
	if slices.Contains(tabbed, f.filter.State) && f.filter.State != "" {
		words = append(words, "State: "+views.StateWord(f.filter.State))
	}
	for _, chip := range f.chips {
		words = append(words, chip.Words)
	}
	return words
}

// readSentResend narrows the list to what a run looked at, and to what became of it there.
func (s *server) readSentResend(ctx context.Context, f *sentFilter) error {
	id, outcome := f.get("resend"), hookline.ResendOutcome(f.get("outcome"))
	if id == "" {
		return nil
	}
	run, err := unlessMissing(s.Store.ResendRun(ctx, id))
	if err != nil {
		return err
	}
	if run.ID == "" || outcome != "" && !outcome.Known() {
		f.wrong("resend", "There is no such resend, or nothing of this kind in it. Choose it under Resends.")
		return nil
	}
	f.filter.ResendID, f.form.Resend = id, id
	f.chip("resend", views.ResendTitle(run))
	if outcome != "" {
		f.filter.ResendOutcome, f.form.Outcome = outcome, string(outcome)
		f.chip("outcome", "There: "+views.ResentWord(outcome))
	}
	return nil
}

func (f *sentFilter) get(name string) string { return strings.TrimSpace(f.query.Get(name)) }

func (f *sentFilter) chip(name, words string) {
	f.chips = append(f.chips, views.SentChip{Words: words, Off: sentWith(f.query, name, "")})
}

func (f *sentFilter) wrong(name, why string) {
	f.trouble.Message = "The list cannot be filtered like this."
	if f.trouble.Fields == nil {
		f.trouble.Fields = map[string]string{}
	}
	f.trouble.Fields[name] = why
}

func (f *sentFilter) readState() {
	state := hookline.State(f.get("state"))
	if state == "" {
		return
	}
	if !state.Known() && state != hookline.StateDoubted {
		f.wrong("state", "There is no such state. Choose one of the tabs above.")
		return
	}
	f.filter.State, f.form.State = state, string(state)
	if slices.Contains(tabbed, state) {
		return
	}
	f.chip("state", "State: "+views.StateWord(state))
}

// readOrigin tells what events set off from what somebody tried out.
func (f *sentFilter) readOrigin() {
	switch origin := hookline.Origin(f.get("origin")); origin {
	case hookline.OriginTest:
		f.filter.Origin, f.form.Origin = origin, string(origin)
		f.chip("origin", "Tests only")
	case hookline.OriginEvent, hookline.OriginCampaign, hookline.OriginShortcut:
		f.filter.Origin, f.form.Origin = origin, string(origin)
		f.chip("origin", "From "+views.OriginWord(origin)+" only")
	}
}

// readSentPlaces reads destination and action, and lists what there is of them.
func (s *server) readSentPlaces(ctx context.Context, f *sentFilter) error {
	f.filter.DestinationID, f.filter.ActionID = f.get("destination"), f.get("action")
	f.form.Destination, f.form.Action = f.filter.DestinationID, f.filter.ActionID
	destinations, err := s.sentPlaces(ctx, f)
	if err != nil {
		return err
	}
	f.form.Destinations = []ui.Option{{Label: "All"}}
	f.form.Actions = []ui.Option{{Label: "All"}}
	for _, d := range destinations {
		f.form.Destinations = append(f.form.Destinations, ui.Option{Value: d.ID, Label: d.Name})
		actions, err := s.Store.ListActions(ctx, d.ID)
		if err != nil {
			return err
		}
		for _, a := range actions {
			f.form.Actions = append(f.form.Actions, ui.Option{Value: a.ID, Label: views.PlaceTitle(d, a)})
		}
	}
	f.form.Destinations = f.place("destination", f.form.PlaceWord()+": ", f.form.Destinations)
	f.form.Actions = f.place("action", "Action: ", f.form.Actions)
	return nil
}

// place makes the chip for a chosen destination or action. One that was deleted since stays chosen: what was sent to it
// is still here.
func (f *sentFilter) place(name, words string, options []ui.Option) []ui.Option {
	id := f.get(name)
	if id == "" {
		return options
	}
	for _, option := range options {
		if option.Value == id {
			f.chip(name, words+option.Label)
			return options
		}
	}
	f.chip(name, words+"deleted")
	return append(options, ui.Option{Value: id, Label: "deleted"})
}

// readSentPerson takes our own id of a person, which links have, as well as what people type: a user id or an e-mail.
func (s *server) readSentPerson(ctx context.Context, f *sentFilter) error {
	text := f.get("person")
	if text == "" {
		return nil
	}
	f.form.Person = text
	person, err := s.findPerson(ctx, text)
	if hookline.KindOf(err) == hookline.KindNotFound {
		if strings.HasPrefix(text, "per_") { // deleted since; what was sent is still here
			f.filter.PersonID = text
			f.chip("person", "Person: deleted")
			return nil
		}
		f.wrong("person", "Nobody is known by this. Enter a whole e-mail address or user id.")
		return nil
	}
	if err != nil {
		return err
	}
	f.filter.PersonID, f.form.Person = person.ID, person.Label()
	f.chip("person", "Person: "+person.Label())
	return nil
}

func (s *server) findPerson(ctx context.Context, text string) (hookline.Person, error) {
	person, err := s.Store.Person(ctx, text)
	for _, identity := range []string{hookline.UserIdentity(text), hookline.EmailIdentity(text)} {
		if hookline.KindOf(err) != hookline.KindNotFound {
			break
		}
		person, err = s.Store.PersonByIdentity(ctx, identity)
	}
	return person, err
}

// readSentFailure takes a failure's id, which links have. One that is gone has nothing left.
func (s *server) readSentFailure(ctx context.Context, f *sentFilter) error {
	id := f.get("failure")
	if id == "" {
		return nil
	}
	f.filter.FailureID, f.form.Failure = id, id
	failure, err := unlessMissing(s.Store.Failure(ctx, id))
	if err != nil {
		return err
	}
	if failure.ID == "" {
		f.chip("failure", "Failure: deleted")
		return nil
	}
	f.chip("failure", "Failure: "+views.FailureTitle(failure.Failure))
	return nil
}

func (f *sentFilter) readStatus() {
	text := f.get("status")
	if text == "" {
		return
	}
	f.form.Status = text
	status, err := strconv.Atoi(text)
	if err != nil || status < 100 || status > 999 {
		f.wrong("status", "Enter a status of three digits, such as 404.")
		return
	}
	f.filter.Status = status
	f.chip("status", "Last answer: "+text)
}
