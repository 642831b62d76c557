// Command faults hurts a running Hookline in the ways that machines, disks,
// networks and neighbours do, and looks whether its promises still hold.
//
// It is a black box: the built binary in a process of its own, receivers of
// our own that listen, real SIGKILLs, a real full disk, system calls that
// really fail. Three ledgers are compared after each fault (ledger.go): what
// clients were told, what is stored, and what the receivers got. Each part
// counts what it injected, and fails when a kind of fault was never injected.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

// settings are what can be chosen.
type settings struct {
	long   bool
	only   string
	binary string
	rounds int
	race   bool
	seed   uint64
	folder string
}

var errArgs = errors.New("the arguments were not understood")

func readSettings(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("faults", flag.ContinueOnError)
	flags.BoolVar(&s.long, "long", false, "the long form: every part, as often as it takes")
	flags.StringVar(&s.only, "only", "", "parts to run, such as F1,F7; all of the form without it")
	flags.StringVar(&s.binary, "hookline", "", "a binary to hurt, instead of one built now")
	flags.IntVar(&s.rounds, "rounds", 0, "how often F1 kills; 0: 10 times, or 200 times in the long form")
	flags.BoolVar(&s.race, "race", false, "build the binary with the race detector")
	flags.Uint64Var(&s.seed, "seed", 0, "what chance begins with; 0: the clock")
	flags.StringVar(&s.folder, "folder", "", "where databases are made; a temporary folder without it")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return s, errArgs
	}
	if s.seed == 0 {
		s.seed = uint64(time.Now().UnixNano())
	}
	return s, nil
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	s, err := readSettings(args)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(s.folder, "hookline-faults-")
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			err = os.RemoveAll(folder)
		} else {
			fmt.Fprintf(out, "The databases are kept in %s.\n", folder)
		}
	}()
	// Other users start the program too, in the part about rights.
	if err := os.Chmod(folder, 0o755); err != nil {
		return err
	}
	if s.binary == "" {
		if s.binary, err = build(ctx, folder, s.race); err != nil {
			return err
		}
	}
	if s.binary, err = filepath.Abs(s.binary); err != nil {
		return err
	}
	fmt.Fprintf(out, "seed %d, %d cores, %s\n\n", s.seed, runtime.NumCPU(), form(s.long))
	return runParts(ctx, choose(s), &world{settings: s, folder: folder}, out)
}

func form(long bool) string {
	if long {
		return "long form"
	}
	return "short form"
}

// build makes the binary to hurt, the way a release is made, unless it shall
// look for data races.
func build(ctx context.Context, folder string, race bool) (string, error) {
	file := filepath.Join(folder, "hookline")
	args, env := []string{"build", "-trimpath", "-ldflags", "-s -w", "-o", file}, append(os.Environ(), "CGO_ENABLED=0")
	if race {
		args, env = []string{"build", "-race", "-o", file}, os.Environ()
	}
	c := exec.CommandContext(ctx, "go", append(args, "./cmd/hookline")...)
	c.Env, c.Stderr = env, os.Stderr
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("build hookline (run this from the repository's top): %w", err)
	}
	return file, nil
}

// choose gives the parts of the form, or those that were named.
func choose(s settings) []part {
	var chosen []part
	for _, p := range parts() {
		if s.only != "" && !named(s.only, p.id) || s.only == "" && p.longOnly && !s.long {
			continue
		}
		chosen = append(chosen, p)
	}
	return chosen
}

func named(list, id string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(one), id) {
			return true
		}
	}
	return false
}
