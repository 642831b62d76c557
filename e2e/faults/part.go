package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// part is one kind of trouble and how it is made.
type part struct {
	id, what string
	longOnly bool
	run      func(ctx context.Context, w *world) error
}

// parts lists all there are, in the order of the table in the report.
func parts() []part {
	return []part{
		{id: "F1", what: "killed again and again under full load", run: killUnderLoad},
		{id: "F2", what: "killed at each step of its work", run: killAtEachStep},
		{id: "F3", what: "stopped by SIGTERM and SIGINT under load", run: drainUnderLoad},
		{id: "F4", what: "restarted with the socket kept, impatient clients", run: restartWithSocket},
		{id: "F5", what: "answered only after the disk has it", run: syncBeforeAnswer},
		{id: "F6", what: "system calls of the disk fail", run: failingDisk},
		{id: "F7", what: "the disk is full, then is not", run: fullDisk},
		{id: "F8", what: "the write-ahead log is torn", run: tornLog},
		{id: "F9", what: "folders and files that cannot be used", run: unusableFiles},
		{id: "F10", what: "two processes on one database", run: twoProcesses},
		{id: "F11", what: "backups and restores under load", run: backupUnderLoad},
		{id: "F12", what: "killed in the middle of a migration", run: migrateAndKill},
		{id: "F13", what: "the clock jumps (in process)", run: jumpingClock},
		{id: "F14", what: "no file descriptor is left", run: fewDescriptors},
		{id: "F15", what: "256 MB of memory, and bad input", run: littleMemory},
		{id: "F16", what: "panics in calls, sends, templates, writes", run: panics},
		{id: "F17", what: "simulation: one seed drives all faults", run: simulate},
		{id: "P5", what: "50 destinations, 10 of them never answer", run: slowNeighbours},
		{id: "P6", what: "a burst, then nothing", run: burst},
		{id: "P7", what: "a large backlog at the start", longOnly: true, run: largeBacklog},
		{id: "P8", what: "millions of events stored", longOnly: true, run: growth},
		{id: "P9", what: "soak: load, and a kill now and then", longOnly: true, run: soak},
		{id: "P10", what: "one key floods, another is not disturbed", run: flood},
	}
}

// errNotRun is what a part gives that cannot be run on this machine. It says
// why, and is counted apart.
var errNotRun = errors.New("NOT RUN")

func notRun(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errNotRun, fmt.Sprintf(format, args...))
}

// world is what a part works with.
type world struct {
	settings
	folder string
	chance *rand.Rand

	mu       sync.Mutex
	injected map[string]int
	wanted   []string
	notes    []string
	made     int
}

// forPart gives each part chance of its own, so that one part alone can be
// repeated with the seed of a whole run.
func (w *world) forPart(id string) *world {
	h := uint64(14695981039346656037)
	for _, b := range []byte(id) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	folder := filepath.Join(w.folder, id)
	return &world{settings: w.settings, folder: folder, chance: rand.New(rand.NewPCG(w.seed, h)), injected: map[string]int{}}
}

// want names kinds of faults without which the part has shown nothing.
func (w *world) want(kinds ...string) { w.wanted = append(w.wanted, kinds...) }

// inject counts a fault that was really made.
func (w *world) inject(kind string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.injected[kind] += n
}

// note keeps a figure for the report.
func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}

// often is how often something is done: seldom in the short form.
func (w *world) often(short, long int) int {
	if w.long {
		return long
	}
	return short
}

// between gives a random time from a range.
func (w *world) between(from, to time.Duration) time.Duration {
	return from + time.Duration(w.chance.Int64N(int64(to-from)))
}

// dir makes a new empty folder.
func (w *world) dir() (string, error) {
	w.mu.Lock()
	w.made++
	dir := filepath.Join(w.folder, fmt.Sprint(w.made))
	w.mu.Unlock()
	return dir, os.MkdirAll(dir, 0o755)
}

// counts tells what was injected, the kinds in the order of the alphabet.
func (w *world) counts() string {
	var kinds []string
	for kind, n := range w.injected {
		kinds = append(kinds, fmt.Sprintf("%s %d", kind, n))
	}
	slices.Sort(kinds)
	return strings.Join(kinds, ", ")
}

func (w *world) missing() error {
	for _, kind := range w.wanted {
		if w.injected[kind] == 0 {
			return fmt.Errorf("nothing was shown: %q was never injected", kind)
		}
	}
	return nil
}

// runParts runs one after another, tells of each, and fails when one did.
func runParts(ctx context.Context, chosen []part, w *world, out io.Writer) error {
	held, not := 0, 0
	var failed []string
	for _, p := range chosen {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		began := time.Now()
		of := w.forPart(p.id)
		err := p.run(ctx, of)
		if err == nil {
			err = of.missing()
		}
		verdict := "held"
		switch {
		case errors.Is(err, errNotRun):
			verdict, not = "NOT RUN", not+1
		case err != nil:
			verdict = "FAILED"
			failed = append(failed, fmt.Sprintf("%s %s\n%s", p.id, p.what, indented(err.Error())))
		default:
			held++
			err = os.RemoveAll(of.folder)
		}
		fmt.Fprintf(out, "%-4s %-48s %-8s %6.1f s   %s\n", p.id, p.what, verdict, time.Since(began).Seconds(), of.counts())
		for _, note := range of.notes {
			fmt.Fprintf(out, "     %s\n", note)
		}
		if err != nil {
			fmt.Fprintln(out, indented(err.Error()))
		}
	}
	if not > 0 {
		fmt.Fprintf(out, "\n%d parts were not run on this machine.", not)
	}
	fmt.Fprintf(out, "\n%d parts held, %d failed\n", held, len(failed))
	if len(failed) > 0 {
		// Once more, because a log is often read from its end.
		return fmt.Errorf("%d parts failed; -seed %d repeats them\n%s", len(failed), w.seed, strings.Join(failed, "\n"))
	}
	return nil
}

// indented is a text below the line of its part.
func indented(text string) string {
	return "     " + strings.ReplaceAll(text, "\n", "\n     ")
}

// told turns violations into one error, the first few of each kind in words.
func toldOf(found []violation) error {
	if len(found) == 0 {
		return nil
	}
	const most = 5
	shown := map[string]int{}
	var lines []string
	for _, v := range found {
		if shown[v.invariant]++; shown[v.invariant] <= most {
			lines = append(lines, v.String())
		}
	}
	return fmt.Errorf("%d violations\n%s", len(found), strings.Join(lines, "\n"))
}
