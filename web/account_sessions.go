package web

import (
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
)

const accountPath = "/account"

// sessionsOf lists where somebody is signed in; this is the id of the session that looks, "" for somebody else's.
func (s *server) sessionsOf(r *http.Request, userID, this string) (views.SessionListModel, error) {
	m := views.SessionListModel{This: s.Desk.Handle(this), Path: accountPath + "/sessions"}
	if m.This == "" {
		m.Path = teamPath + "/" + userID + "/sessions"
	}
	var err error
	m.Rows, err = s.Desk.Sessions(r.Context(), userID)
	return m, err
}

// endedSession is what the audit log says of a session that a person ended.
func endedSession(s hookline.Session) string {
	remark := "ended: " + views.BrowserInWords(s.Agent)
	if s.Address != "" {
		remark += ", from " + s.Address
	}
	return remark
}

// endMySession ends one of the visitor's own sessions. One that has ended by itself is as good as ended.
func (s *server) endMySession(w http.ResponseWriter, r *http.Request) error {
	err := s.Desk.EndSession(r.Context(), visitor(r).user.ID, r.PathValue("session"), endedSession)
	if err != nil && hookline.KindOf(err) != hookline.KindNotFound {
		return err
	}
	return s.done(w, r, accountPath, "That browser is signed out.")
}

func (s *server) endMyOtherSessions(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	if _, err := s.Desk.EndOtherSessions(r.Context(), v.user.ID, v.sessionID, endedSession); err != nil {
		return err
	}
	return s.done(w, r, accountPath, "All other browsers are signed out.")
}

// endMemberSession and endMemberSessions are an administrator's.
func (s *server) endMemberSession(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	err := s.Desk.EndSession(r.Context(), id, r.PathValue("session"), endedSession)
	if err != nil && hookline.KindOf(err) != hookline.KindNotFound {
		return err
	}
	return s.done(w, r, teamPath+"/"+id, "That browser is signed out.")
}

func (s *server) endMemberSessions(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := s.Desk.EndOtherSessions(r.Context(), id, "", endedSession); err != nil {
		return err
	}
	return s.done(w, r, teamPath+"/"+id, "They are signed out everywhere.")
}
