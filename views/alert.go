package views

import (
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// AlertsModel is what began and ended, by what rules, and who is told.
type AlertsModel struct {
	Page     ui.Page
	Rows     []AlertRow
	Rules    hookline.AlertRules
	Typed    map[string]string // numbers as they were typed, when the form came back
	Channels []ChannelRow
	MayEdit  bool
	Trouble  hookline.Error // why the form came back; the zero value: it did not
}

// AlertRow is one alert and how it was told.
type AlertRow struct {
	hookline.Alert
	Tellings []hookline.Telling
}

// ChannelRow is a channel in the list, without secrets.
type ChannelRow struct {
	ID, Name string
	Kind     hookline.ChannelKind
	Enabled  bool
	Where    string // a host, or e-mail addresses
}

// ChannelModel is the form of one channel.
type ChannelModel struct {
	Page     ui.Page
	Name     string                // as it is kept; "" for a new one
	Typed    hookline.AlertChannel // what stands in the form; its key only when revealed
	Password bool                  // one is kept
	Reveal   bool
	Open     []string // inside networks that are open
	Test     ChannelTest
	Trouble  hookline.Error // why the form came back; the zero value: it did not
}

// ChannelTest is an example that was told, and what came back.
type ChannelTest struct {
	Made    bool // the zero value: none was
	Status  int  // 0 by mail, or without an answer
	Failure string
	Took    time.Duration
	What    []byte
	Answer  []byte
	Hidden  bool // the answer is not for whoever looks
}

func (m ChannelModel) path(act string) string {
	if m.Typed.ID == "" {
		return "/settings/alerts/channels/new"
	}
	return "/settings/alerts/channels/" + m.Typed.ID + act
}

// number is a number of the rules as it stands in its field.
func (m AlertsModel) number(name string, n int) string {
	if typed, there := m.Typed[name]; there {
		return typed
	}
	return strconv.Itoa(n)
}

// alertWords say what each rule finds, after the name of its subject.
var alertWords = map[hookline.AlertRule]string{
	hookline.RuleFailing: "is failing",
	hookline.RuleBroken:  "is broken",
	hookline.RuleBacklog: "is behind",
	hookline.RuleSilence: "does not come",
}

// alertPath leads to what an alert is about.
func (a AlertRow) alertPath() string {
	if source, _, isEvent := strings.Cut(a.Subject, "."); isEvent {
		return "/sources/" + source
	}
	return "/destinations/" + a.Subject
}

// tellingWords say how one channel was told.
func tellingWords(t hookline.Telling) string {
	what := t.Channel.Name + ": "
	if t.Ended {
		what += "of its end, "
	}
	switch t.State {
	case hookline.TellingTold:
		return what + "told"
	case hookline.TellingFailed:
		return what + "not told, given up after " + tryWords(t.Tries) + ". " + t.Failure
	case hookline.TellingUnknown:
		return what + "not known whether it was told: Hookline stopped meanwhile"
	}
	if t.Failure != "" {
		return what + "tried again soon. " + t.Failure
	}
	return what + "about to be told"
}

// channelKindWords name the ways to tell.
var channelKindWords = map[hookline.ChannelKind]string{
	hookline.ChannelWebhook: "Webhook", hookline.ChannelSlack: "Slack", hookline.ChannelEmail: "E-mail",
}

func portText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
