package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// plan is what was asked for on the command line.
type plan struct {
	only     []string // names of parts; none: all of them
	long     bool
	rounds   int
	scale    float64
	json     string
	markdown bool
	old      *document // an earlier run to compare with; nil: none
	binary   string
	folder   string
	logLevel string
	profiles string
}

func readPlan(args []string) (plan, error) {
	var p plan
	var only, compare string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&only, "only", "", "`parts` to measure, with commas: "+strings.Join(partNames(), ","))
	flags.BoolVar(&p.long, "long", false, "also the parts that need a million deliveries and more; some 20 minutes and 30 GB")
	flags.IntVar(&p.rounds, "rounds", 5, "how often each rate is measured; the median counts")
	flags.Float64Var(&p.scale, "scale", 1, "`share` of the events to send; below 1 for trying the bench itself out")
	flags.StringVar(&p.json, "json", filepath.Join("e2e", "out", "bench.json"), "`file` to write the figures to")
	flags.StringVar(&compare, "compare", "", "`file` of an earlier run, to print beside this one")
	flags.BoolVar(&p.markdown, "markdown", false, "print the table as Markdown, for the README")
	flags.StringVar(&p.binary, "hookline", "", "`binary` to measure, instead of one built now")
	flags.StringVar(&p.folder, "folder", filepath.Join("e2e", "out"), "`folder` for the databases, on the disk to be measured")
	flags.StringVar(&p.logLevel, "log-level", "", "`level` that Hookline logs from; its own default without it")
	flags.StringVar(&p.profiles, "profiles", "", "`folder` for profiles of the processor's time, one of each Hookline that was started and stopped")
	if err := flags.Parse(args); err != nil {
		return p, err
	}
	if only != "" {
		p.only = strings.Split(only, ",")
	}
	if flags.NArg() > 0 {
		return p, fmt.Errorf("%q was not understood: there are flags only, see -help", flags.Arg(0))
	}
	if err := p.check(); err != nil || compare == "" {
		return p, err
	}
	old, err := readDocument(compare)
	p.old = &old
	return p, err
}

func (p plan) check() error {
	known := partNames()
	for _, name := range p.only {
		if !slices.Contains(known, name) {
			return fmt.Errorf("-only: there is no part %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	if p.rounds < 1 || p.rounds > 100 {
		return errors.New("-rounds must be from 1 to 100")
	}
	if p.scale <= 0 || p.scale > 1 {
		return errors.New("-scale must be more than 0 and at most 1")
	}
	if p.binary == "" {
		return nil
	}
	if _, err := os.Stat(p.binary); err != nil {
		return fmt.Errorf("-hookline: %w", err)
	}
	return nil
}

// wants says whether a part is to be measured. Naming a long part is asking for
// it.
func (p plan) wants(q part) bool {
	if len(p.only) > 0 {
		return slices.Contains(p.only, q.name)
	}
	return p.long || !q.long
}

// share is n events scaled down, a whole number of steps and at least one.
func (p plan) share(n, step int) int {
	return max(1, int(float64(n)*p.scale)/step) * step
}
