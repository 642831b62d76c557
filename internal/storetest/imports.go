package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/importing"
)

// importStore is what imports need, and those who begin and watch them.
type importStore interface {
	importing.Store
	CreateImport(ctx context.Context, file, by string) (hookline.Import, error)
	KeepImportPiece(ctx context.Context, p hookline.ImportPiece) error
	ReceivedImport(ctx context.Context, got hookline.Import) error
	DeleteImport(ctx context.Context, id string) error
	ListImports(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.Import], error)
	ChooseColumns(ctx context.Context, id string, c hookline.ImportChoice, by string) error
	ChangeImport(ctx context.Context, id string, to hookline.ImportState, by string) error
	ListImportRefusals(ctx context.Context, id string, after, limit int) ([]hookline.ImportRefusal, error)
}

var importPromises = []promise{
	{"a file is seen once it has come in whole", importReceived},
	{"an import makes, changes and leaves people, and keeps what it refused", importWhole},
	{"a dry run counts what would happen, and changes nobody", importTried},
	{"an import changes only what it is given", importMerges},
	{"a piece from another place, or of an import that does not run, changes nothing", importMoved},
	{"an import is paused, continued, stopped and finished once", importStates},
	{"the rows of what is over, and of what nobody goes on with, are forgotten", importForgets},
	{"whoever was remembered is as they were imported", importKnown},
}

// byIDAndPlan is what the columns of most files here are.
var byIDAndPlan = hookline.ImportChoice{Empty: hookline.EmptyLeaves, Columns: []hookline.ImportColumn{
	{Use: hookline.UseUserID}, {Use: hookline.UseEmail}, {Use: hookline.UseAttribute, Attribute: "plan", Type: hookline.TypeText},
}}

// received takes a file in, as the page does.
func (h *house) received(t *testing.T, text string) hookline.Import {
	t.Helper()
	i := must(h.CreateImport(t.Context(), "people.csv", asker))(t)
	file, err := importing.Read(strings.NewReader(text), func(number int, rows []hookline.ImportRow) error {
		return h.KeepImportPiece(t.Context(), hookline.ImportPiece{ImportID: i.ID, Number: number, Rows: rows})
	})
	mustDo(t, err)
	i.Header, i.Size, i.Rows, i.Pieces = file.Header, int64(len(text)), file.Rows, file.Pieces
	i.ImportChoice = byIDAndPlan
	mustDo(t, h.ReceivedImport(audit.With(t.Context(), ana), i))
	return i
}

// until runs imports until this one is in a state.
func (h *house) until(t *testing.T, id string, state hookline.ImportState) hookline.Import {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	runner, done := importing.New(h, slog.New(slog.DiscardHandler)), make(chan error, 1)
	go func() { done <- runner.Run(ctx) }()
	defer func() { cancel(); mustDo(t, <-done) }()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if i := must(h.Import(t.Context(), id))(t); i.State == state {
			return i
		}
		runner.Nudge()
	}
	t.Fatalf("the import never is %s", state)
	return hookline.Import{}
}

// imported takes a file in and imports it.
func (h *house) imported(t *testing.T, text string, c hookline.ImportChoice) hookline.Import {
	t.Helper()
	i := h.received(t, text)
	mustDo(t, h.ChooseColumns(t.Context(), i.ID, c, asker))
	h.until(t, i.ID, hookline.ImportTried)
	mustDo(t, h.ChangeImport(t.Context(), i.ID, hookline.ImportRunning, asker))
	return h.until(t, i.ID, hookline.ImportFinished)
}

func importReceived(t *testing.T, h *house) {
	i := must(h.CreateImport(t.Context(), "people.csv", asker))(t)
	_, err := h.Import(t.Context(), i.ID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "list", len(must(h.ListImports(t.Context(), hookline.Cursor{}))(t).Rows), 0)
	mustDo(t, h.DeleteImport(t.Context(), i.ID))
	wantKind(t, hookline.KindNotFound, h.ReceivedImport(t.Context(), i))

	i = h.received(t, "id,email,plan\nu1,ana@example.com,pro\n")
	got := must(h.Import(t.Context(), i.ID))(t)
	equal(t, "state", got.State, hookline.ImportMapping)
	equal(t, "header", got.Header, []string{"id", "email", "plan"})
	equal(t, "choice", got.ImportChoice, byIDAndPlan)
	equal(t, "who", got.By+" "+got.File, asker+" people.csv")
	equal(t, "rows", must(h.ImportPiece(t.Context(), i.ID, 0))(t).Rows, []hookline.ImportRow{{Line: 2, Cells: []string{"u1", "ana@example.com", "pro"}}})
	wantKind(t, hookline.KindConflict, h.ReceivedImport(t.Context(), i))
	equal(t, "entry", h.did(t).Kind, audit.Import)
}

