package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit in which Linux tells programs of CPU time, on every
// architecture.
const tick = 10 * time.Millisecond

var errNoProc = errors.New("this system has no /proc to read it from")

// cpu is the time that the process has computed so far, utime and stime of
// /proc/PID/stat.
func (h *house) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.cmd.Process.Pid))
	if err != nil {
		return 0, errNoProc
	}
	// The name in parentheses may hold anything; what follows are fields from the third on.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0, errNoProc
	}
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
}

// memory is what the process holds, in bytes. Pages it shares are counted whole
// in resident and peak, in part in proportional.
type memory struct {
	resident     float64
	peak         float64
	proportional float64 // 0 where the system does not tell
}

func (h *house) memory() (memory, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.cmd.Process.Pid))
	if err != nil {
		return memory{}, errNoProc
	}
	rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", h.cmd.Process.Pid))
	return memory{resident: kilobytes(status, "VmRSS:"), peak: kilobytes(status, "VmHWM:"), proportional: kilobytes(rollup, "Pss:")}, nil
}

// kilobytes finds the line that begins with name and gives its figure in bytes.
func kilobytes(text []byte, name string) float64 {
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			n, _ := strconv.Atoi(strings.Fields(string(rest))[0])
			return float64(n) * 1024
		}
	}
	return 0
}
