package delivery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/signing"
)

// Header names that every request carries (seed 002).
const (
	headerIdempotencyKey = "X-CIO-Idempotency-Key"
	headerUserAgent      = "User-Agent"
)

// attempt tries a delivery once; false when it could not even begin.
func (e *Engine) attempt(ctx context.Context, o hookline.Owed) (hookline.Finished, answer, bool) {
	routing, err := e.store.Routing(ctx)
	if err != nil {
		e.log.ErrorContext(ctx, "read configuration for delivery", "delivery", o.ID, "error", err)
		return hookline.Finished{}, answer{}, false
	}
	f, a := e.try(ctx, o, routing)
	e.use(ctx, o, routing.Responses[o.ActionID], &f)
	return f, a, true
}

// try signs the request, sends it, and says what follows. The signature's time
// is this attempt's, so that a receiver which refuses old ones takes a retry.
func (e *Engine) try(ctx context.Context, o hookline.Owed, routing *hookline.Routing) (hookline.Finished, answer) {
	start := time.Now()
	d, known := routing.Destinations[o.DestinationID]
	veil, err := e.reveal(&o.Request, routing)
	signed := []hookline.Header{}
	if err == nil {
		signed, err = e.sign(o, d, routing.SigningKeys, start)
	}
	if !known { // deleted while this was on its way here
		err = &outbound.Error{Kind: outbound.KindRefused, Message: "The destination was deleted."}
	}
	proxy, there := routing.ProxyOf(d)
	if err == nil && !there {
		err = noRegion(d)
	}
	var response outbound.Response
	if err == nil {
		response, err = e.sender.Send(ctx, outbound.Request{
			Method: o.Request.Method, URL: o.Request.URL, Header: outgoing(o.Request.Headers, signed), Body: o.Request.Body, Timeout: d.Timeout,
			TLS: d.TLS, Proxy: proxy,
		})
	}
	if !veil.Empty() {
		err = cover(veil, &response, err)
	}
	now := time.Now()
	tries := o.Tries + 1
	a := read(response, err)
	wait, more := e.cfg.Schedule.of(d).wait(tries, e.jitter())
	ended := outcome(a, tries, wait, more || o.Origin == hookline.OriginTest, now)
	to := o.DestinationID
	if o.Origin == hookline.OriginTest {
		ended, to = once(ended), ""
	}
	return hookline.Finished{
		Outcome: ended, Tries: o.Tries, To: to, JourneyID: o.JourneyID,
		Attempt: hookline.Attempt{
			DeliveryID: o.ID, Number: o.Attempts + 1, RequestNumber: o.RequestNumber, AskedBy: o.AskedBy, Sent: signed,
			StartedAt: start, Duration: now.Sub(start), Status: response.Status, AnswerHeaders: headerList(response.Header),
			Answer: response.Body, AnswerTooLarge: response.TooLarge, Outcome: ended.State, Reason: ended.Reason,
			Timings: hookline.Timings{
				DNS: response.Timings.DNS, Connect: response.Timings.Connect, TLS: response.Timings.TLS, FirstByte: response.Timings.FirstByte,
				Inside: response.Inside,
			},
		},
	}, a
}

// sign gives the headers that are ours (WIRE: Requests out).
func (e *Engine) sign(o hookline.Owed, d hookline.Destination, keys []hookline.SigningKey, at time.Time) ([]hookline.Header, error) {
	body := o.Request.Body
	headers := []hookline.Header{
		{Name: headerUserAgent, Value: "Hookline/" + e.cfg.Version},
		{Name: headerIdempotencyKey, Value: o.IdempotencyKey},
		{Name: signing.HeaderWorkspaceTime, Value: signing.Timestamp(at)},
	}
	if key, ok := hookline.InUse(keys, at); ok {
		headers = append(headers, hookline.Header{Name: signing.HeaderWorkspace, Value: signing.Workspace(key.Key, at, body)})
	}
	switch {
	case d.SharedSecret == "":
	case d.SignatureMode == hookline.SignSegment:
		headers = append(headers, hookline.Header{Name: signing.HeaderShared, Value: signing.SharedFirst(d.SharedSecret, body)})
	default:
		headers = append(headers, hookline.Header{Name: signing.HeaderShared, Value: signing.Shared(d.SharedSecret, body)})
	}
	secrets := d.LiveSecrets(at)
	if len(secrets) == 0 {
		return headers, nil
	}
	signature, err := signing.Standard(secrets, o.ID, at, body)
	if err != nil {
		return headers, &outbound.Error{Kind: outbound.KindInvalidHeader, Message: "The Standard Webhooks secret of this destination cannot be used. Make a new one in its settings.", Cause: err}
	}
	return append(headers,
		hookline.Header{Name: signing.HeaderStandardID, Value: o.ID},
		hookline.Header{Name: signing.HeaderStandardTimestamp, Value: signing.Timestamp(at)},
		hookline.Header{Name: signing.HeaderStandard, Value: signature}), nil
}

