package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"hookline/internal/liquid"
)

// lineIn is one line of render --lines.
type lineIn struct {
	ID        json.RawMessage   `json:"id"`
	Template  *string           `json:"template"`
	Data      json.RawMessage   `json:"data"`
	Templates map[string]string `json:"templates"`
	Mode      string            `json:"mode"`
}

// lineOut is the answer to it. What has no value is null.
type lineOut struct {
	ID       json.RawMessage `json:"id"`
	Output   string          `json:"output"`
	Error    *string         `json:"error"`
	Line     *int            `json:"line"`
	Column   *int            `json:"column"`
	Warnings []lineWarning   `json:"warnings"`
}

type lineWarning struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// renderLines answers each line before it waits for the next, so that it can
// be talked with as well as fed a file.
func renderLines(ctx context.Context, s streams) error {
	in, out := bufio.NewReader(s.in), bufio.NewWriter(s.out)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for ctx.Err() == nil {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read line: %w", err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if err := encoder.Encode(answer(ctx, line)); err != nil {
				return fmt.Errorf("write line: %w", err)
			}
		}
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return fmt.Errorf("write line: %w", err)
			}
		}
		if err != nil {
			return nil
		}
	}
	return ctx.Err()
}

func answer(ctx context.Context, line []byte) lineOut {
	var in lineIn
	if err := json.Unmarshal(line, &in); err != nil {
		return failed(in.ID, fmt.Errorf("this line is not a JSON object as render --lines reads it: %w", err))
	}
	if in.Template == nil {
		return failed(in.ID, errors.New("this line has no template"))
	}
	vars, err := variables(in.Data)
	if err != nil {
		return failed(in.ID, err)
	}
	mode, known := liquid.ParseMode(in.Mode)
	if !known {
		mode = liquid.Text
	}
	result, err := render(ctx, *in.Template, mode, vars, in.Templates)
	if err != nil {
		return failed(in.ID, err)
	}
	out := lineOut{ID: in.ID, Output: result.Output, Warnings: []lineWarning{}}
	for _, w := range result.Warnings {
		out.Warnings = append(out.Warnings, lineWarning{w.Line, w.Column, w.Message})
	}
	if result.Cancelled {
		out.Warnings = append(out.Warnings, lineWarning{Message: "the template decided not to send this: " + result.CancelReason})
	}
	return out
}

func failed(id json.RawMessage, err error) lineOut {
	words := err.Error()
	out := lineOut{ID: id, Error: &words, Warnings: []lineWarning{}}
	if fault, ok := errors.AsType[*liquid.Error](err); ok {
		out.Error = &fault.Message
		if fault.Line > 0 {
			out.Line, out.Column = &fault.Line, &fault.Column
		}
	}
	return out
}
