package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// call is one call of the management API on its way.
type call struct {
	*http.Request
	w      http.ResponseWriter
	began  time.Time
	token  hookline.Token
	params map[string]string // what stands in the path
	body   []byte
	made   bool // something new was made by a call that may also replace
	status int  // of the answer; 0: there is none yet
	err    error
}

// askedBy names the caller in the log and beside what they had sent again.
func (c *call) askedBy() string { return "API token “" + c.token.Name + "”" }

// may says whether the caller's scope includes another one.
func (c *call) may(scope hookline.Role) bool { return c.token.Scope.Allows(scope) }

// readBody reads the body whatever its content type says: curl names a form
// unless told otherwise.
func (c *call) readBody() (err error) {
	c.body, err = io.ReadAll(http.MaxBytesReader(c.w, c.Body, maxManageBody))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return &hookline.Error{Kind: hookline.KindTooLarge, Message: "The body is too large: at most 1 MB is taken."}
	}
	if err != nil {
		return &unreadable{"The body could not be read to its end. Send it again."}
	}
	return nil
}

// answer lets the route's handler work and writes what it gives.
func (c *call) answer(found *route) error {
	given, err := found.run(c)
	if err != nil {
		return err
	}
	status, text, err := c.encode(found, given)
	if err != nil {
		return err
	}
	c.write(status, text)
	return nil
}

// encode gives an answer as it is sent.
func (c *call) encode(found *route, given any) (status int, text []byte, err error) {
	if found.gives == nothing {
		return http.StatusNoContent, nil, nil
	}
	status = found.status
	if c.made {
		status = http.StatusCreated
	}
	if text, err = json.Marshal(given); err != nil {
		return 0, nil, fmt.Errorf("encode answer: %w", err)
	}
	return status, text, nil
}

func (c *call) write(status int, text []byte) {
	c.status = status
	if len(text) > 0 {
		c.w.Header()["Content-Type"] = jsonType
	}
	c.w.WriteHeader(status)
	_, _ = c.w.Write(text) // a client that is gone needs no answer
}

// refusalOf is the body of every answer that is not a success.
type refusalOf struct {
	Error errorAnswer `json:"error"`
}

type errorAnswer struct {
	Kind    string            `json:"kind" doc:"What sort of trouble it is." enum:"invalid,unauthorized,forbidden,not_found,method_not_allowed,conflict,too_large,throttled,unavailable,internal"`
	Message string            `json:"message" doc:"Whole sentences that say what to do."`
	Fields  map[string]string `json:"fields,omitempty" doc:"What is wrong with each member that was given, by its name; members of members have dotted names."`
}

func (c *call) refuse(err error) {
	if c.status != 0 {
		return // the answer has begun; it cannot be taken back
	}
	status, e := told(err)
	header := c.w.Header()
	switch status {
	case http.StatusUnauthorized: // RFC 6750 §3
		header.Set("WWW-Authenticate", `Bearer realm="Hookline"`)
	case http.StatusMethodNotAllowed:
		if m, ok := errors.AsType[*methodError](err); ok {
			header.Set("Allow", m.allowed)
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		header.Set("Retry-After", retryAfter(e.RetryAfter))
	}
	text, _ := json.Marshal(refusalOf{errorAnswer{string(e.Kind), e.Message, e.Fields}}) // texts only
	c.write(status, text)
}

// checkQuery refuses what nobody would look at: a misspelt filter must not
// give the whole list.
func (c *call) checkQuery(known []parameter) error {
	wrong := map[string]string{}
	for name := range c.URL.Query() {
		if !slices.ContainsFunc(known, func(p parameter) bool { return p.name == name }) {
			names := make([]string, len(known))
			for i, p := range known {
				names[i] = p.name
			}
			wrong[name] = "There is no such parameter here. " + knownNames(names)
		}
	}
	if len(wrong) > 0 {
		return hookline.Invalid("The address has a parameter that is not known.", wrong)
	}
	return nil
}

// knownNames says what could have been meant.
func knownNames(names []string) string {
	switch n := len(names); n {
	case 0:
		return "There are none."
	case 1:
		return "Known is " + names[0] + "."
	default:
		return "Known are " + strings.Join(names[:n-1], ", ") + " and " + names[n-1] + "."
	}
}

func (c *call) query(name string) string { return c.URL.Query().Get(name) }

// The lengths of a list.
const (
	defaultLimit = 50
	maxLimit     = 200
)

var pageParameters = []parameter{
	{"limit", "How many at most: 1 to 200, 50 unless given.", "integer"},
	{"cursor", "The next_cursor of the stretch before, to go on after it.", "string"},
}

// cursor reads where in a list to go on.
func (c *call) cursor() (hookline.Cursor, error) {
	at := hookline.Cursor{Before: c.query("cursor"), Limit: defaultLimit}
	if text := c.query("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxLimit {
			return at, hookline.Invalid("The list could not be read.", map[string]string{"limit": "Use a number between 1 and 200."})
		}
		at.Limit = n
	}
	return at, nil
}

// listAnswer is a list, or a stretch of one.
type listAnswer[T any] struct {
	Data       []T     `json:"data"`
	NextCursor *string `json:"next_cursor" doc:"Where the list goes on; null when it does not. A stretch that had to be looked for may have fewer rows than asked for, or none, and go on all the same."`
}

// listed is a list that is whole.
func listed[From, To any](rows []From, show func(From) To) listAnswer[To] {
	answer := listAnswer[To]{Data: make([]To, len(rows))}
	for i, row := range rows {
		answer.Data[i] = show(row)
	}
	return answer
}

// stretch is a part of a list, which may go on after its last row.
func stretch[From, To any](l hookline.Listing[From], show func(From) To, id func(From) string) listAnswer[To] {
	answer := listed(l.Rows, show)
	if l.Stopped != "" {
		answer.NextCursor = &l.Stopped
		return answer
	}
	if l.Older && len(l.Rows) > 0 {
		last := id(l.Rows[len(l.Rows)-1])
		answer.NextCursor = &last
	}
	return answer
}

// moment is a time that may not be there.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