// outgoing puts our headers after the template's; of a name that is ours, only
// ours is sent, but for a User-Agent that the template chose.
func outgoing(own, signed []hookline.Header) []outbound.Header {
	headers := make([]outbound.Header, 0, len(own)+len(signed))
	chosen := false
	for _, h := range own {
		agent := strings.EqualFold(h.Name, headerUserAgent)
		chosen = chosen || agent
		if agent || !named(signed, h.Name) {
			headers = append(headers, outbound.Header{Name: h.Name, Value: h.Value})
		}
	}
	for _, h := range signed {
		if !chosen || h.Name != headerUserAgent {
			headers = append(headers, outbound.Header{Name: h.Name, Value: h.Value})
		}
	}
	return headers
}

func named(headers []hookline.Header, name string) bool {
	return slices.ContainsFunc(headers, func(h hookline.Header) bool { return strings.EqualFold(h.Name, name) })
}

// read takes from a response what the outcome depends on.
func read(r outbound.Response, err error) answer {
	a := answer{status: r.Status, tooLarge: r.TooLarge, retryAfter: r.Header.Get("Retry-After"), location: r.Header.Get("Location")}
	if r.Inside {
		a.location = "" // only administrators see what the inside answers; everybody sees why a delivery failed
	}
	if err == nil {
		return a
	}
	a.trouble = "The request could not be sent."
	if e, ok := errors.AsType[*outbound.Error](err); ok {
		a.trouble, a.final, a.ours = sentence(e.Message), e.Kind.Final(), e.Kind == outbound.KindExhausted
	}
	return a
}

func headerList(h http.Header) []hookline.Header {
	list := make([]hookline.Header, 0, len(h))
	for name, values := range h {
		for _, value := range values {
			list = append(list, hookline.Header{Name: name, Value: strings.ToValidUTF8(value, "\uFFFD")})
		}
	}
	slices.SortStableFunc(list, func(a, b hookline.Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// record writes the attempt down, and keeps trying while the store cannot,
// however long: an attempt that was made and forgotten would be made again.
// False when it gave up, because the process is to stop.
func (e *Engine) record(ctx context.Context, o hookline.Owed, f *hookline.Finished) bool {
	for try := 1; ; try++ {
		err := e.finish(ctx, o, f)
		if err == nil {
			return true
		}
		conflict, last := hookline.KindOf(err) == hookline.KindConflict, try >= recordTries && e.dispatcher.isClosed()
		if conflict || last || try == recordTries {
			e.log.ErrorContext(ctx, "record attempt", "delivery", f.Attempt.DeliveryID, "error", err)
		}
		if conflict || last {
			return conflict
		}
		time.Sleep(time.Duration(min(try, recordTries)) * recordWait)
	}
}

// While the store cannot write, a process that is told to stop waits at most
// about 5 s for an attempt to be recorded.
const (
	recordTries = 10
	recordWait  = 100 * time.Millisecond
)

// sentence makes a message of outbound's stand alone.
func sentence(message string) string {
	if message == "" {
		return message
	}
	if !strings.HasSuffix(message, ".") {
		message += "."
	}
	return fmt.Sprintf("%s%s", strings.ToUpper(message[:1]), message[1:])
}
