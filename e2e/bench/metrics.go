package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// counter adds up what /metrics tells under a name, of those with the label.
func (h *house) counter(ctx context.Context, name, label string) (sum float64, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
		return 0, fmt.Errorf("/metrics answered %s: %s", answer.Status, text)
	}
	found := false
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		line := lines.Text()
		rest, named := strings.CutPrefix(line, name)
		if !named || rest == "" || (rest[0] != '{' && rest[0] != ' ') || !strings.Contains(rest, label) {
			continue
		}
		n, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
		if err != nil {
			return 0, fmt.Errorf("read %s: %w", name, err)
		}
		sum += n
		found = true
	}
	if lines.Err() == nil && !found {
		return 0, fmt.Errorf("/metrics tells nothing of %s", name)
	}
	return sum, lines.Err()
}

// waitFor waits until what /metrics tells under a name is as it should be. While
// there is much to do it may not tell.
func (h *house) waitFor(ctx context.Context, name string, fits func(float64) bool) error {
	var got float64
	var err error
	for began := time.Now(); time.Since(began) < 5*time.Minute && ctx.Err() == nil; time.Sleep(time.Second) {
		if got, err = h.counter(ctx, name, ""); err == nil && fits(got) {
			return nil
		}
	}
	return errors.Join(fmt.Errorf("%s was still %.0f after 5 minutes", name, got), err)
}