// fourRows make one, change one, leave one, and are refused once.
const fourRows = "id,email,plan\nnew,new@example.com,pro\nu1,,pro\nu2,,pro\n,nobody,pro\n"

func (h *house) twoPeople(t *testing.T) {
	t.Helper()
	for user, attributes := range map[string]string{"u1": `{"plan":"free","seats":3}`, "u2": `{"plan":"pro"}`} {
		_, _, err := h.PutPerson(t.Context(), user, json.RawMessage(attributes))
		mustDo(t, err)
	}
}

func importWhole(t *testing.T, h *house) {
	h.twoPeople(t)
	i := h.imported(t, fourRows, byIDAndPlan)
	equal(t, "counts", i.Counts, hookline.ImportCounts{hookline.ImportMade: 1, hookline.ImportChanged: 1, hookline.ImportSame: 1, hookline.ImportRefused: 1})
	made := must(h.PersonByIdentity(t.Context(), "email:new@example.com"))(t)
	equal(t, "made", made.UserID+" "+string(made.Attributes), `new {"email":"new@example.com","plan":"pro"}`)
	equal(t, "refused", must(h.ListImportRefusals(t.Context(), i.ID, 0, 10))(t),
		[]hookline.ImportRefusal{{Line: 5, Reason: "email: “nobody” is not an e-mail address.", Cells: []string{"", "nobody", "pro"}}})
	equal(t, "after it", len(must(h.ListImportRefusals(t.Context(), i.ID, 5, 10))(t)), 0)
}

func importTried(t *testing.T, h *house) {
	h.twoPeople(t)
	i := h.received(t, fourRows+"new,,free\n")
	mustDo(t, h.ChooseColumns(t.Context(), i.ID, byIDAndPlan, asker))
	i = h.until(t, i.ID, hookline.ImportTried)
	equal(t, "counts", i.Trial.Counts, hookline.ImportCounts{hookline.ImportMade: 1, hookline.ImportChanged: 1, hookline.ImportSame: 1, hookline.ImportRefused: 1, hookline.ImportRepeated: 1})
	equal(t, "reasons", i.Trial.Reasons, map[string]int{"email: “nobody” is not an e-mail address.": 1})
	equal(t, "a sample", i.Trial.Samples[1], hookline.ImportSample{Line: 2, Who: "new", Outcome: hookline.ImportMade, Sets: json.RawMessage(`{"email":"new@example.com","plan":"pro"}`)})
	_, err := h.PersonByIdentity(t.Context(), "user:new")
	wantKind(t, hookline.KindNotFound, err)
}

func importMerges(t *testing.T, h *house) {
	_, _, err := h.PutPerson(t.Context(), "u1", json.RawMessage(`{"plan":"free","exact":1.50,"seats":3}`))
	mustDo(t, err)
	alone := h.person(t, "", `{"email":"alone@example.com"}`)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: must(h.FanoutCursor(t.Context()))(t), To: evt(9_000_000), People: []hookline.PersonChange{{Person: alone, Identities: []string{"email:alone@example.com"}}}}))
	c := hookline.ImportChoice{Empty: hookline.EmptyRemoves, Columns: []hookline.ImportColumn{
		{Use: hookline.UseUserID}, {Use: hookline.UseEmail}, {Use: hookline.UseAttribute, Attribute: "plan", Type: hookline.TypeText}, {Use: hookline.UseNothing},
	}}
	i := h.imported(t, "id,email,plan,left out\nu1,,,x\nu9,ALONE@example.com,pro,x\n", c)
	equal(t, "counts", i.Counts[hookline.ImportChanged], 2)
	equal(t, "the attributes that were not given", string(must(h.PersonByIdentity(t.Context(), "user:u1"))(t).Attributes), `{"exact":1.50,"seats":3}`)
	known := must(h.PersonByIdentity(t.Context(), "user:u9"))(t)
	equal(t, "who was known by the address alone", known.ID, alone.ID)
	equal(t, "and by it still", must(h.PersonByIdentity(t.Context(), "email:alone@example.com"))(t).ID, alone.ID)

	known.Suppressed = true
	must(h.UpdatePerson(t.Context(), known))(t)
	i = h.imported(t, "id,email,plan\nu9,,free\n", byIDAndPlan)
	equal(t, "suppressed", i.Counts, hookline.ImportCounts{hookline.ImportRefused: 1})
}

