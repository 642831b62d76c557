// Package importing reads files of people and carries their imports out.
//
// read.go reads a file as a stream and cuts it into pieces of some hundred rows,
// which are kept; suggest.go proposes what each column is; cell.go and person.go
// make of a row what it says of a person. A dry run (try.go) only counts. The
// import itself takes one piece after the other: the store changes its people,
// keeps what was refused, and moves the import's position in one transaction, so
// whoever is killed loses and doubles nothing.
package importing

import (
	"context"
	"log/slog"
	"time"

	"hookline/internal/hookline"
)

// Store is what imports are kept in.
type Store interface {
	// WorkingImports gives the imports that are being tried, or are running.
	WorkingImports(ctx context.Context) ([]hookline.Import, error)
	Import(ctx context.Context, id string) (hookline.Import, error)
	ImportPiece(ctx context.Context, id string, number int) (hookline.ImportPiece, error)
	// PeopleNamed gives whom names lead to, and which of the names are those of
	// people who were deleted and are not to be known again.
	PeopleNamed(ctx context.Context, identities []string) (people map[string]hookline.Person, refused map[string]bool, err error)
	// TriedImport keeps how far a dry run has come; KindConflict when it is not
	// going on any more.
	TriedImport(ctx context.Context, id string, trial hookline.ImportTrial, done bool) error
	// StepImport imports a piece whole or not at all; KindConflict when the import
	// is not running, or is not where the piece is.
	StepImport(ctx context.Context, step hookline.ImportStep) error
	// FinishImport ends an import that has come to its end, and forgets its rows.
	FinishImport(ctx context.Context, id string) error
	// ForgetUnfinishedImports removes what was left of files that never came in
	// whole, and of those that nobody went on with.
	ForgetUnfinishedImports(ctx context.Context, before time.Time) error
}

const (
	lookAgain   = time.Second    // for imports that no hint told of
	forgetEvery = time.Hour      // between two looks for what is left over
	abandoned   = 24 * time.Hour // after which rows are forgotten that nobody went on with
)

// Runner carries out imports, one after the other; make it with New and run it
// once. All that it has to do is in the store, so a restart goes on.
type Runner struct {
	store  Store
	log    *slog.Logger
	nudged chan struct{}
	forgot time.Time
}

// New makes a runner.
func New(store Store, log *slog.Logger) *Runner {
	return &Runner{store: store, log: log, nudged: make(chan struct{}, 1)}
}

// Nudge hints that an import may have begun or gone on. It never blocks.
func (r *Runner) Nudge() {
	select {
	case r.nudged <- struct{}{}:
	default:
	}
}

// Run works until ctx ends.
func (r *Runner) Run(ctx context.Context) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		r.tidy(ctx)
		r.all(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-r.nudged:
		case <-tick.C:
		}
	}
}

func (r *Runner) tidy(ctx context.Context) {
	if time.Since(r.forgot) < forgetEvery {
		return
	}
	r.forgot = time.Now()
	if err := r.store.ForgetUnfinishedImports(ctx, r.forgot.Add(-abandoned)); err != nil {
		r.trouble(ctx, "", err)
	}
}

// all works on what there is. One that fails is tried again.
func (r *Runner) all(ctx context.Context) {
	working, err := r.store.WorkingImports(ctx)
	if err != nil {
		r.trouble(ctx, "", err)
		return
	}
	for _, one := range working {
		work := r.carryOut
		if one.State == hookline.ImportTrying {
			work = r.try
		}
		if err := work(ctx, one); err != nil {
			r.trouble(ctx, one.ID, err)
		}
	}
}

// trouble logs what could not be done. A conflict only means that somebody
// paused or stopped it.
func (r *Runner) trouble(ctx context.Context, id string, err error) {
	if ctx.Err() == nil && hookline.KindOf(err) != hookline.KindConflict {
		r.log.ErrorContext(ctx, "import people", "import", id, "error", err)
	}
}

// carryOut imports piece after piece, until there is none left.
func (r *Runner) carryOut(ctx context.Context, i hookline.Import) error {
	for number := i.Position; number < i.Pieces && ctx.Err() == nil; number++ {
		piece, err := r.store.ImportPiece(ctx, i.ID, number)
		if err != nil {
			return err
		}
		if err := r.store.StepImport(ctx, stepOf(i, piece)); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	if err := r.store.FinishImport(ctx, i.ID); err != nil {
		return err
	}
	r.log.InfoContext(ctx, "people imported", "import", i.ID, "rows", i.Rows)
	return nil
}

// stepOf reads the rows of a piece.
func stepOf(i hookline.Import, piece hookline.ImportPiece) hookline.ImportStep {
	step := hookline.ImportStep{ImportID: i.ID, Piece: piece.Number}
	for _, row := range piece.Rows {
		p, wrong := Person(i.Header, i.ImportChoice, row)
		if wrong != "" {
			step.Refusals = append(step.Refusals, hookline.ImportRefusal{Line: row.Line, Reason: wrong, Cells: row.Cells})
			continue
		}
		step.People = append(step.People, p)
	}
	return step
}
