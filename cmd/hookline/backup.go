package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"hookline/internal/sqlite"
)

func backupCommand() command {
	return command{
		name: "backup", line: "copy the database, while the server runs", args: "FILE",
		about: `Copies the database to FILE: one moment of it, complete, checked and on disk when
the command ends with 0. A file that is there already is never overwritten, and
a copy that could not be finished leaves nothing behind.

FILE holds every secret of the workspace. To go back to it, stop the server and
use hookline restore.`,
		example: "hookline backup --data /var/lib/hookline /backup/hookline-$(date +%F).db",
		prepare: func(flags *flag.FlagSet) runner {
			data := dataFlag(flags)
			return func(ctx context.Context, args []string, s streams) error {
				if len(args) == 0 {
					return misuse("say which file the copy shall be")
				}
				if err := noMore(args, 1); err != nil {
					return err
				}
				return backup(ctx, *data, args[0], s)
			}
		},
	}
}

func backup(ctx context.Context, data, file string, s streams) error {
	progress := newBar(s, "Copying", true)
	err := sqlite.Backup(ctx, data, file, progress.set)
	progress.end()
	if errors.Is(err, sqlite.ErrNoDatabase) {
		return noDatabase(err)
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("look at the backup: %w", err)
	}
	_, err = fmt.Fprintf(s.out, "%s is a whole and checked copy (%.1f MB).\n", file, float64(info.Size())/1e6)
	return err
}
