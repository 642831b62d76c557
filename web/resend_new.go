package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/resend"
	"hookline/views"
	"hookline/views/ui"
)

// countedExactly is how many matches are counted before it is only said that there are more.
const countedExactly = 10_000

// countWithin is how long counting may take: what fits may be rare among very much.
const countWithin = 2 * time.Second

// usualPace is the rate that is suggested: most receivers take it without notice.
const usualPace = "10"

// resendWith is the address of the form with one thing changed, or off when value is "". It keeps the filter.
func resendWith(q url.Values, name, value string) string {
	return sentBeside(q, "/resends/new", name, value)
}

// newResend shows what a run over the list in the address would do. Nothing is sent.
func (s *server) newResend(w http.ResponseWriter, r *http.Request) error {
	return s.showNewResend(w, r, views.NewResendModel{PerSecond: usualPace}, http.StatusOK)
}

// readWish reads what is asked for: the filter and the way from the address, the pace from the form.
func (s *server) readWish(r *http.Request, m *views.NewResendModel) (hookline.ResendWish, error) {
	q := r.URL.Query()
	asked, err := s.sentFilterOf(r.Context(), q)
	if err != nil {
		return hookline.ResendWish{}, err
	}
	if told := asked.trouble.Fields["id"]; told != "" {
		return hookline.ResendWish{}, hookline.Conflict(told)
	}
	if asked.trouble.Message != "" {
		return hookline.ResendWish{}, hookline.Conflict("These cannot be found: the filter in the address cannot be read. Go to Sent and choose them again.")
	}
	m.Filter, m.Sent = asked.words(), sentWith(withoutWay(q), "", "")
	return hookline.ResendWish{
		Filter: asked.filter, Mode: wayOf(q), Delivered: q.Get("delivered") == "on", By: visitor(r).user.Email,
		PerSecond: parseRate(m.PerSecond), Ramp: 60 * parseSpan(m.Ramp),
	}, nil
}

func wayOf(q url.Values) hookline.ResendMode {
	if q.Get("mode") == string(hookline.ResendOriginal) {
		return hookline.ResendOriginal
	}
	return hookline.ResendCurrent
}

// withoutWay leaves of an address only what narrows the list.
func withoutWay(q url.Values) url.Values {
	narrow := url.Values{}
	for name, values := range q {
		if name != "mode" && name != "delivered" {
			narrow[name] = values
		}
	}
	return narrow
}

// showNewResend counts, looks at the first ones, and shows both beside the form.
func (s *server) showNewResend(w http.ResponseWriter, r *http.Request, m views.NewResendModel, status int) error {
	wish, err := s.readWish(r, &m)
	if err != nil {
		return err
	}
	if err := s.surveyResend(r, wish, &m); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{Title: "Resend these", Active: ui.NavSent, Crumbs: resendCrumbs()})
	return s.showStatus(w, r, status, view{page: views.NewResend(m)})
}

// surveyResend fills in what a run would do. Of a list that cannot be resent as a whole it says why.
func (s *server) surveyResend(r *http.Request, wish hookline.ResendWish, m *views.NewResendModel) error {
	m.Wish = wish
	q := r.URL.Query()
	m.Current, m.Original = resendWith(q, "mode", ""), resendWith(q, "mode", string(hookline.ResendOriginal))
	m.WithDelivered, m.WithoutDelivered = resendWith(q, "delivered", "on"), resendWith(q, "delivered", "")
	m.Self = resendWith(q, "", "")
	probe := wish
	probe.PerSecond, probe.Ramp = 0, 0
	if told, wrong := onForm(probe.Validate()); wrong {
		m.Refused = cmp.Or(told.Fields["state"], told.Fields["q"])
		return nil
	}
	var err error
	if m.Matches, m.Uncounted, err = s.countMatches(r.Context(), wish.Filter, countedExactly); err != nil {
		return err
	}
	if m.Survey, err = resend.NewJudge(s.Store, s.Resender).Survey(r.Context(), wish); err != nil {
		return err
	}
	for _, sample := range m.Survey.Samples {
		row, err := s.Store.DeliveryRow(r.Context(), sample.Delivery.ID)
		if err != nil {
			return err
		}
		m.Samples = append(m.Samples, views.ResendSample{Row: row, Before: sample.Before, After: sample.After})
	}
	return nil
}

// countMatches counts what fits, up to most, 0 for all, unless that takes too long.
func (s *server) countMatches(ctx context.Context, f hookline.DeliveryFilter, most int) (w hookline.Waiting, tooLong bool, err error) {
	counting, cancel := context.WithTimeout(ctx, countWithin)
	defer cancel()
	w, err = s.Store.CountMatches(counting, f, "", most)
	if err != nil && counting.Err() != nil && ctx.Err() == nil {
		return hookline.Waiting{}, true, nil
	}
	return w, false, err
}

// beginResend asks first; the answer to the question begins the run.
func (s *server) beginResend(w http.ResponseWriter, r *http.Request) error {
	m := views.NewResendModel{PerSecond: trimmed(r, "per_second"), Ramp: trimmed(r, "ramp")}
	wish, err := s.readWish(r, &m)
	if err != nil {
		return err
	}
	var wrong bool
	if m.Trouble, wrong = onForm(wish.Validate()); wrong {
		return s.showNewResend(w, r, m, http.StatusUnprocessableEntity)
	}
	if r.PostFormValue("sure") != "yes" {
		return s.askResendMany(w, r, wish, m)
	}
	run, err := s.Store.CreateResend(r.Context(), wish)
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showNewResend(w, r, m, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "resend begun", "resend", run.ID, "by", run.By, "mode", string(run.Mode), "per_second", run.PerSecond)
	return s.done(w, r, resendPath(run.ID), "It has begun. This page shows how far it has come.")
}

// askResendMany says in one sentence what will happen.
func (s *server) askResendMany(w http.ResponseWriter, r *http.Request, wish hookline.ResendWish, m views.NewResendModel) error {
	if err := s.surveyResend(r, wish, &m); err != nil {
		return err
	}
	if m.Survey.Whole && m.Survey.Resent() == 0 {
		m.Trouble = *hookline.Conflict("There is nothing to send. See below why each would be left out.")
		return s.showNewResend(w, r, m, http.StatusConflict)
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Send them now?", Active: ui.NavSent, Narrow: true, Crumbs: resendCrumbs(ui.Crumb{Label: "Resend these", Href: m.Self}),
	})
	return s.show(w, r, view{page: views.AskResend(m)})
}
