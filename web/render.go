package web

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// view is an answer in two forms: the whole page, and the part of it that htmx swaps. A page without such a part
// leaves fragment nil.
type view struct{ page, fragment templ.Component }

// show answers 200 with the page, or with its fragment when htmx asks.
func (s *server) show(w http.ResponseWriter, r *http.Request, v view) error {
	return s.showStatus(w, r, http.StatusOK, v)
}

// showStatus renders before it writes: a view that fails becomes an error page, not half a page.
func (s *server) showStatus(w http.ResponseWriter, r *http.Request, status int, v view) error {
	part := v.page
	if isHTMX(r) && v.fragment != nil {
		part = v.fragment
	}
	var b bytes.Buffer
	if err := part.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// A failed write means that the browser has gone; there is nobody left to tell.
	_, _ = w.Write(b.Bytes())
	return nil
}

// isHTMX says whether a fragment is wanted. A boosted link wants a page.
func isHTMX(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true"
}

// page fills in what every page has: who is signed in, and what happened just before. Call it before writing, because
// to tell what happened is to change the cookie.
func (s *server) page(w http.ResponseWriter, r *http.Request, p ui.Page) ui.Page {
	user := visitor(r).user
	p.User = ui.User{Email: user.Email, Role: roleName(user.Role)}
	p.Help = helpOn[r.Pattern]
	if !isHTMX(r) {
		p.Flash = s.takeFlash(w, r)
		p.OpenFailures, p.Drafts = s.openFailures(r), s.countDrafts(r)
	}
	return p
}

// roleName is a role as people read it.
func roleName(r hookline.Role) string {
	if r == "" {
		return ""
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// goTo ends a form that worked: the browser gets the next page, and reloading that posts nothing again. htmx follows
// the header instead, because it would swap the next page into the old one.
func goTo(w http.ResponseWriter, r *http.Request, path string) error {
	if isHTMX(r) {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// done is goTo with a word about what happened.
func (s *server) done(w http.ResponseWriter, r *http.Request, path, text string) error {
	s.flash(w, r, ui.Flash{Tone: ui.Good, Text: text})
	return goTo(w, r, path)
}

// ask shows a page that asks before something is done that cannot be undone. Scripts may have asked already; it is
// what everybody else sees.
func (s *server) ask(w http.ResponseWriter, r *http.Request, m views.QuestionModel) error {
	m.Page.Narrow = true
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.Question(m)})
}

// onForm is what a form shows of an error; the zero value and false for one that a form cannot show, which goes on to
// fail, and for none.
func onForm(err error) (hookline.Error, bool) {
	e, ok := errors.AsType[*hookline.Error](err)
	if !ok || !slices.Contains([]hookline.Kind{hookline.KindInvalid, hookline.KindConflict, hookline.KindThrottled}, e.Kind) {
		return hookline.Error{}, false
	}
	return hookline.Error{Kind: e.Kind, Message: e.Message, Fields: e.Fields}, true
}

// readForm parses what was posted, so that handlers read it with r.PostFormValue.
func readForm(r *http.Request) error {
	if r.Method != http.MethodPost {
		return nil
	}
	err := r.ParseForm()
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return &hookline.Error{Kind: hookline.KindTooLarge, Message: "This form is too large: at most 1 MB."}
	}
	if err != nil {
		return &hookline.Error{Kind: hookline.KindConflict, Message: "The form could not be read. Go back, reload the page and try again.", Cause: err}
	}
	return nil
}

// cursor reads which stretch of a list is wanted.
func cursor(r *http.Request) hookline.Cursor {
	q := r.URL.Query()
	return hookline.Cursor{Before: q.Get("before"), After: q.Get("after")}
}

// pages are the links to the neighbours of a stretch of a list; the rest of the query, such as a search, stays.
func pages[T any](r *http.Request, list hookline.Listing[T], id func(T) string) ui.Pages {
	var p ui.Pages
	if len(list.Rows) == 0 {
		return p
	}
	if list.Newer {
		p.Newer = neighbour(r, "after", id(list.Rows[0]))
	}
	if list.Older {
		p.Older = neighbour(r, "before", id(list.Rows[len(list.Rows)-1]))
	}
	return p
}

// neighbour is the address of this list before or after a row.
func neighbour(r *http.Request, side, at string) string {
	q := r.URL.Query()
	q.Del("before")
	q.Del("after")
	q.Set(side, at)
	return r.URL.Path + "?" + q.Encode()
}

// trimmed is what was typed into a field, without the spaces around it.
func trimmed(r *http.Request, name string) string {
	return strings.TrimSpace(r.PostFormValue(name))
}
