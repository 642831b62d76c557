package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"hookline/internal/app"
)

// settings are the flags of serve. Each can be set by an environment variable
// as well: --retry-base is HOOKLINE_RETRY_BASE. A flag wins.
type settings struct {
	addr      string
	data      string
	publicURL string
	allow     prefixes
	retryBase time.Duration
	retries   int
	logFormat string
	logLevel  slog.Level
}

func readSettings(args []string, s streams) (settings, error) {
	set := settings{}
	flags := flag.NewFlagSet("hookline serve", flag.ContinueOnError)
	flags.SetOutput(s.err)
	flags.StringVar(&set.addr, "addr", "127.0.0.1:8080", "`address` to listen on")
	flags.StringVar(&set.data, "data", "./data", "`folder` for the database")
	flags.StringVar(&set.publicURL, "public-url", "", "`URL` under which people and receivers reach this server (default http://ADDR)")
	flags.Var(&set.allow, "allow-cidr", "inside `network` that webhooks may reach, such as 10.0.0.0/8 (may be repeated)")
	flags.DurationVar(&set.retryBase, "retry-base", 10*time.Second, "`wait` before the second try; doubles with each further one")
	flags.IntVar(&set.retries, "retries", 10, "`tries` after the first")
	flags.StringVar(&set.logFormat, "log-format", "text", "text or json")
	flags.TextVar(&set.logLevel, "log-level", slog.LevelInfo, "debug, info, warn or error")
	flags.Usage = func() {
		fmt.Fprint(s.err, "hookline serve starts the server. Each setting can also be given as HOOKLINE_…,\nfor example HOOKLINE_PUBLIC_URL for --public-url.\n\n")
		flags.PrintDefaults()
	}
	if err := readEnvironment(flags, s.env); err != nil {
		return set, err
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) || err != nil {
		return set, errUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(s.err, "hookline serve: %q is not understood; settings begin with --\n", flags.Arg(0))
		return set, errUsage
	}
	return set, set.check()
}

func readEnvironment(flags *flag.FlagSet, env func(string) string) error {
	var errs []error
	flags.VisitAll(func(f *flag.Flag) {
		name := "HOOKLINE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value := env(name); value != "" {
			if err := flags.Set(f.Name, value); err != nil {
				errs = append(errs, fmt.Errorf("read %s: %w", name, err))
			}
		}
	})
	return errors.Join(errs...)
}

func (set settings) check() error {
	if set.logFormat != "text" && set.logFormat != "json" {
		return fmt.Errorf("--log-format is text or json, not %q", set.logFormat)
	}
	if set.retryBase <= 0 || set.retries < 0 {
		return errors.New("--retry-base must be more than nothing, and --retries not less")
	}
	return nil
}

func (set settings) app() app.Config {
	return app.Config{
		Addr: set.addr, Data: set.data, PublicURL: set.publicURL, AllowCIDRs: set.allow,
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
