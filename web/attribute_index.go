package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"hookline/internal/attribute"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type attributeIndexStore interface {
	attribute.Store
	AttributeIndex(ctx context.Context) (hookline.AttributeIndex, error)
}

// showAttributeIndex tells of every attribute that people have.
func (s *server) showAttributeIndex(w http.ResponseWriter, r *http.Request) error {
	index, now, err := s.attributeIndex(r.Context())
	if err != nil {
		return err
	}
	m := views.AttributeIndexModel{Index: index, Now: now, Search: strings.TrimSpace(r.URL.Query().Get("q")), MayEdit: mayEdit(r)}
	sought := strings.ToLower(m.Search)
	m.Shown = slices.DeleteFunc(slices.Clone(index.Counts), func(c hookline.AttributeCount) bool { return !strings.Contains(strings.ToLower(c.Name), sought) })
	m.Page = s.page(w, r, ui.Page{
		Title: "Attributes", Active: ui.NavPeople, Crumbs: personCrumbs(),
		Subtitle: "Every attribute that anybody has: of which type, how many people have it, and what it looks like.",
	})
	return s.show(w, r, view{page: views.AttributeIndex(m), fragment: views.AttributeIndexRows(m)})
}

// attributeIndex counts at once while people are few, which is true to the moment; else it is what was counted last, and
// the zero value when that was of few.
func (s *server) attributeIndex(ctx context.Context) (index hookline.AttributeIndex, now bool, err error) {
	if index, err = s.Store.AttributeIndex(ctx); err != nil || index.People > attribute.Few {
		return index, false, err
	}
	return attribute.CountFew(ctx, s.Store)
}

// attributeNames are the attributes that were counted last, without those within objects.
func (s *server) attributeNames(ctx context.Context) ([]string, error) {
	index, err := s.Store.AttributeIndex(ctx)
	var names []string
	for _, c := range index.Counts {
		if !strings.ContainsAny(c.Name, `."`) {
			names = append(names, c.Name)
		}
	}
	return names, err
}
