// Package mapping reads what Segment and Customer.io export as actions: mappings of destinations, and the webhooks of
// campaigns.
//
// The way of an export is the way of its files: find.go looks for what could become an action, wherever in the answer
// of an API or in Terraform it stands; segment.go and customerio.go make an action of each; compile.go and
// directive*.go turn Segment's directives into nodes, and write*.go write those as JSON with Liquid in it. liquid.go
// brings Liquid that was there already to our names.
//
// Nothing is dropped in silence: whatever cannot be taken over as it was is told in a note, which says where it stands
// and what to do.
package mapping

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

// The limits of an export.
const (
	MaxExport = 256 << 10           // bytes
	maxFound  = hookline.MaxActions // actions in it: no destination could have more
)

// Export is what was understood.
type Export struct {
	From    string // whose export it is: Segment, or Customer.io
	Actions []Action
	Notes   []string // whole sentences about what became no action
}

// Action is an action with what its author should know. It has no destination, and is off.
type Action struct {
	hookline.Action
	Notes   []Note
	Problem string // why no action can be made of it, in whole sentences; "" when one can
}

// Note says in whole sentences what differs from the export, and what to do.
type Note struct {
	Path string // where in the export: settings.data.plan; "" for the action as a whole
	Text string
}

// Read reads an export. The error is for whoever pasted it: one or more whole sentences, with line and column where
// the text is to blame. An export that could be read has one action at least.
func Read(text string) (Export, error) {
	switch {
	case len(text) > MaxExport:
		return Export{}, wrong("This export is too long: at most 256 KB. Paste one destination or campaign at a time.")
	case !utf8.ValidString(text) || strings.Contains(text, "\x00"):
		return Export{}, wrong("The export holds bytes that are no text. Save it as UTF-8, and copy it again.")
	case strings.TrimSpace(text) == "":
		return Export{}, wrong("Paste an export: JSON of Segment or Customer.io, or Terraform.")
	}
	f := finder{}
	if isTerraform(text) {
		if err := f.lookInTerraform(text); err != nil {
			return Export{}, err
		}
	} else {
		root, err := decode(text)
		if err != nil {
			return Export{}, err
		}
		f.look(root)
	}
	return f.export()
}

// decode reads JSON.
func decode(text string) (data.Value, error) {
	root, err := data.Decode(text)
	syntax, ok := errors.AsType[*data.SyntaxError](err)
	switch {
	case err == nil:
		return root, nil
	case !ok:
		return nil, wrong("This is no JSON. Copy the whole answer again.")
	case syntax.Offset >= len(text):
		return nil, at(text, syntax.Offset, "The JSON ends too early. Copy the whole answer, down to its last bracket.")
	}
	problem := syntax.Error()
	if _, after, found := strings.Cut(problem, ": "); found {
		problem = after
	}
	return nil, at(text, syntax.Offset, "This is no JSON: "+problem+". Mend this place, or copy the whole answer again.")
}

// wrong is an error that a person can act upon.
func wrong(message string) error { return hookline.Invalid(message, nil) }

// at is an error about the place at an offset, which is told as line and column from 1.
func at(text string, offset int, message string) error {
	before := text[:min(offset, len(text))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return wrong(fmt.Sprintf("Line %d, column %d: %s", line, column, message))
}

// excerpt is a piece of an export as a sentence has it.
func excerpt(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:60]) + "…"
	}
	return "“" + text + "”"
}

// listed joins words for a sentence, and counts those after the first six.
func listed(words []string) string {
	const most = 6
	if len(words) > most {
		words = append(words[:most:most], fmt.Sprintf("%d more", len(words)-most))
	}
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
