// Package app puts the house together from a Config, runs it, and closes it in
// order.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"hookline/internal/access"
	"hookline/internal/alert"
	"hookline/internal/attribute"
	"hookline/internal/audit"
	"hookline/internal/compose"
	"hookline/internal/deletion"
	"hookline/internal/delivery"
	"hookline/internal/demo"
	"hookline/internal/express"
	"hookline/internal/fanout"
	"hookline/internal/health"
	"hookline/internal/hookline"
	"hookline/internal/importing"
	"hookline/internal/ingest"
	"hookline/internal/journey"
	"hookline/internal/metrics"
	"hookline/internal/outbound"
	"hookline/internal/report"
	"hookline/internal/requestbin"
	"hookline/internal/resend"
	"hookline/internal/secret"
	"hookline/internal/segment"
	"hookline/internal/shortcut"
	"hookline/internal/sqlite"
	"hookline/web"
	"hookline/web/api"

	"golang.org/x/sync/errgroup"
)

// Config is all that can be chosen when Hookline is started.
type Config struct {
	Addr       string         // where to listen, such as "127.0.0.1:8080"
	Listener   net.Listener   // listened on instead of Addr when set; an inherited socket
	Data       string         // the folder that holds the database
	PublicURL  string         // where people and receivers reach this instance; "" for http://Addr
	AllowCIDRs []netip.Prefix // inside addresses that webhooks may reach
	Proxy      string         // the egress proxy of all webhooks that have none of their own; "" for none

	TrustedProxies []netip.Prefix // networks whose X-Forwarded-For is believed
	FirstAdmin     FirstAdmin     // made when there is no user yet

	SecretKey string // seals secrets: 32 bytes in base64; "" for a key file beside the database

	RetryBase time.Duration // the wait before the second try; 0: 10 s
	Retries   int           // tries after the first; 0: 10

	AlertEvery time.Duration // between two looks for alerts; 0: 15 s

	Version string
	Log     *slog.Logger
}

// FirstAdmin is the administrator of a new house that nobody sets up in a
// browser. Without an e-mail address there is none.
type FirstAdmin struct{ Email, Password string }

// How long the parts of a stop may take. An attempt on its way may need its
// whole time-out.
const (
	answerCalls = 5 * time.Second
	readHeader  = 10 * time.Second
	readCall    = 30 * time.Second
	idleCall    = 2 * time.Minute
	maxHeader   = 64 << 10
)

// App is the whole house, put together and not yet running.
type App struct {
	cfg         Config
	store       *sqlite.Store
	keys        *secret.Keys
	references  *secret.References
	fanout      *fanout.Fanout
	segments    *segment.Stage
	delivery    *delivery.Engine
	journeys    *journey.Engine
	resumer     *delivery.Resumer
	resends     *resend.Runner
	deletions   *deletion.Runner
	imports     *importing.Runner
	goals       *journey.Goals
	reporter    *report.Reporter
	outbound    *outbound.Client
	metrics     *metrics.Metrics
	sampler     *health.Sampler
	surveyor    *attribute.Surveyor
	watch       *alert.Watch
	hub         *web.Hub
	demo        *demo.Workspace
	server      *http.Server
	connections connections
	listener    net.Listener
	front       *express.Front
	awake       atomic.Bool // everything above is there and runs
}

// New opens the database, listens, and puts the house together. Close it when
// it is not run; Run closes it itself.
func New(ctx context.Context, cfg Config) (*App, error) {
	a := &App{cfg: cfg, listener: cfg.Listener, hub: web.NewHub()}
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) build(ctx context.Context) (err error) {
	if a.store, err = sqlite.Open(ctx, a.cfg.Data, a.changed); err != nil {
		return err
	}
	a.metrics = metrics.New(a.cfg.Version, a.store.Backlog)
	a.sampler = health.New(a.store, a.cfg.Log)
	a.surveyor = attribute.NewSurveyor(a.store, a.cfg.Log)
	a.store.WatchCommits(a.metrics.Commit)
	if err := a.makeFirstAdmin(ctx); err != nil {
		return err
	}
	if err := a.openSecrets(ctx); err != nil {
		return err
	}
	if a.listener == nil {
		if a.listener, err = net.Listen("tcp", a.cfg.Addr); err != nil {
			return fmt.Errorf("listen on %s: %w", a.cfg.Addr, err)
		}
	}
	if a.cfg.PublicURL == "" {
		a.cfg.PublicURL = "http://" + a.listener.Addr().String()
	}
	if err := a.buildEngine(); err != nil {
		return err
	}
	return a.buildServer(ctx)
}

// makeFirstAdmin does nothing in a house that is in use.
func (a *App) makeFirstAdmin(ctx context.Context) error {
	if a.cfg.FirstAdmin.Email == "" {
		return nil
	}
	desk := access.New(access.Config{Store: a.store})
	used, err := desk.InUse(ctx)
	if err != nil || used {
		return err
	}
	ctx = audit.With(ctx, audit.Actor{Kind: audit.Command})
	if _, err := desk.CreateFirstAdmin(ctx, a.cfg.FirstAdmin.Email, a.cfg.FirstAdmin.Password); err != nil {
		return fmt.Errorf("make the first administrator: %w", err)
	}
	return nil
}

