package delivery

import (
	"context"
	"log/slog"

	"hookline/internal/hookline"
)

// logAttempt writes the one line of an attempt: who is meant by ids, where by the
// host alone, since a path or a query may hold secrets. What there was none of is
// left out: most attempts are first ones, of one event, over a connection that is
// open already.
func (e *Engine) logAttempt(ctx context.Context, o hookline.Owed, f hookline.Finished) {
	if !e.log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	a := f.Attempt
	line := make([]slog.Attr, 0, 20)
	line = append(line,
		slog.String("delivery", o.ID),
		slog.String("destination", o.DestinationID),
		slog.String("action", o.ActionID),
	)
	line = some(line, "event", o.EventID)
	line = some(line, "person", o.PersonID)
	line = some(line, "batch", o.BatchSize)
	line = append(line,
		slog.String("method", o.Request.Method),
		slog.String("host", hostOf(o.Request.URL)),
		slog.Int("attempt", a.Number),
	)
	line = some(line, "resend", a.AskedBy != "")
	line = append(line,
		slog.Int("status", a.Status),
		slog.String("outcome", string(f.Outcome.State)),
	)
	line = some(line, "reason", f.Outcome.Reason)
	line = append(line, slog.Duration("duration", a.Duration))
	line = some(line, "dns", a.Timings.DNS)
	line = some(line, "connect", a.Timings.Connect)
	line = some(line, "tls", a.Timings.TLS)
	line = some(line, "first_byte", a.Timings.FirstByte)
	line = append(line, slog.Int("bytes_sent", len(o.Request.Body)))
	line = some(line, "bytes_received", len(a.Answer))
	e.log.LogAttrs(ctx, slog.LevelInfo, "attempt", line...)
}

// some adds a value unless it is the zero one.
func some[T comparable](line []slog.Attr, key string, value T) []slog.Attr {
	var none T
	if value == none {
		return line
	}
	return append(line, slog.Any(key, value))
}
