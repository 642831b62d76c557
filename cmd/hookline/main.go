// Command hookline receives events, keeps people, and sends webhooks.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"hookline/internal/hookline"
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
	code := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv})
	stop()
	os.Exit(code)
}

// streams is what a command touches of the world around the process.
type streams struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
}

// errUsage marks a command line that could not be understood, and errSaid what
// could not be done; in both cases the words have been printed already.
var (
	errUsage = errors.New("usage")
	errSaid  = errors.New("said already")
)

func run(ctx context.Context, args []string, s streams) int {
	err := dispatch(ctx, args, s)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUsage):
		return exitUsage
	case !errors.Is(err, errSaid):
		fmt.Fprintln(s.err, "hookline:", words(err))
	}
	return exitError
}

// words is an error for whoever sits at the terminal: what is wrong with each
// field has a line of its own. The one at the terminal runs the instance, so
// the cause is told too.
func words(err error) string {
	wrong, ok := errors.AsType[*hookline.Error](err)
	if !ok {
		return err.Error()
	}
	before, _, _ := strings.Cut(err.Error(), wrong.Error())
	lines := []string{before + wrong.Message}
	for _, field := range slices.Sorted(maps.Keys(wrong.Fields)) {
		lines = append(lines, field+": "+wrong.Fields[field])
	}
	if wrong.Cause != nil {
		lines = append(lines, "because: "+wrong.Cause.Error())
	}
	return strings.Join(lines, "\n  ")
}
