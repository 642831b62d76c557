package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
)

// ManageStore is what the management API needs of a store.
type ManageStore interface {
	sourceStore
	destinationStore
	personStore
	attributeStore
	segmentStore
	deliveryStore
	deliveryCountStore
	resendStore
	failureStore
	keyStore
	reportingStore
	alertStore
	channelStore
	shareStore
	replayStore
	auditStore
	secretStore
	deletionStore
	retentionStore
	shortcutStore
	campaignStore
	journeyStore
	numbersStore
}

// Desk knows the tokens; access.Desk is one.
type Desk interface {
	// Bearer says which token this is; KindUnauthorized when it is none.
	Bearer(ctx context.Context, token string) (hookline.Token, error)
	// Share makes a link to a delivery, whose code is given this once.
	Share(ctx context.Context, s hookline.Share, lasts time.Duration) (made hookline.Share, code string, err error)
}

// Canceller gives up what is owed; delivery.Engine is one.
type Canceller interface {
	Cancel(ctx context.Context, d hookline.Delivery, by string) error
}

// Resender sends a delivery again; delivery.Resender is one.
type Resender interface {
	Resend(ctx context.Context, deliveryID string, mode delivery.Mode, askedBy string) error
}

// Guard says where webhooks may go; outbound.Client is one.
type Guard interface {
	// CheckURL judges an address by its text alone.
	CheckURL(address string) (*url.URL, error)
	// CheckReach also looks at where its name leads now.
	CheckReach(ctx context.Context, address string) error
	// CheckProxy judges the address of a destination's own proxy.
	CheckProxy(ctx context.Context, proxy string) error
	// CheckMail judges the name of a mail server.
	CheckMail(ctx context.Context, host string) error
}

// ManageConfig is what the management API is made of; every field is needed.
type ManageConfig struct {
	Store     ManageStore
	Desk      Desk
	Composer  *compose.Composer
	Resender  Resender
	Canceller Canceller
	Presser   Presser
	Caller    Caller
	Guard     Guard
	Health    Charts
	Watch     Watch
	Keys      Keys
	PublicURL string // where people reach the pages
	Logger    *slog.Logger
}

// manage is the management API. Nothing in it changes after NewManagement.
type manage struct {
	ManageConfig
	table    []route
	document []byte       // OpenAPI
	ids      hookline.IDs // of presses
}

// manageRoot is what every path of the management API begins with.
const manageRoot = "/api/v1"

// maxManageBody is the largest body: room for the largest action, and for the
// attributes of a person.
const maxManageBody = 1 << 20

// NewManagement makes the handler for /api/…: everything that can be done by
// hand, for programs that carry a token. It answers every path and method in
// JSON, reads no cookie, and lets no panic out.
func NewManagement(c ManageConfig) http.Handler {
	m := &manage{ManageConfig: c}
	m.table = m.routes()
	m.document, _ = json.Marshal(document(m.table)) // texts and numbers only
	return m
}

// ServeHTTP answers one call and writes its line in the log.
func (m *manage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{Request: r, w: w, began: time.Now()}
	w.Header().Set("Cache-Control", "no-store")
	defer func() {
		if p := recover(); p != nil {
			c.err = fmt.Errorf("serve call: panic: %v\n%s", p, debug.Stack())
			c.refuse(c.err)
		}
		m.log(c)
	}()
	if c.err = m.serve(c); c.err != nil {
		c.refuse(c.err)
	}
}

// serve asks who it is before it tells which paths there are.
func (m *manage) serve(c *call) error {
	found, err := m.find(c)
	open := err == nil && found.scope == anyone
	if !open {
		var who error
		if c.token, who = m.Desk.Bearer(c.Context(), bearer(c.Request)); who != nil {
			return who
		}
		c.signed()
	}
	if err != nil {
		return err
	}
	if !open && !c.token.Scope.Allows(found.scope) {
		return m.refused(c, found)
	}
	if err := c.readBody(); err != nil {
		return err
	}
	if err := c.checkQuery(found.query); err != nil {
		return err
	}
	if key := c.Header.Get("Idempotency-Key"); key != "" && found.once {
		return m.answerOnce(c, found, key)
	}
	return c.answer(found)
}

// find gives the route of a call, and puts what stands in its path into c.
func (m *manage) find(c *call) (*route, error) {
	var allowed []string
	for i := range m.table {
		params, ok := m.table[i].match(c.URL.EscapedPath())
		if !ok {
			continue
		}
		if method := m.table[i].method; method == c.Method || method == http.MethodGet && c.Method == http.MethodHead {
			c.params = params
			return &m.table[i], nil
		}
		allowed = append(allowed, m.table[i].method)
	}
	if len(allowed) == 0 {
		return nil, &hookline.Error{Kind: hookline.KindNotFound, Message: "There is no such path. " + manageRoot + "/openapi.json lists all of them."}
	}
	return nil, &methodError{allowed: strings.Join(allowed, ", ")}
}

// bearer gives the token of an Authorization header (RFC 6750 §2.1), "" without one.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// log writes the one line of a call. It has the path without the query, and
// names the token without showing it.
func (m *manage) log(c *call) {
	level := slog.LevelInfo
	if c.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	attrs := []slog.Attr{
		slog.String("method", c.Method), slog.String("path", c.URL.Path), slog.Int("status", c.status),
		slog.Duration("took", time.Since(c.began)),
	}
	if c.token.ID != "" {
		attrs = append(attrs, slog.String("token", c.token.ID), slog.String("by", c.askedBy()))
	}
	if c.err != nil {
		attrs = append(attrs, slog.String("problem", c.err.Error()))
	}
	m.Logger.LogAttrs(c.Context(), level, "management call", attrs...)
}

// logSecret notes that somebody saw or changed a secret.
func (m *manage) logSecret(c *call, what string, more ...any) {
	m.Logger.InfoContext(c.Context(), what, append([]any{"token", c.token.ID, "by", c.askedBy()}, more...)...)
}

// methodError says which methods a path has.
type methodError struct{ allowed string }

func (e *methodError) Error() string { return "the path takes only " + e.allowed }

// told is what may be told of an error, and with which status.
func told(err error) (int, *hookline.Error) {
	if e, ok := errors.AsType[*methodError](err); ok {
		return http.StatusMethodNotAllowed, &hookline.Error{Kind: "method_not_allowed", Message: "This path does not take this method. Use " + e.allowed + "."}
	}
	if e, ok := errors.AsType[*unreadable](err); ok {
		return http.StatusBadRequest, &hookline.Error{Kind: hookline.KindInvalid, Message: e.message}
	}
	e, ok := errors.AsType[*hookline.Error](err)
	if status, known := manageStatuses[hookline.KindOf(err)]; ok && known {
		return status, e
	}
	return http.StatusInternalServerError, &hookline.Error{Kind: hookline.KindInternal, Message: "Something went wrong in Hookline. Its log says more."}
}

var manageStatuses = map[hookline.Kind]int{
	hookline.KindInvalid:      http.StatusUnprocessableEntity,
	hookline.KindUnauthorized: http.StatusUnauthorized,
	hookline.KindForbidden:    http.StatusForbidden,
	hookline.KindNotFound:     http.StatusNotFound,
	hookline.KindConflict:     http.StatusConflict,
	hookline.KindTooLarge:     http.StatusRequestEntityTooLarge,
	hookline.KindThrottled:    http.StatusTooManyRequests,
	hookline.KindUnavailable:  http.StatusServiceUnavailable,
}
