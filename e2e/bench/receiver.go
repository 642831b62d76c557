package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// patience is how long a part waits for what was sent. What did not come by then
// is told as missing.
const patience = 2 * time.Minute

// receiver is an inbox in a process of its own.
type receiver struct {
	cmd  *exec.Cmd
	urls []string
}

func (b *bench) startReceiver(ctx context.Context, args ...string) (*receiver, error) {
	r := &receiver{cmd: exec.CommandContext(ctx, b.self, append([]string{"receiver"}, args...)...)}
	r.cmd.Stderr = os.Stderr
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := r.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start receiver: %w", err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err := errors.Join(err, json.Unmarshal(line, &r.urls)); err != nil {
		r.stop()
		return nil, fmt.Errorf("start receiver: %w", err)
	}
	return r, nil
}

func (r *receiver) stop() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

// hook is where webhooks are sent to, at the address of this number.
func (r *receiver) hook(i int) string { return r.urls[i] + "/hook" }

func (r *receiver) reset(ctx context.Context) error {
	return post(ctx, http.DefaultClient, r.urls[0]+"/reset", http.Header{}, nil)
}

// answerAfter says how long it takes from now on to answer.
func (r *receiver) answerAfter(ctx context.Context, d time.Duration) error {
	return post(ctx, http.DefaultClient, r.urls[0]+"/after?after="+d.String(), http.Header{}, nil)
}

// got waits until so many different events are there, but not for ever.
func (r *receiver) got(ctx context.Context, events int, within time.Duration) (s stats, err error) {
	url := r.urls[0] + "/stats?events=" + strconv.Itoa(events) + "&within=" + within.String()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return s, err
	}
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return s, fmt.Errorf("ask receiver: %w", err)
	}
	defer answer.Body.Close()
	return s, json.NewDecoder(answer.Body).Decode(&s)
}

// gotAll is got for a receiver that must get all of them.
func (r *receiver) gotAll(ctx context.Context, events int) (stats, error) {
	s, err := r.got(ctx, events, patience)
	if err == nil && s.Events < events {
		err = fmt.Errorf("only %d of %d events came within %s", s.Events, events, patience)
	}
	return s, err
}
