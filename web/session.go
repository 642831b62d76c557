package web

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/sessions"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

type settingStore interface {
	Setting(ctx context.Context, key string) (string, error)
	SetSetting(ctx context.Context, key, value string) error
}

// cookieJar reads and writes our two cookies. The first holds a session's id and the word for the next page, and dies
// with the session; the second says in which browser somebody signed in before, see access.SignIn.Device.
type cookieJar struct {
	session, device         *sessions.CookieStore
	sessionName, deviceName string
}

type jarOptions struct {
	secure bool
	maxAge time.Duration // of the session
}

const (
	signKeySize = 64 // HMAC-SHA256
	sealKeySize = 32 // AES-256
	deviceAge   = 180 * 24 * time.Hour

	settingSignKey = "cookie_sign_key"
	settingSealKey = "cookie_seal_key"
)

func newCookieJar(ctx context.Context, store settingStore, o jarOptions) (*cookieJar, error) {
	signKey, err := cookieKey(ctx, store, settingSignKey, signKeySize)
	if err != nil {
		return nil, err
	}
	sealKey, err := cookieKey(ctx, store, settingSealKey, sealKeySize)
	if err != nil {
		return nil, err
	}
	// "__Host-" makes the browser refuse such a cookie from a neighbouring host or without Secure (RFC 6265bis §4.1.3.2).
	prefix := ""
	if o.secure {
		prefix = "__Host-"
	}
	return &cookieJar{
		session:     newCookieStore(signKey, sealKey, o),
		device:      newCookieStore(signKey, sealKey, jarOptions{secure: o.secure, maxAge: deviceAge}),
		sessionName: prefix + "hookline",
		deviceName:  prefix + "hookline-device",
	}, nil
}

// cookieKey reads a key from the store, and makes it when there is none. The cookie library takes keys of any length
// and is silently weak with short ones, so the length is checked here.
func cookieKey(ctx context.Context, store settingStore, name string, size int) ([]byte, error) {
	text, err := store.Setting(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if text == "" {
		key := make([]byte, size)
		_, _ = rand.Read(key) // never fails since Go 1.24
		if err := store.SetSetting(ctx, name, base64.StdEncoding.EncodeToString(key)); err != nil {
			return nil, fmt.Errorf("keep %s: %w", name, err)
		}
		return key, nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(key) != size {
		return nil, fmt.Errorf("read %s: it has %d bytes, not %d", name, len(key), size)
	}
	return key, nil
}

// newCookieStore says every option: the library's own defaults are SameSite=None and readable by scripts.
func newCookieStore(signKey, sealKey []byte, o jarOptions) *sessions.CookieStore {
	store := sessions.NewCookieStore(signKey, sealKey)
	store.Options = &sessions.Options{Path: "/", HttpOnly: true, Secure: o.secure, SameSite: http.SameSiteLaxMode}
	store.MaxAge(int(o.maxAge.Seconds())) // the cookie's age and, beside it, the age of its signature
	return store
}

// The names of what our cookies hold.
const (
	cookieID    = "id"
	cookieEmail = "email"
)

// visit is who asks.
type visit struct {
	user      hookline.User // the zero User for who is signed out
	sessionID string
	trouble   error // why nobody could be asked who it is
}

type visitKey struct{}

// visitor never gives nil: outside of recognise, it is nobody.
func visitor(r *http.Request) *visit {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

// liveHeader marks a request by which a page refreshes itself.
const liveHeader = "Hookline-Live"

// recognise finds out who asks. A cookie that cannot be read is no cookie; a store that cannot be read is trouble
// only for those who need to be somebody.
func (s *server) recognise(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{sessionID: s.cookieText(r, cookieID)}
		look := s.Desk.Visit
		if r.Header.Get(liveHeader) != "" || r.URL.Path == "/live" {
			look = s.Desk.Peek
		}
		user, err := look(r.Context(), v.sessionID)
		switch {
		case err == nil:
			v.user = user
			traceOf(r).user = user.ID
		case hookline.KindOf(err) != hookline.KindUnauthorized:
			v.trouble = err
		}
		ctx := audit.With(r.Context(), s.actor(r, v.user))
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, visitKey{}, v)))
	})
}

