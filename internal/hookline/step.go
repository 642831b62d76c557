package hookline

import (
	"iter"
	"strconv"
	"strings"
	"time"
)

// StepKind says what a step of a campaign does.
type StepKind string

// The kinds of steps.
const (
	StepWebhook StepKind = "webhook" // send and receive data
	StepWait    StepKind = "wait"
	StepUpdate  StepKind = "update" // set attributes of the person
	StepBranch  StepKind = "branch"
	StepExit    StepKind = "exit" // the journey is finished here
)

// StepKinds lists the kinds in the order of a menu.
func StepKinds() []StepKind {
	return []StepKind{StepWebhook, StepWait, StepUpdate, StepBranch, StepExit}
}

// Step is one step of a campaign. Of the fields after Name only those of its
// kind are used.
type Step struct {
	ID   string   `json:"id"` // stp_…; it stays when the step is moved or edited
	Kind StepKind `json:"kind"`
	Name string   `json:"name,omitempty"`

	Webhook WebhookStep         `json:"webhook,omitzero"`
	Wait    WaitStep            `json:"wait,omitzero"`
	Sets    []ResponseAttribute `json:"sets,omitempty"`      // update: values are Liquid
	If      string              `json:"condition,omitempty"` // branch: over the person, and the event that began the journey
	Yes     []Step              `json:"yes,omitempty"`       // branch: for who meets it
	No      []Step              `json:"no,omitempty"`        // branch: for who does not
}

// WebhookStep is a step that sends a webhook. Its request, and what is made of
// the answer, is the one action of a destination that the campaign owns, so
// that versions, pace, pauses, failures and Sent are what they are elsewhere.
type WebhookStep struct {
	DestinationID string `json:"destination_id,omitempty"` // "": it has not been set up
	ActionID      string `json:"action_id,omitempty"`
	Auto          bool   `json:"auto,omitempty"`       // sent at once; else a draft waits for a person (seed 002)
	Conversion    bool   `json:"conversion,omitempty"` // it may count towards the goal (seed 002: off by default)
}

// WaitKind says what a wait waits for.
type WaitKind string

// The kinds of waits.
const (
	WaitSpan      WaitKind = "span"      // so long
	WaitClock     WaitKind = "clock"     // until a time of day, on some weekdays
	WaitCondition WaitKind = "condition" // until a condition is met, or at most so long
)

// WaitStep is a step at which people wait.
type WaitStep struct {
	Kind      WaitKind      `json:"kind,omitempty"`
	Span      time.Duration `json:"span,omitempty"`      // span: how long; condition: at most so long
	Minute    int           `json:"minute,omitempty"`    // clock: minutes after midnight
	Days      Weekdays      `json:"days,omitempty"`      // clock: none: every day
	Zone      string        `json:"zone,omitempty"`      // clock: an IANA name, "": UTC
	Condition string        `json:"condition,omitempty"` // over the person
}

// Walk gives every step, those in branches included, in the order in which they
// are shown.
func (c Campaign) Walk() iter.Seq[*Step] {
	return func(yield func(*Step) bool) { walkSteps(c.Steps, yield) }
}

func walkSteps(steps []Step, yield func(*Step) bool) bool {
	for i := range steps {
		s := &steps[i]
		if !yield(s) || !walkSteps(s.Yes, yield) || !walkSteps(s.No, yield) {
			return false
		}
	}
	return true
}

// Step gives the step with this id, nil when there is none.
func (c Campaign) Step(id string) *Step {
	for step := range c.Walk() {
		if step.ID == id {
			return step
		}
	}
	return nil
}

// Label is the step's name, or what its kind is called.
func (s Step) Label() string {
	if s.Name != "" {
		return s.Name
	}
	switch s.Kind {
	case StepWebhook:
		return "Send and receive data"
	case StepWait:
		return "Wait"
	case StepUpdate:
		return "Update attributes"
	case StepBranch:
		return "True or false"
	}
	return "Exit"
}

// Word is the name under which later steps find a webhook step's answer, as in
// {{ answers.create_lead.lead_id }}: its label in lower case, with _ between
// words.
func (s Step) Word() string {
	var b strings.Builder
	gap := false
	for _, c := range strings.ToLower(s.Label()) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			b.WriteRune(c)
			gap = false
			continue
		}
		gap = true
	}
	if b.Len() == 0 {
		return "step"
	}
	return b.String()
}

