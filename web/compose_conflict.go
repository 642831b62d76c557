package web

import (
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
)

// showConflict brings the form back because somebody else has saved the action since it was opened: with who it was,
// what is different, and everything that was typed. It begins with that version now, so to save once more is to save
// all the same.
func (s *server) showConflict(w http.ResponseWriter, r *http.Request, f composerForm, typed hookline.Action) error {
	var err error
	if _, f.action, err = s.theAction(r); err != nil {
		return err
	}
	saved, err := s.Store.ActionVersion(r.Context(), f.action.ID, f.action.Version)
	if err != nil {
		return err
	}
	segments, err := s.segmentNames(r.Context())
	if err != nil {
		return err
	}
	mine := typed.Saved(saved.MadeAt)
	f.conflict = &views.ConflictModel{
		Saved: versionSeen(r, segments, saved), Mine: versionSeen(r, segments, mine),
		Changed: views.ComparePath(versionsPath(f.action), f.version, saved.Number),
	}
	f.version = saved.Number
	f.trouble = hookline.Error{Kind: hookline.KindConflict, Message: "The action was not saved, because " + f.conflict.Who() + " has saved it in the meantime."}
	return s.showComposer(w, r, http.StatusConflict, f)
}
