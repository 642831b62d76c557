package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"hookline/internal/secret"
	"hookline/internal/sqlite"
	"hookline/internal/workspace"
)

func applyCommand() command {
	return command{
		name: "apply", line: "make the configuration like a YAML file", args: "FILE",
		about: `Reads what hookline export wrote (- for standard input) and changes what differs:
things are known by their names and keep their ids, so that applying a file twice
changes nothing the second time. It asks nothing, works while the server runs,
and prints what it changed. The whole file is checked before the first change.

What the file does not mention is left alone, or deleted with --prune; a list
that is left out altogether is not touched even then.

A secret that stands in the file as {env: NAME} is read from the environment.
Where NAME is not set, the secret that is there is kept; a new source makes
itself a write key; and for anything else that is new, apply refuses and lists
what to set.`,
		example: "hookline export --data staging | hookline apply --data production --dry-run -\nHOOKLINE_SECRET_CRM=… hookline apply workspace.yaml",
		prepare: func(flags *flag.FlagSet) runner {
			a := &application{data: dataFlag(flags)}
			flags.BoolVar(&a.dryRun, "dry-run", false, "print what would change, and change nothing")
			flags.BoolVar(&a.prune, "prune", false, "delete what the file does not mention")
			return a.run
		},
	}
}

// application is one run of apply.
type application struct {
	data          *string
	dryRun, prune bool
}

func (a *application) run(ctx context.Context, args []string, s streams) error {
	name := "-"
	if len(args) > 0 {
		name = args[0]
	}
	if _, typing := terminal(s.in); len(args) == 0 && typing {
		return misuse("say which file to apply, or - for standard input")
	}
	if err := noMore(args, 1); err != nil {
		return err
	}
	file, err := readWorkspace(name, s.in)
	if err != nil {
		return err
	}
	open := func(do func(*sqlite.Store) error) error { return withNewStore(ctx, *a.data, s, do) }
	if a.dryRun {
		open = func(do func(*sqlite.Store) error) error { return withStore(ctx, *a.data, do) }
	}
	return open(func(store *sqlite.Store) error {
		keys, err := secret.NewKeys(*a.data, s.env(secret.Variable))
		if err != nil {
			return err
		}
		plan, err := workspace.Compare(ctx, store, file, workspace.Options{Env: s.env, Keys: keys, Prune: a.prune})
		if err != nil {
			return err
		}
		a.remark(s.err, plan)
		if a.dryRun {
			return show(s.out, plan, "%d to make, %d to change, %d to delete; nothing was changed.\n")
		}
		return a.change(ctx, plan, s)
	})
}

func readWorkspace(name string, in io.Reader) (file *workspace.File, err error) {
	if name == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read workspace: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	if file, err = workspace.Parse(in); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return file, nil
}

func (a *application) change(ctx context.Context, plan *workspace.Plan, s streams) error {
	progress := newBar(s, "Applying", false)
	err := plan.Apply(ctx, func(done, total int) { progress.set(int64(done), int64(total)) })
	progress.end()
	if err != nil {
		return err
	}
	return show(s.out, plan, "%d made, %d changed, %d deleted.\n")
}

// remark says what is not in the diff, for whoever wonders.
func (a *application) remark(w io.Writer, plan *workspace.Plan) {
	missing := plan.Missing
	if !a.dryRun {
		missing = nil // the error that follows tells
	}
	for _, about := range []struct {
		words string
		list  []string
	}{
		{"Not in the file, and left alone without --prune:", plan.Extra},
		{"Secrets that stay as they are, because these variables are not set:", plan.Kept},
		{"To be set in the environment before this can be applied:", missing},
	} {
		if len(about.list) > 0 {
			fmt.Fprintf(w, "%s %s.\n", about.words, strings.Join(about.list, ", "))
		}
	}
}

// show prints the changes and how many of each kind there are.
func show(w io.Writer, plan *workspace.Plan, summary string) error {
	if len(plan.Changes) == 0 {
		_, err := fmt.Fprintln(w, "No difference.")
		return err
	}
	count := map[workspace.What]int{}
	for _, c := range plan.Changes {
		count[c.What]++
	}
	if err := plan.Write(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n"+summary, count[workspace.Create], count[workspace.Update], count[workspace.Delete])
	return err
}
