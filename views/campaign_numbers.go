package views

import (
	"net/url"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// NumbersRange is for how many days back numbers are shown, today included.
type NumbersRange struct {
	Name  string // as addresses have it
	Words string
	Days  int
}

// NumbersRanges lists them, the shortest first.
func NumbersRanges() []NumbersRange {
	return []NumbersRange{{"7d", "7 days", 7}, {"30d", "30 days", 30}, {"90d", "90 days", 90}}
}

// NumbersRangeNamed finds a range; what is none is 30 days.
func NumbersRangeNamed(name string) NumbersRange {
	for _, r := range NumbersRanges() {
		if r.Name == name {
			return r
		}
	}
	return NumbersRanges()[1]
}

// CampaignNumbersModel is what a campaign came to.
type CampaignNumbersModel struct {
	Page     ui.Page
	Campaign hookline.Campaign
	Range    NumbersRange
	Steps    []StepNumbers
	Days     []hookline.DayNumbers // all steps together, each day of the range, the oldest first
	Sum      hookline.Numbers
	MayEdit  bool
}

// StepNumbers is what a step came to, and how many people are at it now. A step that sends nothing has only these.
type StepNumbers struct {
	Step   hookline.Step
	People int
	hookline.Numbers
	WentOn  int      // people who went on without the answer
	Without []string // the attributes that it would have set; none: the step sets none
}

func (m CampaignNumbersModel) path() string { return CampaignPath(m.Campaign.ID, "numbers") }

func (m CampaignNumbersModel) at(r NumbersRange) string { return m.path() + "?range=" + r.Name }

// source is where the charts' numbers come from.
func (m CampaignNumbersModel) source() string { return m.path() + "/series?range=" + m.Range.Name }

// since is when the range begins, as Sent's filters have it.
func (m CampaignNumbersModel) since() time.Time {
	if len(m.Days) == 0 {
		return time.Time{}
	}
	return m.Days[0].Day
}

// sent leads to the webhooks behind a number: of one step, or of all with none, made from a time on and before another one.
func (m CampaignNumbersModel) sent(destinationID string, state hookline.State, since, until time.Time) string {
	const moment = "2006-01-02T15:04"
	q := url.Values{"campaign": {m.Campaign.ID}}
	for name, value := range map[string]string{"destination": destinationID, "state": string(state)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if !since.IsZero() {
		q.Set("since", since.Format(moment))
	}
	if !until.IsZero() {
		q.Set("until", until.Format(moment))
	}
	return "/sent?" + q.Encode()
}

// quiet says that there is nothing to draw.
func (m CampaignNumbersModel) quiet() bool { return m.Sum.Made() == 0 }

func (m CampaignNumbersModel) sentWords() string {
	return Grouped(m.Sum.Delivered) + " delivered, " + Grouped(m.Sum.OnTheWay) + " on their way, " + Grouped(m.Sum.Failed) + " failed, " +
		count(m.Sum.Drafts, "draft")
}

func (m CampaignNumbersModel) convertedWords() string { return count(m.Sum.Converted, "conversion") }

func (m CampaignNumbersModel) label(what, words string) string {
	return what + " in the last " + m.Range.Words + ": " + words + ". The table below has the numbers."
}

// counts says whether what a step sends may count towards the goal.
func (m CampaignNumbersModel) counts(s StepNumbers) bool {
	return m.Campaign.Goal.Condition != "" && s.Step.Webhook.Conversion
}

// goalNote says why nothing can convert; "" when something can.
func (m CampaignNumbersModel) goalNote() string {
	switch {
	case m.Campaign.Goal.Condition == "":
		return "This campaign has no goal, so nothing is counted as converted."
	case len(m.Campaign.Converting()) == 0:
		return "No webhook step of this campaign may count towards its goal, so nothing is counted as converted. Switch on “Allow conversion from this webhook” where it should."
	}
	return ""
}

// WentOnWords say how many people went on without attributes.
func WentOnWords(n int, attributes []string) string {
	people := count(n, "person")
	if n != 1 {
		people = Grouped(n) + " people"
	}
	return people + " went on without " + andWords(attributes)
}

// andWords joins names as one says them.
func andWords(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// WithoutPath is the address of those who went on without a step's answer.
func WithoutPath(campaignID, stepID string) string { return StepPath(campaignID, stepID, "without") }
