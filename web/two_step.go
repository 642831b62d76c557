package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"hookline/internal/access"
	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

func accountCrumbs() []ui.Crumb {
	return append(settingsCrumbs(), ui.Crumb{Label: "Your account", Href: accountPath})
}

// newTwoStep shows a new key to be scanned or typed into an authenticator app. Nothing is kept of it until it is confirmed.
func (s *server) newTwoStep(w http.ResponseWriter, r *http.Request) error {
	if _, on, err := s.Desk.TwoStep(r.Context(), visitor(r).user.ID); err != nil {
		return err
	} else if on {
		return goTo(w, r, accountPath)
	}
	return s.showTwoStep(w, r, http.StatusOK, views.TwoStepModel{Key: s.Desk.NewTwoStepKey()})
}

func (s *server) showTwoStep(w http.ResponseWriter, r *http.Request, status int, m views.TwoStepModel) error {
	m.Page = s.page(w, r, ui.Page{Title: "Set up two-step sign-in", Active: ui.NavSettings, Crumbs: accountCrumbs(), Narrow: true})
	query := url.Values{"secret": {m.Key}, "issuer": {"Hookline"}}
	m.Address = "otpauth://totp/" + url.PathEscape("Hookline:"+m.Page.User.Email) + "?" + query.Encode()
	return s.showStatus(w, r, status, view{page: views.TwoStep(m)})
}

// turnOnTwoStep answers with the recovery codes themselves: they are kept nowhere, so this answer is the only place
// where they can be seen.
func (s *server) turnOnTwoStep(w http.ResponseWriter, r *http.Request) error {
	c := twoStepChange(r)
	recovery, err := s.Desk.TurnOnTwoStep(r.Context(), c)
	if trouble, ok := onForm(err); ok {
		return s.showTwoStep(w, r, http.StatusUnprocessableEntity, views.TwoStepModel{Key: c.Key, Trouble: trouble})
	}
	if err != nil {
		return err
	}
	m := views.RecoveryModel{Codes: recovery}
	m.Page = s.page(w, r, ui.Page{Title: "Two-step sign-in is on", Active: ui.NavSettings, Crumbs: accountCrumbs(), Narrow: true})
	return s.show(w, r, view{page: views.Recovery(m)})
}

func twoStepChange(r *http.Request) access.TwoStepChange {
	v := visitor(r)
	return access.TwoStepChange{UserID: v.user.ID, Password: r.PostFormValue("password"), Key: r.PostFormValue("key"), Code: r.PostFormValue("code"), SessionID: v.sessionID}
}

func (s *server) askTurnOffTwoStep(w http.ResponseWriter, r *http.Request) error {
	return s.showTurnOffTwoStep(w, r, http.StatusOK, hookline.Error{})
}

func (s *server) showTurnOffTwoStep(w http.ResponseWriter, r *http.Request, status int, trouble hookline.Error) error {
	m := views.TwoStepOffModel{Trouble: trouble}
	m.Page = s.page(w, r, ui.Page{Title: "Turn off two-step sign-in", Active: ui.NavSettings, Crumbs: accountCrumbs(), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.TwoStepOff(m)})
}

func (s *server) turnOffTwoStep(w http.ResponseWriter, r *http.Request) error {
	err := s.Desk.TurnOffTwoStep(r.Context(), twoStepChange(r))
	if trouble, ok := onForm(err); ok {
		return s.showTurnOffTwoStep(w, r, http.StatusUnprocessableEntity, trouble)
	}
	if err != nil && hookline.KindOf(err) != hookline.KindNotFound { // it is off already
		return err
	}
	return s.done(w, r, accountPath, "Two-step sign-in is off. Your password alone is asked for.")
}

// takeOffTwoStep is an administrator's, for a member who lost the phone and the recovery codes.
func (s *server) takeOffTwoStep(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.Desk.TakeOffTwoStep(r.Context(), id); err != nil {
		return err
	}
	return s.done(w, r, teamPath+"/"+id, "Two-step sign-in is taken off. Their password alone is asked for.")
}

