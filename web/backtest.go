package web

import (
	"context"
	"net/http"
	"time"

	"hookline/internal/backtest"
	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/views"
)

// backtestAction tries the form on what has come in.
func (s *server) backtestAction(w http.ResponseWriter, r *http.Request) error {
	days := r.PostFormValue("backtest")
	return s.recompose(w, r, func(f *composerForm) { f.backtest = days })
}

// backtestDays are how many days back somebody may ask.
var backtestDays = map[string]int{"1": 1, "7": 7}

func (s *server) backtestModel(ctx context.Context, f composerForm) (views.BacktestModel, error) {
	m := views.BacktestModel{Path: views.ComposerPath(f.destination.ID, f.action.ID, "backtest"), Doubt: f.doubt, Days: backtestDays[f.backtest]}
	if f.doubt != nil {
		m.DoubtSave = f.save
	}
	if m.Days == 0 {
		return m, nil
	}
	q, ok := backtestOf(f, time.Now().AddDate(0, 0, -m.Days))
	if !ok {
		m.Problem = "The trigger is not complete yet. Finish it, then try again."
		return m, nil
	}
	began := time.Now()
	answer, err := s.tester.Run(ctx, q)
	if err != nil {
		return m, err
	}
	m.Answer, m.Compared, m.Took = &answer, q.Saved != nil, time.Since(began)
	return m, nil
}

// backtestOf is the question about what the form says; false while its trigger is not complete.
func backtestOf(f composerForm, since time.Time) (q backtest.Question, ok bool) {
	c, _, _ := f.trigger.condition()
	if c == nil {
		return q, false
	}
	q = backtest.Question{SourceIDs: f.destination.SourceIDs, Since: since, Trigger: c, Template: f.template}
	if f.isNew() {
		return q, true
	}
	if saved, err := condition.Parse(f.action.Trigger); err == nil { // one that cannot be read sends nothing to compare with
		q.Saved = &backtest.Saved{Trigger: saved, Template: f.action.Template}
	}
	return q, true
}

// doubted is how many of the latest events a template is tried on before it is saved.
const doubted = 200

// doubt tries an action that sends, or is about to, on the latest events, if it changes what is sent. The answer is
// given when some of them could not be sent.
func (s *server) doubt(ctx context.Context, f composerForm, a hookline.Action) (*backtest.Answer, error) {
	if !a.Enabled || f.action.Enabled && a.Trigger == f.action.Trigger && a.Template.Same(f.action.Template) {
		return nil, nil
	}
	q, ok := backtestOf(f, time.Time{})
	if !ok {
		return nil, nil
	}
	q.Limit, q.Saved = doubted, nil
	answer, err := s.tester.Run(ctx, q)
	if err != nil || answer.Failed == 0 {
		return nil, err
	}
	return &answer, nil
}
