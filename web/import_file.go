package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/importing"
	"hookline/views"
	"hookline/views/ui"
)

const (
	newImportPath = "/imports/new"
	uploadTakes   = 15 * time.Minute                       // at most: 50 MB at half a megabit a second
	maxUpload     = hookline.MaxImportBytes + 1<<20        // with what the form puts around the file
	maxFileName   = 200                                    // bytes
	noFile        = "Choose a file: a table saved as CSV." // beside the field
)

func (s *server) newImport(w http.ResponseWriter, r *http.Request) error {
	return s.showNewImport(w, r, http.StatusOK, hookline.Error{})
}

func (s *server) showNewImport(w http.ResponseWriter, r *http.Request, status int, trouble hookline.Error) error {
	m := views.NewImportModel{Trouble: trouble}
	m.Page = s.page(w, r, ui.Page{Title: "Import people", Active: ui.NavPeople, Crumbs: importCrumbs(), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.NewImport(m)})
}

// takeFile reads a file as it comes in. What cannot be taken leaves nothing behind.
func (s *server) takeFile(w http.ResponseWriter, r *http.Request) error {
	// Who cannot be given more time, as in a test, is held to the usual.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTakes))
	part, err := filePart(r)
	if err == nil {
		var i hookline.Import
		if i, err = s.receive(r, part); err == nil {
			return s.done(w, r, importPath(i.ID), "The file is here: "+views.RowsWord(i.Rows)+".")
		}
	}
	if trouble, wrong := onForm(err); wrong {
		return s.showNewImport(w, r, http.StatusUnprocessableEntity, trouble)
	}
	return err
}

// filePart finds the file in the form.
func filePart(r *http.Request) (*multipart.Part, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, errNoFile()
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, errNoFile()
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
}

func errNoFile() error {
	return hookline.Invalid("The file was not taken.", map[string]string{"file": noFile})
}

// receive keeps the rows of a file, and what its columns seem to be.
func (s *server) receive(r *http.Request, part *multipart.Part) (hookline.Import, error) {
	name := part.FileName()
	name = strings.ToValidUTF8(name[:min(len(name), maxFileName)], "")
	i, err := s.Store.CreateImport(r.Context(), name, visitor(r).user.Email)
	if err != nil {
		return i, err
	}
	if err := s.keepRows(r.Context(), part, &i); err != nil {
		// Also for somebody who has gone, whose context has ended.
		return i, errors.Join(tooLarge(err), s.Store.DeleteImport(context.WithoutCancel(r.Context()), i.ID))
	}
	return i, nil
}

func (s *server) keepRows(ctx context.Context, from io.Reader, i *hookline.Import) error {
	counting := &countingReader{in: from}
	var first []hookline.ImportRow
	file, err := importing.Read(counting, func(number int, rows []hookline.ImportRow) error {
		if number == 0 {
			first = rows
		}
		return s.Store.KeepImportPiece(ctx, hookline.ImportPiece{ImportID: i.ID, Number: number, Rows: rows})
	})
	if err != nil {
		return err
	}
	i.Header, i.Rows, i.Pieces, i.Size = file.Header, file.Rows, file.Pieces, counting.n
	i.ImportChoice = importing.Suggest(file.Header, first)
	return s.Store.ReceivedImport(ctx, *i)
}

// tooLarge puts into words that a form was cut off.
func tooLarge(err error) error {
	if _, is := errors.AsType[*http.MaxBytesError](err); is {
		return hookline.Invalid("The file was not taken.", map[string]string{"file": "This file is larger than 50 MB. Divide it into several."})
	}
	return err
}

// countingReader counts what is read.
type countingReader struct {
	in io.Reader
	n  int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}
