package api

import (
	"context"
	"strconv"
	"time"

	"hookline/internal/hookline"
)

// pauseStore is what a store does for destinations that are not sent to.
type pauseStore interface {
	PauseDestination(ctx context.Context, id, by, note string) error
	ResumeDestination(ctx context.Context, id string, r hookline.Resume) error
	VouchDestination(ctx context.Context, id string) error
	ListHealth(ctx context.Context) (map[string]hookline.Health, error)
	Held(ctx context.Context) (map[string]hookline.Waiting, error)
	HeldBy(ctx context.Context, destinationID string) (hookline.Waiting, error)
}

// windowForm is a maintenance window: every week with days, start, end and
// time_zone, or once with from and until.
type windowForm struct {
	Days     []string `json:"days" doc:"For every week: mon to sun, the days on which it begins; empty for once."`
	Start    string   `json:"start" doc:"For every week: a time of day, such as 22:00." example:"22:00"`
	End      string   `json:"end" doc:"For every week; on the day after when it is not after start." example:"06:00"`
	TimeZone string   `json:"time_zone" doc:"For every week: an IANA name, whose clocks count." example:"Europe/Berlin"`
	From     string   `json:"from" doc:"For once: when it begins (RFC 3339)."`
	Until    string   `json:"until" doc:"For once: when it ends (RFC 3339)."`
	Note     string   `json:"note" doc:"Why, for colleagues."`
}

func showWindows(windows []hookline.Window) []windowForm {
	all := make([]windowForm, len(windows))
	for i, w := range windows {
		if !w.Weekly() {
			all[i] = windowForm{Days: []string{}, From: w.From.Format(time.RFC3339Nano), Until: w.Until.Format(time.RFC3339Nano), Note: w.Note}
			continue
		}
		all[i] = windowForm{
			Days: w.Days.Names(), Start: hookline.FormatTimeOfDay(w.Start), End: hookline.FormatTimeOfDay(w.End), TimeZone: w.Zone, Note: w.Note,
		}
	}
	return all
}

// readWindows notes what cannot be read; what can is judged by the destination.
func readWindows(wrong map[string]string, forms []windowForm) []hookline.Window {
	var all []hookline.Window
	for i, f := range forms {
		path := "maintenance." + strconv.Itoa(i) + "."
		w := hookline.Window{Zone: f.TimeZone, Note: f.Note}
		var known bool
		if w.Days, known = hookline.ParseWeekdays(f.Days); !known {
			wrong[path+"days"] = "Use mon, tue, wed, thu, fri, sat and sun."
		}
		for name, day := range map[string]struct {
			text string
			into *int
		}{"start": {f.Start, &w.Start}, "end": {f.End, &w.End}} {
			if day.text == "" && len(f.Days) == 0 {
				continue
			}
			if *day.into, known = hookline.ParseTimeOfDay(day.text); !known {
				wrong[path+name] = "Use a time of day, such as 22:00."
			}
		}
		for name, moment := range map[string]struct {
			text string
			into *time.Time
		}{"from": {f.From, &w.From}, "until": {f.Until, &w.Until}} {
			if moment.text == "" {
				continue
			}
			at, err := time.Parse(time.RFC3339, moment.text)
			if err != nil {
				wrong[path+name] = "Use a time such as 2026-03-04T12:00:00Z."
			}
			*moment.into = at.UTC()
		}
		all = append(all, w)
	}
	return all
}

// paceAnswer is how fast a destination is sent to.
type paceAnswer struct {
	MaxPerSecond  float64      `json:"max_per_second" doc:"0 for no limit."`
	Burst         int          `json:"burst"`
	MaxConcurrent int          `json:"max_concurrent" doc:"0 for 64."`
	RetryBaseMS   int64        `json:"retry_base_ms" doc:"0 as the server's settings say."`
	MaxTries      int          `json:"max_tries" doc:"0 as the server's settings say."`
	Maintenance   []windowForm `json:"maintenance"`
}

func showPace(d hookline.Destination) paceAnswer {
	return paceAnswer{d.MaxPerSecond, d.Burst, d.MaxConcurrent, d.RetryBase.Milliseconds(), d.MaxTries, showWindows(d.Maintenance)}
}

// standingAnswer is how a destination stands at the moment of the call.
type standingAnswer struct {
	Paused      bool       `json:"paused"`
	PausedBy    string     `json:"paused_by" doc:"Empty while it is not paused."`
	PausedNote  string     `json:"paused_note"`
	CatchingUp  bool       `json:"catching_up" doc:"Whether what a pause held is being sent, or what is not kept of it is being taken out."`
	Cause       string     `json:"cause" enum:",off,paused,maintenance,broken,asked" doc:"What keeps it from being sent to now; empty when nothing does. What waits because of the first four is held; asked is Retry-After."`
	Reason      string     `json:"reason" doc:"The same in plain words."`
	Since       *time.Time `json:"since" doc:"Since when; null when it is not known, or nothing does."`
	NextTryAt   *time.Time `json:"next_try_at" doc:"When it goes on by itself; null when it waits for somebody, or nothing keeps it."`
	Owed        int        `json:"owed" doc:"Deliveries that wait for it, retries included."`
	OwedMore    bool       `json:"owed_more" doc:"Whether there are more than were counted."`
	OldestDueAt *time.Time `json:"oldest_due_at" doc:"When the one that has waited longest was due, or will be; null when none waits."`
	GoneAt      *time.Time `json:"gone_at" doc:"When it answered 410 Gone, with no success since; it is sent to all the same."`
}

