package web

import (
	"bytes"
	"context"
	"log/slog"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/deletion"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/internal/importing"
)

// upload posts a file as a browser does.
func (b *browser) upload(name, text string) *answer {
	b.site.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err == nil {
		err = m.Close()
	}
	b.site.must(err)
	return b.with("Content-Type", m.FormDataContentType()).do(http.MethodPost, "/imports/new", &body)
}

const people = "id,email,plan\nu7,uma@example.com,pro\nu8,no address,pro\n"

// imported takes a file in, and gives its import.
func (s *site) imported(text string) hookline.Import {
	s.t.Helper()
	got := s.as(editor).upload("people.csv", text)
	if got.Code != http.StatusSeeOther {
		s.t.Fatalf("%d\n%s", got.Code, got.seen())
	}
	i, err := s.store.Import(s.t.Context(), strings.TrimPrefix(got.Header().Get("Location"), "/imports/"))
	s.must(err)
	return i
}

// carriesOut has imports and deletions carried out until the test ends.
func (s *site) carriesOut() {
	ctx, cancel := context.WithCancel(s.t.Context())
	log, done := slog.New(slog.DiscardHandler), make(chan error, 2)
	go func() { done <- importing.New(s.store, log).Run(ctx) }()
	go func() {
		done <- deletion.New(s.store, delivery.New(s.store, nil, delivery.Config{}, log), log).Run(ctx)
	}()
	s.t.Cleanup(func() {
		cancel()
		s.must(<-done)
		s.must(<-done)
	})
}

// until waits for an import to be in a state.
func (s *site) until(id string, state hookline.ImportState) hookline.Import {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		i, err := s.store.Import(s.t.Context(), id)
		s.must(err)
		if i.State == state {
			return i
		}
	}
	s.t.Fatalf("the import never is %s", state)
	return hookline.Import{}
}

// deleted waits for the newest deletion to have finished.
func (s *site) deleted() hookline.Deletion {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		list, err := s.store.ListDeletions(s.t.Context(), hookline.Cursor{Limit: 1})
		s.must(err)
		if len(list.Rows) == 1 && list.Rows[0].State == hookline.DeletionFinished {
			return list.Rows[0]
		}
	}
	s.t.Fatal("nobody was deleted")
	return hookline.Deletion{}
}

// comeAndGone leaves imports in several states, and a deletion.
func (s *site) comeAndGone() {
	s.t.Helper()
	s.carriesOut()
	s.imported(people)
	for _, state := range []hookline.ImportState{hookline.ImportTried, hookline.ImportFinished} {
		i := s.imported(people)
		s.must(s.store.ChooseColumns(s.t.Context(), i.ID, i.ImportChoice, "ana@example.com"))
		s.until(i.ID, hookline.ImportTried)
		if state == hookline.ImportFinished {
			s.must(s.store.ChangeImport(s.t.Context(), i.ID, hookline.ImportRunning, "ana@example.com"))
			s.until(i.ID, state)
		}
	}
	p, err := s.store.PersonByIdentity(s.t.Context(), hookline.UserIdentity("u7"))
	s.must(err)
	_, err = s.store.BeginDeletion(s.t.Context(), hookline.DeletionWish{PersonID: p.ID, Suppress: true, By: "ana@example.com"})
	s.must(err)
	s.deleted()
}

// importDeeds are what editors do with files of people, and with deletions.
func (w *workshop) importDeeds() map[string]func() deed {
	tried := func(states ...hookline.ImportState) string {
		i := w.imported(people)
		w.must(w.store.ChooseColumns(w.t.Context(), i.ID, i.ImportChoice, "ana@example.com"))
		w.must(w.store.TriedImport(w.t.Context(), i.ID, hookline.ImportTrial{}, true))
		for _, state := range states {
			w.must(w.store.ChangeImport(w.t.Context(), i.ID, state, "ana@example.com"))
		}
		return importPath(i.ID)
	}
	return map[string]func() deed{
		"POST /imports/{id}/columns": func() deed {
			return deed{importPath(w.imported(people).ID) + "/columns", columnsForm(), audit.Changed, audit.Import}
		},
		"POST /imports/{id}/begin": func() deed { return deed{tried() + "/begin", nil, audit.Resumed, audit.Import} },
		"POST /imports/{id}/pause": func() deed {
			return deed{tried(hookline.ImportRunning) + "/pause", nil, audit.Paused, audit.Import}
		},
		"POST /imports/{id}/continue": func() deed {
			return deed{tried(hookline.ImportRunning, hookline.ImportPaused) + "/continue", nil, audit.Resumed, audit.Import}
		},
		"POST /imports/{id}/stop": func() deed { return deed{tried() + "/stop", nil, audit.Cancelled, audit.Import} },
		"POST /deletions/{id}/allow": func() deed {
			d, err := w.store.BeginDeletion(w.t.Context(), hookline.DeletionWish{PersonID: w.somebody("gone").ID, Suppress: true, By: "ana@example.com"})
			w.must(err)
			return deed{deletionPath(d.ID) + "/allow", nil, audit.Changed, audit.Person}
		},
	}
}

