package api

import (
	"context"
	"slices"
	"time"

	"hookline/internal/health"
	"hookline/internal/hookline"
)

type alertStore interface {
	AlertRules(ctx context.Context) (hookline.AlertRules, error)
	SaveAlertRules(ctx context.Context, rules hookline.AlertRules) error
	ListAlerts(ctx context.Context, limit int) ([]hookline.Alert, error)
}

// Charts tells how destinations fare; health.Sampler is one.
type Charts interface {
	Series(ctx context.Context, destinationID string, r health.Range, now time.Time) (health.Series, error)
}

var healthParameters = []parameter{
	{"range", "How far back: 1h, 24h (the usual) or 7d.", "string"},
	{"destination_id", "Only this destination; else all together.", "string"},
}

type healthAnswer struct {
	Range  string         `json:"range" enum:"1h,24h,7d"`
	Step   int64          `json:"step_seconds" doc:"What each of the points stands for."`
	Sum    sampleAnswer   `json:"sum" doc:"All of the range."`
	Points []sampleAnswer `json:"points" doc:"In order and without gaps; the last one is not over."`
}

// sampleAnswer leaves out how long tries took where there were none.
type sampleAnswer struct {
	At        time.Time `json:"at" doc:"When it begins."`
	Events    int       `json:"event_count" doc:"Events that came in; 0 for one destination."`
	Delivered int       `json:"delivered_count" doc:"Attempts that were taken."`
	Retrying  int       `json:"retrying_count" doc:"Attempts that failed and are followed by another."`
	Failed    int       `json:"failed_count" doc:"What was given up, also without an attempt."`
	P50       *int64    `json:"p50_ms" doc:"Half of the attempts took no longer; null without any."`
	P95       *int64    `json:"p95_ms"`
	P99       *int64    `json:"p99_ms"`
	Waiting   int       `json:"waiting_count" doc:"The most that was owed at the end of a minute."`
	Overdue   int64     `json:"oldest_due_seconds" doc:"How long the oldest of it had been due."`
}

func showSample(s hookline.Sample) sampleAnswer {
	percentile := func(p float64) *int64 {
		if s.Spans.Count() == 0 {
			return nil
		}
		ms := max(1, s.Spans.Percentile(p).Milliseconds())
		return &ms
	}
	return sampleAnswer{
		At: s.Minute, Events: s.Events, Delivered: s.Delivered, Retrying: s.Retrying, Failed: s.Failed,
		P50: percentile(50), P95: percentile(95), P99: percentile(99), Waiting: s.Waiting, Overdue: int64(s.Overdue.Seconds()),
	}
}

func (m *manage) showHealth(c *call) (healthAnswer, error) {
	var answer healthAnswer
	name, destinationID := c.query("range"), c.query("destination_id")
	if name == "" {
		name = "24h"
	}
	if !slices.ContainsFunc(health.Ranges(), func(r health.Range) bool { return r.Name == name }) {
		return answer, hookline.Invalid("There is no such range.", map[string]string{"range": "Choose 1h, 24h or 7d."})
	}
	if destinationID != "" {
		if _, err := m.Store.Destination(c.Context(), destinationID); hookline.KindOf(err) == hookline.KindNotFound {
			return answer, hookline.Invalid("There is no such destination.", map[string]string{"destination_id": "There is no such destination. It may have been deleted."})
		} else if err != nil {
			return answer, err
		}
	}
	series, err := m.Health.Series(c.Context(), destinationID, health.RangeNamed(name), time.Now())
	if err != nil {
		return answer, err
	}
	answer = healthAnswer{Range: name, Step: int64(series.Range.Step / time.Second), Points: []sampleAnswer{}}
	for _, s := range series.Points {
		answer.Points = append(answer.Points, showSample(s))
	}
	series.Sum.Minute = series.Points[0].Minute
	answer.Sum = showSample(series.Sum)
	return answer, nil
}

type alertAnswer struct {
	ID          string     `json:"id" example:"alr_00000000000000000000"`
	Rule        string     `json:"rule" enum:"failing,broken,backlog,silence"`
	SubjectID   string     `json:"subject_id" doc:"A destination's id; for silence the source, the type and the name of the event."`
	SubjectName string     `json:"subject_name"`
	Text        string     `json:"text" doc:"What was found when it began, in plain words."`
	BeganAt     time.Time  `json:"began_at"`
	EndedAt     *time.Time `json:"ended_at" doc:"Null while it goes on."`
}

// listedAlerts is how many alerts are listed.
const listedAlerts = 200

func (m *manage) listAlerts(c *call) (listAnswer[alertAnswer], error) {
	all, err := m.Store.ListAlerts(c.Context(), listedAlerts)
	return listed(all, func(a hookline.Alert) alertAnswer {
		return alertAnswer{a.ID, string(a.Rule), a.Subject, a.Name, a.Words, a.BeganAt, moment(a.EndedAt)}
	}), err
}

// alertRulesForm are the rules of alerts, as they are given and taken.
type alertRulesForm struct {
	Failing        bool `json:"failing" doc:"Whether a destination that fails too often makes an alert."`
	FailingPercent int  `json:"failing_percent" doc:"The share of failed attempts from which on." example:"50"`
	FailingMinutes int  `json:"failing_minutes" doc:"Of the attempts within so many minutes." example:"10"`
	FailingTries   int  `json:"failing_tries" doc:"If there were at least so many." example:"20"`
	Broken         bool `json:"broken" doc:"Whether a destination whose circuit breaker is open makes an alert."`
	Backlog        bool `json:"backlog" doc:"Whether deliveries that wait too long make an alert."`
	BacklogMinutes int  `json:"backlog_minutes" doc:"For how long the oldest has been due." example:"15"`
	Silence        bool `json:"silence" doc:"Whether an event that usually comes and does not makes an alert."`
	SilenceTimes   int  `json:"silence_times" doc:"How many times its usual gap it has stayed away." example:"3"`
	SilenceMinutes int  `json:"silence_minutes" doc:"And at least for so many minutes." example:"60"`
}

func showAlertRules(r hookline.AlertRules) alertRulesForm {
	return alertRulesForm{
		r.Failing.On, r.Failing.Percent, r.Failing.Minutes, r.Failing.Tries, r.Broken.On,
		r.Backlog.On, r.Backlog.Minutes, r.Silence.On, r.Silence.Times, r.Silence.Minutes,
	}
}

func (f alertRulesForm) rules() hookline.AlertRules {
	return hookline.AlertRules{
		Failing: hookline.FailingRule{On: f.Failing, Percent: f.FailingPercent, Minutes: f.FailingMinutes, Tries: f.FailingTries},
		Broken:  hookline.BrokenRule{On: f.Broken},
		Backlog: hookline.BacklogRule{On: f.Backlog, Minutes: f.BacklogMinutes},
		Silence: hookline.SilenceRule{On: f.Silence, Times: f.SilenceTimes, Minutes: f.SilenceMinutes},
	}
}

func (m *manage) showAlertRules(c *call) (alertRulesForm, error) {
	rules, err := m.Store.AlertRules(c.Context())
	return showAlertRules(rules), err
}

func (m *manage) changeAlertRules(c *call, read func(*alertRulesForm) error) (alertRulesForm, error) {
	rules, err := m.Store.AlertRules(c.Context())
	if err != nil {
		return alertRulesForm{}, err
	}
	form := showAlertRules(rules)
	if err := read(&form); err != nil {
		return alertRulesForm{}, err
	}
	return form, m.Store.SaveAlertRules(c.Context(), form.rules())
}
