package alert

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/signing"
)

// Sent is what came of telling something once.
type Sent struct {
	What    []byte // that was sent
	Status  int    // of a web server; 0: none, or no answer
	Answer  []byte // of a web server, or of a mail server
	Inside  bool   // the receiver is on an inside network
	Took    time.Duration
	Failure string // why it counts as not told, whole sentences; "" when it was told
}

// Test tells an example at once. It counts as nothing.
func (w *Watch) Test(ctx context.Context, c hookline.AlertChannel) Sent {
	return w.send(ctx, example(c, time.Now()))
}

// patience bounds one telling.
const patience = 20 * time.Second

// send tells once. Who stops meanwhile is not heard: what is on its way is
// answered or timed out.
func (w *Watch) send(ctx context.Context, t hookline.Telling) Sent {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	start := time.Now()
	var sent Sent
	switch t.Channel.Kind {
	case hookline.ChannelWebhook:
		sent = w.post(ctx, t, w.webhookBody)
	case hookline.ChannelSlack:
		sent = w.post(ctx, t, w.slackBody)
	case hookline.ChannelEmail:
		sent = w.mail(ctx, t)
	default:
		sent = Sent{Failure: "There is no such kind of channel."}
	}
	sent.Took = time.Since(start)
	return sent
}

func (w *Watch) post(ctx context.Context, t hookline.Telling, write func(hookline.Telling) ([]byte, error)) Sent {
	body, err := write(t)
	if err != nil {
		return Sent{Failure: "The alert could not be written."}
	}
	header := []outbound.Header{{Name: "Content-Type", Value: "application/json"}}
	if t.Channel.Kind == hookline.ChannelWebhook {
		at := time.Now()
		header = append(header,
			outbound.Header{Name: "X-CIO-Idempotency-Key", Value: idOf(t)},
			outbound.Header{Name: signing.HeaderWorkspaceTime, Value: signing.Timestamp(at)},
			outbound.Header{Name: signing.HeaderWorkspace, Value: signing.Workspace(t.Channel.Key, at, body)})
	}
	answer, err := w.cfg.Sender.Send(ctx, outbound.Request{Method: http.MethodPost, URL: t.Channel.URL, Header: header, Body: body})
	return Sent{What: body, Status: answer.Status, Answer: answer.Body, Inside: answer.Inside, Failure: failure(answer.Status, err)}
}

// failure says why an answer does not count as told; "" when it does.
func failure(status int, err error) string {
	if err != nil {
		return sentence(err, "The alert could not be sent.")
	}
	if status >= 200 && status <= 299 {
		return ""
	}
	words := strings.TrimSpace(fmt.Sprint(status) + " " + http.StatusText(status))
	if status >= 300 && status <= 399 {
		return "The receiver answered " + words + ". Redirects are not followed: enter the address that answers itself."
	}
	return "The receiver answered " + words + "."
}

// sentence tells an error of package outbound, which is for people.
func sentence(err error, otherwise string) string {
	e, ok := errors.AsType[*outbound.Error](err)
	if !ok || e.Message == "" {
		return otherwise
	}
	return strings.ToUpper(e.Message[:1]) + strings.TrimSuffix(e.Message[1:], ".") + "."
}
