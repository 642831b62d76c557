package web

import (
	"net/http"
	"slices"
	"strings"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// nowhere answers for every address that is not in the table.
func nowhere(http.ResponseWriter, *http.Request) error {
	return &hookline.Error{Kind: hookline.KindNotFound, Message: "There is no such page. Check the address, or go on from the overview."}
}

// elsewhere is for what the table has no line for: an address that is not in it, or a method that an address of the
// table does not take (RFC 9110 §15.5.6).
func (s *server) elsewhere() handler {
	paths, methods := http.NewServeMux(), map[string][]string{}
	for _, route := range s.routes() {
		method, path, _ := strings.Cut(route.pattern, " ")
		if methods[path] == nil {
			paths.Handle(path, http.NotFoundHandler())
		}
		methods[path] = append(methods[path], method)
		if method == http.MethodGet {
			methods[path] = append(methods[path], http.MethodHead)
		}
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, path := paths.Handler(r); methods[path] != nil {
			return s.wrongMethod(w, r, methods[path])
		}
		return nowhere(w, r)
	}
}

func (s *server) wrongMethod(w http.ResponseWriter, r *http.Request, allowed []string) error {
	w.Header().Set("Allow", strings.Join(slices.Sorted(slices.Values(allowed)), ", "))
	text := "This address does not take " + r.Method + ". Go to the page and use its buttons."
	if isHTMX(r) {
		http.Error(w, text, http.StatusMethodNotAllowed)
		return nil
	}
	f := ui.Failure{Page: ui.Page{Title: "Not possible here", Narrow: true}, Status: http.StatusMethodNotAllowed, Text: text}
	if visitor(r).user.ID != "" {
		f.Page = s.page(w, r, f.Page)
	}
	return s.showStatus(w, r, f.Status, view{page: ui.ErrorPage(f)})
}
