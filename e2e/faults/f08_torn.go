package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"hookline/internal/sqlite"
)

// The sizes of a write-ahead log (https://www.sqlite.org/fileformat2.html#walformat).
const (
	logHeader = 32
	logFrame  = 24 + 4096
)

// tear is one way to damage what a killed process left.
type tear struct {
	kind string
	do   func(dir string, chance *rand.Rand) error
	keep func(left, whole, main int) bool // whether so many events are the right ones to be left
}

func tears() []tear {
	atMost := func(left, whole, main int) bool { return left >= main && left <= whole }
	all := func(left, whole, _ int) bool { return left == whole }
	none := func(left, _, main int) bool { return left == main }
	return []tear{
		{"log cut off", onLog(func(f *os.File, size int64, chance *rand.Rand) error { return f.Truncate(chance.Int64N(size)) }), atMost},
		{"log cut within a frame", onLog(func(f *os.File, size int64, chance *rand.Rand) error {
			frame := chance.Int64N(max((size-logHeader)/logFrame, 1))
			return f.Truncate(logHeader + frame*logFrame + 1 + chance.Int64N(logFrame-1))
		}), atMost},
		{"byte of the log flipped", onLog(func(f *os.File, size int64, chance *rand.Rand) error {
			return flip(f, chance.Int64N(size))
		}), atMost},
		{"index of the log removed", func(dir string, _ *rand.Rand) error { return remove(dir, "-shm") }, all},
		{"index of the log garbled", func(dir string, chance *rand.Rand) error {
			return os.WriteFile(filepath.Join(dir, sqlite.File+"-shm"), garbage(32<<10, chance), 0o600)
		}, all},
		{"log removed", func(dir string, _ *rand.Rand) error { return errors.Join(remove(dir, "-wal"), remove(dir, "-shm")) }, none},
	}
}

func remove(dir, suffix string) error {
	err := os.Remove(filepath.Join(dir, sqlite.File+suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func garbage(n int, chance *rand.Rand) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(chance.Uint32())
	}
	return b
}

func flip(f *os.File, at int64) error {
	var one [1]byte
	if _, err := f.ReadAt(one[:], at); err != nil {
		return err
	}
	one[0] ^= 0x5a
	_, err := f.WriteAt(one[:], at)
	return err
}

func onLog(do func(f *os.File, size int64, chance *rand.Rand) error) func(string, *rand.Rand) error {
	return func(dir string, chance *rand.Rand) error {
		f, err := os.OpenFile(filepath.Join(dir, sqlite.File+"-wal"), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err == nil {
			err = do(f, info.Size(), chance)
		}
		return errors.Join(err, f.Close())
	}
}

// tornLog is F8: what a killed process left is damaged in its tail, as a
// machine that lost its power may leave it. The program starts, only the tail
// is lost, and what is left is whole.
func tornLog(ctx context.Context, w *world) error {
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	whole, main, err := killedWithLog(ctx, w, h)
	if err != nil {
		return err
	}
	ways := tears()
	for _, way := range ways {
		w.want(way.kind)
	}
	for i := range w.often(24, 504) {
		way := ways[i%len(ways)]
		if err := tearOnce(ctx, w, h, way, whole, main); err != nil {
			return fmt.Errorf("%s: %w", way.kind, err)
		}
		w.inject(way.kind, 1)
	}
	return nil
}

// killedWithLog kills a house under load, again when the kill came while the log
// was written back or just after, and gives what is stored and how many of those events are
// in the main file.
func killedWithLog(ctx context.Context, w *world, h *house) (whole *stored, main int, err error) {
	for range 10 {
		l := beginLoad(ctx, h, crew{singles: 3, batches: 1, pace: 2 * time.Millisecond}, w.chance)
		err = pause(ctx, 700*time.Millisecond)
		h.kill()
		l.stop()
		l.ended.Wait()
		if err != nil {
			return nil, 0, err
		}
		if whole, err = readCopy(ctx, w, h.data, ""); err != nil {
			return nil, 0, err
		}
		// Killed while the log was being written back, the main file alone is not whole, and is not meant to be.
		if without, err := readCopy(ctx, w, h.data, "-wal"); err == nil && len(whole.events) > len(without.events) {
			return whole, len(without.events), nil
		}
		if _, err := h.start(ctx); err != nil {
			return nil, 0, err
		}
	}
	return nil, 0, errors.New("the log held no event after ten kills, so there is nothing to tear")
}

// readCopy reads what is in a copy of a folder, without one of its files.
func readCopy(ctx context.Context, w *world, folder, without string) (*stored, error) {
	dir, err := w.dir()
	if err != nil {
		return nil, err
	}
	if err := copyFolder(folder, dir); err != nil {
		return nil, err
	}
	if without != "" {
		if err := errors.Join(remove(dir, without), remove(dir, "-shm")); err != nil {
			return nil, err
		}
	}
	s, err := readStored(ctx, dir, nil)
	return s, errors.Join(err, os.RemoveAll(dir))
}

// tearOnce lets the program itself start on torn files, stops it, and looks.
func tearOnce(ctx context.Context, w *world, from *house, way tear, whole *stored, main int) error {
	h, err := from.clone(w)
	if err != nil {
		return err
	}
	if err := way.do(h.data, w.chance); err != nil {
		return err
	}
	if _, err := h.start(ctx); err != nil {
		return err
	}
	if _, err := h.terminate(syscall.SIGTERM, 30*time.Second); err != nil {
		return err
	}
	left, err := readStored(ctx, h.data, nil)
	if err != nil {
		return err
	}
	if !way.keep(len(left.events), len(whole.events), main) {
		return fmt.Errorf("%d events are left of %d, %d of them in the main file", len(left.events), len(whole.events), main)
	}
	for i, e := range left.events {
		if e != whole.events[i] {
			return fmt.Errorf("after the tear event %d is %v, it was %v", i, e, whole.events[i])
		}
	}
	if err := errors.Join(toldOf(checkStored(left, h.expectation())), h.log.trouble()); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Dir(h.data))
}
