package importing

import (
	"io"

	"hookline/internal/hookline"
)

// counted ends a file that is too large.
type counted struct {
	in   io.Reader
	read int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	if c.read += int64(n); c.read > hookline.MaxImportBytes {
		return n, wrongFile("This file is larger than 50 MB. Divide it into several.")
	}
	return n, err
}

// bounded ends a row that is too long, so that no file takes more memory than a
// row may have.
type bounded struct {
	in    io.Reader
	read  int64
	began int64 // where the row did
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.read-b.began > maxRow {
		return 0, wrongFile("A row is longer than 1 MB. Perhaps a quotation mark opens and is never closed. " + ruleOfQuotes)
	}
	n, err := b.in.Read(p)
	b.read += int64(n)
	return n, err
}
