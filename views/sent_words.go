package views

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// Standing says in plain words what became of a delivery, and what happens next.
type Standing struct {
	Tone  ui.Tone
	Title string    // "Delivered at the 2nd try"
	Text  string    // one or two sentences more, or ""
	At    time.Time // the moment that ends the title, "Next try in 12 seconds"; zero for none
}

// standing needs the delivery, and why its destination is not sent to now, if it is not.
func standing(d hookline.Delivery, hold hookline.Hold) Standing {
	switch d.State {
	case hookline.StateDelivered:
		if d.Doubted() {
			return doubted(d)
		}
		return Standing{Tone: ui.Good, Title: "Delivered at the " + ordinal(d.Attempts) + " try", Text: "The receiver answered " + statusInWords(d.LastStatus) + ". Nothing more happens."}
	case hookline.StateFailed:
		return Standing{Tone: ui.Bad, Title: failedTitle(d), Text: "Nothing more happens unless somebody resends it."}
	case hookline.StateQueued, hookline.StateRetrying:
		return waiting(d, hold)
	case hookline.StateSending:
		return Standing{Tone: ui.Active, Title: "On its way: the " + ordinal(d.Attempts+1) + " try is being made", Text: "This page shows the answer as soon as it is there."}
	case hookline.StateHeld:
		return held(d, hold)
	case hookline.StateDraft:
		return Standing{Tone: ui.Neutral, Title: "A draft", Text: "It waits until somebody presses Send."}
	case hookline.StateDiscarded:
		return Standing{Tone: ui.Neutral, Title: "Discarded", Text: orElse(d.Reason, "Somebody threw this draft away. Nothing was sent.")}
	}
	return Standing{Tone: ui.Neutral, Title: string(d.State), Text: d.Reason}
}

// doubted is for what was taken with an answer that is not as its action expects.
func doubted(d hookline.Delivery) Standing {
	return Standing{
		Tone: ui.Warn, Title: "Delivered, with a doubt, at the " + ordinal(d.Attempts) + " try",
		Text: "The receiver answered " + statusInWords(d.LastStatus) + ". " + d.Reason + " Nothing more happens unless somebody resends it.",
	}
}

// held is for what waits because its destination holds. What its last try ended with is told as well.
func held(d hookline.Delivery, hold hookline.Hold) Standing {
	s := Standing{Tone: ui.Warn, At: hold.Next}
	switch hold.Cause {
	case hookline.CauseOff:
		s.Title, s.Text = "Held: its destination is switched off", "It is sent when somebody switches the destination on."
	case hookline.CausePaused:
		s.Title, s.Text = "Held: its destination is paused", hold.Reason+" It is sent when somebody resumes the destination."
	case hookline.CauseMaintenance:
		s.Title, s.Text = "Held by a maintenance window, goes on", hold.Reason
	case hookline.CauseBroken:
		s.Title, s.Text = "Held: its receiver is broken. Next try:", hold.Reason
	default:
		s.Title, s.Text = "Held", "Its destination is not sent to for a while."
	}
	s.Text += " Nothing is lost."
	if d.Reason != "" && hold.Cause != hookline.CauseBroken {
		s.Text += " The last try: " + lowerFirst(d.Reason)
	}
	return s
}

func failedTitle(d hookline.Delivery) string {
	if d.RequestNumber == 0 {
		return "Failed before it was sent: " + lowerFirst(orElse(d.Reason, "no request could be made."))
	}
	return "Failed: " + lowerFirst(orElse(d.Reason, "the reason is not known."))
}

// waiting is for what is going to be sent by itself.
func waiting(d hookline.Delivery, hold hookline.Hold) Standing {
	switch {
	case hold.Cause == hookline.CauseAsked && !hold.Next.Before(d.NextAttemptAt):
		return Standing{Tone: ui.Warn, Title: "Next try:", At: hold.Next, Text: hold.Reason + " It is sent after that by itself."}
	case d.State == hookline.StateRetrying:
		return Standing{Tone: ui.Warn, Title: "Next try:", At: d.NextAttemptAt, Text: d.Reason + " It is tried again by itself."}
	case d.AskedBy != "":
		return Standing{Tone: ui.Info, Title: "About to be resent", Text: d.AskedBy + " asked for it. This page shows what comes of it."}
	case d.Attempts == 0:
		return Standing{Tone: ui.Info, Title: "Waiting for its first try", Text: orElse(d.Reason, "It is sent as soon as it is its turn and its destination has a free place.")}
	}
	return Standing{Tone: ui.Info, Title: "Waiting for the " + ordinal(d.Attempts+1) + " try", Text: d.Reason}
}

// ordinal writes 1st, 2nd, 3rd, 4th, 11th; the first one in full.
func ordinal(n int) string {
	if n <= 1 {
		return "first"
	}
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// duration writes how long something took: 0.4 ms, 12 ms, 1.25 s.
func duration(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return strconv.FormatFloat(float64(d.Microseconds()/100)/10, 'f', -1, 64) + " ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	}
	return strconv.FormatFloat(float64(d.Milliseconds()/10)/100, 'f', -1, 64) + " s"
}

// attemptTitle is an attempt in a line: "2nd try: 503 Service Unavailable".
func attemptTitle(a hookline.Attempt) string {
	what := "no answer"
	if a.Status != 0 {
		what = statusInWords(a.Status)
	}
	return capital(ordinal(a.Number)) + " try: " + what
}

// DeliveryTitle names a delivery by where it goes.
func DeliveryTitle(row hookline.DeliveryRow) string { return deliveryTitle(row) }

// eventLabel is what set a delivery off.
func eventLabel(row hookline.DeliveryRow) string {
	switch {
	case row.Origin == hookline.OriginTest:
		return "Test"
	case row.Origin == hookline.OriginShortcut:
		return "Shortcut"
	case row.Origin == hookline.OriginCampaign:
		return "Campaign"
	case row.BatchSize == 1:
		return "Batch of 1 event"
	case row.BatchSize > 1:
		return "Batch of " + strconv.Itoa(row.BatchSize) + " events"
	case row.EventName != "":
		return row.EventName
	case row.EventID != "":
		return "Event"
	}
	return "none"
}

// StateWord is a state as people read it.
func StateWord(state hookline.State) string {
	if state == hookline.StateDoubted {
		return "Delivered, with a doubt"
	}
	return capital(string(state))
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// lowerFirst lets a sentence follow a colon. What begins with two capitals is a name: "TLS", "DNS".
func lowerFirst(s string) string {
	if len(s) < 2 || strings.ToUpper(s[:2]) == s[:2] {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// taken says whether the status means that a receiver took what was sent.
func taken(status int) bool {
	return status >= http.StatusOK && status < http.StatusMultipleChoices
}
