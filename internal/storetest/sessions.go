package storetest

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

var sessionPromises = []promise{
	{"a session is kept as it was made", sessionKept},
	{"only a user has a session", sessionOfNobody},
	{"the latest use counts", sessionTouch},
	{"a session ends", sessionDelete},
	{"all sessions of a user end but one", sessionDeleteOthers},
	{"a user's sessions are listed and ended", sessionsEnded},
	{"expired sessions are swept out", sessionSwept},
}

// session makes one that ends in an hour. Sessions are swept by the clock, so
// their times cannot be fixed ones.
func (h *house) session(t *testing.T, idHash, userID string) hookline.Session {
	t.Helper()
	at := time.Now().UTC().Truncate(time.Microsecond)
	s := hookline.Session{IDHash: idHash, UserID: userID, CreatedAt: at, LastSeenAt: at, ExpiresAt: at.Add(time.Hour), Agent: "Firefox", Address: "192.0.2.1"}
	mustDo(t, h.CreateSession(t.Context(), s))
	return s
}

// wantSessions checks which of the sessions a, b and c are there.
func (h *house) wantSessions(t *testing.T, want string) {
	t.Helper()
	got := ""
	for _, id := range []string{"a", "b", "c"} {
		if _, err := h.Session(t.Context(), id); err == nil {
			got += id
		} else {
			wantKind(t, hookline.KindNotFound, err)
		}
	}
	equal(t, "sessions", got, want)
}

func sessionKept(t *testing.T, h *house) {
	s := h.session(t, "a", h.admin(t).ID)
	h.reopen()
	equal(t, "session", must(h.Session(t.Context(), "a"))(t), s)
}

func sessionOfNobody(t *testing.T, h *house) {
	wantKind(t, hookline.KindNotFound, h.CreateSession(t.Context(), hookline.Session{IDHash: "a", UserID: "usr_gone", ExpiresAt: time.Now().Add(time.Hour)}))
	h.wantSessions(t, "")
}

func sessionTouch(t *testing.T, h *house) {
	admin := h.admin(t)
	s, other := h.session(t, "a", admin.ID), h.session(t, "b", admin.ID)
	for _, step := range []struct{ at, want time.Duration }{{time.Minute, time.Minute}, {time.Second, time.Minute}, {time.Hour, time.Hour}} {
		mustDo(t, h.TouchSession(t.Context(), "a", s.CreatedAt.Add(step.at)))
		want := s
		want.LastSeenAt = s.CreatedAt.Add(step.want)
		equal(t, "session", must(h.Session(t.Context(), "a"))(t), want)
	}
	equal(t, "other", must(h.Session(t.Context(), "b"))(t), other)
	wantKind(t, hookline.KindNotFound, h.TouchSession(t.Context(), "gone", time.Now()))
}

func sessionDelete(t *testing.T, h *house) {
	admin := h.admin(t)
	h.session(t, "a", admin.ID)
	h.session(t, "b", admin.ID)
	mustDo(t, h.DeleteSession(t.Context(), "a"))
	mustDo(t, h.DeleteSession(t.Context(), "a")) // signing out twice is no error
	h.wantSessions(t, "b")
}

func sessionDeleteOthers(t *testing.T, h *house) {
	admin, bo := h.admin(t), h.user(t, "bo@example.com", hookline.Viewer)
	h.session(t, "a", admin.ID)
	h.session(t, "b", admin.ID)
	h.session(t, "c", bo.ID)
	mustDo(t, h.DeleteSessionsOf(t.Context(), admin.ID, "b"))
	h.wantSessions(t, "bc")
	mustDo(t, h.DeleteSessionsOf(t.Context(), admin.ID, ""))
	h.wantSessions(t, "c")
}

func sessionSwept(t *testing.T, h *house) {
	admin := h.admin(t)
	past := time.Now().Add(-time.Hour)
	mustDo(t, h.CreateSession(t.Context(), hookline.Session{IDHash: "a", UserID: admin.ID, CreatedAt: past, LastSeenAt: past, ExpiresAt: past.Add(time.Minute)}))
	h.session(t, "b", admin.ID)
	h.session(t, "c", admin.ID)
	h.wantSessions(t, "bc")
}

func sessionsEnded(t *testing.T, h *house) {
	admin, bo := h.admin(t), h.user(t, "bo@example.com", hookline.Viewer)
	a, b := h.session(t, "a", admin.ID), h.session(t, "b", admin.ID)
	h.session(t, "c", bo.ID)
	b.LastSeenAt = b.CreatedAt.Add(time.Minute)
	mustDo(t, h.TouchSession(t.Context(), "b", b.LastSeenAt))
	equal(t, "sessions", must(h.ListSessions(t.Context(), admin.ID))(t), []hookline.Session{b, a})
	equal(t, "nobody's", must(h.ListSessions(t.Context(), "usr_gone"))(t), []hookline.Session{})

	// Another user's session and one that is gone are left alone, and are no error.
	mustDo(t, h.EndSessions(t.Context(), admin.ID, []hookline.SessionEnd{{IDHash: "a"}, {IDHash: "c"}, {IDHash: "gone"}}))
	h.wantSessions(t, "bc")
	wantKind(t, hookline.KindNotFound, h.EndSessions(t.Context(), "usr_gone", nil))
}
