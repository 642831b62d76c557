// Package alert tells people when something is not as it should be: a
// destination fails, is broken or is behind, or events that usually come do not.
//
// It looks four times a minute at what is known anyway, and never changes
// anything about a destination. What it finds is kept as an alert that begins
// once and ends once; with each is kept, in the same transaction, whom to tell of
// it. So a restart neither forgets an alert nor tells of it twice: what is on its
// way when Hookline is killed is not sent again, and shown as not known.
//
// judge.go holds the rules, rhythm.go learns how events usually come, teller.go
// tells what is owed, words.go writes it, channel.go and mail.go send it.
package alert

import (
	"context"
	"log/slog"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/secret"
)

// Store is what is read and written.
type Store interface {
	AlertRules(ctx context.Context) (hookline.AlertRules, error)
	OpenAlerts(ctx context.Context) ([]hookline.Alert, error)
	// ChangeAlerts begins and ends alerts as one unit, with whom to tell of them.
	ChangeAlerts(ctx context.Context, begun []hookline.AlertFound, ended []string, at time.Time) error
	FactStore
	TellStore
	RhythmStore
}

// FactStore is what the rules are judged by.
type FactStore interface {
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
	ListHealth(ctx context.Context) (map[string]hookline.Health, error)
	// OldestDue gives since when the delivery due longest has been due, by destination.
	OldestDue(ctx context.Context) (map[string]time.Time, error)
	ListSources(ctx context.Context) ([]hookline.Source, error)
}

// Counts tells what each destination's attempts came to; health.Sampler is one.
type Counts interface {
	Recent(ctx context.Context, since time.Time) (map[string]hookline.Sample, error)
}

// Config says how the watch is kept. Only Every and Settle may be zero.
type Config struct {
	Counts    Counts
	Sender    Sender
	Key       func() (*secret.Key, error) // of the sealed passwords; nil without an error: there is none yet
	PublicURL string                      // links in what is told begin with it
	Every     time.Duration               // between two looks; 0: 15 s
	Settle    time.Duration               // after a start nothing begins or ends for so long, while what waited is worked off; 0: four looks
	Log       *slog.Logger
}

// Sender is the door to the outside; outbound.Client is one.
type Sender interface {
	Send(ctx context.Context, r outbound.Request) (outbound.Response, error)
	SendMail(ctx context.Context, m outbound.Mail) error
}

// Watch looks and tells; make it with New and run it once.
type Watch struct {
	store   Store
	cfg     Config
	rhythms rhythms
	nudged  chan struct{}
}

// New makes a watch.
func New(store Store, cfg Config) *Watch {
	if cfg.Every <= 0 {
		cfg.Every = 15 * time.Second
	}
	if cfg.Settle <= 0 {
		cfg.Settle = 4 * cfg.Every
	}
	return &Watch{store: store, cfg: cfg, rhythms: rhythms{known: map[rhythmKey]*hookline.Rhythm{}}, nudged: make(chan struct{}, 1)}
}

// Run looks and tells until ctx ends. What is being told then is waited for.
func (w *Watch) Run(ctx context.Context) error {
	telling := make(chan struct{})
	go func() {
		defer close(telling)
		w.tellAll(ctx)
	}()
	w.watch(ctx)
	<-telling
	return nil
}

// Nudge hints that the rules or the channels have changed, or that there is
// something to tell. It never blocks.
func (w *Watch) Nudge() {
	select {
	case w.nudged <- struct{}{}:
	default:
	}
}

const saveRhythms = time.Minute

func (w *Watch) watch(ctx context.Context) {
	started := time.Now()
	if err := w.loadRhythms(ctx); err != nil && ctx.Err() == nil {
		w.cfg.Log.ErrorContext(ctx, "read how events usually come", "error", err)
	}
	look, save := time.NewTicker(w.cfg.Every), time.NewTicker(saveRhythms)
	defer look.Stop()
	defer save.Stop()
	for {
		select {
		case <-ctx.Done():
			w.keepRhythms(context.WithoutCancel(ctx))
			return
		case <-save.C:
			w.keepRhythms(ctx)
		case now := <-look.C:
			if now.Sub(started) < w.cfg.Settle {
				continue
			}
			if err := w.look(ctx, started, now); err != nil && ctx.Err() == nil {
				w.cfg.Log.ErrorContext(ctx, "look for alerts", "error", err)
			}
		}
	}
}

// look compares what is so now with the alerts that are open.
func (w *Watch) look(ctx context.Context, started, now time.Time) error {
	facts, err := w.facts(ctx, started, now)
	if err != nil {
		return err
	}
	open, err := w.store.OpenAlerts(ctx)
	if err != nil {
		return err
	}
	begun, ended := compare(judge(facts), open)
	if len(begun)+len(ended) == 0 {
		return nil
	}
	for _, one := range begun {
		w.cfg.Log.WarnContext(ctx, "alert began", "rule", string(one.Rule), "subject", one.Subject, "words", one.Words)
	}
	if err := w.store.ChangeAlerts(ctx, begun, ended, now); err != nil {
		return err
	}
	w.Nudge()
	return nil
}

// compare says which alerts begin and which, by their ids, end.
func compare(found []hookline.AlertFound, open []hookline.Alert) (begun []hookline.AlertFound, ended []string) {
	type key struct {
		rule    hookline.AlertRule
		subject string
	}
	known := map[key]string{}
	for _, a := range open {
		known[key{a.Rule, a.Subject}] = a.ID
	}
	for _, one := range found {
		at := key{one.Rule, one.Subject}
		if _, goesOn := known[at]; goesOn {
			delete(known, at)
			continue
		}
		begun = append(begun, one)
	}
	for _, a := range open {
		if known[key{a.Rule, a.Subject}] == a.ID {
			ended = append(ended, a.ID)
		}
	}
	return begun, ended
}

// facts gathers what the rules ask for.
func (w *Watch) facts(ctx context.Context, started, now time.Time) (facts, error) {
	f := facts{now: now, started: started, rhythms: w.rhythms.all()}
	var err error
	if f.rules, err = w.store.AlertRules(ctx); err != nil {
		return f, err
	}
	if f.destinations, err = w.store.ListDestinations(ctx); err != nil {
		return f, err
	}
	if f.health, err = w.store.ListHealth(ctx); err != nil {
		return f, err
	}
	if f.oldest, err = w.store.OldestDue(ctx); err != nil {
		return f, err
	}
	if f.sources, err = w.store.ListSources(ctx); err != nil {
		return f, err
	}
	// The minute in which the stretch begins counts whole: it is the least that is known.
	f.recent, err = w.cfg.Counts.Recent(ctx, now.Add(-time.Duration(f.rules.Failing.Minutes-1)*time.Minute))
	return f, err
}