// signedOut is why somebody without a session may not pass: the store has trouble, nobody exists yet, or they have to
// sign in.
func (s *server) signedOut(r *http.Request) error {
	if err := visitor(r).trouble; err != nil {
		return err
	}
	inUse, err := s.Desk.InUse(r.Context())
	if err != nil {
		return err
	}
	if !inUse {
		return errNoUsers
	}
	return &hookline.Error{Kind: hookline.KindUnauthorized, Message: "Please sign in."}
}

func (s *server) cookie(r *http.Request) *sessions.Session {
	// On an error the library gives an empty session as well: what cannot be read is no cookie.
	cookie, _ := s.cookies.session.Get(r, s.cookies.sessionName)
	return cookie
}

func (s *server) cookieText(r *http.Request, key string) string {
	text, _ := s.cookie(r).Values[key].(string)
	return text
}

// setSession puts a session's id into the cookie, "" to end it.
func (s *server) setSession(w http.ResponseWriter, r *http.Request, id string) error {
	cookie := s.cookie(r)
	delete(cookie.Values, cookieID)
	if id != "" {
		cookie.Values[cookieID] = id
	}
	return save(w, r, cookie)
}

// save writes a cookie in place of what this answer has said of it before.
func save(w http.ResponseWriter, r *http.Request, cookie *sessions.Session) error {
	w.Header()["Set-Cookie"] = slices.DeleteFunc(w.Header()["Set-Cookie"], func(line string) bool {
		return strings.HasPrefix(line, cookie.Name()+"=")
	})
	return cookie.Save(r, w)
}

// knownDevice is the id of this browser when somebody has signed in with this e-mail address in it before.
func (s *server) knownDevice(r *http.Request, email string) string {
	cookie, _ := s.cookies.device.Get(r, s.cookies.deviceName) // unreadable is unknown
	id, _ := cookie.Values[cookieID].(string)
	if known, _ := cookie.Values[cookieEmail].(string); known == "" || known != hookline.NormalEmail(email) {
		return ""
	}
	return id
}

func (s *server) rememberDevice(w http.ResponseWriter, r *http.Request, email string) error {
	cookie, _ := s.cookies.device.Get(r, s.cookies.deviceName)
	cookie.Values[cookieID], cookie.Values[cookieEmail] = hookline.Secret(), email
	return save(w, r, cookie)
}

// flash leaves a word for the next page.
func (s *server) flash(w http.ResponseWriter, r *http.Request, f ui.Flash) {
	cookie := s.cookie(r)
	cookie.AddFlash(string(f.Tone) + " " + f.Undo + " " + f.Text)
	// It holds two short texts; what fails here is only a word that nobody hears.
	if err := save(w, r, cookie); err != nil {
		s.log.WarnContext(r.Context(), "keep flash", "problem", err)
	}
}

func (s *server) takeFlash(w http.ResponseWriter, r *http.Request) ui.Flash {
	cookie := s.cookie(r)
	left := cookie.Flashes()
	if len(left) == 0 {
		return ui.Flash{}
	}
	if err := save(w, r, cookie); err != nil {
		s.log.WarnContext(r.Context(), "take flash", "problem", err)
	}
	text, _ := left[len(left)-1].(string)
	tone, text, _ := strings.Cut(text, " ")
	undo, text, _ := strings.Cut(text, " ")
	return ui.Flash{Tone: ui.Tone(tone), Undo: undo, Text: text}
}

// ownPath gives next when it is a path of ours, and "/" for everything that a browser, or a proxy that tidies paths,
// could take for another site.
func ownPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(next, "/") {
		return "/"
	}
	if strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path, "\\\r\n\t\x00") {
		return "/"
	}
	return next
}
