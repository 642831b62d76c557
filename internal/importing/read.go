package importing

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"hookline/internal/hookline"
)

const (
	sniffed    = 64 << 10 // of the file, from which it is told how its cells are divided
	maxRow     = 1 << 20  // bytes; a quote that is never closed would swallow the whole file
	pieceRows  = 250
	pieceBytes = 64 << 10
)

// File is what a file of people holds, once it has been read.
type File struct {
	Header []string
	Rows   int
	Pieces int
}

// Read reads a file as a stream, in UTF-8, with commas, semicolons or tabs
// between the cells, and hands its rows to keep, a piece at a time. What is wrong
// with the whole file is told in a sentence at "file"; a row that cannot be read
// is kept with the reason.
func Read(in io.Reader, keep func(number int, rows []hookline.ImportRow) error) (File, error) {
	source := bufio.NewReaderSize(&counted{in: in}, sniffed)
	head, err := source.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return File{}, readError(err)
	}
	if wrong := notCSV(head); wrong != "" {
		return File{}, wrongFile(wrong)
	}
	if bytes.HasPrefix(head, byteOrderMark) {
		_, _ = source.Discard(len(byteOrderMark)) // it was just seen
		head = head[len(byteOrderMark):]
	}
	bounded := &bounded{in: source}
	r := csv.NewReader(bounded)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma(head), -1, false
	f := &reader{csv: r, in: bounded, keep: keep}
	if err := f.header(); err != nil {
		return File{}, err
	}
	err = f.rows()
	return f.file, err
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// notCSV says what a file is that is none of ours, by its beginning.
func notCSV(head []byte) string {
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return "This file is empty. Choose one with a row of names and a row for each person."
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "This is an Excel workbook or a ZIP file. Save the sheet as “CSV UTF-8” and choose that."
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "This file is written in UTF-16. Save it as “CSV UTF-8” and choose that."
	case bytes.IndexByte(head, 0) >= 0:
		return "This is not a text file. Save your list as “CSV UTF-8” and choose that."
	}
	return ""
}

// comma tells what stands between the cells: the sign that divides the first
// rows into the most cells, all of them alike.
func comma(head []byte) rune {
	best, most := ',', 1
	for _, sign := range []rune{',', ';', '\t'} {
		if cells := alike(head, sign); cells > most {
			best, most = sign, cells
		}
	}
	return best
}

// alike is how many cells each of the first rows has with a sign between them; 0
// when they differ.
func alike(head []byte, sign rune) int {
	r := csv.NewReader(bytes.NewReader(head))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = sign, -1, true
	cells := 0
	for range 20 {
		row, err := r.Read()
		if err != nil {
			break
		}
		switch {
		case cells == 0:
			cells = len(row)
		case len(row) != cells && r.InputOffset() < int64(len(head)): // the last one may be cut
			return 0
		}
	}
	return cells
}

// reader reads rows into pieces.
type reader struct {
	csv   *csv.Reader
	in    *bounded
	keep  func(number int, rows []hookline.ImportRow) error
	file  File
	piece []hookline.ImportRow
	bytes int
}

func (f *reader) header() error {
	row, err := f.csv.Read()
	if err != nil {
		return wrongFile("The first row could not be read: it must hold the names of the columns. " + ruleOfQuotes)
	}
	if len(row) > hookline.MaxImportColumns {
		return wrongFile(fmt.Sprintf("This file has %d columns; at most %d can be read. Leave out those that you do not need.", len(row), hookline.MaxImportColumns))
	}
	for i, name := range row {
		if !utf8.ValidString(name) {
			return notUTF8(1)
		}
		if name = strings.TrimSpace(name); name == "" {
			name = fmt.Sprintf("Column %d", i+1)
		}
		f.file.Header = append(f.file.Header, name)
	}
	return nil
}

const ruleOfQuotes = "A cell that has a quotation mark in it must begin and end with one, and each one inside must be written twice."

func (f *reader) rows() error {
	for {
		f.in.began = f.csv.InputOffset()
		cells, err := f.csv.Read()
		if errors.Is(err, io.EOF) {
			return f.end()
		}
		row := hookline.ImportRow{Cells: cells}
		if len(cells) > 0 {
			row.Line, _ = f.csv.FieldPos(0)
		}
		if parse, is := errors.AsType[*csv.ParseError](err); is && onlyThisRow(err) {
			row = hookline.ImportRow{Line: parse.StartLine, Cells: []string{}, Wrong: "The quotation marks in this row do not fit. " + ruleOfQuotes}
		} else if err != nil {
			return readError(err)
		}
		if err := f.add(row); err != nil {
			return err
		}
	}
}

// onlyThisRow says whether the rows after it can be read.
func onlyThisRow(err error) bool {
	return errors.Is(err, csv.ErrBareQuote) || errors.Is(err, csv.ErrQuote)
}

func (f *reader) add(row hookline.ImportRow) error {
	f.file.Rows++
	if f.file.Rows > hookline.MaxImportRows {
		return wrongFile("This file has more than 1,000,000 rows. Divide it into several.")
	}
	for _, cell := range row.Cells {
		f.bytes += len(cell) + 3
		if !utf8.ValidString(cell) {
			return notUTF8(row.Line)
		}
	}
	if row.Wrong == "" && len(row.Cells) != len(f.file.Header) {
		row.Wrong = fmt.Sprintf("This row has %s, and the first row has %d. Look for a missing or a spare separator.", cellsOf(len(row.Cells)), len(f.file.Header))
	}
	f.piece = append(f.piece, row)
	if len(f.piece) < pieceRows && f.bytes < pieceBytes {
		return nil
	}
	return f.hand()
}

func cellsOf(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}

func (f *reader) hand() error {
	err := f.keep(f.file.Pieces, f.piece)
	f.file.Pieces++
	f.piece, f.bytes = nil, 0
	return err
}

func (f *reader) end() error {
	if f.file.Rows == 0 {
		return wrongFile("This file has names of columns, but no rows below them.")
	}
	if len(f.piece) == 0 {
		return nil
	}
	return f.hand()
}

func wrongFile(text string) error {
	return hookline.Invalid("The file was not taken.", map[string]string{"file": text})
}

func notUTF8(line int) error {
	return wrongFile(fmt.Sprintf("Line %d is not written in UTF-8. Save the list as “CSV UTF-8” and choose that.", line))
}

// readError tells apart what is wrong with the file from what went wrong on its
// way.
func readError(err error) error {
	if told, is := errors.AsType[*hookline.Error](err); is {
		return told
	}
	if errors.Is(err, csv.ErrQuote) {
		return wrongFile("A quotation mark opens and is never closed. " + ruleOfQuotes)
	}
	return fmt.Errorf("read file: %w", err)
}
