package web

import (
	"context"
	"net/http"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/requestbin"
	"hookline/internal/signing"
	"hookline/views"
	"hookline/views/ui"
)

type binStore interface {
	ListBins(ctx context.Context) ([]hookline.Bin, error)
	Bin(ctx context.Context, id string) (hookline.Bin, error)
	CreateBin(ctx context.Context, b hookline.Bin) (hookline.Bin, error)
	UpdateBin(ctx context.Context, b hookline.Bin) (hookline.Bin, error)
	DeleteBin(ctx context.Context, id string) error
	ListBinRequests(ctx context.Context, binID string, c hookline.Cursor) (hookline.Listing[hookline.BinRequest], error)
	BinRequest(ctx context.Context, id string) (hookline.BinRequest, error)
	ClearBin(ctx context.Context, binID string) error
	SigningKeys(ctx context.Context) ([]hookline.SigningKey, error)
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
}

// shownBinRequests is how many requests one page of a bin shows. Each is read whole, up to 1 MB, to check its signatures.
const shownBinRequests = 25

func binCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Bins", Href: "/bins"}}, more...)
}

func binCrumb(bin hookline.Bin) ui.Crumb { return ui.Crumb{Label: bin.Name, Href: binPath(bin.ID)} }

func binPath(id string) string { return "/bins/" + id }

func (s *server) listBins(w http.ResponseWriter, r *http.Request) error {
	bins, err := s.Store.ListBins(r.Context())
	if err != nil {
		return err
	}
	m := views.BinListModel{Bins: bins, MayEdit: mayEdit(r)}
	m.Page = ui.Page{
		Title: "Bins", Active: ui.NavBins,
		Subtitle: "Receivers of our own, to see what an action sends before anybody else does.",
	}
	if m.MayEdit && len(bins) > 0 {
		m.Page.Actions = []ui.Button{{Label: "New bin", Href: "/bins/new", Icon: "plus", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.BinList(m)})
}

func (s *server) showBin(w http.ResponseWriter, r *http.Request) error {
	bin, err := s.Store.Bin(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	at := cursor(r)
	at.Limit = shownBinRequests
	list, err := s.Store.ListBinRequests(r.Context(), bin.ID, at)
	if err != nil {
		return err
	}
	m := views.BinModel{
		Bin: bin, URL: s.base.String() + requestbin.Path(bin.ID), MayEdit: mayEdit(r),
		Self: r.URL.RequestURI(), Newest: at.Before == "" && at.After == "",
		Pages: pages(r, list, func(q hookline.BinRequest) string { return q.ID }),
	}
	if m.Requests, err = s.binRows(r.Context(), list.Rows); err != nil {
		return err
	}
	m.Page = ui.Page{Title: bin.Name, Active: ui.NavBins, Crumbs: binCrumbs()}
	if m.MayEdit {
		m.Page.Actions = []ui.Button{{Label: "Change the answer", Href: binPath(bin.ID) + "/edit", Icon: "edit"}}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.Bin(m), fragment: views.BinRequests(m)})
}

func (s *server) binRows(ctx context.Context, requests []hookline.BinRequest) ([]views.BinRow, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	keys, err := s.knownKeys(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]views.BinRow, len(requests))
	for i, q := range requests {
		rows[i] = views.BinRow{BinRequest: q, Verdicts: verdicts(q, keys)}
	}
	return rows, nil
}

// knownKeys are all keys that we sign with. They stay here: pages get verdicts.
func (s *server) knownKeys(ctx context.Context) ([]signing.Key, error) {
	workspace, err := s.Store.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	destinations, err := s.Store.ListDestinations(ctx)
	return requestbin.Keys(workspace, destinations), err
}

func verdicts(q hookline.BinRequest, keys []signing.Key) []views.BinVerdict {
	var all []views.BinVerdict
	for _, v := range requestbin.Judge(q, keys) {
		all = append(all, views.BinVerdict{Header: v.Header, OK: v.OK, Short: v.Short, Why: v.Why})
	}
	return all
}

// binRequest is the request in the address, when it belongs to the bin in the address.
func (s *server) binRequest(r *http.Request) (hookline.BinRequest, error) {
	q, err := s.Store.BinRequest(r.Context(), r.PathValue("request"))
	if err == nil && q.BinID != r.PathValue("id") {
		err = hookline.NotFound("request")
	}
	return q, err
}

func (s *server) showBinRequest(w http.ResponseWriter, r *http.Request) error {
	q, err := s.binRequest(r)
	if err != nil {
		return err
	}
	bin, err := s.Store.Bin(r.Context(), q.BinID)
	if err != nil {
		return err
	}
	keys, err := s.knownKeys(r.Context())
	if err != nil {
		return err
	}
	m := views.BinRequestModel{Request: q, Path: q.Path, Headers: q.Headers, Verdicts: verdicts(q, keys)}
	if !mayEdit(r) { // who does not configure sees no secrets, here as elsewhere
		m.Path, m.Headers = views.SafeURL(q.Path), compose.SafeHeaders(q.Headers)
	}
	m.Page = s.page(w, r, ui.Page{Title: q.Method + " request", Active: ui.NavBins, Crumbs: binCrumbs(binCrumb(bin))})
	return s.show(w, r, view{page: views.BinRequest(m)})
}

// downloadBinRequest gives a body to keep, never to open: what a stranger sent must not run as a page of ours.
func (s *server) downloadBinRequest(w http.ResponseWriter, r *http.Request) error {
	q, err := s.binRequest(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+q.ID+`.bin"`)
	_, _ = w.Write(q.Body) // a failed write is a browser that has gone
	return nil
}

func (s *server) askClearBin(w http.ResponseWriter, r *http.Request) error {
	bin, err := s.Store.Bin(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Clear this bin?", Active: ui.NavBins, Crumbs: binCrumbs(binCrumb(bin))},
		Text:   "Every request that “" + bin.Name + "” has received is removed. Its URL and its answer stay.",
		Action: binPath(bin.ID) + "/clear", Yes: "Clear bin", Back: binPath(bin.ID),
	})
}

func (s *server) clearBin(w http.ResponseWriter, r *http.Request) error {
	bin, err := s.Store.Bin(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.Store.ClearBin(r.Context(), bin.ID); err != nil {
		return err
	}
	return s.done(w, r, binPath(bin.ID), "The bin is empty.")
}

func (s *server) askDeleteBin(w http.ResponseWriter, r *http.Request) error {
	bin, err := s.Store.Bin(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this bin?", Active: ui.NavBins, Crumbs: binCrumbs(binCrumb(bin))},
		Text:   "The URL of “" + bin.Name + "” stops working for good: whatever is still sent there fails. Everything it received is lost.",
		Action: binPath(bin.ID) + "/delete", Yes: "Delete bin", Back: binPath(bin.ID),
	})
}

func (s *server) deleteBin(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteBin(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, "/bins", "The bin is deleted.")
}
