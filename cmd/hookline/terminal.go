package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// terminal gives the file descriptor when stream is a terminal.
func terminal(stream any) (fd int, ok bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}

// errEnded is what a person means who presses Ctrl-D at a question.
var errEnded = errors.New("nothing was entered")

// askPassword asks twice at the terminal, without showing what is typed.
func askPassword(s streams) (string, error) {
	fd, ok := terminal(s.in)
	if !ok {
		return "", errors.New("there is no terminal to ask for the password: give it on standard input, with --password-stdin")
	}
	first, err := askOnce(s.err, fd, "Password: ")
	if err != nil {
		return "", err
	}
	again, err := askOnce(s.err, fd, "Once more: ")
	if err != nil {
		return "", err
	}
	if first != again {
		return "", errors.New("the two passwords differ: nothing was changed, try again")
	}
	return first, nil
}

func askOnce(w io.Writer, fd int, question string) (string, error) {
	fmt.Fprint(w, question)
	typed, err := term.ReadPassword(fd)
	fmt.Fprintln(w)
	if errors.Is(err, io.EOF) {
		return "", errEnded
	}
	if err != nil {
		return "", fmt.Errorf("read password: %w", err)
	}
	return string(typed), nil
}

// readPassword reads the first line, whose end is not part of the password.
func readPassword(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, 1<<16)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// bar shows how far something has come, on a terminal; elsewhere it is silent.
type bar struct {
	shown *progressbar.ProgressBar
	what  string
	s     streams
	bytes bool
}

func newBar(s streams, what string, bytes bool) *bar {
	return &bar{what: what, s: s, bytes: bytes}
}

// set may be called often; the first call makes the bar.
func (b *bar) set(done, total int64) {
	if _, ok := terminal(b.s.err); !ok {
		return
	}
	if b.shown == nil {
		b.shown = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(b.s.err), progressbar.OptionSetDescription(b.what), progressbar.OptionShowBytes(b.bytes),
			progressbar.OptionSetWidth(30), progressbar.OptionThrottle(50*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	_ = b.shown.Set64(done) // a bar that cannot be drawn is no reason to stop
}

// end clears the line for what is printed next.
func (b *bar) end() {
	if b.shown != nil {
		_ = b.shown.Finish()
	}
}