// What the cookie holds of somebody whose password was right and whose code is still to come.
const (
	cookieWaits     = "waits"      // the id of the user
	cookieWaitsMail = "waits-mail" // the address that was typed
	cookieWaitsNext = "waits-next" // where to go then
	cookieWaitsTill = "waits-till" // as RFC 3339
)

// codePatience is how long the second step may come after the first.
const codePatience = 10 * time.Minute

// waiting is somebody whose password was right.
type waiting struct{ userID, email, next string }

// askCode keeps whose password was right in the cookie, which nobody but us can read or write, and asks for the code.
func (s *server) askCode(w http.ResponseWriter, r *http.Request, who waiting) error {
	cookie := s.cookie(r)
	cookie.Values[cookieWaits], cookie.Values[cookieWaitsMail], cookie.Values[cookieWaitsNext] = who.userID, who.email, who.next
	cookie.Values[cookieWaitsTill] = time.Now().Add(codePatience).Format(time.RFC3339)
	if err := save(w, r, cookie); err != nil {
		return err
	}
	return goTo(w, r, "/login/code")
}

// waits says whose code is still to come; false when nobody's is, or it took too long.
func (s *server) waits(r *http.Request) (who waiting, ok bool) {
	till, err := time.Parse(time.RFC3339, s.cookieText(r, cookieWaitsTill))
	who = waiting{s.cookieText(r, cookieWaits), s.cookieText(r, cookieWaitsMail), ownPath(s.cookieText(r, cookieWaitsNext))}
	return who, err == nil && who.userID != "" && time.Now().Before(till)
}

func (s *server) showCode(w http.ResponseWriter, r *http.Request) error {
	if _, ok := s.waits(r); !ok {
		return s.fromTheStart(w, r)
	}
	return s.showCodeForm(w, r, http.StatusOK, "")
}

// fromTheStart is for whose code is not waited for: they type the password first, unless they are in already.
func (s *server) fromTheStart(w http.ResponseWriter, r *http.Request) error {
	if visitor(r).user.ID != "" {
		return goTo(w, r, "/")
	}
	return s.done(w, r, "/login", "Sign in with your password first. The code may come ten minutes later at most.")
}

func (s *server) showCodeForm(w http.ResponseWriter, r *http.Request, status int, problem string) error {
	m := views.CodeModel{Problem: problem}
	m.Page = s.page(w, r, ui.Page{Title: "Two-step sign-in", Narrow: true})
	return s.showStatus(w, r, status, view{page: views.Code(m)})
}

// checkCode is the second step of signing in.
func (s *server) checkCode(w http.ResponseWriter, r *http.Request) error {
	who, ok := s.waits(r)
	if !ok {
		return s.fromTheStart(w, r)
	}
	user, id, err := s.Desk.FinishSignIn(r.Context(), access.SecondStep{
		UserID: who.userID, Code: r.PostFormValue("code"), Address: s.address(r), Agent: r.UserAgent(), Device: s.knownDevice(r, who.email),
	})
	switch hookline.KindOf(err) {
	case "":
		for _, key := range []string{cookieWaits, cookieWaitsMail, cookieWaitsNext, cookieWaitsTill} {
			delete(s.cookie(r).Values, key)
		}
		return s.letIn(w, r, letIn{id: id, email: user.Email, next: who.next})
	case hookline.KindUnauthorized, hookline.KindThrottled:
		return s.refuseCode(w, r, who, err)
	}
	return err
}

func (s *server) refuseCode(w http.ResponseWriter, r *http.Request, who waiting, err error) error {
	traceOf(r).problem = err
	told, status := toldOf(err), http.StatusUnprocessableEntity
	if told.Kind == hookline.KindThrottled {
		status = http.StatusTooManyRequests
		retryAfter(w, told.RetryAfter)
	} else if user, err := s.Store.User(r.Context(), who.userID); err == nil {
		s.recorded(r, audit.OfUser(user).Say(audit.Refused, "wrong code of two-step sign-in"))
	}
	return s.showCodeForm(w, r, status, told.Message)
}

// needsCode says that a password was right and a code is asked for as well.
func needsCode(err error) bool { return errors.Is(err, access.ErrSecondStep) }
