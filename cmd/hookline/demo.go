package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"

	"hookline/internal/app"
	"hookline/internal/demo"
	"hookline/internal/sqlite"
)

func demoCommand() command {
	return command{
		name: "demo", line: "fill the workspace with a demo, or remove it", args: "[--remove]",
		about: `Makes two sources, bins, a destination with three actions, fifty people and the
events of a day, and sends what they set off to the bins; and two segments, a
campaign that runs, with drafts, and a shortcut. Everything is named “Demo”;
--remove takes it away with all that it made, and nothing else.

It works on a folder on which no server runs, and makes the database when there
is none. With a server at work, press “Fill it with a demo” on its overview;
--remove works all the same. HOOKLINE_ADDR and HOOKLINE_PUBLIC_URL count as they
do for serve.`,
		example: "hookline demo\nhookline serve",
		prepare: func(flags *flag.FlagSet) runner {
			set := &settings{}
			flags.StringVar(&set.data, "data", defaultData, "`folder` for the database; also HOOKLINE_DATA")
			flags.StringVar(&set.addr, "addr", "", "`address` on which serve listens, 127.0.0.1:8080 without it")
			flags.StringVar(&set.publicURL, "public-url", "", "`URL` under which serve is reached, if not http://ADDR")
			remove := flags.Bool("remove", false, "remove the demo, with all that it made")
			return func(ctx context.Context, args []string, s streams) error {
				if err := noMore(args, 0); err != nil {
					return err
				}
				set.addr = firstOf(set.addr, s.env("HOOKLINE_ADDR"), "127.0.0.1:8080")
				set.publicURL = firstOf(set.publicURL, s.env("HOOKLINE_PUBLIC_URL"))
				if *remove {
					return removeDemo(ctx, *set, s)
				}
				return makeDemo(ctx, *set, s)
			}
		},
	}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func makeDemo(ctx context.Context, set settings, s streams) error {
	err := inHouse(ctx, set, s, func(w *demo.Workspace) error { return w.Make(ctx) })
	if errors.Is(err, sqlite.ErrInUse) {
		return fmt.Errorf("a server runs on %s: press “Fill it with a demo” on its overview, or stop it first", set.data)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "The demo is here: look around with hookline serve. hookline demo --remove takes it away.")
	return err
}

// removeDemo starts no house where one runs: that one works out what is left.
func removeDemo(ctx context.Context, set settings, s streams) error {
	err := withStore(ctx, set.data, func(*sqlite.Store) error { return nil }) // or else a database would be made
	if err == nil {
		err = inHouse(ctx, set, s, func(w *demo.Workspace) error { return w.Remove(ctx) })
	}
	if errors.Is(err, sqlite.ErrInUse) {
		err = withStore(ctx, set.data, func(store *sqlite.Store) error { return demo.New(store, nil, nil).Remove(ctx) })
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "The demo is removed. Everything else is as it was.")
	return err
}

// inHouse runs the house while do does something with its demo.
func inHouse(ctx context.Context, set settings, s streams, do func(*demo.Workspace) error) error {
	cfg := set.app()
	cfg.Log = slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelError + 1}))
	house, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- house.Run(running) }()
	err = do(house.Demo())
	stop()
	return errors.Join(err, <-ended)
}
