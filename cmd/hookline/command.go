package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/user"
	"strings"

	"hookline/internal/audit"
)

// command is one thing that hookline can be told to do.
type command struct {
	name    string // one word or two
	line    string // what it does, for the list
	args    string // what follows the name
	about   string // what a person needs to know
	example string
	codes   string // what its exit codes mean, where that is more than usual
	envAll  bool   // each flag can be given as HOOKLINE_…; else only --data
	prepare func(flags *flag.FlagSet) runner
}

// runner does the work once the flags are read; args are the words that are no
// flags.
type runner func(ctx context.Context, args []string, s streams) error

// commands is the table of all there is, in the order of the list.
func commands() []command {
	return []command{
		serveCommand(),
		userAddCommand(),
		tokenCreateCommand(),
		demoCommand(),
		exportCommand(),
		applyCommand(),
		backupCommand(),
		restoreCommand(),
		renderCommand(),
		verifyCommand(),
		versionCommand(),
		licensesCommand(),
	}
}

const codes = "Exit codes: 0 done, 1 it could not be done, 2 the command line was not understood."

func dispatch(ctx context.Context, args []string, s streams) error {
	if len(args) > 0 && (args[0] == "help" || args[0] == "--help" || args[0] == "-h") {
		return help(args[1:], s)
	}
	if len(args) == 1 && args[0] == "--version" {
		args = []string{"version"}
	}
	if len(args) == 0 {
		fmt.Fprint(s.err, list())
		return errUsage
	}
	c, rest, found := lookUp(args)
	if !found {
		fmt.Fprint(s.err, unknown(args))
		return errUsage
	}
	return c.start(ctx, rest, s)
}

// lookUp finds the command that args begin with; rest is what follows.
func lookUp(args []string) (c command, rest []string, found bool) {
	for _, c := range commands() {
		words := strings.Fields(c.name)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == c.name {
			return c, args[len(words):], true
		}
	}
	return command{}, nil, false
}

// unknown says what may have been meant: after "user", that it goes on.
func unknown(args []string) string {
	var b strings.Builder
	for _, c := range commands() {
		if strings.HasPrefix(c.name, args[0]+" ") {
			fmt.Fprintf(&b, "  hookline %s %s\n", c.name, c.args)
		}
	}
	if b.Len() > 0 {
		return "hookline: after " + args[0] + " comes what to do:\n\n" + b.String()
	}
	return fmt.Sprintf("hookline: there is no command %q\n\n%s", args[0], list())
}

func list() string {
	var b strings.Builder
	b.WriteString("Hookline receives your apps' events and sends webhooks.\n\nUsage: hookline COMMAND …\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-14s %s\n", c.name, c.line)
	}
	b.WriteString("\nhookline help COMMAND tells more, with an example.\n" + codes + "\n")
	return b.String()
}

func help(args []string, s streams) error {
	text := list()
	if len(args) > 0 {
		c, _, found := lookUp(args)
		if !found {
			fmt.Fprint(s.err, unknown(args))
			return errUsage
		}
		flags, _ := c.flags()
		text = c.help(flags)
	}
	_, err := io.WriteString(s.out, text)
	return err
}

// start reads the environment and the flags, which win, and runs the command.
func (c command) start(ctx context.Context, args []string, s streams) error {
	flags, do := c.flags()
	if err := readEnvironment(flags, s.env, c.envAll); err != nil {
		return err
	}
	positional, err := parse(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		_, err := io.WriteString(s.out, c.help(flags))
		return err
	}
	if err != nil {
		return c.misunderstood(s, err.Error())
	}
	if c.name != "serve" { // what the server does by itself, nobody did
		ctx = audit.With(ctx, audit.Actor{Kind: audit.Command, Name: localUser()})
	}
	if err := do(ctx, positional, s); err != nil {
		if wrong, ok := errors.AsType[*usageError](err); ok {
			return c.misunderstood(s, wrong.text)
		}
		return err
	}
	return nil
}

// localUser is who sits at the machine; "" when it does not tell.
func localUser() string {
	who, err := user.Current()
	if err != nil {
		return ""
	}
	return who.Username
}

func (c command) flags() (*flag.FlagSet, runner) {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	return flags, c.prepare(flags)
}

func (c command) misunderstood(s streams, why string) error {
	fmt.Fprintf(s.err, "hookline %s: %s\n\n%shookline help %s tells more.\n", c.name, why, c.usage(), c.name)
	return errUsage
}

// usageError is what a runner gives for words that it does not understand.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func misuse(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// noMore refuses words after those that a command knows.
func noMore(args []string, known int) error {
	if len(args) > known {
		return misuse("%q is not understood; settings begin with --", args[known])
	}
	return nil
}

// parse lets flags stand before, between and after the other words. After --
// come only words.
func parse(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		left := flags.Args()
		if len(left) == 0 {
			return words, nil
		}
		if at := len(args) - len(left) - 1; at >= 0 && args[at] == "--" {
			return append(words, left...), nil
		}
		words, args = append(words, left[0]), left[1:]
	}
}

func (c command) usage() string {
	text := "Usage: hookline " + c.name
	if c.args != "" {
		text += " " + c.args
	}
	return text + "\n"
}

func (c command) help(flags *flag.FlagSet) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", c.usage(), strings.TrimSpace(c.about))
	if c.example != "" {
		fmt.Fprintf(&b, "\nExample:\n  %s\n", strings.ReplaceAll(strings.TrimSpace(c.example), "\n", "\n  "))
	}
	if flagged := describe(flags); flagged != "" {
		fmt.Fprintf(&b, "\nSettings:\n%s", flagged)
	}
	fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(codes+" "+c.codes))
	return b.String()
}

// describe lists flags in two columns, with the defaults that mean something.
func describe(flags *flag.FlagSet) string {
	var b strings.Builder
	flags.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" {
			text += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(&b, "  %-24s %s\n", strings.TrimSpace("--"+f.Name+" "+strings.ToUpper(value)), text)
	})
	return b.String()
}

func versionCommand() command {
	return command{
		name: "version", line: "print the version", about: "Prints the version of this program.",
		prepare: func(*flag.FlagSet) runner {
			return func(_ context.Context, args []string, s streams) error {
				if err := noMore(args, 0); err != nil {
					return err
				}
				_, err := fmt.Fprintln(s.out, "hookline", version)
				return err
			}
		},
	}
}