func checkSteps(f fields, steps []Step) {
	n := 0
	seen := map[string]bool{}
	words := map[string]bool{}
	walkSteps(steps, func(s *Step) bool {
		n++
		f.check(s.ID != "" && !seen[s.ID], "steps", "Two steps have the same id, or one has none. Give each its own.")
		seen[s.ID] = true
		if s.Kind == StepWebhook {
			f.check(!words[s.Word()], "steps."+s.ID+".name", "Another webhook step has this name already. Give this one another, so that later steps can tell their answers apart.")
			words[s.Word()] = true
		}
		s.check(f)
		return true
	})
	f.check(n <= MaxSteps, "steps", "A campaign has at most "+strconv.Itoa(MaxSteps)+" steps. Remove some.")
	f.check(nesting(steps) <= MaxNesting, "steps", "Branches can be nested at most "+strconv.Itoa(MaxNesting)+" deep. Use another campaign for what comes after.")
}

func nesting(steps []Step) int {
	deepest := 0
	for _, s := range steps {
		if s.Kind == StepBranch {
			deepest = max(deepest, 1+nesting(s.Yes), 1+nesting(s.No))
		}
	}
	return deepest
}

func (s *Step) check(f fields) {
	at := func(field string) string { return "steps." + s.ID + "." + field }
	known := false
	for _, kind := range StepKinds() {
		known = known || kind == s.Kind
	}
	f.check(known, at("kind"), "Choose what the step does.")
	f.check(len(s.Name) <= MaxName, at("name"), "This name is too long: at most 200 characters.")
	f.check(len(s.If) <= MaxCondition, at("condition"), "This condition is too long: at most 64 KB.")
	f.check(s.Kind == StepBranch || len(s.Yes) == 0 && len(s.No) == 0, at("kind"), "Only a branch has steps within it.")
	if s.Kind == StepUpdate {
		r := Response{Attributes: s.Sets}
		wrong := fields{}
		r.check(wrong)
		for name, words := range wrong {
			f.check(false, at(name), words)
		}
	}
	if s.Kind == StepWait {
		s.Wait.check(f, at)
	}
}

func (w WaitStep) check(f fields, at func(string) string) {
	f.check(w.Kind == "" || w.Kind == WaitSpan || w.Kind == WaitClock || w.Kind == WaitCondition, at("wait"), "Choose what to wait for.")
	f.check(w.Span >= 0 && w.Span <= MaxSpan, at("span"), "Choose a time of at most a year.")
	f.check(w.Minute >= 0 && w.Minute < minutesOfDay, at("time"), "Enter a time of day such as 09:30.")
	f.check(len(w.Condition) <= MaxCondition, at("condition"), "This condition is too long: at most 64 KB.")
	_, err := time.LoadLocation(w.Zone)
	f.check(err == nil, at("zone"), "This time zone is not known. Choose one such as Europe/Berlin.")
}

// missing says what a step needs before its campaign can be started. Whether
// its request is complete is judged by those who can read it.
func (s *Step) missing() []Lack {
	lack := func(words string) []Lack { return []Lack{{StepID: s.ID, Words: words}} }
	switch {
	case s.Kind == StepWebhook && s.Webhook.ActionID == "":
		return lack("Add a request to “" + s.Label() + "”.")
	case s.Kind == StepBranch && strings.TrimSpace(s.If) == "":
		return lack("Say what “" + s.Label() + "” asks: add at least one condition.")
	case s.Kind == StepUpdate && len(s.Sets) == 0:
		return lack("Say which attributes “" + s.Label() + "” sets.")
	case s.Kind == StepWait && (s.Wait.Kind == "" || s.Wait.Kind != WaitClock && s.Wait.Span == 0):
		return lack("Say how long “" + s.Label() + "” waits.")
	case s.Kind == StepWait && s.Wait.Kind == WaitCondition && strings.TrimSpace(s.Wait.Condition) == "":
		return lack("Say what “" + s.Label() + "” waits for: add at least one condition.")
	}
	return nil
}
