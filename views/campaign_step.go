package views

import (
	"strconv"

	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// The conditions that campaigns ask.
var (
	AskStart = Asking{
		Scope: condition.AboutEvents, Legend: "Which events start it", Lead: "Start when", Nothing: "No condition yet. Add one to say which events start the campaign.",
		Noun: "trigger", AsText: "Trigger as text", Example: `For example: event = "Signed Up" and person.plan = "pro".`,
	}
	AskEntry = Asking{
		Scope: condition.AboutPeople, Legend: "Who may enter", Lead: "Only somebody for whom", Nothing: "No condition: everybody may enter.",
		Noun: "condition", AsText: "Condition as text", Example: `For example: person.plan = "pro". Empty means everybody.`,
	}
	AskBranch = Asking{
		Scope: condition.AboutJourneys, Legend: "What the branch asks", Lead: "Yes when", Nothing: "No condition yet. Add one to say what the branch asks.",
		Noun: "condition", AsText: "Condition as text", Example: `For example: person.lead_id != null.`,
	}
	AskWait = Asking{
		Scope: condition.AboutPeople, Legend: "What to wait for", Lead: "Go on as soon as", Nothing: "No condition yet. Add one to say what to wait for.",
		Noun: "condition", AsText: "Condition as text", Example: `For example: person.plan = "pro".`,
	}
	AskExit = Asking{
		Scope: condition.AboutPeople, Legend: "Who leaves early", Lead: "Somebody leaves as soon as", Nothing: "No condition: nobody leaves before the end.",
		Noun: "condition", AsText: "Condition as text", Example: `For example: person.unsubscribed = true. Empty means nobody.`,
	}
	AskGoal = Asking{
		Scope: condition.AboutEvents, Legend: "Which event is the goal", Lead: "Reached by an event when", Nothing: "No condition: the campaign has no goal.",
		Noun: "goal", AsText: "Goal as text", Example: `For example: event = "Order Completed". Empty means that there is no goal.`,
	}
)

// StepModel is a step while somebody makes or edits it.
type StepModel struct {
	Page      ui.Page
	Campaign  hookline.Campaign
	Step      hookline.Step // as it is kept; a new one has only its kind
	At        string        // where a new one is put; "" for one that is there
	Typed     StepTyped
	Condition TriggerModel
	Request   *StepRequest // what a webhook sends; nil: it has no request yet
	Word      string       // under which later steps find the answer of a webhook
	Refused   string       // why a webhook cannot be sent automatically yet; ""
	Trouble   hookline.Error
}

// StepTyped is a step as it was typed.
type StepTyped struct {
	Name        string
	Sending     string // "draft" or "auto"
	Conversion  bool
	Method, URL string // of the request of a new webhook

	Wait       string // a WaitKind
	Span, Most SpanTyped
	Time, Zone string
	Days       []string
	Sets       []hookline.ResponseAttribute
	Focus      string // the id of the control that an edit leads to
}

// SpanTyped is a span as it was typed: a number of units.
type SpanTyped struct{ Number, Unit string }

func (m StepModel) isNew() bool { return m.Step.ID == "" }

// path is where the form is posted.
func (m StepModel) path() string {
	if m.isNew() {
		return CampaignPath(m.Campaign.ID, "steps", "new")
	}
	return StepPath(m.Campaign.ID, m.Step.ID)
}

func (m StepModel) back() string {
	if m.isNew() {
		return CampaignPath(m.Campaign.ID)
	}
	return StepAnchor(m.Campaign.ID, m.Step.ID)
}

// StepKindChoice is a kind of step in the list to choose from.
type StepKindChoice struct {
	Kind        hookline.StepKind
	Label, What string
}

// StepKindChoices say what each kind of step does.
func StepKindChoices() []StepKindChoice {
	return []StepKindChoice{
		{hookline.StepWebhook, "Send and receive data", "Sends a webhook about the person, to a CRM for example, and can set attributes from the answer."},
		{hookline.StepWait, "Wait", "For some time, until a time of day, or until something is so."},
		{hookline.StepUpdate, "Update attributes", "Sets attributes of the person to values of your choice."},
		{hookline.StepBranch, "True or false", "Asks something: people go one way when it is so, and the other way when not."},
		{hookline.StepExit, "Exit", "The journey is finished here. Put it into a branch to let some people out early."},
	}
}

// StepKindLabel is what a kind is called.
func StepKindLabel(kind hookline.StepKind) string {
	return hookline.Step{Kind: kind}.Label()
}

// unitOptions are the units of a span.
func unitOptions() []ui.Option {
	return []ui.Option{{Value: "minute", Label: "minutes"}, {Value: "hour", Label: "hours"}, {Value: "day", Label: "days"}, {Value: "second", Label: "seconds"}}
}

// TypedSpan writes a span into a form; none is empty, in days.
func TypedSpan(number int, unit string) SpanTyped {
	if number == 0 {
		return SpanTyped{Unit: "day"}
	}
	return SpanTyped{Number: strconv.Itoa(number), Unit: unit}
}

// sendingOptions: a webhook without a request cannot be sent automatically, and says why.
func (m StepModel) sendingOptions() []ui.Option {
	auto := ui.Option{Value: "auto", Label: "Send automatically", Hint: "As soon as somebody comes to this step."}
	if m.Refused != "" {
		auto.Disabled, auto.Hint = true, m.Refused
	}
	return []ui.Option{
		{Value: "draft", Label: "Draft", Hint: "Somebody of your team sends it by hand, under Drafts. When attributes are set from the answer, the person waits here until it is sent."},
		auto,
	}
}
