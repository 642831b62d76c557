package hookline

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The limits of a file of people.
const (
	MaxImportBytes   = 50 << 20
	MaxImportRows    = 1_000_000
	MaxImportColumns = 200
)

// ImportState is where an import stands.
//
//	receiving ──▶ mapping ──columns are chosen──▶ trying ──every row was looked at──▶ tried
//	                 ▲                                                                 │ │
//	                 └──────────────────────columns are changed────────────────────────┘ begin
//	                            paused ◀──pause── running ◀──────────────────────────────┘
//	                              └───continue──▶    └──no row is left──▶ finished
//	             mapping, trying, tried, running, paused ──stop──▶ stopped
type ImportState string

// The states of an import.
const (
	ImportReceiving ImportState = "receiving" // the file is coming in
	ImportMapping   ImportState = "mapping"   // somebody chooses what its columns are
	ImportTrying    ImportState = "trying"    // the dry run is under way
	ImportTried     ImportState = "tried"     // somebody looks at what the dry run found
	ImportRunning   ImportState = "running"
	ImportPaused    ImportState = "paused"
	ImportStopped   ImportState = "stopped"
	ImportFinished  ImportState = "finished"
)

// Over says whether nothing more will be imported.
func (s ImportState) Over() bool { return s == ImportStopped || s == ImportFinished }

// Begun says whether people have been changed, or may have been.
func (s ImportState) Begun() bool { return s == ImportRunning || s == ImportPaused || s.Over() }

// ImportUse is what a column of the file becomes.
type ImportUse string

// The uses of a column.
const (
	UseNothing   ImportUse = "skip"
	UseUserID    ImportUse = "id"
	UseEmail     ImportUse = "email"
	UseAttribute ImportUse = "attribute"
)

// ImportType is what the cells of a column hold.
type ImportType string

// The types of a column.
const (
	TypeText    ImportType = "text"
	TypeNumber  ImportType = "number" // as exact as it is written
	TypeBoolean ImportType = "yes_no"
	TypeDate    ImportType = "date"
	TypeJSON    ImportType = "json"
)

// ImportTypes lists the types in the order of a menu.
func ImportTypes() []ImportType {
	return []ImportType{TypeText, TypeNumber, TypeBoolean, TypeDate, TypeJSON}
}

// ImportColumn says what one column becomes.
type ImportColumn struct {
	Use       ImportUse  `json:"use"`
	Attribute string     `json:"attribute,omitempty"`
	Type      ImportType `json:"type,omitempty"`
}

// EmptyCells says what an empty cell does to the attribute.
type EmptyCells string

// What empty cells do.
const (
	EmptyLeaves  EmptyCells = "leave"  // the attribute stays as it is
	EmptyRemoves EmptyCells = "remove" // the person has it no more
)

// ImportChoice is what somebody chose of an import's columns.
type ImportChoice struct {
	Columns []ImportColumn
	Empty   EmptyCells
}

// Validate says what is wrong, at "columns" or at the column, such as "column_2".
func (c ImportChoice) Validate() error {
	f := fields{}
	names, hasEmail := map[string]bool{}, slices.ContainsFunc(c.Columns, func(one ImportColumn) bool { return one.Use == UseEmail })
	uses := map[ImportUse]int{}
	for i, column := range c.Columns {
		field := "column_" + strconv.Itoa(i)
		uses[column.Use]++
		switch column.Use {
		case UseNothing, UseUserID, UseEmail:
			f.check(column.Use == UseNothing || uses[column.Use] == 1, field, "Another column is this already. Choose one of them.")
		case UseAttribute:
			f.check(strings.TrimSpace(column.Attribute) != "" && len(column.Attribute) <= 150, field, "Enter the attribute’s name: at most 150 characters.")
			f.check(!names[column.Attribute], field, "Another column sets this attribute already.")
			f.check(column.Attribute != "email" || !hasEmail, field, "Another column is the e-mail address already.")
			f.check(column.Type.known(), field, "Choose what its cells hold.")
			names[column.Attribute] = true
		default:
			f.check(false, field, "Choose what this column is.")
		}
	}
	f.check(uses[UseUserID]+uses[UseEmail] > 0, "columns", "Choose the column by which people are known: their id, or their e-mail address.")
	f.check(c.Empty == EmptyLeaves || c.Empty == EmptyRemoves, "empty", "Choose what empty cells do.")
	return f.err("The columns could not be saved.")
}

