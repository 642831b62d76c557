package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type shareStore interface {
	ListShares(ctx context.Context, deliveryID string) ([]hookline.Share, error)
	DeleteShare(ctx context.Context, id string) (hookline.Share, error)
}

const sharesPath = "/settings/shared-links"

// shareDelivery answers with the link itself instead of leading to another page: its code is kept nowhere, so this
// answer is the only place where it can be seen. The code is in the query, which no log has.
func (s *server) shareDelivery(w http.ResponseWriter, r *http.Request) error {
	row, err := s.Store.DeliveryRow(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	hours, err := strconv.Atoi(r.PostFormValue("hours"))
	if err != nil {
		hours = 0 // which is none of the choices
	}
	one, code, err := s.Desk.Share(r.Context(), hookline.Share{DeliveryID: row.ID, MadeBy: visitor(r).user.Email}, time.Duration(hours)*time.Hour)
	if trouble, wrong := onForm(err); wrong {
		return hookline.Conflict(trouble.Message + " " + trouble.Fields["lasts"])
	}
	if err != nil {
		return err
	}
	m := views.ShareMadeModel{Share: one, Link: s.base.String() + "/shared?" + url.Values{"code": {code}}.Encode()}
	m.Page = s.page(w, r, ui.Page{
		Title: "The link is made", Active: ui.NavSent, Crumbs: sentCrumbs(ui.Crumb{Label: views.DeliveryTitle(row), Href: sentPath(row.ID)}), Narrow: true,
	})
	return s.show(w, r, view{page: views.ShareMade(m)})
}

// listShares shows every link that still works.
func (s *server) listShares(w http.ResponseWriter, r *http.Request) error {
	shares, err := s.Store.ListShares(r.Context(), "")
	if err != nil {
		return err
	}
	m := views.ShareListModel{Shares: shares}
	m.Page = s.page(w, r, ui.Page{
		Title: "Shared links", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
		Subtitle: "Each shows one webhook, without secrets, to whoever has it. Nobody has to sign in.",
	})
	return s.show(w, r, view{page: views.ShareList(m)})
}

// revokeShare goes back to where it was pressed.
func (s *server) revokeShare(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.DeleteShare(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	back := sharesPath
	if r.PostFormValue("from") == "delivery" {
		back = sentPath(one.DeliveryID)
	}
	return s.done(w, r, back, "The link is revoked. It leads nowhere any more.")
}

// errNotShared answers a link that was revoked, has expired, or never was.
var errNotShared = &hookline.Error{
	Kind:    hookline.KindNotFound,
	Message: "This link does not work: it has expired, or was revoked. Ask whoever gave it to you for a new one.",
}

// showShared is for whoever has the link, signed in or not: everybody sees the same. Of the workspace it shows one
// webhook, without secrets and without the answers of inside addresses, whoever looks.
func (s *server) showShared(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	m := views.SharedModel{}
	var err error
	if m.Share, err = s.Desk.Shared(r.Context(), r.URL.Query().Get("code")); err != nil {
		return notShared(err)
	}
	if m.Delivery.Row, err = s.Store.DeliveryRow(r.Context(), m.Share.DeliveryID); err != nil {
		return notShared(err)
	}
	if m.Delivery.Requests, err = s.Store.ListRequests(r.Context(), m.Share.DeliveryID); err != nil {
		return err
	}
	attempts, err := s.Store.ListAttempts(r.Context(), m.Share.DeliveryID)
	if err != nil {
		return err
	}
	m.Delivery.Attempts = hookline.WithoutInside(attempts)
	m.Page = ui.Page{Title: "A webhook that was shared with you"}
	return s.show(w, r, view{page: views.Shared(m)})
}

func notShared(err error) error {
	if hookline.KindOf(err) == hookline.KindNotFound {
		return errNotShared
	}
	return err
}
