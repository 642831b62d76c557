package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hookline/internal/sqlite"
)

// activated is hookline as systemd would start it: the socket is handed over
// as file 3, and LISTEN_PID is the process itself.
func activated(t *testing.T, socket *os.File, log io.Writer, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command("/bin/sh", append([]string{"-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"`, "sh", self, "serve"}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.ExtraFiles = []*os.File{socket}
	cmd.Stderr = log
	return cmd
}

// startReady starts the program and waits until it says that it is ready.
func startReady(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "is ready: ") {
			return
		}
	}
	t.Fatalf("hookline did not start: %v\n%s", cmd.Wait(), cmd.Stderr)
}

func end(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	must(t, cmd.Process.Signal(syscall.SIGTERM))
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, cmd.Stderr)
	}
}

// TestRestartWithTheSocketKept restarts the program while clients go on
// posting, each call on a connection of its own. None is refused, and all that
// was accepted is stored, also what came while no process ran.
func TestRestartWithTheSocketKept(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	tcp, _ := listener.(*net.TCPListener)
	socket, err := tcp.File()
	must(t, err)
	url := "http://" + listener.Addr().String()
	data := t.TempDir()
	writeKey := furnish(t, data, "http://127.0.0.1:9/")

	var log bytes.Buffer
	run := func() *exec.Cmd {
		cmd := activated(t, socket, &log, "--data", data, "--log-level", "error")
		startReady(t, cmd)
		return cmd
	}
	c := &patient{url: url, writeKey: writeKey}
	c.begin(t)
	first := run()
	c.accept(t, 20)
	end(t, first)

	c.more(t, 20) // nobody is at home
	second := run()
	c.accept(t, 50)
	c.stop()
	end(t, second)
	if len(c.troubles) > 0 {
		t.Errorf("%d of %d calls failed, the first with %s", len(c.troubles), c.sent, c.troubles[0])
	}
	wantStored(t, data, c)
	must(t, socket.Close())
	must(t, listener.Close())
}

func wantStored(t *testing.T, data string, c *patient) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	events := storedEvents(t, store)
	if len(events) != c.sent || c.accepted != c.sent {
		t.Errorf("%d sent, %d accepted, %d stored", c.sent, c.accepted, len(events))
	}
	t.Logf("%d events sent on connections of their own across a restart", c.sent)
}

// patient posts events from several clients that wait for each answer, as long
// as it takes.
type patient struct {
	url, writeKey string
	ended         sync.WaitGroup
	cancel        context.CancelFunc
	call          func()

	mu             sync.Mutex
	sent, accepted int
	troubles       []string
}

func (c *patient) begin(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c.cancel = cancel
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	c.call = func() {
		for ctx.Err() == nil {
			c.post(t.Context(), client)
		}
	}
	c.more(t, 10)
}

// more lets so many more clients call, and waits until each has begun to.
func (c *patient) more(t *testing.T, n int) {
	t.Helper()
	c.mu.Lock()
	wanted := c.sent + n
	c.mu.Unlock()
	for range n {
		c.ended.Go(c.call)
	}
	c.until(t, func() bool { return c.sent >= wanted })
}

func (c *patient) post(ctx context.Context, client *http.Client) {
	c.mu.Lock()
	c.sent++
	body := fmt.Sprintf(`{"event":"Waited","userId":"u","messageId":"m%d"}`, c.sent)
	c.mu.Unlock()
	text, err := c.answer(ctx, client, body)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil || text != `{"success":true}` {
		c.troubles = append(c.troubles, fmt.Sprint(text, err))
		return
	}
	c.accepted++
}

func (c *patient) answer(ctx context.Context, client *http.Client, body string) (string, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/v1/track", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	q.SetBasicAuth(c.writeKey, "")
	answer, err := client.Do(q)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

// accept waits until so many more calls were accepted.
func (c *patient) accept(t *testing.T, n int) {
	t.Helper()
	c.mu.Lock()
	wanted := c.accepted + n
	c.mu.Unlock()
	c.until(t, func() bool { return c.accepted >= wanted })
}

func (c *patient) until(t *testing.T, enough func() bool) {
	t.Helper()
	for range 3000 {
		c.mu.Lock()
		done := enough()
		c.mu.Unlock()
		if done {
			return
		}
		pause(t, 10*time.Millisecond)
	}
	t.Fatalf("it did not come to that within 30 s: %v", c.troubles)
}

func (c *patient) stop() {
	c.cancel()
	c.ended.Wait()
}

// TestWhatIsHandedOverMustListen wants words, not a crash, from a unit file
// that is wrong.
func TestWhatIsHandedOverMustListen(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	must(t, err)
	defer func() { must(t, file.Close()) }()
	datagrams, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	must(t, err)
	udp, _ := datagrams.(*net.UDPConn)
	udpFile, err := udp.File()
	must(t, err)
	local, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(t.TempDir(), "s"))
	must(t, err)
	unix, _ := local.(*net.UnixListener)
	unixFile, err := unix.File()
	must(t, err)
	for name, handed := range map[string]*os.File{"a file": file, "datagrams": udpFile, "a local socket": unixFile} {
		var log bytes.Buffer
		cmd := activated(t, handed, &log, "--data", t.TempDir())
		if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != exitError || !strings.Contains(log.String(), "not one listening TCP socket") {
			t.Errorf("%s: %v\n%s", name, err, log.String())
		}
	}
}

func TestSocketsOfOthersAreLeftAlone(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"none":         {},
		"another's":    {"LISTEN_PID": "1", "LISTEN_FDS": "1"},
		"without pid":  {"LISTEN_FDS": "1"},
		"without file": {"LISTEN_PID": fmt.Sprint(os.Getpid())},
	} {
		if listener, err := inherited(func(key string) string { return env[key] }); listener != nil || err != nil {
			t.Errorf("%s: %v %v", name, listener, err)
		}
	}
	two := map[string]string{"LISTEN_PID": fmt.Sprint(os.Getpid()), "LISTEN_FDS": "2"}
	if _, err := inherited(func(key string) string { return two[key] }); err == nil {
		t.Error("of two sockets, one was silently left unused")
	}
}

// TestSystemdIsTold reads what systemd would, and the first line of the log.
func TestSystemdIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "unixgram", path)
	must(t, err)
	defer func() { must(t, socket.Close()) }()
	must(t, socket.SetReadDeadline(time.Now().Add(30*time.Second)))
	read := func() string {
		buffer := make([]byte, 100)
		n, _, err := socket.ReadFrom(buffer)
		must(t, err)
		return string(buffer[:n])
	}
	var log bytes.Buffer
	env := map[string]string{"NOTIFY_SOCKET": path, "HOOKLINE_LOG_FORMAT": "json"}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()}, streams{out: io.Discard, err: &log, env: func(key string) string { return env[key] }})
	}()
	if got := read(); got != "READY=1" {
		t.Errorf("told %q, want READY=1", got)
	}
	stop()
	if got := read(); got != "STOPPING=1" {
		t.Errorf("told %q, want STOPPING=1", got)
	}
	if code := <-ended; code != exitOK {
		t.Errorf("exit %d\n%s", code, log.String())
	}
	first, _, _ := strings.Cut(log.String(), "\n")
	var line struct{ Msg, Version, URL string }
	if err := json.Unmarshal([]byte(first), &line); err != nil || line.Msg != "start" || line.Version != version || line.URL == "" {
		t.Errorf("the log begins with %s (%v)", first, err)
	}
}