func (t ImportType) known() bool {
	for _, one := range ImportTypes() {
		if t == one {
			return true
		}
	}
	return false
}

// ImportRow is one row of the file.
type ImportRow struct {
	Line  int      `json:"l"` // in the file, from 1
	Cells []string `json:"c"`
	Wrong string   `json:"w,omitempty"` // why it could not be read
}

// ImportOutcome is what becomes of a row.
type ImportOutcome string

// The outcomes of a row.
const (
	ImportMade     ImportOutcome = "made"     // a person was made
	ImportChanged  ImportOutcome = "changed"  // somebody's attributes were
	ImportSame     ImportOutcome = "same"     // nothing had to be changed
	ImportRefused  ImportOutcome = "refused"  // see ImportRefusal
	ImportRepeated ImportOutcome = "repeated" // in a dry run: a row before is about the same person
)

// ImportOutcomes lists the outcomes in the order in which they are told.
func ImportOutcomes() []ImportOutcome {
	return []ImportOutcome{ImportMade, ImportChanged, ImportSame, ImportRepeated, ImportRefused}
}

// ImportCounts is how many rows came to which outcome.
type ImportCounts map[ImportOutcome]int

// Rows is how many rows have been looked at.
func (c ImportCounts) Rows() int {
	n := 0
	for _, one := range c {
		n += one
	}
	return n
}

// ImportRefusal is a row that was not imported, and why.
type ImportRefusal struct {
	Line   int      `json:"line"`
	Reason string   `json:"reason"` // a whole sentence
	Cells  []string `json:"cells"`
}

// ImportSample is a row of a dry run, and what would become of it.
type ImportSample struct {
	Line    int             `json:"line"`
	Who     string          `json:"who"`
	Outcome ImportOutcome   `json:"outcome"`
	Sets    json.RawMessage `json:"sets,omitempty"` // the attributes that would be set
	Removes []string        `json:"removes,omitempty"`
	Reason  string          `json:"reason,omitempty"`
}

// ImportTrial is what a dry run found.
type ImportTrial struct {
	Counts  ImportCounts   `json:"counts,omitempty"`
	Samples []ImportSample `json:"samples,omitempty"`
	Reasons map[string]int `json:"reasons,omitempty"` // why rows would be refused, and how many
}

// Import is a file of people, and how far it has come.
type Import struct {
	ID        string // imp_…
	File      string // its name
	Size      int64
	By        string // who gave it
	MadeAt    time.Time
	State     ImportState
	ChangedAt time.Time // when it began, went on, paused or ended last
	ChangedBy string    // nobody for the engine
	Header    []string
	ImportChoice
	Rows     int
	Pieces   int // in which the rows are kept, see ImportPiece
	Position int // pieces that are done
	Counts   ImportCounts
	Trial    ImportTrial
}

// Done is how many rows have been imported, or tried in a dry run.
func (i Import) Done() int {
	if i.State == ImportTrying || i.State == ImportTried {
		return i.Trial.Counts.Rows()
	}
	return i.Counts.Rows()
}

// Change brings an import into another state because somebody asked.
func (i *Import) Change(to ImportState, by string, at time.Time) error {
	from := i.State
	switch {
	case from == ImportFinished:
		return Conflict("This import has finished already, so there is nothing left to change.")
	case from == ImportStopped:
		return Conflict("This import was stopped. To import the rest, begin anew with the file.")
	case from == ImportReceiving:
		return Conflict("The file is still coming in. Wait until it is there.")
	case from == to:
		return Conflict("It is like this already.")
	case to == ImportRunning && from != ImportTried && from != ImportPaused:
		return Conflict("Look at the dry run first: choose the columns and let it end.")
	case to == ImportPaused && from != ImportRunning:
		return Conflict("Nothing is being imported, so there is nothing to pause.")
	case to == ImportMapping && from.Begun():
		return Conflict("The import has begun, so its columns stay.")
	case to == ImportTrying && from != ImportMapping && from != ImportTried:
		return Conflict("The columns can be chosen before the import begins, not any more.")
	}
	i.State, i.ChangedBy, i.ChangedAt = to, by, at
	return nil
}

// ImportPiece is a stretch of an import's rows, which is imported whole or not
// at all.
type ImportPiece struct {
	ImportID string
	Number   int // from 0
	Rows     []ImportRow
}

// ImportStep is what comes of one piece.
type ImportStep struct {
	ImportID string
	Piece    int // the import's position before it
	People   []ImportedPerson
	Refusals []ImportRefusal
}
