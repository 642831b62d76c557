package workspace

import (
	"context"
	"strconv"

	"hookline/internal/hookline"
)

type alertStore interface {
	SaveAlertRules(ctx context.Context, rules hookline.AlertRules) error
}

// AlertRules are the rules of alerts in a file. What is not mentioned stays.
type AlertRules struct {
	Failing        *bool `yaml:"failing,omitempty"`
	FailingPercent *int  `yaml:"failing_percent,omitempty"`
	FailingMinutes *int  `yaml:"failing_minutes,omitempty"`
	FailingTries   *int  `yaml:"failing_tries,omitempty"`
	Broken         *bool `yaml:"broken,omitempty"`
	Backlog        *bool `yaml:"backlog,omitempty"`
	BacklogMinutes *int  `yaml:"backlog_minutes,omitempty"`
	Silence        *bool `yaml:"silence,omitempty"`
	SilenceTimes   *int  `yaml:"silence_times,omitempty"`
	SilenceMinutes *int  `yaml:"silence_minutes,omitempty"`
}

func alertRulesOf(r hookline.AlertRules) *AlertRules {
	return &AlertRules{
		&r.Failing.On, &r.Failing.Percent, &r.Failing.Minutes, &r.Failing.Tries, &r.Broken.On,
		&r.Backlog.On, &r.Backlog.Minutes, &r.Silence.On, &r.Silence.Times, &r.Silence.Minutes,
	}
}

// over gives the rules with what the file mentions.
func (f AlertRules) over(r hookline.AlertRules) hookline.AlertRules {
	take(&r.Failing.On, f.Failing)
	take(&r.Failing.Percent, f.FailingPercent)
	take(&r.Failing.Minutes, f.FailingMinutes)
	take(&r.Failing.Tries, f.FailingTries)
	take(&r.Broken.On, f.Broken)
	take(&r.Backlog.On, f.Backlog)
	take(&r.Backlog.Minutes, f.BacklogMinutes)
	take(&r.Silence.On, f.Silence)
	take(&r.Silence.Times, f.SilenceTimes)
	take(&r.Silence.Minutes, f.SilenceMinutes)
	return r
}

func take[T any](into *T, mentioned *T) {
	if mentioned != nil {
		*into = *mentioned
	}
}

func (c *comparison) alertRulesChange() {
	if c.File.AlertRules == nil {
		return
	}
	want := c.File.AlertRules.over(c.alertRules)
	c.check("alert_rules", "alert rules", want.Validate())
	c.change("alert rules", alertRulesFields(c.alertRules), alertRulesFields(want), true, func(ctx context.Context) error {
		return c.store.SaveAlertRules(ctx, want)
	})
}

func alertRulesFields(r hookline.AlertRules) []Field {
	is := func(name string, on bool) Field { return Field{Name: name, After: strconv.FormatBool(on)} }
	number := func(name string, n int) Field { return Field{Name: name, After: strconv.Itoa(n)} }
	return []Field{
		is("failing", r.Failing.On), number("failing_percent", r.Failing.Percent), number("failing_minutes", r.Failing.Minutes), number("failing_tries", r.Failing.Tries),
		is("broken", r.Broken.On), is("backlog", r.Backlog.On), number("backlog_minutes", r.Backlog.Minutes),
		is("silence", r.Silence.On), number("silence_times", r.Silence.Times), number("silence_minutes", r.Silence.Minutes),
	}
}
