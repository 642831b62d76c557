package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/signing"
	"hookline/views"
	"hookline/views/ui"
)

type signatureStore interface {
	DeliveryByKey(ctx context.Context, key string, attempted time.Time) (string, error)
}

func (s *server) askSignature(w http.ResponseWriter, r *http.Request) error {
	return s.showSignatureCheck(w, r, http.StatusOK, views.SignatureModel{})
}

func (s *server) showSignatureCheck(w http.ResponseWriter, r *http.Request, status int, m views.SignatureModel) error {
	m.Page = s.page(w, r, ui.Page{
		Title: "Check a signature", Active: ui.NavSettings,
		Crumbs:   append(settingsCrumbs(), ui.Crumb{Label: "Webhook signing key", Href: signingKeyPath}),
		Subtitle: "A receiver refuses webhooks, or takes none? Paste one request as it arrived there, and read what is the matter.",
	})
	return s.showStatus(w, r, status, view{page: views.Signature(m), fragment: views.SignatureFindings(m)})
}

// checkSignature says of a request that was received somewhere what is the matter with its signatures. It shows no
// key and keeps nothing of what was pasted.
func (s *server) checkSignature(w http.ResponseWriter, r *http.Request) error {
	m := views.SignatureModel{Headers: r.PostFormValue("headers"), Body: r.PostFormValue("body"), Received: trimmed(r, "received"), Asked: true}
	c := signing.Case{Header: signing.ReadHeaders(m.Headers), Body: []byte(strings.ReplaceAll(m.Body, "\r\n", "\n")), Pasted: true}
	m.Wrong = map[string]string{}
	if len(c.Header) == 0 {
		m.Wrong["headers"] = "Paste the headers as they arrived, a line for each: X-CIO-Timestamp: 1613063089."
	}
	var ok bool
	if c.At, ok = readReceived(m.Received); !ok {
		m.Wrong["received"] = "Enter the time with its date, such as 2026-11-27 14:05:00, in UTC; or seconds since 1970."
	}
	if len(m.Wrong) > 0 {
		return s.showSignatureCheck(w, r, http.StatusUnprocessableEntity, m)
	}
	if err := s.findDelivery(r.Context(), &c, &m); err != nil {
		return err
	}
	var err error
	if c.Keys, err = s.keysToTry(r.Context()); err != nil {
		return err
	}
	m.Findings = signing.Diagnose(c)
	return s.showSignatureCheck(w, r, http.StatusOK, m)
}

// keysToTry are all that this workspace signs with, or signed with: also those of its reporting webhooks.
func (s *server) keysToTry(ctx context.Context) ([]signing.Key, error) {
	keys, err := s.knownKeys(ctx)
	if err != nil {
		return nil, err
	}
	reporting, err := s.Store.ListReportingWebhooks(ctx)
	for _, one := range reporting {
		keys = append(keys, signing.Key{Scheme: signing.SchemeWorkspace, Name: "key of the reporting webhook " + one.Name, Secret: one.Key})
	}
	return keys, err
}

// readReceived reads when a request was received; nothing is the zero time.
func readReceived(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	if seconds, err := strconv.ParseInt(text, 10, 41); err == nil {
		return time.Unix(seconds, 0).UTC(), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", http.TimeFormat, time.RFC1123Z} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// findDelivery looks for the delivery that the request was an attempt of, and adds what is known of it: the body as it
// was sent, and the timestamps of its attempts.
func (s *server) findDelivery(ctx context.Context, c *signing.Case, m *views.SignatureModel) error {
	id := first(c.Header, signing.HeaderStandardID)
	if hookline.KeyOf(id) == 0 {
		id = ""
	}
	if key := first(c.Header, "X-CIO-Idempotency-Key"); id == "" && key != "" {
		attempted := time.Now()
		if seconds, err := strconv.ParseInt(first(c.Header, signing.HeaderWorkspaceTime), 10, 41); err == nil {
			attempted = time.Unix(seconds, 0)
		}
		var err error
		if id, err = s.Store.DeliveryByKey(ctx, key, attempted); err != nil {
			return err
		}
	}
	if id == "" {
		return nil
	}
	row, err := s.Store.DeliveryRow(ctx, id)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	m.Delivery = row
	return s.addSent(ctx, c, m)
}

// addSent adds the attempts of the delivery, and the body of the one that this was.
func (s *server) addSent(ctx context.Context, c *signing.Case, m *views.SignatureModel) error {
	attempts, err := s.Store.ListAttempts(ctx, m.Delivery.ID)
	if err != nil {
		return err
	}
	requests, err := s.Store.ListRequests(ctx, m.Delivery.ID)
	if err != nil {
		return err
	}
	signature, stamp := first(c.Header, signing.HeaderWorkspace), first(c.Header, signing.HeaderWorkspaceTime)
	number := 0
	for _, a := range attempts {
		at := sentHeader(a.Sent, signing.HeaderWorkspaceTime)
		c.Stamps = append(c.Stamps, signing.Stamped{Attempt: a.Number, Timestamp: at})
		if same := signature != "" && sentHeader(a.Sent, signing.HeaderWorkspace) == signature; same || m.Attempt.Number == 0 && at == stamp {
			m.Attempt, number = a, a.RequestNumber
		}
	}
	for _, made := range requests {
		if made.Number == number || number == 0 && made.Number == m.Delivery.RequestNumber {
			c.Original, c.HasSent = made.Request.Body, true
		}
	}
	return nil
}

func sentHeader(headers []hookline.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// first is the value of a header, however its name is spelled.
func first(h http.Header, name string) string {
	for spelled, values := range h {
		if strings.EqualFold(spelled, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