func (a *App) buildEngine() (err error) {
	agent := "Hookline/" + a.cfg.Version
	a.outbound, err = outbound.New(outbound.Config{
		UserAgent: agent,
		Allow:     a.cfg.AllowCIDRs,
		Proxy:     a.cfg.Proxy,
		Own:       outbound.Own{PublicURL: a.cfg.PublicURL, Listen: a.listener.Addr().String(), Prefix: requestbin.Prefix},
	})
	if err != nil {
		return fmt.Errorf("prepare sending: %w", err)
	}
	counted := countedStore{a.store, a.metrics, a.sampler}
	a.delivery = delivery.New(counted, countedSender{a.outbound, a.metrics}, delivery.Config{
		Schedule: a.schedule(),
		Version:  a.cfg.Version,
		Secrets:  &secret.Keeper{References: a.references, Key: a.keys.Key},
	}, a.cfg.Log)
	a.fanout = fanout.New(counted, compose.NewReferring(a.references), a.delivery, a.cfg.Log)
	a.segments = segment.New(a.store, nil, a.cfg.Log)
	a.watch = alert.New(a.store, alert.Config{
		Counts: a.sampler, Sender: a.outbound, Key: a.keys.Key, PublicURL: a.cfg.PublicURL, Every: a.cfg.AlertEvery, Log: a.cfg.Log,
	})
	a.store.HandOver(a.countEvents(a.fanout.Take))
	a.journeys = journey.New(counted, compose.NewReferring(a.references), a.cfg.Log)
	a.resumer = delivery.NewResumer(a.store, a.cfg.Log)
	a.resends = resend.New(resend.Config{
		Store: counted, Composer: delivery.NewResender(a.store, compose.New()), Sending: a.delivery.IsSending, Log: a.cfg.Log,
	})
	a.deletions = deletion.New(a.store, a.delivery, a.cfg.Log)
	a.imports = importing.New(a.store, a.cfg.Log)
	a.goals = journey.NewGoals(a.store, a.cfg.Log)
	a.reporter = report.New(a.store, a.outbound, report.Config{Base: a.cfg.RetryBase}, a.cfg.Log)
	return nil
}

func (a *App) schedule() delivery.Schedule {
	return delivery.Schedule{Base: a.cfg.RetryBase, Retries: a.cfg.Retries}
}

func (a *App) buildServer(ctx context.Context) error {
	composer, ingester := compose.NewReferring(a.references), ingest.New(a.store, ingest.Limits{})
	shown := shownStore{a.store, a.delivery, a.references}
	a.demo = demo.New(demoStore{a.store, a.sampler}, ingester, func(binID string) string {
		return strings.TrimSuffix(a.cfg.PublicURL, "/") + requestbin.Path(binID)
	})
	desk, resender := access.New(access.Config{Store: a.store, Keys: a.keys}), delivery.NewResender(shown, composer)
	presser := shortcut.New(a.store, composer)
	machines := api.New(api.Config{
		Ingester: ingester, Store: a.store, Metrics: a.metrics, Version: a.cfg.Version, Logger: a.cfg.Log, Bearer: desk.Bearer,
		Management: api.NewManagement(api.ManageConfig{
			Store: shown, Desk: desk, Composer: composer, Resender: resender, Canceller: a.delivery, Presser: presser, Caller: a.journeys, Guard: a.outbound, Health: a.sampler,
			Watch: a.watch, Keys: a.keys, PublicURL: a.cfg.PublicURL, Logger: a.cfg.Log,
		}),
	})
	pages, err := web.New(ctx, web.Config{
		Store:     shown,
		Desk:      desk,
		Hub:       a.hub,
		API:       machines,
		Receiver:  requestbin.New(a.store, a.cfg.Log),
		Composer:  composer,
		Resender:  resender,
		Canceller: a.delivery,
		Tester:    a.delivery,
		Presser:   presser,
		Reporter:  a.reporter,
		Ingester:  ingester,
		Sender:    a.outbound,
		Guard:     a.outbound,
		Health:    a.sampler,
		Watch:     a.watch,
		Demo:      a.demo,
		Keys:      a.keys,
		Secrets:   a.references,
		Schedule:  a.schedule(),
		PublicURL: a.cfg.PublicURL,
		Version:   a.cfg.Version,
		Log:       a.cfg.Log,

		TrustedProxies: a.cfg.TrustedProxies,
	})
	if err != nil {
		return fmt.Errorf("prepare pages: %w", err)
	}
	a.server = &http.Server{
		Handler:           a.connections.handler(pages),
		ConnState:         a.connections.track,
		ReadHeaderTimeout: readHeader,
		ReadTimeout:       readCall,
		IdleTimeout:       idleCall,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(a.cfg.Log.Handler(), slog.LevelDebug),
	}
	a.server.RegisterOnShutdown(a.hub.Close)
	a.front = a.newFront(api.Express{API: machines})
	return nil
}

