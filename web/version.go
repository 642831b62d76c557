package web

import (
	"context"
	"net/http"
	"strconv"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type versionStore interface {
	ActionVersion(ctx context.Context, actionID string, number int) (hookline.ActionVersion, error)
	ListActionVersions(ctx context.Context, actionID string, c hookline.Cursor) (hookline.Listing[hookline.ActionVersion], error)
}

// saveBy is what the visitor says when they save an action over one of its versions.
func saveBy(r *http.Request, note string, over int) hookline.Save {
	return hookline.Save{By: visitor(r).user.Email, Note: note, Over: over}
}

// newVersionWords says which version a save has made, if it made a further one.
func newVersionWords(before, after hookline.Action) string {
	if after.Version == before.Version || after.Version == 1 {
		return ""
	}
	return " This is version " + strconv.Itoa(after.Version) + "."
}

func versionsPath(a hookline.Action) string { return actionPath(a) + "/versions" }

func versionPath(a hookline.Action, number int) string {
	return versionsPath(a) + "/" + strconv.Itoa(number)
}

func versionsButton(a hookline.Action) ui.Button {
	return ui.Button{Label: "Versions (" + strconv.Itoa(a.Version) + ")", Href: versionsPath(a), Icon: "history"}
}

func (s *server) versionCrumbs(ctx context.Context, d hookline.Destination, a hookline.Action, more ...ui.Crumb) []ui.Crumb {
	return s.actionCrumbs(ctx, d, append([]ui.Crumb{{Label: actionTitle(d, a), Href: actionPath(a)}}, more...)...)
}

func versionName(number int) string { return "Version " + strconv.Itoa(number) }

// listVersions shows who saved an action, when and why.
func (s *server) listVersions(w http.ResponseWriter, r *http.Request) error {
	d, a, err := s.theAction(r)
	if err != nil {
		return err
	}
	list, err := s.Store.ListActionVersions(r.Context(), a.ID, cursor(r))
	if err != nil {
		return err
	}
	m := views.VersionListModel{
		Path: versionsPath(a), InUse: a.Version, Rows: list.Rows, MayEdit: mayEdit(r),
		Pages: pages(r, list, func(v hookline.ActionVersion) string { return strconv.Itoa(v.Number) }),
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Versions", Active: ui.NavDestinations, Crumbs: s.versionCrumbs(r.Context(), d, a),
		Subtitle: "Each time “" + a.Name + "” was saved, the newest first. Switching it on or off makes no version.",
	})
	return s.show(w, r, view{page: views.VersionList(m)})
}

// theVersion reads the version that the address names, of the action that it names.
func (s *server) theVersion(r *http.Request) (hookline.Destination, hookline.Action, hookline.ActionVersion, error) {
	d, a, err := s.theAction(r)
	if err != nil {
		return d, a, hookline.ActionVersion{}, err
	}
	v, err := s.version(r, a, r.PathValue("version"))
	return d, a, v, err
}

// version reads one version of an action. Who may not configure gets it without what may be secret in the page, see
// versionSeen.
func (s *server) version(r *http.Request, a hookline.Action, number string) (hookline.ActionVersion, error) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return hookline.ActionVersion{}, hookline.NotFound("version")
	}
	return s.Store.ActionVersion(r.Context(), a.ID, n)
}

// versionSeen is a version as the visitor may see it.
func versionSeen(r *http.Request, segments views.SegmentNames, v hookline.ActionVersion) views.VersionSeen {
	seen := views.VersionSeen{ActionVersion: v, Sentence: segments.Sentence(v.Trigger), Shown: v.Template}
	if !mayEdit(r) {
		seen.Shown = withoutTemplateSecrets(v.Template)
	}
	return seen
}

func (s *server) showVersion(w http.ResponseWriter, r *http.Request) error {
	d, a, v, err := s.theVersion(r)
	if err != nil {
		return err
	}
	segments, err := s.segmentNames(r.Context())
	if err != nil {
		return err
	}
	m := views.VersionModel{Version: versionSeen(r, segments, v), InUse: a.Version}
	p := ui.Page{
		Title: versionName(v.Number), Active: ui.NavDestinations,
		Crumbs: s.versionCrumbs(r.Context(), d, a, ui.Crumb{Label: "Versions", Href: versionsPath(a)}),
	}
	if v.Number != a.Version {
		p.Actions = append(p.Actions, ui.Button{Label: "Compare with the one in use", Href: views.ComparePath(versionsPath(a), v.Number, a.Version), Icon: "arrows-split"})
	}
	if v.Number != a.Version && mayEdit(r) {
		p.Actions = append(p.Actions, ui.Button{Label: "Use this version again", Href: versionPath(a, v.Number) + "/use", Icon: "arrow-back-up", Look: ui.LookMain})
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.Version(m)})
}

// errInUse answers who wants to go back to what is in use.
var errInUse = hookline.Conflict("This version is in use already. There is nothing to do.")

func (s *server) askUseVersion(w http.ResponseWriter, r *http.Request) error {
	d, a, v, err := s.theVersion(r)
	if err != nil {
		return err
	}
	if v.Number == a.Version {
		return errInUse
	}
	name := versionName(v.Number)
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{
			Title: "Use version " + strconv.Itoa(v.Number) + " again?", Active: ui.NavDestinations,
			Crumbs: s.versionCrumbs(r.Context(), d, a, ui.Crumb{Label: "Versions", Href: versionsPath(a)}, ui.Crumb{Label: name, Href: versionPath(a, v.Number)}),
		},
		Text: "The action gets the name, trigger, request and batches of version " + strconv.Itoa(v.Number) + ", and sends like that from the next event on. " +
			"Nothing is lost: what is in use now stays in the list as version " + strconv.Itoa(a.Version) + ". Whether the action is on does not change.",
		Action: versionPath(a, v.Number) + "/use",
		Yes:    "Use version " + strconv.Itoa(v.Number) + " again",
		Back:   versionPath(a, v.Number),
		Calm:   true,
	})
}

// useVersion saves an older version anew, so that the way back leaves its trace too.
func (s *server) useVersion(w http.ResponseWriter, r *http.Request) error {
	_, a, v, err := s.theVersion(r)
	if err != nil {
		return err
	}
	if v.Number == a.Version {
		return errInUse
	}
	wish := v.Again(a).SavedBy(isAdmin(r), a)
	wish.Save = saveBy(r, "Back to version "+strconv.Itoa(v.Number), a.Version)
	saved, err := s.Store.UpdateAction(r.Context(), wish)
	if err != nil {
		return err
	}
	if saved.Version == a.Version {
		return s.done(w, r, versionsPath(a), "Version "+strconv.Itoa(a.Version)+", which is in use, is the same as version "+strconv.Itoa(v.Number)+". Nothing was changed.")
	}
	return s.done(w, r, versionsPath(a), "Version "+strconv.Itoa(v.Number)+" is in use again, as version "+strconv.Itoa(saved.Version)+".")
}
