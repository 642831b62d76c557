//go:build linux

package main

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// person sits at a pseudo-terminal.
type person struct {
	t       *testing.T
	end     *os.File // theirs
	program *os.File // what a program has for standard input and error

	mu   sync.Mutex
	seen strings.Builder
}

func newPerson(t *testing.T) *person {
	t.Helper()
	end, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	must(t, unix.IoctlSetPointerInt(int(end.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(end.Fd()), unix.TIOCGPTN)
	must(t, err)
	program, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	p := &person{t: t, end: end, program: program}
	var looking sync.WaitGroup
	looking.Go(p.look)
	t.Cleanup(func() {
		must(t, program.Close()) // ends look
		looking.Wait()
		must(t, end.Close())
	})
	return p
}

func (p *person) look() {
	buffer := make([]byte, 4096)
	for {
		n, err := p.end.Read(buffer)
		p.mu.Lock()
		p.seen.Write(buffer[:n])
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *person) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen.String()
}

// answer types when the question is there and the terminal shows nothing of
// what is typed.
func (p *person) answer(question, text string) {
	for range 1000 {
		state, err := unix.IoctlGetTermios(int(p.program.Fd()), unix.TCGETS)
		if err == nil && state.Lflag&unix.ECHO == 0 && strings.HasSuffix(p.screen(), question) {
			if _, err := p.end.WriteString(text); err != nil {
				p.t.Error(err)
			}
			return
		}
		pause(p.t, 10*time.Millisecond)
	}
	p.t.Errorf("there is no question %q with hidden answer:\n%s", question, p.screen())
}

func TestPasswordAtTerminal(t *testing.T) {
	_, data := openHouse(t)
	for name, test := range map[string]struct {
		first, again string
		code         int
		says         string
	}{
		"the same":  {"correct horse battery\n", "correct horse battery\n", exitOK, ""},
		"different": {"correct horse battery\n", "correct horse cattery\n", exitError, "the two passwords differ"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPerson(t)
			s := streams{in: p.program, out: p.program, err: p.program, env: func(string) string { return "" }}
			ended := make(chan int, 1)
			go func() { ended <- run(t.Context(), []string{"user", "add", "ana@example.com", "--data", data}, s) }()
			p.answer("Password: ", test.first)
			p.answer("Once more: ", test.again)
			if code := <-ended; code != test.code || strings.Contains(p.screen(), "horse") {
				t.Errorf("exit %d, want %d; the screen shows\n%s", code, test.code, p.screen())
			}
			for range 100 { // what was written last may still be on its way
				if strings.Contains(p.screen(), test.says) {
					return
				}
				pause(t, 10*time.Millisecond)
			}
			t.Errorf("the screen does not show %q:\n%s", test.says, p.screen())
		})
	}
}

// TestBarOnTerminal looks at a terminal and at what is none.
func TestBarOnTerminal(t *testing.T) {
	p := newPerson(t)
	var elsewhere strings.Builder
	for _, s := range []streams{{err: p.program}, {err: &elsewhere}} {
		b := newBar(s, "Copying", true)
		b.set(1, 4)
		pause(t, 100*time.Millisecond) // longer than two pictures of it are apart
		b.set(2, 4)
		b.end()
	}
	if elsewhere.Len() > 0 {
		t.Errorf("in a file there is a bar: %q", elsewhere.String())
	}
	for range 100 {
		if seen := p.screen(); strings.Contains(seen, "Copying") && strings.Contains(seen, "50%") {
			return
		}
		pause(t, 10*time.Millisecond)
	}
	t.Errorf("there is no bar: %q", p.screen())
}
