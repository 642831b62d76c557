package web

import (
	"context"
	"net/http"
	"strconv"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// compareVersions shows what two versions have otherwise, and the requests that they would make with one event.
func (s *server) compareVersions(w http.ResponseWriter, r *http.Request) error {
	d, a, err := s.theAction(r)
	if err != nil {
		return err
	}
	before, after, err := s.comparedVersions(r, a)
	if err != nil {
		return err
	}
	segments, err := s.segmentNames(r.Context())
	if err != nil {
		return err
	}
	m := views.VersionCompareModel{
		Path: versionsPath(a), Before: versionSeen(r, segments, before), After: versionSeen(r, segments, after), InUse: a.Version,
	}
	if m.Requests, err = s.versionRequests(r, d, before, after); err != nil {
		return err
	}
	p := ui.Page{
		Title: "Compare versions", Active: ui.NavDestinations,
		Crumbs: s.versionCrumbs(r.Context(), d, a, ui.Crumb{Label: "Versions", Href: versionsPath(a)}),
	}
	if before.Number != a.Version && mayEdit(r) {
		p.Actions = []ui.Button{{Label: "Use version " + strconv.Itoa(before.Number) + " again", Href: versionPath(a, before.Number) + "/use", Icon: "arrow-back-up"}}
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.VersionCompare(m), fragment: views.VersionRequests(m.Requests)})
}

// comparedVersions reads the two versions that are asked for, the older one first; unless others are, the one in use
// and the one before it.
func (s *server) comparedVersions(r *http.Request, a hookline.Action) (before, after hookline.ActionVersion, err error) {
	asked := func(name string, otherwise int) string {
		if text := r.URL.Query().Get(name); text != "" {
			return text
		}
		return strconv.Itoa(otherwise)
	}
	if before, err = s.version(r, a, asked("from", max(a.Version-1, 1))); err != nil {
		return before, after, err
	}
	after, err = s.version(r, a, asked("to", a.Version))
	if before.Number > after.Number {
		before, after = after, before
	}
	return before, after, err
}

// versionRequests makes the requests of both versions with the same event and person. They are chosen as for the
// preview of the newer one.
func (s *server) versionRequests(r *http.Request, d hookline.Destination, before, after hookline.ActionVersion) (views.VersionRequestsModel, error) {
	m := views.VersionRequestsModel{Path: r.URL.Path, From: before.Number, To: after.Number}
	lately, err := s.recent(r.Context(), d)
	if err != nil {
		return m, err
	}
	m.Preview.Choice = r.URL.Query().Get("example")
	f := composerForm{destination: d, trigger: draftTrigger(views.AskEvents, after.Trigger), template: after.Template, example: m.Preview.Choice}
	roots, err := s.chooseRoots(f, lately, &m.Preview)
	if err != nil {
		return m, err
	}
	if err := s.offerExamples(lately, roots, &m.Preview); err != nil {
		return m, err
	}
	m.Before, m.After = s.versionMade(r.Context(), before, roots), s.versionMade(r.Context(), after, roots)
	return m, nil
}

// versionMade is the request that a version would make, or why it makes none.
func (s *server) versionMade(ctx context.Context, v hookline.ActionVersion, roots compose.Roots) views.VersionMade {
	m := views.VersionMade{Number: v.Number}
	if c, err := condition.Parse(v.Trigger); err == nil {
		m.Met = c.Met(condition.SubjectOf(*roots.Event, roots.Person))
	}
	made, err := s.Composer.Preview(ctx, v.Template, roots)
	m.Request = made.Request
	if err != nil {
		m.Problem = compose.Reason(err)
	}
	return m
}
