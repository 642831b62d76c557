package delivery

import (
	"context"
	"log/slog"

	"hookline/internal/hookline"
)

// logAttempt writes the one line of an attempt: who is meant by ids, where by the
// host alone, since a path or a query may hold secrets.
func (e *Engine) logAttempt(ctx context.Context, o hookline.Owed, f hookline.Finished) {
	if !e.log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	a := f.Attempt
	e.log.LogAttrs(ctx, slog.LevelInfo, "attempt",
		slog.String("delivery", o.ID),
		slog.String("destination", o.DestinationID),
		slog.String("action", o.ActionID),
		slog.String("event", o.EventID),
		slog.String("person", o.PersonID),
		slog.Int("batch", o.BatchSize),
		slog.String("method", o.Request.Method),
		slog.String("host", hostOf(o.Request.URL)),
		slog.Int("attempt", a.Number),
		slog.Bool("resend", a.AskedBy != ""),
		slog.Int("status", a.Status),
		slog.String("outcome", string(f.Outcome.State)),
		slog.String("reason", f.Outcome.Reason),
		slog.Duration("duration", a.Duration),
		slog.Duration("dns", a.Timings.DNS),
		slog.Duration("connect", a.Timings.Connect),
		slog.Duration("tls", a.Timings.TLS),
		slog.Duration("first_byte", a.Timings.FirstByte),
		slog.Int("bytes_sent", len(o.Request.Body)),
		slog.Int("bytes_received", len(a.Answer)),
	)
}
