package main

import (
	"context"
	"flag"
	"fmt"

	"hookline/internal/access"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

func tokenCreateCommand() command {
	return command{
		name: "token create", line: "make a token for the management API", args: "--name NAME [--scope SCOPE]",
		about: `Makes a token for the management API and prints it, and nothing else, to standard
output. It is shown this once: only its hash is kept. Tokens are listed and
revoked in Settings. Works while the server runs.

Its scope is what its bearer may do: what a user of the matching role may
(a role's own name, such as editor, counts too).`,
		example: "TOKEN=$(hookline token create --name deploy --scope edit)\ncurl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/api/v1/sources",
		prepare: func(flags *flag.FlagSet) runner {
			data := dataFlag(flags)
			name := flags.String("name", "", "`name` that says what the token is for")
			scope := flags.String("scope", hookline.ScopeName(hookline.Viewer), "`scope`: admin, edit, support or read")
			return func(ctx context.Context, args []string, s streams) error {
				if err := noMore(args, 0); err != nil {
					return err
				}
				if *name == "" {
					return misuse("say with --name what the token is for, so that it is known when it is to be revoked")
				}
				role, err := hookline.ParseScope(*scope)
				if err != nil {
					return err
				}
				return withNewStore(ctx, *data, s, func(store *sqlite.Store) error {
					token, err := access.New(access.Config{Store: store}).CreateToken(ctx, *name, role, "the command line")
					if err != nil {
						return err
					}
					_, err = fmt.Fprintln(s.out, token)
					return err
				})
			}
		},
	}
}
