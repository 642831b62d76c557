package compose

import (
	"errors"
	"fmt"

	"hookline/internal/liquid"
)

// Error says which part of a template is at fault, and where. Line and Column
// count from 1; they are 0 when the fault has no place. InOutput means that
// they count in what was made, not in the template; FromLine and FromColumn then
// say which place of the template wrote it, where a preview knows that.
type Error struct {
	Part                 Part
	Line, Column         int
	InOutput             bool
	FromLine, FromColumn int
	Message              string // one or more whole sentences

	offset int // of the place in what was made, in bytes
}

// Error gives part, place and message.
func (e *Error) Error() string {
	where := string(e.Part)
	if e.Line > 0 {
		where += fmt.Sprintf(", line %d, column %d", e.Line, e.Column)
	}
	return where + ": " + e.Message
}

// Cancelled is the error of a template that said not to send.
type Cancelled struct {
	Why string // as the template gave it; may be empty
}

// Error says that nothing is to be sent.
func (c *Cancelled) Error() string {
	if c.Why == "" {
		return "The template decided not to send this."
	}
	return "The template decided not to send this: " + c.Why
}

// Reason is an error of this package as a delivery keeps it.
func Reason(err error) string {
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok && errors.As(err, new(*Cancelled)):
		return err.Error()
	case !ok:
		return "The request could not be made."
	case e.Line == 0:
		return sentence(e.Part.words()+" could not be made") + " " + e.Message
	}
	return sentence(fmt.Sprintf("%s could not be made: line %d, column %d", e.Part.words(), e.Line, e.Column)) + " " + e.Message
}

func partError(part Part, err error) error {
	if e, ok := errors.AsType[*liquid.Error](err); ok {
		return &Error{Part: part, Line: e.Line, Column: e.Column, Message: sentence(e.Message)}
	}
	return &Error{Part: part, Message: sentence(err.Error())}
}
