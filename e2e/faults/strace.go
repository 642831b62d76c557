package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// canTrace says why strace cannot be used on this machine; nil when it can.
func canTrace(ctx context.Context) error {
	if _, err := exec.LookPath("strace"); err != nil {
		return notRun("strace is not installed")
	}
	if out, err := exec.CommandContext(ctx, "strace", "-f", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		return notRun("strace may not trace here: %s", bytes.TrimSpace(out))
	}
	return nil
}

// traced is what a program is run under so that strace interferes. With -D it
// stays our child, so its end is told to us.
func traced(report string, more ...string) []string {
	return append([]string{"strace", "-D", "-f", "-q", "-o", report}, more...)
}

// meddler is strace on a program that runs already.
type meddler struct {
	cmd    *exec.Cmd
	report string
}

// meddle lets system calls of a running program fail until it is undone.
func meddle(h *house, report, calls, how string) (*meddler, error) {
	m := &meddler{report: report}
	m.cmd = exec.Command("strace", "-f", "-q", "-o", report, "-e", "trace="+calls, "-e", "inject="+calls+":"+how, "-p", fmt.Sprint(h.pid()))
	m.cmd.Stderr = os.Stderr
	if err := m.cmd.Start(); err != nil {
		return nil, fmt.Errorf("attach strace: %w", err)
	}
	return m, nil
}

// undo lets the program go its way, and tells how many calls failed.
func (m *meddler) undo() (int, error) {
	if err := m.cmd.Process.Signal(syscall.SIGINT); err != nil {
		return 0, err
	}
	gone := time.AfterFunc(10*time.Second, func() { _ = m.cmd.Process.Kill() })
	defer gone.Stop()
	_ = m.cmd.Wait() // it says "interrupted", as it should
	text, err := os.ReadFile(m.report)
	return strings.Count(string(text), "(INJECTED)"), err
}
