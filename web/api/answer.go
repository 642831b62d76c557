package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"hookline/internal/hookline"
)

// refusal is the body of every answer that is not a success. Some client
// libraries show meta.error only.
type refusal struct {
	Success bool          `json:"success"`
	Code    hookline.Kind `json:"code"`
	Message string        `json:"message"`
	Meta    meta          `json:"meta"`
}

type meta struct {
	Error string `json:"error"`
}

// success is all that clients take for one: another status than 200 or another
// body makes some of them send again.
var success = []byte(`{"success":true}`)

// Header values that every answer shares; net/http only reads them.
var (
	jsonType  = []string{"application/json"}
	anyOrigin = []string{"*"}
)

// statuses of the kinds of trouble. Whatever is wrong with a body is 400, also
// its size: clients know no other status for it.
var statuses = map[hookline.Kind]int{
	hookline.KindInvalid:      http.StatusBadRequest,
	hookline.KindTooLarge:     http.StatusBadRequest,
	hookline.KindUnauthorized: http.StatusUnauthorized,
	hookline.KindForbidden:    http.StatusForbidden,
	hookline.KindNotFound:     http.StatusNotFound,
	hookline.KindConflict:     http.StatusConflict,
	hookline.KindThrottled:    http.StatusTooManyRequests,
	hookline.KindUnavailable:  http.StatusServiceUnavailable,
}

// refuse answers with what a person may know of err, and gives the status.
func refuse(w http.ResponseWriter, err error) int {
	told, ok := errors.AsType[*hookline.Error](err)
	if !ok {
		told = &hookline.Error{Kind: hookline.KindInternal, Message: "Something went wrong in Hookline. Its log says more."}
	}
	status, ok := statuses[told.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	header := w.Header()
	switch status {
	case http.StatusUnauthorized: // RFC 9110 §11.6.1; browsers ask nobody for a password across origins
		header.Set("WWW-Authenticate", `Basic realm="Hookline"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		header.Set("Retry-After", retryAfter(told.RetryAfter))
		header.Set("Access-Control-Expose-Headers", "Retry-After")
	}
	writeRefusal(w, status, refusal{Code: told.Kind, Message: told.Message, Meta: meta{Error: told.Message}})
	return status
}

func writeRefusal(w http.ResponseWriter, status int, body refusal) {
	text, _ := json.Marshal(body) // texts only
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that is gone needs no answer
}

// refuseMethod answers a method that a path does not have (RFC 9110 §15.5.6).
func refuseMethod(w http.ResponseWriter, allowed string) int {
	message := "This path does not take this method. Use " + allowed + "."
	w.Header().Set("Allow", allowed)
	writeRefusal(w, http.StatusMethodNotAllowed, refusal{Code: "method_not_allowed", Message: message, Meta: meta{Error: message}})
	return http.StatusMethodNotAllowed
}

// retryAfter writes whole seconds, at least one (RFC 9110 §10.2.3).
func retryAfter(d time.Duration) string {
	seconds := int((d + time.Second - 1) / time.Second)
	return strconv.Itoa(max(seconds, 1))
}
