package hookline

import "time"

// AlertRule says what an alert is about.
type AlertRule string

// The rules there are.
const (
	RuleFailing AlertRule = "failing" // a destination fails too often
	RuleBroken  AlertRule = "broken"  // a destination's breaker is open
	RuleBacklog AlertRule = "backlog" // webhooks wait too long
	RuleSilence AlertRule = "silence" // an event that usually comes does not
)

// AlertRules are the rules with their numbers.
type AlertRules struct {
	Failing FailingRule `json:"failing"`
	Broken  BrokenRule  `json:"broken"`
	Backlog BacklogRule `json:"backlog"`
	Silence SilenceRule `json:"silence"`
}

// FailingRule: of the tries within so many minutes, if there were at least so
// many, more than a share failed.
type FailingRule struct {
	On      bool `json:"on"`
	Percent int  `json:"percent"`
	Minutes int  `json:"minutes"`
	Tries   int  `json:"tries"`
}

// BrokenRule: the breaker of a destination is open.
type BrokenRule struct {
	On bool `json:"on"`
}

// BacklogRule: a webhook has been due for so many minutes.
type BacklogRule struct {
	On      bool `json:"on"`
	Minutes int  `json:"minutes"`
}

// SilenceRule: an event that usually comes has not come for so many times its
// usual gap, and at least for so many minutes.
type SilenceRule struct {
	On      bool `json:"on"`
	Times   int  `json:"times"`
	Minutes int  `json:"minutes"`
}

// UsualAlertRules are those of a house in which nobody has chosen.
func UsualAlertRules() AlertRules {
	return AlertRules{
		Failing: FailingRule{On: true, Percent: 50, Minutes: 10, Tries: 20},
		Broken:  BrokenRule{On: true},
		Backlog: BacklogRule{On: true, Minutes: 15},
		Silence: SilenceRule{On: true, Times: 3, Minutes: 60},
	}
}

// Validate says at each field what is wrong; nil when nothing is.
func (r AlertRules) Validate() error {
	f := fields{}
	within := func(n, least, most int, name, message string) { f.check(n >= least && n <= most, name, message) }
	within(r.Failing.Percent, 1, 100, "failing_percent", "Enter a share between 1 and 100 percent.")
	within(r.Failing.Minutes, 1, 60, "failing_minutes", "Enter between 1 and 60 minutes.")
	within(r.Failing.Tries, 1, 1_000_000, "failing_tries", "Enter at least 1 try, and at most 1,000,000.")
	within(r.Backlog.Minutes, 1, 10_080, "backlog_minutes", "Enter between 1 minute and 10,080 (a week).")
	within(r.Silence.Times, 2, 100, "silence_times", "Enter between 2 and 100 times.")
	within(r.Silence.Minutes, 5, 10_080, "silence_minutes", "Enter between 5 minutes and 10,080 (a week).")
	return f.err("The rules could not be saved.")
}

// AlertFound is something that a rule is about and that is so now.
type AlertFound struct {
	Rule    AlertRule
	Subject string // a destination's id, or which event does not come
	Name    string // of the subject, for people
	Words   string // what is so, whole sentences
}

// Alert is something that was found, from when it began until it ended. One
// subject has at most one of each rule at a time.
type Alert struct {
	ID string // alr_…
	AlertFound
	BeganAt time.Time
	EndedAt time.Time // zero: it goes on
}

// Open says whether it goes on.
func (a Alert) Open() bool { return a.EndedAt.IsZero() }

// Lasted is how long it lasted, or has lasted until now.
func (a Alert) Lasted(now time.Time) time.Duration {
	if !a.Open() {
		now = a.EndedAt
	}
	return max(0, now.Sub(a.BeganAt))
}

// TellingState is how far a channel has been told of an alert.
type TellingState string

// The states of a telling. What is on its way is not tried again after a crash:
// nobody is told twice, and the page says that it is not known.
const (
	TellingOwed    TellingState = "owed"
	TellingSending TellingState = "sending"
	TellingTold    TellingState = "told"
	TellingFailed  TellingState = "failed"
	TellingUnknown TellingState = "unknown" // Hookline stopped while it was on its way
)

// Telling is one channel that is told once of one alert: that it began, or that
// it ended.
type Telling struct {
	Alert     Alert
	Channel   AlertChannel
	Ended     bool
	State     TellingState
	Tries     int
	NextTryAt time.Time
	Failure   string // of the last try, whole sentences
	ToldAt    time.Time
}

// Rhythm is how an event usually comes: of one source, type and name.
type Rhythm struct {
	SourceID string
	Type     EventType
	Name     string // of a track; "" for the others
	LastAt   time.Time
	Quiet    map[int64]time.Duration // the longest time without one that ended on a day, by the number of the day since 1970
}
