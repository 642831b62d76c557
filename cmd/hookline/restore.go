package main

import (
	"context"
	"flag"
	"fmt"

	"hookline/internal/sqlite"
)

func restoreCommand() command {
	return command{
		name: "restore", line: "put a backup into an empty data folder", args: "FILE",
		about: `Checks FILE, a copy made by hookline backup, and puts it into the data folder,
which is made when it is not there. FILE stays as it is.

A folder that holds a database already, or that a server has open, is left
alone: stop the server and move its ` + sqlite.File + ` away first, with the -wal
and -shm files beside it. A copy that is damaged or of a newer version is
refused.`,
		example: "hookline restore /backup/hookline-2026-11-21.db --data /var/lib/hookline",
		prepare: func(flags *flag.FlagSet) runner {
			data := dataFlag(flags)
			return func(ctx context.Context, args []string, s streams) error {
				if len(args) == 0 {
					return misuse("say which backup shall be restored")
				}
				if err := noMore(args, 1); err != nil {
					return err
				}
				if err := sqlite.Restore(ctx, args[0], *data); err != nil {
					return err
				}
				_, err := fmt.Fprintf(s.out, "%s is restored into %s and checked: start hookline serve.\n", args[0], *data)
				return err
			}
		},
	}
}
