package importing

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func readAll(t *testing.T, text string) (File, []hookline.ImportRow, error) {
	t.Helper()
	var all []hookline.ImportRow
	next := 0
	file, err := Read(strings.NewReader(text), func(number int, rows []hookline.ImportRow) error {
		if number != next {
			t.Errorf("piece %d comes after %d pieces", number, next)
		}
		next++
		all = append(all, rows...)
		return nil
	})
	return file, all, err
}

func TestReadUnderstandsFiles(t *testing.T) {
	want := []hookline.ImportRow{{Line: 2, Cells: []string{"u1", "Ana, of Porto"}}, {Line: 3, Cells: []string{"u2", "two\nlines"}}, {Line: 5, Cells: []string{"u3", `say "yes"`}}}
	for name, text := range map[string]string{
		"commas":     "id,Full name\nu1,\"Ana, of Porto\"\nu2,\"two\nlines\"\nu3,\"say \"\"yes\"\"\"\n",
		"a mark":     "\xef\xbb\xbfid,Full name\nu1,\"Ana, of Porto\"\nu2,\"two\nlines\"\nu3,\"say \"\"yes\"\"\"",
		"semicolons": "id;Full name\r\nu1;Ana, of Porto\r\nu2;\"two\nlines\"\r\nu3;\"say \"\"yes\"\"\"\r\n",
		"tabs":       "id\tFull name\nu1\tAna, of Porto\nu2\t\"two\nlines\"\nu3\t\"say \"\"yes\"\"\"\n",
	} {
		file, rows, err := readAll(t, text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(File{Header: []string{"id", "Full name"}, Rows: 3, Pieces: 1}, file); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadKeepsRowsThatAreWrong(t *testing.T) {
	_, rows, err := readAll(t, "id,name\nu1,Ana\nu2\nu3,x\"y\nu4,Bea,spare\n\nu5,Eva\n")
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[int]string{}
	for _, r := range rows {
		wrong[r.Line], _, _ = strings.Cut(r.Wrong, ".")
	}
	want := map[int]string{2: "", 3: "This row has 1 cell, and the first row has 2", 4: "The quotation marks in this row do not fit", 5: "This row has 3 cells, and the first row has 2", 7: ""}
	if diff := cmp.Diff(want, wrong); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadRefusesFiles(t *testing.T) {
	wide := strings.Repeat("a,", hookline.MaxImportColumns) + "a\n"
	for text, says := range map[string]string{
		"":                           "is empty",
		" \n ":                       "is empty",
		"id,name\n":                  "no rows below",
		"PK\x03\x04rest":             "Excel workbook",
		"\xff\xfei\x00d\x00":         "UTF-16",
		"id\x00,name":                "not a text file",
		"id,name\nu1,J\xfcrgen\n":    "Line 2 is not written in UTF-8",
		"id,na\xfcme\nu1,J\n":        "Line 1 is not written in UTF-8",
		wide + wide:                  "201 columns",
		"id,name\nu1,\"never closed": "", // a row that is wrong, see below
	} {
		_, rows, err := readAll(t, text)
		if says == "" {
			if err != nil || len(rows) != 1 || rows[0].Wrong == "" {
				t.Errorf("%.20q: %v, %v", text, rows, err)
			}
			continue
		}
		told, is := errors.AsType[*hookline.Error](err)
		if !is || !strings.Contains(told.Fields["file"], says) {
			t.Errorf("%.20q: %v, want a sentence with %q", text, err, says)
		}
	}
}

// endless gives rows without an end, and counts how far it was read.
type endless struct {
	row  string
	read int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.row[e.read%int64(len(e.row)):])
	e.read += int64(n)
	return n, nil
}

func TestReadIsBounded(t *testing.T) {
	for _, test := range []struct {
		begin, row, says string
		most             int64
	}{
		{"id,name\n", "u1," + strings.Repeat("x", 100) + "\n", "larger than 50 MB", hookline.MaxImportBytes + 1<<20},
		{"id\n", "u1\n", "more than 1,000,000 rows", 5 << 20},
		{"id,name\nu1,\"", "never closed\n", "longer than 1 MB", 3 << 20},
	} {
		source := &endless{row: test.row}
		var most uint64
		_, err := Read(io.MultiReader(strings.NewReader(test.begin), source), func(number int, _ []hookline.ImportRow) error {
			if number%500 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
			return nil
		})
		if told, is := errors.AsType[*hookline.Error](err); !is || !strings.Contains(told.Fields["file"], test.says) {
			t.Errorf("%.10q: %v, want a sentence with %q", test.row, err, test.says)
		}
		if source.read > test.most {
			t.Errorf("%.10q: %d bytes were read, want %d at most", test.row, source.read, test.most)
		}
		if most > 40<<20 {
			t.Errorf("%.10q: %d MB of memory", test.row, most>>20)
		}
	}
}

func TestReadHandsPiecesOn(t *testing.T) {
	var text strings.Builder
	text.WriteString("id\n")
	for i := range 1001 {
		fmt.Fprintln(&text, i)
	}
	file, rows, err := readAll(t, text.String())
	if err != nil || file.Rows != 1001 || len(rows) != 1001 || file.Pieces != 5 {
		t.Errorf("%+v with %d rows, %v", file, len(rows), err)
	}
	full := errors.New("the disk is full")
	if _, err := Read(strings.NewReader(text.String()), func(int, []hookline.ImportRow) error { return full }); !errors.Is(err, full) {
		t.Errorf("%v, want what keeping says", err)
	}
}
