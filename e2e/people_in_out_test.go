//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// TestPeopleInAndOut brings people from a table and takes them away in one, by the keyboard alone: to the file, its
// columns, the dry run, the import, the rows that it refused; and then the export.
func TestPeopleInAndOut(t *testing.T) {
	v := visit(t, newHouse(t))
	setUp(v)
	s := &inOutStory{story: &story{visitor: v}, keys: keyboard{v}}
	s.tells([]chapter{
		{"to the file", s.toTheFile},
		{"its columns and the dry run", s.tries},
		{"the import, and what it refused", s.imports},
		{"the export", s.exports},
	})
}

type inOutStory struct {
	*story
	keys keyboard
}

func (s *inOutStory) toTheFile() {
	s.open("/people")
	s.keys.press(s.control("Import"))
	s.at("/imports")
	s.keys.press(s.control("Import people").First())
	file := s.field("A table, saved as CSV")
	s.keys.reach(file)
	s.chooses(file, "Customer ID;E-Mail;Plan;Seats;Note\r\nu1;ana@example.com;pro;3;likes tea\r\nu2;no address;free;1;\r\n")
	s.keys.press(s.control("Read the file"))
	s.sees("2 rows")
}

// chooses gives the file that somebody would choose in a window of the system, where this keyboard does not reach.
func (s *inOutStory) chooses(field playwright.Locator, text string) {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "people.csv")
	s.must("write the file", os.WriteFile(path, []byte(text), 0o600))
	s.must("choose the file", field.SetInputFiles(path, playwright.LocatorSetInputFilesOptions{Timeout: patience}))
}

func (s *inOutStory) tries() {
	s.keys.choose(s.field("What “Note” is"), 3) // left out
	s.keys.write(s.field("Attribute of “Plan”"), "tariff")
	s.keys.press(s.control("Begin the dry run"))
	s.sees("The dry run has looked at every row")
	s.sees("“no address” is not an e-mail address.")
	s.sees(`"tariff":"pro"`)
}

func (s *inOutStory) imports() {
	s.keys.press(s.control("Import them"))
	s.sees("All 2 rows are done.")
	s.sees("u2 · no address")
	refused := s.downloads(func() { s.keys.press(s.control("Download refused rows")) })
	if !strings.Contains(refused, "no address") || strings.Contains(refused, "ana@example.com") {
		s.t.Errorf("the file of refused rows holds\n%s", refused)
	}
}

func (s *inOutStory) exports() {
	s.open("/people")
	s.keys.press(s.control("Export"))
	s.sees("The file has everybody.")
	s.keys.press(s.field("seats")) // left out
	file := s.downloads(func() { s.keys.press(s.control("Download")) })
	header, rows, _ := strings.Cut(file, "\n")
	if !strings.Contains(header, "tariff") || strings.Contains(header, "seats") || strings.Contains(header, "note") {
		s.t.Errorf("the file has the columns %s", header)
	}
	if !strings.Contains(rows, "ana@example.com") || !strings.Contains(rows, "pro") {
		s.t.Errorf("the file has the rows %s", rows)
	}
}
