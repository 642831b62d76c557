package importing

import (
	"context"
	"hash/maphash"

	"hookline/internal/hookline"
)

const (
	samplesEach = 5  // rows of each outcome that are shown
	mostReasons = 50 // different reasons that are counted
	keepEvery   = 8  // pieces, after which others see how far it has come
)

// try looks at every row and counts what would become of it. It changes nobody,
// and begins anew after a restart.
func (r *Runner) try(ctx context.Context, i hookline.Import) error {
	t := trial{seen: map[uint64]struct{}{}, seed: maphash.MakeSeed(), found: hookline.ImportTrial{Counts: hookline.ImportCounts{}, Reasons: map[string]int{}}}
	for number := range i.Pieces {
		if ctx.Err() != nil {
			return nil
		}
		piece, err := r.store.ImportPiece(ctx, i.ID, number)
		if err != nil {
			return err
		}
		if err := t.piece(ctx, r.store, stepOf(i, piece)); err != nil {
			return err
		}
		if number%keepEvery == 0 {
			if err := r.store.TriedImport(ctx, i.ID, t.found, false); err != nil {
				return err
			}
		}
	}
	return r.store.TriedImport(ctx, i.ID, t.found, true)
}

// trial gathers what a dry run finds.
type trial struct {
	found hookline.ImportTrial
	seen  map[uint64]struct{} // hashes of the names of the rows so far: a million take some 40 MB
	seed  maphash.Seed
}

func (t *trial) piece(ctx context.Context, store Store, step hookline.ImportStep) error {
	for _, refused := range step.Refusals {
		t.refuse(refused.Line, "", refused.Reason)
	}
	names := make([]string, 0, 2*len(step.People))
	for _, p := range step.People {
		names = append(names, p.Identity())
		if p.UserID != "" && p.Email != "" {
			names = append(names, hookline.EmailIdentity(p.Email))
		}
	}
	people, refused, err := store.PeopleNamed(ctx, names)
	if err != nil {
		return err
	}
	for _, p := range step.People {
		if refused[p.Identity()] {
			t.refuse(p.Row.Line, who(p), hookline.SuppressedPerson)
			continue
		}
		if err := t.person(p, p.Find(people)); err != nil {
			return err
		}
	}
	return nil
}

// person counts what would become of somebody.
func (t *trial) person(p hookline.ImportedPerson, known hookline.Person) error {
	name := maphash.String(t.seed, p.Identity())
	outcome, why, err := p.Apply(&known)
	if err != nil {
		return err
	}
	if _, before := t.seen[name]; before && outcome != hookline.ImportRefused {
		outcome = hookline.ImportRepeated
	}
	t.seen[name] = struct{}{}
	if outcome == hookline.ImportRefused {
		t.refuse(p.Row.Line, who(p), why)
		return nil
	}
	t.found.Counts[outcome]++
	t.sample(hookline.ImportSample{Line: p.Row.Line, Who: who(p), Outcome: outcome, Sets: p.Set.JSON(), Removes: p.Removed})
	return nil
}

func (t *trial) refuse(line int, name, reason string) {
	t.found.Counts[hookline.ImportRefused]++
	if _, known := t.found.Reasons[reason]; known || len(t.found.Reasons) < mostReasons {
		t.found.Reasons[reason]++
	}
	t.sample(hookline.ImportSample{Line: line, Who: name, Outcome: hookline.ImportRefused, Reason: reason})
}

// sample keeps the first rows of each outcome.
func (t *trial) sample(s hookline.ImportSample) {
	if t.found.Counts[s.Outcome] <= samplesEach {
		t.found.Samples = append(t.found.Samples, s)
	}
}

func who(p hookline.ImportedPerson) string {
	if p.UserID == "" {
		return p.Email
	}
	return p.UserID
}