// columnsForm says what the columns of people are.
func columnsForm(more ...string) map[string][]string {
	f := form("use_0", "id", "use_1", "email", "use_2", "attribute", "attribute_2", "plan", "type_2", "text", "empty", "leave")
	for i := 0; i < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

// TestImportOfPeople goes the whole way of a file: columns, dry run, import, and what was refused.
func TestImportOfPeople(t *testing.T) {
	s := newSite(t, nil)
	s.carriesOut()
	b := s.as(editor)
	b.get("/imports").want(t, 200, "Nothing was imported yet", "Import people")
	b.get("/imports/new").want(t, 200, `type="file"`, `enctype="multipart/form-data"`)
	i := s.imported(people)
	if entries := s.entries(); entries[0].Kind != audit.Import || entries[0].Deed != audit.Created {
		t.Errorf("entries: %+v", entries)
	}
	path := importPath(i.ID)
	b.get(path).want(t, 200, "What the columns are", "uma@example.com", "What “plan” is", "2 rows")
	b.post(path+"/columns", columnsForm("use_1", "id", "attribute_2", "")).want(t, 422, "Another column is this already.", "Enter the attribute’s name")
	b.post(path+"/columns", columnsForm("use_0", "skip", "use_1", "skip")).want(t, 422, "Choose the column by which people are known")
	b.post(path+"/columns", columnsForm()).wantRedirect(t, path)
	s.until(i.ID, hookline.ImportTried)
	b.get(path).want(t, 200, "A person would be made", "“no address” is not an e-mail address.", "uma@example.com", "Import them")
	b.get(path+"?columns=change").want(t, 200, "What the columns are")
	if _, err := s.store.PersonByIdentity(t.Context(), "user:u7"); hookline.KindOf(err) != hookline.KindNotFound {
		t.Errorf("after the dry run: %v", err)
	}
	b.post(path+"/begin", nil).wantRedirect(t, path)
	s.until(i.ID, hookline.ImportFinished)
	b.get(path).want(t, 200, "All 2 rows are done.", "Refused rows", "u8 · no address · pro", "!Import them")
	b.post(path+"/begin", nil).want(t, 409, "finished already")
	got := b.get(path + "/refused")
	if want := "id,email,plan,line,why\r\nu8,no address,pro,3,email: “no address” is not an e-mail address.\r\n"; got.Body.String() != want {
		t.Errorf("refused rows: %q, want %q", got.Body.String(), want)
	}
	p, err := s.store.PersonByIdentity(t.Context(), "email:uma@example.com")
	if err != nil || string(p.Attributes) != `{"email":"uma@example.com","plan":"pro"}` {
		t.Errorf("imported: %+v, %v", p, err)
	}
	s.as(viewer).get(path).want(t, 200, "!Download refused rows")
}

func TestFilesThatAreNotTaken(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	for name, c := range map[string]struct{ text, says string }{
		"empty.csv":  {"", "This file is empty."},
		"sheet.xlsx": {"PK\x03\x04", "Excel workbook"},
		"latin.csv":  {"id\nJ\xfcrgen\n", "Line 2 is not written in UTF-8."},
		"large.csv":  {"id,x\n" + strings.Repeat("1,"+strings.Repeat("x", 1000)+"\n", 53_000), "larger than 50 MB"},
	} {
		b.upload(name, c.text).want(t, 422, c.says, `aria-invalid="true"`)
	}
	b.post("/imports/new", form("file", "people.csv")).want(t, 422, "Choose a file")
	list, err := s.store.ListImports(t.Context(), hookline.Cursor{})
	if err != nil || len(list.Rows) > 0 {
		t.Errorf("%d imports are left, %v", len(list.Rows), err)
	}
	s.as(hookline.Support).upload("people.csv", people).want(t, 403)
}

func TestImportIsPausedAndStopped(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	i := s.imported(people)
	path := importPath(i.ID)
	b.post(path+"/begin", nil).want(t, 409, "Look at the dry run first")
	s.must(s.store.ChooseColumns(t.Context(), i.ID, i.ImportChoice, "ana@example.com"))
	b.get(path).want(t, 200, "The dry run has looked at 0 of 2 rows.")
	s.must(s.store.TriedImport(t.Context(), i.ID, hookline.ImportTrial{Counts: hookline.ImportCounts{hookline.ImportRefused: 2}}, true))
	b.get(path).want(t, 200, "Every row would be refused")
	b.post(path+"/begin", nil).wantRedirect(t, path)
	b.post(path+"/pause", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "Paused by editor@example.com", "Continue")
	b.get(path+"/stop").want(t, 200, "Stop this import?")
	b.post(path+"/stop", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "Stopped by editor@example.com.")
	b.get(path+"/stop").want(t, 409, "over already")
}
