// Command bench measures Hookline from outside and puts every figure beside
// what it must be and what we aim at.
//
// One Hookline with its default settings is measured at a time. The receiver,
// the load generator and the bare loop are this program again, each as a
// process of its own, all on this machine. Rates stand beside R: what a bare
// net/http loop sends to the same receiver in the same run. A machine's speed
// drifts, and only such a ratio can be compared.
//
// Read on in measure.go for the course of a run, in table.go for the rows and
// their targets, and in the file of each part for how it is measured.
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
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run is the whole of it when called without a role; the roles are what it
// starts itself as, but for seed, which people call.
func run(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] == "" || args[0][0] == '-' {
		p, err := readPlan(args)
		if err != nil {
			return err
		}
		return measure(ctx, p)
	}
	roles := map[string]func(context.Context, []string) error{
		"receiver": receive, "baseline": baseline, "load": generate, "start": start, "seed": seed,
	}
	role, known := roles[args[0]]
	if !known {
		return fmt.Errorf("there is nothing called %q here: give flags only, see -help", args[0])
	}
	return role(ctx, args[1:])
}
