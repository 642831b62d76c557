package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

// addedHeaders are those that Hookline adds when it sends. One that a template sets itself is replaced, but for
// User-Agent, which the template may choose.
func addedHeaders(d hookline.Destination, own []hookline.Header) []views.AddedHeader {
	added := []views.AddedHeader{
		{Name: "User-Agent", What: "Hookline and its version"},
		{Name: "X-CIO-Idempotency-Key", What: "the same for every attempt, so that a receiver can drop what it has already"},
		{Name: "X-CIO-Timestamp", What: "when it is sent, in Unix seconds, such as " + strconv.FormatInt(time.Now().Unix(), 10)},
		{Name: "X-CIO-Signature", What: "HMAC-SHA256 of “v0:”, the timestamp, “:” and the body, with the workspace’s signing key; it changes with each send"},
	}
	if slices.ContainsFunc(own, func(h hookline.Header) bool { return strings.EqualFold(h.Name, "User-Agent") }) {
		added = added[1:]
	}
	if d.SharedSecret != "" {
		added = append(added, views.AddedHeader{Name: "X-Signature", What: "HMAC-SHA1 of the body, with the destination’s shared secret; the same body always has the same"})
	}
	if len(d.StandardSecrets) > 0 {
		added = append(added,
			views.AddedHeader{Name: "webhook-id", What: "the same for every attempt"},
			views.AddedHeader{Name: "webhook-timestamp", What: "when it is sent, in Unix seconds"},
			views.AddedHeader{Name: "webhook-signature", What: "HMAC-SHA256 of webhook-id, “.”, webhook-timestamp, “.” and the body, with the Standard Webhooks secret; it changes with each send"})
	}
	return added
}
