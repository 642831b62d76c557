package sqlite

import (
	"encoding/json"
	"fmt"

	"hookline/internal/hookline"
)

// keptVisit is a visit as a journey's row has it: short, since it is written with
// each step.
type keptVisit struct {
	Step    string                `json:"s"`
	Began   int64                 `json:"b"`
	Ended   int64                 `json:"e,omitempty"`
	Outcome hookline.VisitOutcome `json:"o,omitempty"`
}

func packWay(way []hookline.Visit) (string, error) {
	if len(way) == 0 {
		return "", nil
	}
	kept := make([]keptVisit, len(way))
	for i, v := range way {
		kept[i] = keptVisit{v.StepID, micros(v.BeganAt), micros(v.EndedAt), v.Outcome}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return "", fmt.Errorf("encode way of journey: %w", err)
	}
	return string(text), nil
}

func unpackWay(text string) ([]hookline.Visit, error) {
	if text == "" {
		return nil, nil
	}
	var kept []keptVisit
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return nil, fmt.Errorf("read way of journey: %w", err)
	}
	way := make([]hookline.Visit, len(kept))
	for i, v := range kept {
		way[i] = hookline.Visit{StepID: v.Step, BeganAt: fromMicros(v.Began), EndedAt: fromMicros(v.Ended), Outcome: v.Outcome}
	}
	return way, nil
}
