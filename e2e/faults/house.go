package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// How the engine of a house is set up: retries that a test can wait for.
const (
	base        = 100 * time.Millisecond
	retries     = 10
	slowTimeout = 300 * time.Millisecond
	batchWindow = 200 * time.Millisecond
	mostAtOnce  = 512 + 2048 // on their way, and answered but not yet recorded
)

// identify is the kind of an event that tells of a person.
const identify = "identify"

// house is one database with the program on it, a receiver beside it, and
// what its clients were told.
type house struct {
	*program
	receiver *receiver
	api      *client
	told     *told

	sourceID, writeKey string
	keys               secrets
	actions            map[string][]expected
	heldID             string // the destination that is paused and resumed
	pauses             pausing
	kills              int
}

// pausing is how this version of Hookline pauses a destination.
type pausing int

const (
	byEnabled   pausing = iota // it cannot: switching off is the nearest there is
	byEndpoints                // POST …/pause and …/resume
)

// newHouse makes an empty house, starts it, and furnishes it by its API.
func newHouse(ctx context.Context, w *world, args ...string) (*house, error) {
	dir, err := w.dir()
	if err != nil {
		return nil, err
	}
	r, err := newReceiver()
	if err != nil {
		return nil, err
	}
	h := &house{
		program:  &program{binary: w.binary, data: filepath.Join(dir, "data"), args: args},
		receiver: r, told: newTold(),
		keys: secrets{shared: "a shared secret", standard: "whsec_" + base64.StdEncoding.EncodeToString([]byte("a secret of twenty-four+"))},
	}
	token, err := h.tell(ctx, "token", "create", "--name", "faults", "--scope", "admin")
	if err != nil {
		return nil, err
	}
	h.api = &client{http: newHTTP(), address: h.address, token: token}
	if _, err := h.start(ctx); err != nil {
		return nil, err
	}
	return h, h.furnish(ctx)
}

// clone is a house on a copy of h's folder, with books of its own. It shares
// the receiver, whose book begins anew, so only one of them may run.
func (h *house) clone(w *world) (*house, error) {
	dir, err := w.dir()
	if err != nil {
		return nil, err
	}
	other := *h
	other.program = &program{binary: h.binary, data: filepath.Join(dir, "data"), args: h.args}
	other.told, other.kills = newTold(), 0
	other.api = &client{http: newHTTP(), address: other.address, token: h.api.token}
	h.receiver.reset()
	return &other, copyFolder(h.data, other.data)
}

// restart stops the house in good order and starts it again.
func (h *house) restart(ctx context.Context) error {
	if _, err := h.terminate(syscall.SIGTERM, 30*time.Second); err != nil {
		return err
	}
	_, err := h.start(ctx)
	return err
}

// close ends what still runs.
func (h *house) close() {
	if h.cmd != nil && !h.hasEnded(0) {
		h.kill()
	}
	h.receiver.close()
}

// furnish makes a source, and destinations that behave in different ways.
func (h *house) furnish(ctx context.Context) error {
	var source, key struct {
		ID  string `json:"id"`
		Key string `json:"key"`
	}
	h.writeKey = "the-write-key-of-the-load"
	err1 := h.api.call(ctx, http.MethodPost, "/sources", map[string]any{"name": "Load", "write_key": h.writeKey}, &source)
	err2 := h.api.call(ctx, http.MethodGet, "/settings/signing-key", nil, &key)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("furnish: %w", err)
	}
	h.sourceID, h.keys.workspace = source.ID, key.Key
	if err := h.findPausing(ctx); err != nil {
		return err
	}
	h.actions = map[string][]expected{}
	for _, d := range []struct {
		path    string
		kinds   []string
		timeout time.Duration
		batch   int
	}{
		{"steady", []string{"Loaded", "Gathered", identify}, 4 * time.Second, 0},
		{"batch", []string{"Gathered"}, 4 * time.Second, 40},
		{"gone", []string{"Gone"}, 4 * time.Second, 0},
		{"slow", []string{"Slow"}, slowTimeout, 0},
		{"held", []string{"Held", "Loaded"}, 4 * time.Second, 0},
	} {
		destination, action, err := h.destination(ctx, d.path, d.kinds, d.timeout, d.batch)
		if err != nil {
			return fmt.Errorf("furnish: %w", err)
		}
		held := d.path == "held"
		if held {
			h.heldID = destination
		}
		for _, kind := range d.kinds {
			h.actions[kind] = append(h.actions[kind], expected{actionID: action, batched: d.batch > 0, perhaps: held && h.pauses == byEnabled})
		}
	}
	return nil
}

// destination makes one with one action, whose path tells the receiver how to
// behave.
func (h *house) destination(ctx context.Context, path string, kinds []string, timeout time.Duration, batch int) (id, actionID string, err error) {
	var made struct {
		ID string `json:"id"`
	}
	err = h.api.call(ctx, http.MethodPost, "/destinations", map[string]any{
		"name": path, "source_ids": []string{h.sourceID}, "shared_secret": h.keys.shared, "standard_secrets": []string{h.keys.standard},
		"timeout_ms": timeout.Milliseconds(),
	}, &made)
	if err != nil {
		return "", "", err
	}
	id = made.ID
	terms := make([]string, len(kinds))
	for i, kind := range kinds {
		terms[i] = fmt.Sprintf("event = %q", kind)
		if kind == identify {
			terms[i] = `type = "identify"`
		}
	}
	err = h.api.call(ctx, http.MethodPost, "/destinations/"+id+"/actions", map[string]any{
		"name": path, "trigger": strings.Join(terms, " or "),
		"request": map[string]any{"url": h.receiver.url + "/" + path, "body": `{"message": "{{ event.messageId }}"}`},
		"batch":   map[string]any{"enabled": batch > 0, "size": max(batch, 1), "window_ms": batchWindow.Milliseconds()},
	}, &made)
	return id, made.ID, err
}

