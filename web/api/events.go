package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/ingest"
)

// batch is the kind of a call with many events; single calls have the kind of
// their event.
const batch hookline.EventType = ""

// calls are the paths that bring events in (Segment's tracking API): the long
// names, the short ones of browser libraries, and an old name of batch.
var calls = map[string]hookline.EventType{
	"/v1/identify": hookline.Identify, "/v1/i": hookline.Identify,
	"/v1/track": hookline.Track, "/v1/t": hookline.Track,
	"/v1/page": hookline.Page, "/v1/p": hookline.Page,
	"/v1/screen": hookline.Screen, "/v1/s": hookline.Screen,
	"/v1/group": hookline.Group, "/v1/g": hookline.Group,
	"/v1/alias": hookline.Alias, "/v1/a": hookline.Alias,
	"/v1/batch": batch, "/v1/b": batch, "/v1/import": batch,
}

// visit is one call on its way, and what the log will say of it.
type visit struct {
	kind    hookline.EventType
	began   time.Time
	bytes   int // of the body, unpacked
	status  int
	receipt ingest.Receipt
	err     error
}

// serveEvents answers everything under /v1. Web pages of any origin may send
// events, but never with credentials of ours.
func (a *API) serveEvents(w http.ResponseWriter, r *http.Request) {
	w.Header()["Access-Control-Allow-Origin"] = anyOrigin
	kind, known := calls[strings.TrimSuffix(r.URL.Path, "/")]
	switch {
	case r.Method == http.MethodOptions:
		answerPreflight(w)
	case !known:
		refuse(w, &hookline.Error{Kind: hookline.KindNotFound, Message: "There is no such call. Use /v1/track, /v1/identify, /v1/page, /v1/screen, /v1/group, /v1/alias or /v1/batch."})
	case r.Method != http.MethodPost:
		refuseMethod(w, "POST, OPTIONS")
	default:
		a.serveCall(w, r, kind)
	}
}

// answerPreflight names each header, because a * would not cover
// Authorization (Fetch standard, CORS protocol).
func answerPreflight(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
	header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Retry-Count")
	header.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// serveCall answers one call that net/http has read.
func (a *API) serveCall(w http.ResponseWriter, r *http.Request, kind hookline.EventType) {
	v := visit{kind: kind, began: time.Now()}
	if a.take(r.Context(), w, &v, incoming{r.Header.Get("Authorization"), r.Header.Get("Content-Encoding"), r.Body, r.ContentLength}) {
		w.Header()["Content-Type"] = jsonType
		_, _ = w.Write(success) // a client that is gone sends again: the messageId makes that harmless
	}
}

// incoming is what matters of a call before its events are known.
type incoming struct {
	authorization string
	encoding      string
	body          io.Reader
	length        int64 // of body, -1: not known
}

// take takes one call and writes its line in the log, whatever happens. It is
// true when everything that can be taken is durable; why it is not it says to w.
func (a *API) take(ctx context.Context, w http.ResponseWriter, v *visit, in incoming) (success bool) {
	defer func() {
		if p := recover(); p != nil {
			v.err = fmt.Errorf("accept call: panic: %v\n%s", p, debug.Stack())
			v.status = refuse(w, v.err)
		}
		a.count(v)
		a.log(ctx, v)
	}()
	if v.err = a.accept(ctx, v, in); v.err != nil {
		v.status = refuse(w, v.err)
		return false
	}
	v.status = http.StatusOK
	return true
}

func (a *API) accept(ctx context.Context, v *visit, in incoming) error {
	var source hookline.Source // who, if the header says it
	if key := writeKey(in.authorization); key != "" {
		var err error
		source, err = a.ingester.Source(ctx, key)
		v.receipt.Source = source
		if err != nil {
			return err
		}
	}

	leave, err := a.shares.enter(ctx, source.ID)
	if err != nil {
		return err
	}
	defer leave()

	b, _ := a.bodies.Get().(*body)
	defer a.bodies.Put(b)
	unusable, err := b.read(in, a.ingester.Limits().BodyBytes)
	v.bytes = len(b.bytes())
	if err != nil {
		return err
	}

	v.receipt, err = a.ingester.Accept(ctx, ingest.Call{
		Source: source, Type: v.kind, Body: b.bytes(), Unusable: unusable, ReceivedAt: v.began,
	})
	return err
}

// writeKey gives the user name of Basic authorization, "" without one. What is
// not base64 of a name and a colon is taken for the key itself, as in some
// examples for curl.
func writeKey(authorization string) string {
	scheme, credentials, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return ""
	}
	credentials = strings.TrimSpace(credentials)
	if decoded, err := base64.StdEncoding.DecodeString(credentials); err == nil {
		if key, _, ok := strings.Cut(string(decoded), ":"); ok {
			return key
		}
	}
	return credentials
}

// log writes the one line of a call.
func (a *API) log(ctx context.Context, v *visit) {
	level := slog.LevelInfo
	if v.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if !a.logger.Enabled(ctx, level) {
		return
	}
	kind := string(v.kind)
	if v.kind == batch {
		kind = "batch"
	}
	attrs := make([]slog.Attr, 0, 9)
	attrs = append(attrs,
		slog.String("source", v.receipt.Source.ID),
		slog.String("type", kind),
		slog.Int("events", v.receipt.Events),
		slog.Int("bytes", v.bytes),
		slog.Int("status", v.status),
		slog.Duration("duration", time.Since(v.began)),
	)
	if v.receipt.Duplicates > 0 || v.receipt.Rejected > 0 {
		attrs = append(attrs, slog.Int("duplicates", v.receipt.Duplicates), slog.Int("rejected", v.receipt.Rejected))
	}
	if v.err != nil {
		attrs = append(attrs, slog.String("error", v.err.Error()))
	}
	a.logger.LogAttrs(ctx, level, "call", attrs...)
}
