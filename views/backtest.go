package views

import (
	"strconv"
	"strings"
	"time"

	"hookline/internal/backtest"
	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// BacktestModel is what an action would have done with what came in, if that was asked for.
type BacktestModel struct {
	Path     string // where the form is posted to find out
	Days     int    // how many days back; 0: it was not asked for
	Problem  string // why it could not be found out
	Answer   *backtest.Answer
	Compared bool // with the saved action
	Took     time.Duration

	Doubt     *backtest.Answer // why saving asks first; nil: it does not
	DoubtSave string           // what the button said that was pressed
}

// headline is the answer in one sentence.
func (m BacktestModel) headline() string {
	a := m.Answer
	if a.Looked == 0 {
		return "No event has come in from the connected sources in that time."
	}
	text := Grouped(a.Matched) + " of " + count(a.Looked, "event") + " match"
	if a.Matched == 1 {
		text += "es"
	}
	return text + " the trigger."
}

// looked says how far back was looked.
func (m BacktestModel) looked() string {
	a := m.Answer
	switch {
	case a.Cut:
		return "There were too many to look at them all: looked at are the newest, back to " + a.Oldest.UTC().Format("2 January, 15:04 UTC") + "."
	case m.Days == 1:
		return "Looked at is what came in during the last 24 hours, with people as they are known now. Nothing was sent."
	}
	return "Looked at is what came in during the last " + strconv.Itoa(m.Days) + " days, with people as they are known now. Nothing was sent."
}

// peak says how many requests there would have been at once.
func (m BacktestModel) peak() string {
	if m.Answer.Peak == 0 {
		return ""
	}
	return count(m.Answer.Peak, "matching event") + " in the busiest second, on " + m.Answer.PeakAt.Format("2 January at 15:04:05 UTC") + "."
}

// sent is how many requests would have gone.
func sentOf(a backtest.Answer) int { return a.Matched - a.Failed - a.Canceled }

// missing is how often a value was missing, beside how many requests had been made.
func missing(t backtest.Trouble, a backtest.Answer) string {
	return "In " + Grouped(t.Count) + " of " + Grouped(sentOf(a)) + " requests. " + t.Message
}

// couldNot is how often a request could not be made.
func couldNot(t backtest.Trouble, a backtest.Answer) string {
	return "For " + Grouped(t.Count) + " of " + Grouped(a.Matched) + " matching events. " + t.Message
}

// troubleWhere is where in the template a trouble is.
func troubleWhere(t backtest.Trouble) string {
	where := partWords(t.Part)
	if t.Line > 0 {
		where += ", line " + strconv.Itoa(t.Line) + ", column " + strconv.Itoa(t.Column)
	}
	if t.InOutput {
		where += " of the finished text"
	}
	return where
}

func partWords(p compose.Part) string {
	number, isHeader := strings.CutPrefix(string(p), "headers.")
	switch {
	case p == compose.URL:
		return "Address"
	case isHeader:
		i, _ := strconv.Atoi(number) // that is what the others are called
		return "Header " + strconv.Itoa(i+1)
	case p == compose.Body:
		return "Body"
	}
	return "Request"
}

// changes says what the edited action would have done otherwise, in one sentence.
func (m BacktestModel) changes() string {
	a := m.Answer
	var parts []string
	newly := "be sent that are not sent now"
	if a.NewlySent == 1 {
		newly = "be sent that is not sent now"
	}
	for _, one := range []struct {
		n    int
		what string
	}{{a.NewlySent, newly}, {a.NoLonger, "no longer be sent"}, {a.Different, "be sent with another request"}} {
		if one.n > 0 {
			parts = append(parts, Grouped(one.n)+" would "+one.what)
		}
	}
	if len(parts) == 0 {
		return "Beside the saved version nothing changes for these events."
	}
	return "Beside the saved version: " + strings.Join(parts, ", ") + "."
}

// sampleTitle says what changes for one event.
func sampleTitle(s backtest.Sample) string {
	switch {
	case s.Before == nil:
		return "Newly sent"
	case s.After == nil:
		return "No longer sent"
	}
	return "Another request"
}

func sampleAbout(s backtest.Sample) string {
	text := EventTitle(s.Event)
	if s.Person != nil {
		text += ", " + s.Person.Label()
	}
	return text
}

// sampleLines compare what is sent now with what would be; where nothing is, there are no lines of it.
func sampleLines(s backtest.Sample) []diffLine {
	var before, after hookline.Request
	if s.Before != nil {
		before = *s.Before
	}
	if s.After != nil {
		after = *s.After
	}
	lines, _ := compareRequests(before, after)
	var kept []diffLine
	for _, line := range lines {
		if line.text != " " || line.sign == ' ' {
			kept = append(kept, line)
		}
	}
	return kept
}

// doubtWords says why saving asks first.
func (m BacktestModel) doubtWords() string {
	a := m.Doubt
	text := "The trigger matches " + count(a.Matched, "event") + " of the latest, and for " + Grouped(a.Failed) + " of them no request can be made."
	if len(a.Troubles) > 0 {
		t := a.Troubles[0]
		text += " " + troubleWhere(t) + ": " + t.Message
	}
	return text
}