// findPausing asks the API's own document what it can do.
func (h *house) findPausing(ctx context.Context) error {
	var document struct {
		Paths map[string]any `json:"paths"`
	}
	if err := h.api.call(ctx, http.MethodGet, "/openapi.json", nil, &document); err != nil {
		return fmt.Errorf("read OpenAPI document: %w", err)
	}
	for path := range document.Paths {
		if strings.HasSuffix(path, "/destinations/{id}/pause") {
			h.pauses = byEndpoints
		}
	}
	return nil
}

// pause and its end.
func (h *house) pause(ctx context.Context, held bool) error {
	path := "/destinations/" + h.heldID
	switch {
	case h.pauses == byEnabled:
		return h.api.call(ctx, http.MethodPatch, path, map[string]any{"enabled": !held}, nil)
	case held:
		return h.api.call(ctx, http.MethodPost, path+"/pause", map[string]any{}, nil)
	}
	err := h.api.call(ctx, http.MethodPost, path+"/resume", map[string]any{}, nil)
	var no *refused
	if errors.As(err, &no) && no.status == http.StatusConflict {
		return nil // it was not paused
	}
	return err
}

// expectation is what the house's ledgers are held to.
func (h *house) expectation() expectation {
	return expectation{actions: h.actions, keys: h.keys, base: base, retries: retries, kills: h.kills, atOnce: mostAtOnce}
}

// drainLimit is how long what is owed may take once nobody brings more: also
// when a breaker opened, which waits for half a minute.
const drainLimit = 150 * time.Second

// drain waits until nothing is owed any more and receivers hear nothing new.
func (h *house) drain(ctx context.Context) error {
	const quietFor = 5
	quiet, last := 0, -1
	for began := time.Now(); time.Since(began) < drainLimit; {
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
		owes, err := h.owes(ctx)
		now := h.receiver.count()
		if err != nil || owes || now != last {
			quiet, last = 0, now
			continue
		}
		if quiet++; quiet >= quietFor {
			return nil
		}
	}
	figures, err := h.api.metrics(ctx)
	return fmt.Errorf("I2: what is owed did not come to an end within %v: %v owed, fan-out behind by %v s (%v)\n%s\n%s",
		drainLimit, figures["hookline_deliveries_owed"], figures["hookline_fanout_lag_seconds"], err, h.standing(ctx), h.log.tail())
}

// standing tells how each destination stands: what it is owed, and what keeps it.
func (h *house) standing(ctx context.Context) string {
	var all struct {
		Data []struct {
			Name  string    `json:"name"`
			Owed  int       `json:"owed"`
			Cause string    `json:"cause"`
			Next  time.Time `json:"next_try_at"`
		} `json:"data"`
	}
	if err := h.api.call(ctx, http.MethodGet, "/destinations", nil, &all); err != nil {
		return err.Error()
	}
	var lines []string
	for _, d := range all.Data {
		lines = append(lines, fmt.Sprintf("%s is owed %d, kept by %q until %v", d.Name, d.Owed, d.Cause, d.Next))
	}
	return strings.Join(lines, "\n")
}

// owes says whether anything waits, is on its way, or is not worked out.
func (h *house) owes(ctx context.Context) (bool, error) {
	figures, err := h.api.metrics(ctx)
	if err != nil {
		return true, err
	}
	if figures["hookline_deliveries_owed"] > 0 || figures["hookline_fanout_lag_seconds"] > 0 {
		return true, nil
	}
	var page listed
	err = h.api.call(ctx, http.MethodGet, "/deliveries?state=sending&limit=1", nil, &page)
	var no *refused
	if errors.As(err, &no) && no.status == http.StatusUnprocessableEntity {
		return false, nil // a version that knows no such state
	}
	return len(page.Data) > 0, err
}

// finish drains the house, stops it in good order, and compares the ledgers.
// Its receivers are well from here on: a breaker that a fault opened tries with
// one message, and were that one refused once more, it would wait longer and
// longer with all that is owed behind it.
func (h *house) finish(ctx context.Context) error {
	h.receiver.recover()
	if err := h.pause(ctx, false); err != nil {
		return fmt.Errorf("resume: %w", err)
	}
	if err := h.drain(ctx); err != nil {
		return err
	}
	if _, err := h.terminate(syscall.SIGTERM, 30*time.Second); err != nil {
		return err
	}
	e := h.expectation()
	e.drained = true
	return h.compare(ctx, h.data, e)
}

// compare reads what is stored in folder and holds the three ledgers to e.
func (h *house) compare(ctx context.Context, folder string, e expectation) error {
	s, err := readStored(ctx, folder, nil)
	if err != nil {
		return err
	}
	found := check(ledgers{h.told.snapshot(), s, h.receiver.ledger()}, e)
	return errors.Join(toldOf(found), h.log.trouble())
}

// pause waits on the clock of the outside world.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// copyFolder copies the files of a folder, as they stand.
func copyFolder(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, e.Name()), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
