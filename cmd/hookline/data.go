package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"hookline/internal/sqlite"
)

func dataFlag(flags *flag.FlagSet) *string {
	return flags.String("data", defaultData, "`folder` of the database; also HOOKLINE_DATA")
}

// withStore does something with the database in a folder, whether or not a
// server runs on it.
func withStore(ctx context.Context, dir string, do func(*sqlite.Store) error) (err error) {
	store, err := sqlite.OpenGuest(ctx, dir)
	if errors.Is(err, sqlite.ErrNoDatabase) {
		return noDatabase(err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return do(store)
}

// withNewStore is withStore for commands that are used to set an instance up:
// they make the database when there is none, and say so, in case the folder
// was a mistake.
func withNewStore(ctx context.Context, dir string, s streams, do func(*sqlite.Store) error) error {
	store, err := sqlite.OpenGuest(ctx, dir)
	if err == nil {
		return errors.Join(do(store), store.Close())
	}
	if !errors.Is(err, sqlite.ErrNoDatabase) {
		return err
	}
	if store, err = sqlite.Open(ctx, dir, nil); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "There was no database in %s: a new one was made.\n", dir)
	return errors.Join(do(store), store.Close())
}

func noDatabase(err error) error {
	return fmt.Errorf("%w: say where it is with --data, or start hookline serve once, which makes it", err)
}
