package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"

	"hookline/internal/app"
)

// serve runs the server until ctx ends.
func serve(ctx context.Context, set settings, s streams) (err error) {
	defer tuneCollector(s.env)()
	cfg := set.app()
	log, flush := newLog(set, s.err)
	defer flush()
	cfg.Log = log
	slog.SetDefault(cfg.Log)
	slog.SetLogLoggerLevel(slog.LevelDebug) // what net/http says of a receiver's odd answers is its receiver's text
	if cfg.Listener, err = inherited(s.env); err != nil {
		return err
	}
	house, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	cfg.Log.InfoContext(ctx, "start", "version", version, "go", runtime.Version(), "url", house.URL(), "data", cfg.Data, "inherited_socket", cfg.Listener != nil)
	fmt.Fprintf(s.out, "\n  Hookline %s is ready: %s\n\n", version, house.URL())
	tell(ctx, cfg.Log, s, "READY=1")
	defer context.AfterFunc(ctx, func() { tell(ctx, cfg.Log, s, "STOPPING=1") })()
	return house.Run(ctx)
}

// tell lets systemd know; that it does not hear is worth a line, not an end.
func tell(ctx context.Context, log *slog.Logger, s streams, state string) {
	if err := notify(s.env, state); err != nil {
		log.WarnContext(ctx, "notify systemd", "error", err)
	}
}
