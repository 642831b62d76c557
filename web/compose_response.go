package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"hookline/internal/hookline"
	"hookline/views"
)

// typedResponse writes what is made of the answer into the form.
func typedResponse(r hookline.Response) views.ResponseTyped {
	e := r.Expect
	return views.ResponseTyped{Attributes: r.Attributes, Statuses: e.StatusList(), Path: e.Path, Kind: e.Kind, EmptyIsOK: e.EmptyIsOK}
}

// readResponse reads the fields of the Response card.
func readResponse(form url.Values) views.ResponseTyped {
	typed := views.ResponseTyped{
		Statuses: strings.TrimSpace(form.Get("expect_statuses")), Path: strings.TrimSpace(form.Get("expect_path")),
		Kind: form.Get("expect_kind"), EmptyIsOK: form.Get("empty_is_ok") != "",
	}
	names, values := form["attribute_name"], form["attribute_value"]
	for i := range min(len(names), len(values), hookline.MaxSetAttributes+1) {
		typed.Attributes = append(typed.Attributes, hookline.ResponseAttribute{Name: strings.TrimSpace(names[i]), Value: strings.TrimSpace(values[i])})
	}
	return typed
}

func (s *server) editResponse(w http.ResponseWriter, r *http.Request) error {
	return s.recompose(w, r, func(f *composerForm) { f.editResponse(r.PostFormValue("edit")) })
}

// editResponse does what the pressed button says: "add-attribute", "remove-attribute:2", "pick:.lead.id".
func (f *composerForm) editResponse(what string) {
	if way, found := strings.CutPrefix(what, "pick:"); found {
		f.pick(way)
		return
	}
	focus, _ := attributeRows.edit(&f.response.Attributes, what)
	f.focusOn(focus)
}

// pick sets an attribute from what is found along a way: in its row, when it has one, else in an empty one or a new one.
func (f *composerForm) pick(way string) {
	name, ok := nameOfWay(way)
	if !ok {
		return
	}
	rows := &f.response.Attributes
	i := slices.IndexFunc(*rows, func(a hookline.ResponseAttribute) bool { return a.Name == name })
	if i < 0 {
		i = slices.IndexFunc(*rows, func(a hookline.ResponseAttribute) bool { return a.Name == "" })
	}
	if i < 0 {
		if len(*rows) >= hookline.MaxSetAttributes {
			return
		}
		*rows, i = append(*rows, hookline.ResponseAttribute{}), len(*rows)
	}
	(*rows)[i] = hookline.ResponseAttribute{Name: name, Value: "{{ response" + way + " }}"}
	f.focus = views.AttributeID(i, "name")
}

var (
	aWay     = regexp.MustCompile(`^(\.[\pL_][\pL\pN_-]*|\[[0-9]+\]|\["[^"{}%|\]]*"\])+( \| json)?$`)
	wayNames = regexp.MustCompile(`\.([\pL_][\pL\pN_-]*)|\["([^"]*)"\]`)
)

// nameOfWay is the attribute that is set from what stands at the end of a way: its last name. An id of ours stays ours.
func nameOfWay(way string) (string, bool) {
	if !aWay.MatchString(way) {
		return "", false
	}
	found := wayNames.FindAllStringSubmatch(way, -1)
	if len(found) == 0 {
		return "response", true
	}
	names := make([]string, len(found))
	for i, one := range found {
		names[i] = one[1] + one[2]
	}
	name := names[len(names)-1]
	if name == "id" {
		name = strings.Join(append([]string{"response"}, names...)[max(len(names)-1, 0):], "_")
	}
	return name, name != ""
}

// offerAnswer offers the values of the last answer: of the test that the form remembers, else of what the action sent.
func (s *server) offerAnswer(r *http.Request, f composerForm, m *views.ComposerModel) error {
	_, attempts, err := s.lastTest(r, f)
	from := "the test’s answer"
	if err == nil && len(attempts) == 0 && !f.isNew() {
		from = "the last answer"
		attempts, err = s.lastAnswers(r, f.action)
	}
	if err != nil || len(attempts) == 0 {
		return err
	}
	if a := attempts[len(attempts)-1]; a.Outcome == hookline.StateDelivered {
		m.Picker = pickFrom(from, a.Answer)
	}
	return nil
}

// lastAnswers are the attempts of the newest delivery that an action's receiver took.
func (s *server) lastAnswers(r *http.Request, a hookline.Action) ([]hookline.Attempt, error) {
	filter := hookline.DeliveryFilter{DestinationID: a.DestinationID, ActionID: a.ID, State: hookline.StateDelivered}
	list, err := s.Store.ListDeliveries(r.Context(), filter, hookline.Cursor{Limit: 1})
	if err != nil || len(list.Rows) == 0 {
		return nil, err
	}
	return s.attemptsFor(r, list.Rows[0].ID)
}

// personAttributes are the attributes of a person by name; none of nobody.
func personAttributes(p *hookline.Person) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	if p != nil {
		_ = json.Unmarshal(p.Attributes, &all) // what is stored is an object
	}
	return all
}
