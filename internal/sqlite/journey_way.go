package sqlite

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// The way of a journey is kept as a line for each visit: the step's id in quotes,
// when the visit began and ended, and what came of it. It is read and written with
// every step that anybody takes; JSON would cost four times as much.

func packWay(way []hookline.Visit) string {
	var lines []byte
	for _, v := range way {
		lines = strconv.AppendQuote(lines, v.StepID)
		lines = strconv.AppendInt(append(lines, ' '), micros(v.BeganAt), 10)
		lines = strconv.AppendInt(append(lines, ' '), micros(v.EndedAt), 10)
		lines = append(append(append(lines, ' '), v.Outcome...), '\n')
	}
	return string(lines)
}

func unpackWay(text string) ([]hookline.Visit, error) {
	if text == "" {
		return nil, nil
	}
	way := make([]hookline.Visit, 0, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		v, err := unpackVisit(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, fmt.Errorf("read visit %q: %w", line, err)
		}
		way = append(way, v)
	}
	return way, nil
}

func unpackVisit(line string) (v hookline.Visit, err error) {
	quoted, err := strconv.QuotedPrefix(line)
	if err != nil {
		return v, err
	}
	_, rest, _ := strings.Cut(line[len(quoted):], " ")
	begins, rest, _ := strings.Cut(rest, " ")
	ends, outcome, _ := strings.Cut(rest, " ")
	id, err1 := strconv.Unquote(quoted)
	began, err2 := strconv.ParseInt(begins, 10, 64)
	ended, err3 := strconv.ParseInt(ends, 10, 64)
	return hookline.Visit{StepID: id, BeganAt: fromMicros(began), EndedAt: fromMicros(ended), Outcome: hookline.VisitOutcome(outcome)}, errors.Join(err1, err2, err3)
}
