package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func readDocument(file string) (d document, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return d, fmt.Errorf("-compare: %w", err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("-compare: %s holds no figures of a run: %w", file, err)
	}
	return d, nil
}

// compare puts two runs side by side, in the rows of the new one. What changed
// is told of rates by their multiples of R, of all else by the figures.
func compare(old, now document) [][]string {
	before := map[string]line{}
	for _, l := range old.Rows {
		before[l.ID] = l
	}
	rows := [][]string{{"what", "was", "is", "was × R", "is × R", "is ÷ was", "", ""}}
	for _, l := range now.Rows {
		o := before[l.ID]
		marks := ""
		if o.Mark != l.Mark && o.Mark != "" && l.Mark != "" {
			marks = o.Mark + " → " + l.Mark
		}
		rows = append(rows, []string{l.What, o.value(), l.value(), o.timesR(), l.timesR(), quotient(o, l), marks, ""})
	}
	return rows
}

func quotient(old, now line) string {
	a, b := old.Value, now.Value
	if now.Unit == asRate {
		a, b = old.TimesR, now.TimesR
	}
	if !old.Found || !now.Found || a == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", b/a)
}
