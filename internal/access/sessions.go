package access

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

// Sessions lists where a user is signed in now, the last one used first.
func (d *Desk) Sessions(ctx context.Context, userID string) ([]hookline.Session, error) {
	all, err := d.store.ListSessions(ctx, userID)
	if err != nil {
		return nil, err
	}
	living := make([]hookline.Session, 0, len(all))
	for _, s := range all {
		if d.lasts(s, time.Now()) {
			living = append(living, s)
		}
	}
	return living, nil
}

// Handle names the session with this id as hookline.Session.Handle does.
func (d *Desk) Handle(id string) string {
	if id == "" {
		return ""
	}
	return hookline.Session{IDHash: hashID(id)}.Handle()
}

// EndSession ends the session of a user that a page named; say puts it into
// words for the audit log. KindNotFound: it has ended, or it is another user's.
func (d *Desk) EndSession(ctx context.Context, userID, handle string, say func(hookline.Session) string) error {
	ended, err := d.endSessions(ctx, userID, say, func(s hookline.Session) bool { return s.Handle() == handle })
	if err == nil && ended == 0 {
		return hookline.NotFound("session")
	}
	return err
}

// EndOtherSessions ends all sessions of a user but the one with this id, "" to
// spare none, and gives how many.
func (d *Desk) EndOtherSessions(ctx context.Context, userID, exceptID string, say func(hookline.Session) string) (int, error) {
	spared := d.Handle(exceptID)
	return d.endSessions(ctx, userID, say, func(s hookline.Session) bool { return s.Handle() != spared })
}

func (d *Desk) endSessions(ctx context.Context, userID string, say func(hookline.Session) string, chosen func(hookline.Session) bool) (int, error) {
	all, err := d.Sessions(ctx, userID)
	if err != nil {
		return 0, err
	}
	var ends []hookline.SessionEnd
	for _, s := range all {
		if chosen(s) {
			ends = append(ends, hookline.SessionEnd{IDHash: s.IDHash, Remark: say(s)})
		}
	}
	if len(ends) == 0 {
		return 0, nil
	}
	return len(ends), d.store.EndSessions(ctx, userID, ends)
}
