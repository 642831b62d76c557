package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/mapping"
	"hookline/views"
	"hookline/views/ui"
)

// importForm is the form that takes an export, first to read it and then to make actions of it.
type importForm struct {
	text    string
	target  target
	make    bool   // not only read
	stamp   string // of the export that the choice was made on
	chosen  []int  // by their places among the actions
	export  *mapping.Export
	trouble hookline.Error
}

// stampOf tells one export from another.
func stampOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

func readImport(r *http.Request) importForm {
	f := importForm{
		text: strings.ReplaceAll(r.PostFormValue("export"), "\r\n", "\n"), target: readTarget(r),
		make: r.PostFormValue("do") == "make", stamp: r.PostFormValue("stamp"),
	}
	for _, value := range r.PostForm["action"] {
		if place, err := strconv.Atoi(value); err == nil {
			f.chosen = append(f.chosen, place)
		}
	}
	return f
}

func (s *server) showImport(w http.ResponseWriter, r *http.Request) error {
	return s.showImportForm(w, r, http.StatusOK, importForm{target: newTarget(r, "")})
}

func (s *server) showImportForm(w http.ResponseWriter, r *http.Request, status int, f importForm) error {
	m := views.ImportModel{Text: f.text, Stamp: stampOf(f.text), Trouble: f.trouble}
	var err error
	if m.Target, err = s.targetModel(r.Context(), f.target); err != nil {
		return err
	}
	if f.export != nil {
		m.From, m.Notes, m.Read = f.export.From, f.export.Notes, true
		for i, a := range f.export.Actions {
			m.Actions = append(m.Actions, views.ImportAction{
				Action: a, Sentence: views.SegmentNames{}.Sentence(a.Trigger), Chosen: slices.Contains(f.chosen, i),
			})
		}
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Bring an export", Subtitle: "Make actions of what Segment or Customer.io sends for you now.",
		Active: ui.NavRecipes, Crumbs: recipeCrumbs(), Narrow: true,
	})
	return s.showStatus(w, r, status, view{page: views.ImportForm(m)})
}

// useImport shows what was understood of an export and, when that was looked at, makes actions of it, which are off.
func (s *server) useImport(w http.ResponseWriter, r *http.Request) error {
	f := readImport(r)
	export, err := mapping.Read(f.text)
	if trouble, wrong := onForm(err); wrong {
		f.trouble = *hookline.Invalid("The export was not read.", map[string]string{"export": trouble.Message})
		return s.showImportForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	s.judgeExport(r.Context(), &export)
	f.export = &export
	if !f.make || f.stamp != stampOf(f.text) {
		f.chooseAll()
		return s.showImportForm(w, r, http.StatusOK, f)
	}
	made, err := s.makeImport(r, f)
	var wrong bool
	if f.trouble, wrong = onForm(err); wrong {
		return s.showImportForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if len(made) > 1 {
		text := fmt.Sprintf("%d actions are made, and off. Look each through in the composer, then press “Save and enable”.", len(made))
		return s.done(w, r, destinationPath(made[0].DestinationID)+"#actions", text)
	}
	return s.done(w, r, actionPath(made[0]), "The action is made, and off. Look it through, then press “Save and enable”."+f.noteWords())
}

// chooseAll is the choice before anybody chose, and a name for the destination.
func (f *importForm) chooseAll() {
	f.chosen = nil
	for i, a := range f.export.Actions {
		if a.Problem == "" {
			f.chosen = append(f.chosen, i)
		}
	}
	if f.target.chosen == "" {
		f.target.chosen = views.NewTarget
	}
	if len(f.chosen) > 0 && f.target.name == "" {
		if u, err := url.Parse(f.export.Actions[f.chosen[0]].Template.URL); err == nil {
			f.target.name = u.Hostname()
		}
	}
}

// noteWords are the notes of the one action that was made, as far as there is room for them.
func (f *importForm) noteWords() string {
	const room = 1000 // bytes; they travel in a cookie
	text := ""
	for _, note := range f.export.Actions[f.chosen[0]].Notes {
		if len(text)+len(note.Text) < room {
			text += " " + note.Text
		}
	}
	return text
}

// judgeExport says of each action why it cannot be made, or what is to be mended in it afterwards.
func (s *server) judgeExport(ctx context.Context, e *mapping.Export) {
	addresses := map[string]error{}
	for i := range e.Actions {
		a := &e.Actions[i]
		if a.Problem != "" {
			continue
		}
		wrong := map[string]string{}
		addWrong(wrong, a.Validate())
		if _, known := addresses[a.Template.URL]; !known {
			addresses[a.Template.URL] = s.checkAddress(ctx, a.Template.URL)
		}
		addWrong(wrong, addresses[a.Template.URL])
		if len(wrong) > 0 {
			a.Problem = strings.Join(slices.Sorted(maps.Values(wrong)), " ")
		}
		if e, ok := errors.AsType[*compose.Error](s.Composer.Check(a.Template)); ok {
			a.Notes = append(a.Notes, mapping.Note{Path: string(e.Part), Text: placed(e) + " Mend this in the composer."})
		}
	}
}

// makeImport makes what was chosen. Everything is checked before anything is made.
func (s *server) makeImport(r *http.Request, f importForm) (made []hookline.Action, err error) {
	ctx := r.Context()
	var chosen []hookline.Action
	for i, a := range f.export.Actions {
		if a.Problem == "" && slices.Contains(f.chosen, i) {
			a.Save.Note = broughtFrom(f.export.From, a.Notes)
			chosen = append(chosen, a.Action)
		}
	}
	wrong := map[string]string{}
	if len(chosen) == 0 {
		wrong["action"] = "Choose the actions to make, one at least."
	}
	d, err := s.findTarget(ctx, f.target, len(chosen), wrong)
	if err != nil {
		return nil, err
	}
	if len(wrong) > 0 {
		return nil, hookline.Invalid("Nothing was made yet.", wrong)
	}
	if d, err = s.makeTarget(ctx, d); err != nil {
		return nil, err
	}
	for _, a := range chosen {
		if a, err = s.makeOff(r, d, a); err != nil {
			return made, err
		}
		made = append(made, a)
	}
	return made, nil
}

// broughtFrom is the note on an action's first version: it keeps the places to look at, as far as there is room.
func broughtFrom(service string, notes []mapping.Note) string {
	text, joint := "Brought from "+service, ". Look at: "
	for _, note := range notes {
		if note.Path != "" && len(text)+len(joint)+len(note.Path) <= hookline.MaxVersionNote && !strings.Contains(text, note.Path) {
			text += joint + note.Path
			joint = ", "
		}
	}
	return text
}
