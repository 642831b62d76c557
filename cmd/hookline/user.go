package main

import (
	"context"
	"flag"
	"fmt"

	"hookline/internal/access"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

func userAddCommand() command {
	return command{
		name: "user add", line: "let somebody sign in", args: "EMAIL [--role ROLE]",
		about: `Adds a user, who signs in with this e-mail address and password. The password is
asked for at the terminal, or read from standard input with --password-stdin.
Works while the server runs.

Roles: admin may do everything, editor configures, support sees people and what
was sent and resends it, viewer looks.`,
		example: "hookline user add ana@example.com --role admin\npass show hookline/ana | hookline user add ana@example.com --role editor --password-stdin",
		prepare: func(flags *flag.FlagSet) runner {
			data := dataFlag(flags)
			role := flags.String("role", string(hookline.Viewer), "`role`: admin, editor, support or viewer")
			stdin := flags.Bool("password-stdin", false, "read the password from the first line of standard input")
			return func(ctx context.Context, args []string, s streams) error {
				if len(args) == 0 {
					return misuse("say whose account it is: their e-mail address is missing")
				}
				if err := noMore(args, 1); err != nil {
					return err
				}
				user := hookline.User{Email: hookline.NormalEmail(args[0]), Role: hookline.Role(*role)}
				return userAdd(ctx, *data, user, *stdin, s)
			}
		},
	}
}

// userAdd refuses what cannot be before it asks for a password.
func userAdd(ctx context.Context, data string, user hookline.User, stdin bool, s streams) error {
	if err := user.Validate(); err != nil {
		return err
	}
	var password string
	var err error
	if stdin {
		password, err = readPassword(s.in)
	} else {
		password, err = askPassword(s)
	}
	if err != nil {
		return err
	}
	return withNewStore(ctx, data, s, func(store *sqlite.Store) error {
		made, err := access.New(access.Config{Store: store}).AddUser(ctx, user, password)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.out, "%s can sign in now, as %s.\n", made.Email, made.Role)
		return err
	})
}
