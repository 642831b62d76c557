package main

import (
	"context"
	"flag"

	"hookline/internal/audit"
	"hookline/internal/secret"
	"hookline/internal/sqlite"
	"hookline/internal/workspace"
)

func exportCommand() command {
	return command{
		name: "export", line: "print the configuration as one YAML file",
		about: `Prints sources, destinations and their actions, reporting webhooks, alert channels
and rules, and the retention as YAML to standard output, for version control,
review, and hookline apply. People, events, deliveries, users and bins are not in
it: for those there is hookline backup.

Secrets stand in it as references, such as

  shared_secret: {env: HOOKLINE_SECRET_CRM}

for write keys, the signing key, shared secrets, Standard Webhooks secrets,
private keys of client certificates, the values of headers that authorize, keys of
webhooks that are told of something, passwords of mail servers, addresses of Slack
channels, and addresses of receivers and proxies with a password in them. The head
of the file lists them all. What else is written into an address or a body is exported as it
stands.`,
		example: "hookline export --data /var/lib/hookline > workspace.yaml",
		prepare: func(flags *flag.FlagSet) runner {
			data := dataFlag(flags)
			withSecrets := flags.Bool("with-secrets", false, "write the secrets themselves into the file")
			return func(ctx context.Context, args []string, s streams) error {
				if err := noMore(args, 0); err != nil {
					return err
				}
				return withStore(ctx, *data, func(store *sqlite.Store) error {
					keys, err := secret.NewKeys(*data, s.env(secret.Variable))
					if err != nil {
						return err
					}
					file, err := workspace.Read(ctx, store, *withSecrets, keys)
					if err == nil && *withSecrets {
						err = store.RecordAudit(ctx, audit.OfWorkspace().Say(audit.Exported, "with all secrets"))
					}
					if err != nil {
						return err
					}
					return file.Write(s.out)
				})
			}
		},
	}
}
