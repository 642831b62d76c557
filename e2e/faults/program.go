package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// program is hookline as a process of its own.
type program struct {
	binary string
	data   string
	args   []string // more settings of serve
	env    []string
	under  []string // what it is run under, such as strace with its arguments
	files  []*os.File
	user   *syscall.Credential

	mu    sync.Mutex
	cmd   *exec.Cmd
	url   string
	ended chan struct{} // closed when the process has ended
	log   log
}

// log keeps what a process complains of, over all its lives.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// tail is the last lines, to be shown.
func (l *log) tail() string {
	const most = 8
	lines := strings.Split(strings.TrimSpace(l.String()), "\n")
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}

// trouble finds what must never be in a log (I7).
func (l *log) trouble() error {
	text := l.String()
	for _, word := range []string{"panic", "DATA RACE", "database is locked", "fatal error:", "too many open files in system"} {
		if at := strings.Index(text, word); at >= 0 {
			return fmt.Errorf("I7: the log says %q: %s", word, text[max(0, at-200):min(len(text), at+1500)])
		}
	}
	return nil
}

// patience is how long a start may take before it counts as failed.
const patience = 60 * time.Second

func (p *program) command() *exec.Cmd {
	args := append([]string{}, p.under...)
	args = append(args, p.binary, "serve", "--data", p.data, "--addr", "127.0.0.1:0", "--allow-cidr", "127.0.0.1/32", "--retry-base", base.String(), "--log-level", "error")
	args = append(args, p.args...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stderr = &p.log
	cmd.ExtraFiles = p.files
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.user}
	return cmd
}

// start starts the program, waits until it says that it is ready, and tells
// how long that took.
func (p *program) start(ctx context.Context) (took time.Duration, err error) {
	cmd := p.command()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start hookline: %w", err)
	}
	ready := make(chan string, 1)
	go func() {
		defer close(ready)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, url, ok := strings.Cut(lines.Text(), "is ready: "); ok {
				ready <- strings.TrimSpace(url)
			}
		}
	}()
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }() // how it ended is in its state
	select {
	case url, ok := <-ready:
		if !ok {
			<-ended
			return 0, &notStarted{cmd.ProcessState.ExitCode(), time.Since(began), p.log.tail()}
		}
		p.mu.Lock()
		p.cmd, p.url, p.ended = cmd, url, ended
		p.mu.Unlock()
		return time.Since(began), nil
	case <-time.After(patience):
	case <-ctx.Done():
	}
	_ = cmd.Process.Kill()
	<-ended
	return 0, fmt.Errorf("hookline was not ready within %v\n%s", patience, p.log.tail())
}

// notStarted is a program that ended before it was ready.
type notStarted struct {
	code int // exit code; -1 when a signal ended it
	took time.Duration
	log  string
}

func (e *notStarted) Error() string {
	return fmt.Sprintf("hookline ended with %d after %v instead of getting ready\n%s", e.code, e.took.Round(time.Millisecond), e.log)
}

// address is where the program that runs now listens; each start has a port of
// its own.
func (p *program) address() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.url
}

func (p *program) pid() int { return p.cmd.Process.Pid }

// kill ends the process without a word.
func (p *program) kill() {
	_ = p.cmd.Process.Kill() // it may have ended already
	<-p.ended
}

// hasEnded says whether the process is gone, after waiting at most so long.
func (p *program) hasEnded(wait time.Duration) bool {
	select {
	case <-p.ended:
		return true
	case <-time.After(wait):
		return false
	}
}

var errHangs = errors.New("it did not end")

// terminate asks the program to stop and wants it to end well within limit.
func (p *program) terminate(signal os.Signal, limit time.Duration) (took time.Duration, err error) {
	began := time.Now()
	if err := p.cmd.Process.Signal(signal); err != nil {
		return 0, fmt.Errorf("ask hookline to stop: %w", err)
	}
	return p.endsWell(began, limit)
}

func (p *program) endsWell(began time.Time, limit time.Duration) (time.Duration, error) {
	if !p.hasEnded(limit) {
		p.kill()
		return time.Since(began), fmt.Errorf("stop hookline: %w within %v", errHangs, limit)
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return time.Since(began), fmt.Errorf("hookline ended with %d\n%s", code, p.log.tail())
	}
	return time.Since(began), nil
}

// command runs another of hookline's commands on the same folder.
func (p *program) tell(ctx context.Context, args ...string) (string, error) {
	c := exec.CommandContext(ctx, p.binary, args...)
	c.Env = append(os.Environ(), "HOOKLINE_DATA="+p.data)
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		return string(out), fmt.Errorf("hookline %s: %w: %s", args[0], err, complaint.String())
	}
	return strings.TrimSpace(string(out)), nil
}
