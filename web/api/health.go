package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"hookline/internal/hookline"
)

// alive answers GET /healthz: the process runs and serves.
func (a *API) alive(w http.ResponseWriter, r *http.Request) {
	if isQuestion(w, r) {
		a.writeOK(w)
	}
}

// ready answers GET /readyz: 200 when events can be stored now, else 503.
func (a *API) ready(w http.ResponseWriter, r *http.Request) {
	if !isQuestion(w, r) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := a.store.Writable(ctx); err != nil {
		a.logger.ErrorContext(ctx, "not ready", "error", err)
		refuse(w, &hookline.Error{Kind: hookline.KindUnavailable, Message: "Events cannot be stored just now.", Cause: err})
		return
	}
	a.writeOK(w)
}

func isQuestion(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	refuseMethod(w, "GET, HEAD")
	return false
}

func (a *API) writeOK(w http.ResponseWriter) {
	text, _ := json.Marshal(wellness{Status: "ok", Version: a.version}) // texts only
	w.Header()["Content-Type"] = jsonType
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(text) // a client that is gone needs no answer
}

type wellness struct {
	Status  string `json:"status"`
	Version string `json:"version"`
}
