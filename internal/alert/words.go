package alert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// headline says in a line what began or ended.
func headline(a hookline.Alert, ended bool) string {
	words := map[hookline.AlertRule][2]string{
		hookline.RuleFailing: {"is failing", "is no longer failing"},
		hookline.RuleBroken:  {"is broken", "is no longer broken"},
		hookline.RuleBacklog: {"is behind", "is no longer behind"},
		hookline.RuleSilence: {"does not come any more", "comes again, or is not waited for any more"},
	}[a.Rule]
	if ended {
		return a.Name + " " + words[1]
	}
	return a.Name + " " + words[0]
}

// text says it all, for people.
func (w *Watch) text(t hookline.Telling) string {
	if !t.Ended {
		return headline(t.Alert, false) + ". " + t.Alert.Words
	}
	return headline(t.Alert, true) + ". It lasted " + span(t.Alert.Lasted(t.Alert.EndedAt)) + "."
}

// link leads to where one sees more.
func (w *Watch) link(a hookline.Alert) string {
	base := strings.TrimSuffix(w.cfg.PublicURL, "/")
	if source, _, isEvent := strings.Cut(a.Subject, "."); isEvent {
		return base + "/sources/" + source
	}
	if a.Subject == "" {
		return base + "/settings/alerts"
	}
	return base + "/destinations/" + a.Subject
}

// payload is what a webhook is told.
type payload struct {
	ID    string       `json:"id"` // the same however often it is tried
	Event string       `json:"event"`
	Text  string       `json:"text"`
	URL   string       `json:"url"`
	Alert alertPayload `json:"alert"`
}

type alertPayload struct {
	ID            string     `json:"id"`
	Rule          string     `json:"rule"`
	SubjectID     string     `json:"subject_id"`
	SubjectName   string     `json:"subject_name"`
	BeganAt       time.Time  `json:"began_at"`
	EndedAt       *time.Time `json:"ended_at,omitempty"`
	LastedSeconds int64      `json:"lasted_seconds,omitempty"`
}

// idOf names a telling, for receivers that look whether they know it already.
func idOf(t hookline.Telling) string { return t.Alert.ID + "." + eventOf(t) }

func eventOf(t hookline.Telling) string {
	if t.Ended {
		return "ended"
	}
	return "began"
}

func (w *Watch) webhookBody(t hookline.Telling) ([]byte, error) {
	a := t.Alert
	p := payload{
		ID: idOf(t), Event: "alert." + eventOf(t), Text: w.text(t), URL: w.link(a),
		Alert: alertPayload{ID: a.ID, Rule: string(a.Rule), SubjectID: a.Subject, SubjectName: a.Name, BeganAt: a.BeganAt.UTC()},
	}
	if t.Ended {
		ended := a.EndedAt.UTC()
		p.Alert.EndedAt, p.Alert.LastedSeconds = &ended, int64(a.Lasted(ended).Seconds())
	}
	return plainJSON(p)
}

// inSlack keeps names that outsiders chose from being read as links and mentions.
var inSlack = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (w *Watch) slackBody(t hookline.Telling) ([]byte, error) {
	sign := "🔴 "
	if t.Ended {
		sign = "🟢 "
	}
	return plainJSON(map[string]string{"text": sign + inSlack.Replace(w.text(t)) + "\n" + w.link(t.Alert)})
}

func plainJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := to.Encode(value); err != nil {
		return nil, fmt.Errorf("write alert: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// example is what a test tells: it says that it is one.
func example(c hookline.AlertChannel, now time.Time) hookline.Telling {
	return hookline.Telling{Channel: c, Alert: hookline.Alert{
		ID: "alr_test", BeganAt: now,
		AlertFound: hookline.AlertFound{Rule: hookline.RuleFailing, Name: "An example", Words: "This is a test of Hookline: nothing has failed."},
	}}
}