// known is what is known of a destination beside its settings.
type known struct {
	health  hookline.Health
	waiting hookline.Waiting
}

func (m *manage) knownOf(ctx context.Context, id string) (k known, err error) {
	health, err := m.Store.ListHealth(ctx)
	if err != nil {
		return k, err
	}
	k.health = health[id]
	k.waiting, err = m.Store.HeldBy(ctx, id)
	return k, err
}

func (m *manage) knownOfAll(ctx context.Context) (func(id string) known, error) {
	health, err := m.Store.ListHealth(ctx)
	if err != nil {
		return func(string) known { return known{} }, err
	}
	waiting, err := m.Store.Held(ctx)
	return func(id string) known { return known{health[id], waiting[id]} }, err
}

func showStanding(d hookline.Destination, k known) standingAnswer {
	hold := d.Hold(k.health, time.Now())
	answer := standingAnswer{
		Paused: d.Paused.On(), PausedBy: d.Paused.By, PausedNote: d.Paused.Note, CatchingUp: d.Resume.On(),
		Cause: string(hold.Cause), Reason: hold.Reason, Since: moment(hold.Since), NextTryAt: moment(hold.Next),
		Owed: k.waiting.Count, OwedMore: k.waiting.More, OldestDueAt: moment(k.waiting.Oldest),
	}
	if at, gone := d.Gone(k.health); gone {
		answer.GoneAt = &at
	}
	return answer
}

// pauseLike pauses or resumes d when a change of it says so.
func (m *manage) pauseLike(c *call, d hookline.Destination, paused bool) error {
	switch {
	case paused && !d.Paused.On():
		return m.Store.PauseDestination(c.Context(), d.ID, c.askedBy(), "")
	case !paused && d.Paused.On() && !d.Resuming():
		return m.Store.ResumeDestination(c.Context(), d.ID, hookline.Resume{By: c.askedBy(), Keep: hookline.KeepAll})
	}
	return nil
}

type pauseForm struct {
	Note string `json:"note" doc:"Why, for colleagues."`
}

func (m *manage) pause(c *call, read func(*pauseForm) error) (destinationAnswer, error) {
	var form pauseForm
	if err := read(&form); err != nil {
		return destinationAnswer{}, err
	}
	if err := m.Store.PauseDestination(c.Context(), c.params["id"], c.askedBy(), form.Note); err != nil {
		return destinationAnswer{}, err
	}
	return m.showDestination(c)
}

type resumeForm struct {
	Keep      string  `json:"keep" enum:"all,newest,since" default:"all" doc:"What is sent of that which was held: all; of each action's webhooks about one person the newest; or none older than max_age_ms. The rest is discarded, with the reason."`
	MaxAgeMS  int64   `json:"max_age_ms" default:"0" doc:"For since: how long before now a webhook may have been made that is still sent."`
	PerSecond float64 `json:"per_second" default:"0" doc:"How many a second at most, until nothing is left; 0 for as many as the destination takes."`
	RampMS    int64   `json:"ramp_ms" default:"0" doc:"How long the rate takes to grow from a tenth of it."`
}

func (m *manage) resume(c *call, read func(*resumeForm) error) (destinationAnswer, error) {
	form := resumeForm{Keep: string(hookline.KeepAll)}
	if err := read(&form); err != nil {
		return destinationAnswer{}, err
	}
	r := hookline.Resume{By: c.askedBy(), Keep: hookline.Keep(form.Keep), PerSecond: form.PerSecond, Ramp: millis(form.RampMS)}
	if r.Keep == hookline.KeepSince && form.MaxAgeMS > 0 {
		r.Since = time.Now().Add(-millis(form.MaxAgeMS))
	}
	if err := m.Store.ResumeDestination(c.Context(), c.params["id"], r); err != nil {
		return destinationAnswer{}, named(err, resumeField)
	}
	return m.showDestination(c)
}

func resumeField(name string) string {
	switch name {
	case "since":
		return "max_age_ms"
	case "ramp":
		return "ramp_ms"
	}
	return name
}

func (m *manage) vouch(c *call) (destinationAnswer, error) {
	if err := m.Store.VouchDestination(c.Context(), c.params["id"]); err != nil {
		return destinationAnswer{}, err
	}
	return m.showDestination(c)
}
