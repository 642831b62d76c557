// Command hookline receives events, keeps people, and sends webhooks.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set when the binary is built.
var version = "dev"

// Exit codes.
const (
	exitOK    = 0
	exitError = 1 // it could not do what was asked; standard error says why
	exitUsage = 2 // the command line could not be understood
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr, env: os.Getenv})
	stop()
	os.Exit(code)
}

// streams is what a command touches of the world around the process.
type streams struct {
	out, err io.Writer
	env      func(string) string
}

// errUsage marks a command line that could not be understood; the words have
// been printed already.
var errUsage = errors.New("usage")

func run(ctx context.Context, args []string, s streams) int {
	err := dispatch(ctx, args, s)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUsage):
		return exitUsage
	}
	fmt.Fprintln(s.err, "hookline:", err)
	return exitError
}

const usage = `Hookline receives your apps' events and sends webhooks.

  hookline serve      start the server (hookline serve --help lists its settings)
  hookline version    print the version
  hookline help       print this

Exit codes: 0 done, 1 it could not be done, 2 the command line was not understood.
`

func dispatch(ctx context.Context, args []string, s streams) error {
	if len(args) == 0 {
		fmt.Fprint(s.err, usage)
		return errUsage
	}
	switch args[0] {
	case "serve":
		return serve(ctx, args[1:], s)
	case "version", "--version":
		_, err := fmt.Fprintln(s.out, "hookline", version)
		return err
	case "help", "--help", "-h":
		_, err := fmt.Fprint(s.out, usage)
		return err
	}
	fmt.Fprintf(s.err, "hookline: there is no command %q\n\n%s", args[0], usage)
	return errUsage
}