func importMoved(t *testing.T, h *house) {
	i := h.received(t, "id,email,plan\nu1,,pro\n")
	p, _ := importing.Person(i.Header, i.ImportChoice, must(h.ImportPiece(t.Context(), i.ID, 0))(t).Rows[0])
	step := hookline.ImportStep{ImportID: i.ID, People: []hookline.ImportedPerson{p}}
	wantKind(t, hookline.KindConflict, h.StepImport(t.Context(), step))
	mustDo(t, h.ChooseColumns(t.Context(), i.ID, byIDAndPlan, asker))
	h.until(t, i.ID, hookline.ImportTried)
	mustDo(t, h.ChangeImport(t.Context(), i.ID, hookline.ImportRunning, asker))
	step.Piece = 1
	wantKind(t, hookline.KindConflict, h.StepImport(t.Context(), step))
	wantKind(t, hookline.KindConflict, h.FinishImport(t.Context(), i.ID))
	step.Piece = 0
	mustDo(t, h.StepImport(t.Context(), step))
	wantKind(t, hookline.KindConflict, h.StepImport(t.Context(), step))
	equal(t, "counts", must(h.Import(t.Context(), i.ID))(t).Counts.Rows(), 1)
}

func importStates(t *testing.T, h *house) {
	i := h.received(t, fourRows)
	change := func(to hookline.ImportState) error { return h.ChangeImport(t.Context(), i.ID, to, asker) }
	wantKind(t, hookline.KindConflict, change(hookline.ImportRunning))
	wantKind(t, hookline.KindConflict, h.ChooseColumns(t.Context(), i.ID, hookline.ImportChoice{Empty: hookline.EmptyLeaves, Columns: byIDAndPlan.Columns[:1]}, asker))
	wantKind(t, hookline.KindInvalid, h.ChooseColumns(t.Context(), i.ID, hookline.ImportChoice{}, asker))
	mustDo(t, h.ChooseColumns(t.Context(), i.ID, byIDAndPlan, asker))
	h.until(t, i.ID, hookline.ImportTried)
	wantKind(t, hookline.KindConflict, change(hookline.ImportPaused))
	mustDo(t, change(hookline.ImportRunning))
	mustDo(t, change(hookline.ImportPaused))
	wantKind(t, hookline.KindConflict, change(hookline.ImportPaused))
	wantKind(t, hookline.KindConflict, h.ChooseColumns(t.Context(), i.ID, byIDAndPlan, asker))
	mustDo(t, change(hookline.ImportStopped))
	wantKind(t, hookline.KindConflict, change(hookline.ImportRunning))
	wantKind(t, hookline.KindNotFound, h.ChangeImport(t.Context(), "imp_gone", hookline.ImportPaused, asker))
}

func importForgets(t *testing.T, h *house) {
	i := h.received(t, fourRows)
	waiting := h.received(t, fourRows)
	mustDo(t, h.ChangeImport(t.Context(), i.ID, hookline.ImportStopped, asker))
	_, err := h.ImportPiece(t.Context(), i.ID, 0)
	wantKind(t, hookline.KindNotFound, err)
	mustDo(t, h.ForgetUnfinishedImports(t.Context(), time.Now().Add(-time.Hour)))
	equal(t, "what is new", must(h.Import(t.Context(), waiting.ID))(t).State, hookline.ImportMapping)
	mustDo(t, h.ForgetUnfinishedImports(t.Context(), time.Now().Add(time.Hour)))
	equal(t, "what nobody went on with", must(h.Import(t.Context(), waiting.ID))(t).State, hookline.ImportStopped)
	_, err = h.ImportPiece(t.Context(), waiting.ID, 0)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "list", len(must(h.ListImports(t.Context(), hookline.Cursor{}))(t).Rows), 2)
}

func importKnown(t *testing.T, h *house) {
	h.twoPeople(t)
	names := []string{"user:u1", "user:new", "email:new@example.com"}
	must(h.PeopleByIdentity(t.Context(), names))(t)
	h.heard()
	h.imported(t, fourRows, byIDAndPlan)
	people := must(h.PeopleByIdentity(t.Context(), names))(t)
	equal(t, "changed", string(people["user:u1"].Attributes), `{"plan":"pro","seats":3}`)
	equal(t, "made", people["email:new@example.com"].UserID, "new")
	if topic := hookline.TopicPerson(people["user:u1"].ID); !strings.Contains(fmt.Sprint(h.heard()), string(topic)) {
		t.Errorf("nobody was told of %s", topic)
	}
}
