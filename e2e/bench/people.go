package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"hookline/internal/sqlite"
)

// surveySeconds is how long events are sent while attributes are counted, and
// again when that is done.
const surveySeconds = 10

// measurePeople measures the pages of people with a million of them, while their
// attributes are counted; and how long that takes, and what it costs events.
func (b *bench) measurePeople(ctx context.Context) error {
	return b.inHouse(ctx, []pair{{url: b.receiver.hook(0)}}, func(h *house) error {
		if err := h.stop(); err != nil {
			return err
		}
		c, err := seedCrowd(ctx, h.data, b.share(crowded, 10_000))
		if err != nil {
			return fmt.Errorf("make people: %w", err)
		}
		if err := h.addViewer(ctx); err != nil {
			return err
		}
		if err := h.startAgain(ctx); err != nil {
			return err
		}
		return h.measureSurvey(ctx, c.n, func() error { return h.measureCrowd(ctx, c) })
	})
}

// measureSurvey measures how long it takes after the start until the attributes of
// so many people are counted, and how events fare meanwhile. Something else is done
// beside it.
func (h *house) measureSurvey(ctx context.Context, n int, beside func() error) error {
	began := time.Now()
	meanwhile, err := h.steadyP95(ctx)
	if err != nil {
		return err
	}
	if err := beside(); err != nil {
		return err
	}
	alone := time.Now()
	before, noProc := h.cpu()
	if err := h.untilSurveyed(ctx, n); err != nil {
		return err
	}
	h.b.note("people.survey", time.Since(began).Seconds())
	if after, err := h.cpu(); noProc == nil && err == nil {
		h.b.remark("people.survey", fmt.Sprintf("%.0f %% of a processor", 100*(after-before).Seconds()/time.Since(alone).Seconds()))
	}
	rest, err := h.steadyP95(ctx)
	if err != nil {
		return err
	}
	h.b.note("people.survey.p95", rest.Seconds()/meanwhile.Seconds())
	h.b.remark("people.survey.p95", fmt.Sprintf("%s at rest, %s during it", inUnit(asTime, rest.Seconds()), inUnit(asTime, meanwhile.Seconds())))
	return nil
}

// steadyP95 is how long events take to become requests while there is little to do.
func (h *house) steadyP95(ctx context.Context) (time.Duration, error) {
	l := load{events: steadyRate, batch: 1, connections: 8, perSecond: steadyRate}
	if err := h.warm(ctx, h.b.receiver, l); err != nil {
		return 0, err
	}
	l.events = steadyRate * max(2, int(surveySeconds*h.b.scale))
	p, err := h.through(ctx, h.b.receiver, l)
	return p.P95, err
}

// untilSurveyed waits until the attributes of so many people are counted.
func (h *house) untilSurveyed(ctx context.Context, n int) (err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(h.data, sqlite.File)+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for began := time.Now(); time.Since(began) < 10*time.Minute && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		var all bool
		if err := db.QueryRowContext(ctx, "select exists (select 1 from attribute_survey where people >= $1)", n).Scan(&all); err != nil || all {
			return err
		}
	}
	return errors.New("the attributes were not counted within ten minutes")
}
