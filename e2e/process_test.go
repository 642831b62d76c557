//go:build e2e

package e2e

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// process is the program itself, built as a release is but for its profile, in a process that can be killed. It keeps
// its folder and its address over every start.
type process struct {
	t         *testing.T
	bin, data string
	addr, url string
	args      []string
	cmd       *exec.Cmd // nil while it does not run
}

// buildProgram is done once, however many stories want a process.
var buildProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hookline-e2e-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "hookline")
	c := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, "../cmd/hookline")
	c.Env, c.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	return bin, c.Run()
})

func newProcess(t *testing.T, args ...string) *process {
	t.Helper()
	bin, err := buildProgram()
	if err != nil {
		t.Fatalf("build hookline: %v", err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, bin: bin, data: t.TempDir(), addr: free.Addr().String(), args: args}
	p.url = "http://" + p.addr
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	p.start()
	t.Cleanup(p.kill)
	return p
}

// start returns when it is ready.
func (p *process) start() {
	p.t.Helper()
	p.cmd = exec.Command(p.bin, append([]string{"serve", "--data", p.data, "--addr", p.addr, "--log-level", "warn"}, p.args...)...)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		p.t.Fatalf("start hookline: %v", err)
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), 30*time.Second)
	defer cancel()
	for !p.ready(ctx) {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			p.t.Fatalf("hookline is not ready: %v", ctx.Err())
		}
	}
}

func (p *process) ready(ctx context.Context) bool {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(q)
	return err == nil && answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
}

// kill is SIGKILL: nothing is finished, and nothing is written that was not.
func (p *process) kill() {
	p.t.Helper()
	if p.cmd == nil {
		return
	}
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Errorf("kill hookline: %v", err)
	}
	_ = p.cmd.Wait() // it says that it was killed
	p.cmd = nil
}
