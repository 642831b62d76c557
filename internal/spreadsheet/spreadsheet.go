// Package spreadsheet writes lists as CSV that may be opened in a spreadsheet:
// whatever outsiders have filled in, no cell of it is a formula there.
package spreadsheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// ContentType is that of what a Writer writes.
const ContentType = "text/csv; charset=utf-8"

// Writer writes rows. Its errors are told by End.
type Writer struct{ csv *csv.Writer }

// New begins a list with the names of its columns.
func New(w io.Writer, columns ...string) *Writer {
	out := &Writer{csv.NewWriter(w)}
	out.csv.UseCRLF = true // RFC 4180 §2
	out.Row(columns...)
	return out
}

// Row writes one row, each cell as plain text.
func (w *Writer) Row(cells ...string) {
	plain := make([]string, len(cells))
	for i, cell := range cells {
		plain[i] = Cell(cell)
	}
	_ = w.csv.Write(plain) // the error stays, for End
}

// End writes what is still gathered, and tells what went wrong so far. Rows may
// follow.
func (w *Writer) End() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	return nil
}

// Cell is a text as a cell may hold it: spreadsheets take what begins with one
// of these for a formula, and show what begins with an apostrophe as it is.
func Cell(text string) string {
	if strings.ContainsAny(firstOf(text), "=+-@\t\r\n|") {
		return "'" + text
	}
	return text
}

// firstOf is the first character; some spreadsheets also take the wide forms of
// these signs, and look past blanks.
func firstOf(text string) string {
	text = strings.TrimLeft(text, " \u00a0\u3000")
	r, length := utf8.DecodeRuneInString(text)
	switch r {
	case '＝':
		return "="
	case '＋':
		return "+"
	case '－':
		return "-"
	case '＠':
		return "@"
	}
	return text[:length]
}
