package report

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/signing"
)

// payload is what is told, in Customer.io's shape (WIRE: Reporting webhooks).
// Keys without a value are left out.
type payload struct {
	EventID    string `json:"event_id"`
	ObjectType string `json:"object_type"`
	Metric     string `json:"metric"`
	Timestamp  int64  `json:"timestamp"`
	Data       facts  `json:"data"`
}

type facts struct {
	DeliveryID     string       `json:"delivery_id"`
	Identifiers    *identifiers `json:"identifiers,omitempty"`
	CustomerID     string       `json:"customer_id,omitempty"`
	ActionID       string       `json:"action_id,omitempty"`
	DestinationID  string       `json:"destination_id,omitempty"`
	Recipient      string       `json:"recipient,omitempty"`
	FailureMessage string       `json:"failure_message,omitempty"`
	Content        string       `json:"content,omitempty"`
}

type identifiers struct {
	ID    string `json:"id,omitempty"`
	Email string `json:"email,omitempty"`
}

// body writes a report as it is sent. content is the body of the request that
// it is about; "" when that is not told.
func body(r hookline.Report, content string) ([]byte, error) {
	p := payload{
		EventID: r.ID(), ObjectType: "webhook", Metric: string(r.Metric), Timestamp: r.At.Unix(),
		Data: facts{
			DeliveryID: r.DeliveryID, CustomerID: r.UserID, ActionID: r.ActionID, DestinationID: r.DestinationID,
			Recipient: outbound.ShowURL(r.URL), FailureMessage: r.Reason, Content: content,
		},
	}
	if r.UserID != "" || r.Email != "" {
		p.Data.Identifiers = &identifiers{ID: r.UserID, Email: r.Email}
	}
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := to.Encode(p); err != nil {
		return nil, fmt.Errorf("write report: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Sent is what came of telling something once.
type Sent struct {
	Header  []hookline.Header // that we added
	Body    []byte
	Status  int // 0: no answer
	Answer  []byte
	Inside  bool // the receiver is on an inside network
	Took    time.Duration
	Failure string // why it counts as not told, whole sentences; "" when it was told
}

// post tells w of a report once. Who stops meanwhile is not heard: what is on its
// way is answered or timed out.
func (r *Reporter) post(ctx context.Context, w hookline.ReportingWebhook, what hookline.Report) Sent {
	ctx = context.WithoutCancel(ctx)
	content := ""
	if w.WithContent && what.Metric == hookline.MetricSent {
		raw, err := r.store.ReportBody(ctx, what)
		if err != nil && hookline.KindOf(err) != hookline.KindNotFound {
			return Sent{Failure: "The body that was sent could not be read."}
		}
		content = strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	text, err := body(what, content)
	if err != nil {
		return Sent{Failure: "The report could not be written."}
	}
	return r.send(ctx, w, what.ID(), text)
}

// send signs and sends, like every webhook, with the reporting webhook's own key.
func (r *Reporter) send(ctx context.Context, w hookline.ReportingWebhook, id string, text []byte) Sent {
	at := time.Now()
	sent := Sent{Body: text, Header: []hookline.Header{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "X-CIO-Idempotency-Key", Value: id},
		{Name: signing.HeaderWorkspaceTime, Value: signing.Timestamp(at)},
		{Name: signing.HeaderWorkspace, Value: signing.Workspace(w.Key, at, text)},
	}}
	header := make([]outbound.Header, len(sent.Header))
	for i, h := range sent.Header {
		header[i] = outbound.Header{Name: h.Name, Value: h.Value}
	}
	answer, err := r.sender.Send(ctx, outbound.Request{Method: http.MethodPost, URL: w.URL, Header: header, Body: text})
	sent.Status, sent.Answer, sent.Inside, sent.Took = answer.Status, answer.Body, answer.Inside, time.Since(at)
	sent.Failure = failure(answer.Status, err)
	return sent
}

// failure says why an answer does not count as told; "" when it does.
func failure(status int, err error) string {
	if err != nil {
		if e, ok := errors.AsType[*outbound.Error](err); ok && e.Message != "" {
			return strings.ToUpper(e.Message[:1]) + strings.TrimSuffix(e.Message[1:], ".") + "."
		}
		return "The report could not be sent."
	}
	if status >= 200 && status <= 299 {
		return ""
	}
	words := fmt.Sprint(status)
	if text := http.StatusText(status); text != "" {
		words += " " + text
	}
	if status >= 300 && status <= 399 {
		return "The receiver answered " + words + ". Redirects are not followed: enter the address that answers itself."
	}
	return "The receiver answered " + words + "."
}
