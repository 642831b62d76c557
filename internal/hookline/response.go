package hookline

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// The limits of what is made of an answer.
const (
	MaxSetAttributes  = 50
	MaxAttributeName  = 100      // bytes
	MaxAttributeValue = 16 << 10 // bytes of a value that is set
)

// Response says what an action makes of an answer of 2xx. The zero value:
// nothing, and every such answer is a good one.
type Response struct {
	Attributes []ResponseAttribute `json:"attributes,omitempty"` // of the person, set in this order
	Expect     Expectation         `json:"expect,omitzero"`
	Inside     bool                `json:"inside,omitempty"` // attributes are set from inside networks too: see SavedBy
}

// Unused says that nothing is made of the answer.
func (r Response) Unused() bool { return len(r.Attributes) == 0 && r.Expect.IsZero() }

// SavedBy gives a with what may be made of answers from inside networks. Only
// administrators see those (see WithoutInside), and an attribute is seen by
// everybody: so only an administrator may save that one is set from there, and
// it lasts as long as nobody else changes which, or the address.
func (a Action) SavedBy(admin bool, before Action) Action {
	same := slices.Equal(a.Response.Attributes, before.Response.Attributes) && a.Template.URL == before.Template.URL
	a.Response.Inside = len(a.Response.Attributes) > 0 && (admin || before.Response.Inside && same)
	return a
}

// ResponseAttribute is an attribute that is set from an answer; its value is
// Liquid.
type ResponseAttribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Expectation is what a good answer looks like.
type Expectation struct {
	Statuses  []int  `json:"statuses,omitempty"`    // the good ones of 200 to 299; none: all of them
	Path      string `json:"path,omitempty"`        // what must be in the answer's JSON, such as "lead.id"; "": nothing
	Kind      string `json:"kind,omitempty"`        // what stands there, one of AnswerKinds; "": anything but null
	EmptyIsOK bool   `json:"empty_is_ok,omitempty"` // an attribute whose value comes out empty is no doubt
}

// IsZero says that every answer of 2xx is a good one.
func (e Expectation) IsZero() bool {
	return len(e.Statuses) == 0 && e.Path == "" && e.Kind == "" && !e.EmptyIsOK
}

// AnswerKinds lists what can be asked of a value in an answer.
func AnswerKinds() []string { return []string{"text", "number", "boolean", "list", "object"} }

// SetAttribute is an attribute of a person as an answer sets it.
type SetAttribute struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// Validate says at each field what is wrong; nil when nothing is. The Liquid in
// the values is judged by those who can read it.
func (r Response) Validate() error {
	f := fields{}
	r.check(f)
	return f.err("What is made of the answer could not be saved.")
}

func (r Response) check(f fields) {
	f.check(len(r.Attributes) <= MaxSetAttributes, "attributes", "At most 50 attributes.")
	seen := map[string]bool{}
	for i, a := range r.Attributes {
		field := "attributes." + strconv.Itoa(i)
		f.check(a.Name != "", field, "Enter the attribute's name, or remove the row.")
		f.check(len(a.Name) <= MaxAttributeName, field, "This name is too long: at most 100 characters.")
		f.check(a.Name != "id", field, "A person's id comes with their events and cannot be set. Choose another name, such as crm_id.")
		f.check(headerText(a.Name), field, "This name has a character that cannot be shown. Use letters, digits and _.")
		f.check(!seen[a.Name], field, "This attribute is set above already. Remove one of the two rows.")
		f.check(strings.TrimSpace(a.Value) != "", field, "Enter what it is set to, such as {{ response.id }}.")
		f.check(len(a.Value) <= 8<<10, field, "This value is too long: at most 8,192 characters.")
		seen[a.Name] = true
	}
	r.Expect.check(f)
}

func (e Expectation) check(f fields) {
	for _, status := range e.Statuses {
		f.check(status >= 200 && status <= 299, "expect_statuses", "Enter statuses between 200 and 299, with commas between them, such as 200, 201. Every other one is no success.")
	}
	f.check(len(e.Path) <= 500, "expect_path", "This is too long: at most 500 characters.")
	f.check(!strings.ContainsAny(e.Path, "{}|\n"), "expect_path", "Enter the way to the value with dots, such as lead.id, without braces.")
	known := e.Kind == ""
	for _, kind := range AnswerKinds() {
		known = known || kind == e.Kind
	}
	f.check(known, "expect_kind", "Choose what the value is.")
	f.check(e.Kind == "" || e.Path != "", "expect_path", "Enter where this value is, such as id or lead.id.")
}

// Accepts says whether a status of 2xx is a good one.
func (e Expectation) Accepts(status int) bool {
	for _, good := range e.Statuses {
		if good == status {
			return true
		}
	}
	return len(e.Statuses) == 0
}

// StatusList writes statuses as people do: "200, 201".
func (e Expectation) StatusList() string {
	texts := make([]string, len(e.Statuses))
	for i, status := range e.Statuses {
		texts[i] = strconv.Itoa(status)
	}
	return strings.Join(texts, ", ")
}

// WithDoubt adds a doubt about an answer, a clause such as "lead_id was not
// set", to the reason of a delivery that was delivered.
func WithDoubt(reason, doubt string) string {
	switch {
	case doubt == "":
		return reason
	case reason == "":
		return "Accepted, but " + doubt + "."
	}
	return strings.TrimSuffix(reason, ".") + "; " + doubt + "."
}
