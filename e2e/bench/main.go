// Command bench measures Hookline from outside: one process with default
// settings, the load generator and the receiver each a process of its own, all
// on this machine. Every figure stands beside R, what a bare net/http loop
// sends to the same receiver in the same run, because a machine's speed drifts
// and only the ratio can be compared.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run is the whole of it when called without a role; the roles are what it
// starts itself as, in processes of their own.
func run(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0][0] == '-' {
		p, err := readPlan(args)
		if err != nil {
			return err
		}
		return measure(ctx, p)
	}
	switch args[0] {
	case "receiver":
		return receive(ctx)
	case "baseline":
		return baseline(ctx, args[1:])
	case "start":
		return start(ctx, args[1:])
	case "load":
		return load(ctx, args[1:])
	}
	return fmt.Errorf("there is no role %q", args[0])
}

// plan says how much is sent in each part.
type plan struct {
	baseline int
	singles  int
	batches  int // events, in batches of 100
	steady   int // events at 50 a second
	binary   string
}

var errArgs = errors.New("the arguments were not understood")

func readPlan(args []string) (plan, error) {
	var p plan
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&p.baseline, "baseline", 40_000, "requests of the bare loop")
	flags.IntVar(&p.singles, "singles", 20_000, "events sent one by one")
	flags.IntVar(&p.batches, "batches", 60_000, "events sent in batches of 100")
	flags.IntVar(&p.steady, "steady", 500, "events sent at 50 a second, for the time from event to request")
	flags.StringVar(&p.binary, "hookline", "", "a binary to measure, instead of one built now")
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return p, errArgs
	}
	return p, nil
}