// newFront stands before a.server, and answers small calls itself.
func (a *App) newFront(calls api.Express) *express.Front {
	header := web.SecureHeader(strings.HasPrefix(a.cfg.PublicURL, "https://"))
	maps.Copy(header, calls.Header())
	return express.New(express.Config{
		Handler:   calls,
		Header:    header,
		Success:   calls.Success(),
		Track:     a.connections.track,
		Draining:  a.connections.isDraining,
		Panicked:  func(value any, stack []byte) { a.cfg.Log.Error("panic", "panic", value, "stack", string(stack)) },
		FirstCall: readHeader,
		NextCall:  idleCall,
	})
}

// changed is called after each commit: it nudges the stage that has work now,
// and tells open pages to look again. Certificates and proxies that a
// destination no longer has are given up.
func (a *App) changed(topics []hookline.Topic) {
	if !a.awake.Load() {
		return // a commit while the house is put together; whoever starts looks for themselves
	}
	for _, topic := range topics {
		switch topic {
		case hookline.TopicDeliveries:
			a.delivery.Nudge()
		case hookline.TopicAsks:
			a.segments.Nudge()
		case hookline.TopicFanned:
			a.segments.Nudge()
			a.journeys.EventsCame()
		case hookline.TopicConfig:
			a.segments.Nudge()
			a.outbound.Forget()
			a.delivery.Nudge()
			a.resumer.Nudge()
			a.journeys.Nudge()
		case hookline.TopicMoves, hookline.TopicJourneys:
			a.journeys.Nudge()
		case hookline.TopicResends:
			a.resends.Nudge()
		case hookline.TopicDeletions:
			a.deletions.Nudge()
		case hookline.TopicImports:
			a.imports.Nudge()
		case hookline.TopicCampaigns:
			a.goals.Nudge()
		case hookline.TopicReporting:
			a.reporter.Nudge()
		case hookline.TopicAlerts:
			a.watch.Nudge()
		case hookline.TopicBatches:
			a.delivery.NudgeBatches()
		}
	}
	a.hub.Notify(topics...)
}

// Demo makes and removes the demo workspace, while the house runs.
func (a *App) Demo() *demo.Workspace { return a.demo }

// URL is where people reach the house.
func (a *App) URL() string { return a.cfg.PublicURL }

// Run serves and sends until ctx ends, then stops in order: take no more
// calls, fan out and claim no more, let attempts on their way finish, close
// the database. What is still owed stays in the database.
func (a *App) Run(ctx context.Context) error {
	a.awake.Store(true)
	stages, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	running, failed := errgroup.WithContext(stages)
	running.Go(func() error { return a.fanout.Run(failed) })
	running.Go(func() error { return a.segments.Run(failed) })
	running.Go(func() error { return a.delivery.Run(failed) })
	running.Go(func() error { return a.journeys.Run(failed) })
	running.Go(func() error { return a.resumer.Run(failed) })
	running.Go(func() error { return a.resends.Run(failed) })
	running.Go(func() error { return a.deletions.Run(failed) })
	running.Go(func() error { return a.imports.Run(failed) })
	running.Go(func() error { return a.goals.Run(failed) })
	running.Go(func() error { return a.reporter.Run(failed) })
	running.Go(func() error { return a.sampler.Run(failed) })
	running.Go(func() error { return a.surveyor.Run(failed) })
	running.Go(func() error { return a.watch.Run(failed) })
	running.Go(func() error { return a.store.Watch(failed) })
	running.Go(func() error { return a.store.KeepIndexes(failed) })
	running.Go(func() error { return a.store.KeepSearch(failed) })
	running.Go(func() error { return a.store.ForgetMessages(failed) })
	running.Go(func() error { return a.store.GatherFailures(failed) })
	running.Go(func() error { return a.store.KeepRetention(failed) })
	running.Go(func() error {
		if err := a.front.Serve(&telling{Listener: a.listener, log: a.cfg.Log}); !a.connections.isDraining() {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	running.Go(func() error {
		if err := a.server.Serve(a.front.Rest()); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	select {
	case <-ctx.Done():
	case <-failed.Done():
	}
	err := a.stopServing(ctx)
	stop()
	return errors.Join(err, running.Wait(), a.Close())
}

func (a *App) stopServing(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerCalls)
	defer cancel()
	// Connections to our own bins that were dialled and never used would be waited for (https://go.dev/issue/22682).
	a.outbound.Close()
	a.hub.Close() // or else open pages would count as calls under way
	a.connections.drain(ctx, a.listener)
	if err := a.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("answer the last calls: %w", err), a.server.Close())
	}
	return nil
}

// Close gives back what New took. It may be called twice.
func (a *App) Close() error {
	var errs []error
	if a.listener != nil {
		if err := a.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if a.outbound != nil {
		a.outbound.Close()
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
		a.store = nil
	}
	return errors.Join(errs...)
}
