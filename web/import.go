package web

import (
	"context"
	"net/http"
	"strconv"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type importStore interface {
	CreateImport(ctx context.Context, file, by string) (hookline.Import, error)
	KeepImportPiece(ctx context.Context, p hookline.ImportPiece) error
	ReceivedImport(ctx context.Context, got hookline.Import) error
	DeleteImport(ctx context.Context, id string) error
	Import(ctx context.Context, id string) (hookline.Import, error)
	ImportPiece(ctx context.Context, id string, number int) (hookline.ImportPiece, error)
	ListImports(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.Import], error)
	ChooseColumns(ctx context.Context, id string, c hookline.ImportChoice, by string) error
	ChangeImport(ctx context.Context, id string, to hookline.ImportState, by string) error
	ListImportRefusals(ctx context.Context, id string, after, limit int) ([]hookline.ImportRefusal, error)
}

const (
	shownRows     = 3  // of a file, while its columns are chosen
	shownRefusals = 50 // on an import's page; the rest is in the file
)

func importPath(id string) string { return "/imports/" + id }

func importCrumbs(more ...ui.Crumb) []ui.Crumb {
	return personCrumbs(append([]ui.Crumb{{Label: "Imports", Href: "/imports"}}, more...)...)
}

func (s *server) listImports(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Store.ListImports(r.Context(), cursor(r))
	if err != nil {
		return err
	}
	m := views.ImportListModel{Imports: list.Rows, Self: r.URL.RequestURI(), MayImport: mayEdit(r)}
	m.Pages = pages(r, list, func(i hookline.Import) string { return i.ID })
	p := ui.Page{Title: "Imports", Active: ui.NavPeople, Crumbs: personCrumbs(), Subtitle: "People from tables: made, or changed where they are known already."}
	if m.MayImport {
		p.Actions = []ui.Button{{Label: "Import people", Href: "/imports/new", Icon: "upload", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.ImportList(m), fragment: views.ImportRows(m)})
}

// showPeopleImport shows an import where it stands: its columns to be chosen, what the dry run found, or how far it has come.
func (s *server) showPeopleImport(w http.ResponseWriter, r *http.Request) error {
	i, err := s.Store.Import(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if mayEdit(r) && (i.State == hookline.ImportMapping || i.State == hookline.ImportTried && r.URL.Query().Get("columns") != "") {
		return s.showColumns(w, r, http.StatusOK, views.ColumnsModel{Import: i, Choice: i.ImportChoice})
	}
	m := views.PeopleImportModel{Import: i, MayImport: mayEdit(r)}
	if i.State.Begun() {
		if m.Refusals, err = s.Store.ListImportRefusals(r.Context(), i.ID, 0, shownRefusals); err != nil {
			return err
		}
	}
	m.Page = s.page(w, r, ui.Page{Title: "Import of " + i.File, Active: ui.NavPeople, Crumbs: importCrumbs()})
	return s.show(w, r, view{page: views.PeopleImport(m), fragment: views.PeopleImportNow(m)})
}

func (s *server) showColumns(w http.ResponseWriter, r *http.Request, status int, m views.ColumnsModel) error {
	piece, err := s.Store.ImportPiece(r.Context(), m.Import.ID, 0)
	if err != nil {
		return err
	}
	for _, row := range piece.Rows {
		if row.Wrong == "" && len(m.Rows) < shownRows {
			m.Rows = append(m.Rows, row)
		}
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "What the columns are", Active: ui.NavPeople, Crumbs: importCrumbs(),
		Subtitle: "Of " + m.Import.File + ". Nothing is changed yet: a dry run comes next.",
	})
	return s.showStatus(w, r, status, view{page: views.Columns(m)})
}

// chooseColumns begins the dry run; what is wrong is told beside the column, and what was chosen stays.
func (s *server) chooseColumns(w http.ResponseWriter, r *http.Request) error {
	i, err := s.Store.Import(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.ColumnsModel{Import: i, Choice: readColumns(r, len(i.Header))}
	err = s.Store.ChooseColumns(r.Context(), i.ID, m.Choice, visitor(r).user.Email)
	if hookline.KindOf(err) == hookline.KindInvalid {
		m.Trouble, _ = onForm(err)
		return s.showColumns(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return goTo(w, r, importPath(i.ID))
}

func readColumns(r *http.Request, n int) hookline.ImportChoice {
	c := hookline.ImportChoice{Empty: hookline.EmptyCells(r.PostFormValue("empty"))}
	for i := range n {
		number := "_" + strconv.Itoa(i)
		column := hookline.ImportColumn{Use: hookline.ImportUse(r.PostFormValue("use" + number))}
		if column.Use == hookline.UseAttribute {
			column.Attribute, column.Type = r.PostFormValue("attribute"+number), hookline.ImportType(r.PostFormValue("type"+number))
		}
		c.Columns = append(c.Columns, column)
	}
	return c
}

func (s *server) beginImport(w http.ResponseWriter, r *http.Request) error {
	return s.changeImport(w, r, hookline.ImportRunning, "The import has begun.")
}

func (s *server) pauseImport(w http.ResponseWriter, r *http.Request) error {
	return s.changeImport(w, r, hookline.ImportPaused, "Paused. Who was imported already stays.")
}

func (s *server) continueImport(w http.ResponseWriter, r *http.Request) error {
	return s.changeImport(w, r, hookline.ImportRunning, "It goes on.")
}

func (s *server) stopImport(w http.ResponseWriter, r *http.Request) error {
	return s.changeImport(w, r, hookline.ImportStopped, "Stopped. Who was imported already stays; the rest of the file is forgotten.")
}

func (s *server) changeImport(w http.ResponseWriter, r *http.Request, to hookline.ImportState, text string) error {
	id, by := r.PathValue("id"), visitor(r).user.Email
	if err := s.Store.ChangeImport(r.Context(), id, to, by); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "import changed", "import", id, "to", string(to), "by", by)
	return s.done(w, r, importPath(id), text)
}

func (s *server) askStopImport(w http.ResponseWriter, r *http.Request) error {
	i, err := s.Store.Import(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if i.State.Over() {
		return hookline.Conflict("This import is over already, so there is nothing left to stop.")
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Stop this import?", Active: ui.NavPeople, Crumbs: importCrumbs(ui.Crumb{Label: i.File, Href: importPath(i.ID)})},
		Text:   "Who was imported already stays as they are. The rest of the file is forgotten, so going on means to begin anew with the file.",
		Action: importPath(i.ID) + "/stop", Yes: "Stop the import", Back: importPath(i.ID),
	})
}
