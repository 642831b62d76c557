package ui

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Field is what every kind of form field has. Only Name and Label are needed.
type Field struct {
	Name      string
	Label     string
	ID        string // "field-" and the name when empty; say it when a page has two fields of one name
	Value     string // what was typed, also after a failure
	Hint      string // one sentence below the field: what to put in, and what it is for
	Error     string // what is wrong, as a sentence that says what to do; "" when nothing is
	Required  bool   // marks the label; the server decides
	ReadOnly  bool
	Disabled  bool
	Autofocus bool
	Attrs     templ.Attributes // anything else on the field itself: hx-get, list, inputmode

	caught bool // Tab does not leave it, which is told
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return "field-" + f.Name
}

func (f Field) hintID() string  { return f.id() + "-hint" }
func (f Field) errorID() string { return f.id() + "-error" }
func (f Field) keysID() string  { return f.id() + "-keys" }

// optionID is the id of one radio button of the field.
func (f Field) optionID(o Option) string { return f.id() + "-" + o.Value }

// describedBy names the elements that a screen reader reads after the label: the error first.
func (f Field) describedBy() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.errorID())
	}
	if f.Hint != "" {
		ids = append(ids, f.hintID())
	}
	if f.caught {
		ids = append(ids, f.keysID())
	}
	return strings.Join(ids, " ")
}

// attrs are those that input, select and textarea share.
func (f Field) attrs() templ.Attributes {
	all := templ.Attributes{
		"id": f.id(), "name": f.Name,
		"readonly": f.ReadOnly, "disabled": f.Disabled, "autofocus": f.Autofocus,
	}
	if f.Required {
		all["aria-required"] = "true"
	}
	if f.Error != "" {
		all["aria-invalid"] = "true"
	}
	if by := f.describedBy(); by != "" {
		all["aria-describedby"] = by
	}
	for name, value := range f.Attrs {
		all[name] = value
	}
	return all
}

func (f Field) class(base string) string {
	if f.Error != "" {
		return base + " is-invalid"
	}
	return base
}

// InputOptions are what only an input has.
type InputOptions struct {
	Type         string // "text" when empty; "email", "password", "url", "number", "search", "date"
	Placeholder  string
	Autocomplete string // the HTML autofill word: "username", "current-password", "off"
	Prefix       string // a word inside the box, left: "https://"
	Suffix       string // a word inside the box, right: "seconds"
	Mono         bool   // for keys, addresses and other things read letter by letter
}

func (o InputOptions) kind() string {
	if o.Type == "" {
		return "text"
	}
	return o.Type
}

func (o InputOptions) class() string {
	if o.Mono {
		return "form-control mono"
	}
	return "form-control"
}

func (o InputOptions) attrs() templ.Attributes {
	all := templ.Attributes{}
	if o.Placeholder != "" {
		all["placeholder"] = o.Placeholder
	}
	if o.Autocomplete != "" {
		all["autocomplete"] = o.Autocomplete
	}
	if o.Mono {
		all["spellcheck"], all["autocapitalize"] = "false", "none"
	}
	return all
}

// TextareaOptions are what only a textarea has.
type TextareaOptions struct {
	Rows        int // 4 when zero; the box grows with its text
	Placeholder string
	Code        bool   // fixed-width letters, no spell check, Tab indents
	Editor      string // puts the code editor over it: "liquid-json", "liquid-html", "json", "text"; "" is a plain box
}

func (o TextareaOptions) rows() string {
	if o.Rows == 0 {
		return "4"
	}
	return strconv.Itoa(o.Rows)
}

func (o TextareaOptions) code() bool { return o.Code || o.Editor != "" }

func (o TextareaOptions) attrs() templ.Attributes {
	all := templ.Attributes{"data-autosize": true, "rows": o.rows()}
	if o.Placeholder != "" {
		all["placeholder"] = o.Placeholder
	}
	if o.code() {
		all["data-code"], all["spellcheck"], all["autocapitalize"] = true, "false", "none"
	}
	return all
}

// Option is one choice of a Select or of Radios.
type Option struct {
	Value    string
	Label    string
	Hint     string // for Radios: one sentence below the label
	Disabled bool
}

// sortedNames gives what is wrong with a form a steady order.
func sortedNames(fields map[string]string) []string {
	return slices.Sorted(maps.Keys(fields))
}
