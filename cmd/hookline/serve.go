package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/pprof"

	"hookline/internal/app"
)

// serve runs the server until ctx ends.
func serve(ctx context.Context, set settings, s streams) (err error) {
	defer tuneCollector(s.env)()
	stop, err := startProfile(set.profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
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

// startProfile writes to the file at path, unless that is "", until stop is called.
func startProfile(path string) (stop func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(fmt.Errorf("profile: %w", err), file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

// tell lets systemd know; that it does not hear is worth a line, not an end.
func tell(ctx context.Context, log *slog.Logger, s streams, state string) {
	if err := notify(s.env, state); err != nil {
		log.WarnContext(ctx, "notify systemd", "error", err)
	}
}
