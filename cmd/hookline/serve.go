package main

import (
	"context"
	"fmt"
	"log/slog"

	"hookline/internal/app"
)

// serve runs the server until ctx ends.
func serve(ctx context.Context, args []string, s streams) error {
	set, err := readSettings(args, s)
	if err != nil {
		return err
	}
	cfg := set.app()
	cfg.Log = newLog(set, s)
	slog.SetDefault(cfg.Log)
	slog.SetLogLoggerLevel(slog.LevelDebug) // what net/http says of a receiver's odd answers is its receiver's text
	house, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "\n  Hookline %s is ready: %s\n\n", version, house.URL())
	return house.Run(ctx)
}

func newLog(set settings, s streams) *slog.Logger {
	options := &slog.HandlerOptions{Level: set.logLevel}
	if set.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(s.err, options))
	}
	return slog.New(slog.NewTextHandler(s.err, options))
}
