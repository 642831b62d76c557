package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"hookline/internal/app"
	"hookline/internal/secret"
)

// settings are the flags of serve. Each can be set by an environment variable
// as well: --retry-base is HOOKLINE_RETRY_BASE. A flag wins.
type settings struct {
	addr      string
	data      string
	publicURL string
	allow     prefixes
	proxies   prefixes
	egress    string
	admin     app.FirstAdmin
	secretKey string
	retryBase time.Duration
	retries   int
	logFormat string
	logLevel  slog.Level
	profile   string
}

func serveCommand() command {
	return command{
		name: "serve", line: "start the server", envAll: true,
		about: `Starts the server and runs it until it gets SIGTERM or SIGINT. It then takes no
more calls, lets attempts on their way finish, and closes the database.

Each setting can also be given in the environment: HOOKLINE_PUBLIC_URL for
--public-url. A flag wins. Only in the environment: HOOKLINE_ADMIN_EMAIL and
HOOKLINE_ADMIN_PASSWORD make the first administrator when there is no user yet,
and HOOKLINE_SECRET_KEY, 32 random bytes in base64, seals the secrets in place of
the key file beside the database.`,
		example: "hookline serve --data /var/lib/hookline --public-url https://hooks.example.com --trusted-proxy 127.0.0.1/32",
		prepare: func(flags *flag.FlagSet) runner {
			set := settingFlags(flags)
			return func(ctx context.Context, args []string, s streams) error {
				if err := noMore(args, 0); err != nil {
					return err
				}
				set.admin = app.FirstAdmin{Email: s.env("HOOKLINE_ADMIN_EMAIL"), Password: s.env("HOOKLINE_ADMIN_PASSWORD")}
				set.secretKey = s.env(secret.Variable)
				if err := set.check(); err != nil {
					return err
				}
				return serve(ctx, *set, s)
			}
		},
	}
}

func settingFlags(flags *flag.FlagSet) *settings {
	set := &settings{}
	flags.StringVar(&set.addr, "addr", "127.0.0.1:8080", "`address` to listen on")
	flags.StringVar(&set.data, "data", defaultData, "`folder` for the database")
	flags.StringVar(&set.publicURL, "public-url", "", "`URL` under which people and receivers reach this server; http://ADDR without it")
	flags.Var(&set.allow, "allow-cidr", "inside `network` that webhooks may reach, such as 10.0.0.0/8; may be repeated")
	flags.Var(&set.proxies, "trusted-proxy", "`network` of reverse proxies whose X-Forwarded-For is believed, such as 127.0.0.1/32; may be repeated")
	flags.StringVar(&set.egress, "egress-proxy", "", "`proxy` that webhooks go through, such as http://proxy.example.com:3128")
	flags.DurationVar(&set.retryBase, "retry-base", 10*time.Second, "`wait` before the second try; doubles with each further one")
	flags.IntVar(&set.retries, "retries", 10, "`tries` after the first")
	flags.StringVar(&set.logFormat, "log-format", "text", "`form` of the log: text or json")
	flags.TextVar(&set.logLevel, "log-level", slog.LevelInfo, "`level` from which lines are logged: debug, info, warn or error")
	flags.StringVar(&set.profile, "cpu-profile", "", "`file` for a profile of the processor's time, written until the server stops; for go tool pprof")
	return set
}

// defaultData is where serve keeps its database and where all others look for
// it.
const defaultData = "./data"

// readEnvironment sets flags from HOOKLINE_…: all of them, or only --data, which
// means the same for every command.
func readEnvironment(flags *flag.FlagSet, env func(string) string, all bool) error {
	var errs []error
	flags.VisitAll(func(f *flag.Flag) {
		if !all && f.Name != "data" {
			return
		}
		name := variable(f.Name)
		if value := env(name); value != "" {
			if err := flags.Set(f.Name, value); err != nil {
				errs = append(errs, fmt.Errorf("read %s: %w", name, err))
			}
		}
	})
	return errors.Join(errs...)
}

// variable is the environment variable that means the same as a flag.
func variable(flag string) string {
	return "HOOKLINE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func (set settings) check() error {
	if set.logFormat != "text" && set.logFormat != "json" {
		return fmt.Errorf("--log-format is text or json, not %q", set.logFormat)
	}
	if set.retryBase <= 0 || set.retries < 0 {
		return errors.New("--retry-base must be more than nothing, and --retries not less")
	}
	if (set.admin.Email == "") != (set.admin.Password == "") {
		return errors.New("HOOKLINE_ADMIN_EMAIL and HOOKLINE_ADMIN_PASSWORD belong together: set both or neither")
	}
	return nil
}

func (set settings) app() app.Config {
	return app.Config{
		Addr: set.addr, Data: set.data, PublicURL: set.publicURL, AllowCIDRs: set.allow, Proxy: set.egress,
		TrustedProxies: set.proxies, FirstAdmin: set.admin, SecretKey: set.secretKey,
		RetryBase: set.retryBase, Retries: set.retries, Version: version,
	}
}

// prefixes is a list of networks; one value may hold several, with commas.
type prefixes []netip.Prefix

func (p *prefixes) String() string {
	parts := make([]string, len(*p))
	for i, prefix := range *p {
		parts[i] = prefix.String()
	}
	return strings.Join(parts, ",")
}

func (p *prefixes) Set(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(part))
		if err != nil {
			return fmt.Errorf("%q is no network such as 10.0.0.0/8", part)
		}
		*p = append(*p, prefix)
	}
	return nil
}
