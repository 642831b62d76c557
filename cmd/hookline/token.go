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

Its scope is what its bearer may do: what a user of this role may.`,
		example: "TOKEN=$(hookline token create --name deploy --scope editor)\ncurl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/api/v1/sources",
		prepare: func(flags *flag.FlagSet) runner {
			data := dataFlag(flags)
			name := flags.String("name", "", "`name` that says what the token is for")
			scope := flags.String("scope", string(hookline.Viewer), "`scope`: admin, editor, support or viewer")
			return func(ctx context.Context, args []string, s streams) error {
				if err := noMore(args, 0); err != nil {
					return err
				}
				if *name == "" {
					return misuse("say with --name what the token is for, so that it is known when it is to be revoked")
				}
				return withNewStore(ctx, *data, s, func(store *sqlite.Store) error {
					token, err := access.New(access.Config{Store: store}).CreateToken(ctx, *name, hookline.Role(*scope), "the command line")
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
