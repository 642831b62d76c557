package views

import (
	"slices"
	"strings"

	"hookline/internal/hookline"
)

// withSigned joins a request's own headers with those added when it was sent. Of a name that both have, ours counted,
// but for a User-Agent that the template chose.
func withSigned(r hookline.Request, signed []hookline.Header) hookline.Request {
	var headers []hookline.Header
	for _, h := range r.Headers {
		if isAgent(h) || !slices.ContainsFunc(signed, sameName(h)) {
			headers = append(headers, h)
		}
	}
	for _, h := range signed {
		if !isAgent(h) || !slices.ContainsFunc(r.Headers, isAgent) {
			headers = append(headers, h)
		}
	}
	r.Headers = headers
	return r
}

func isAgent(h hookline.Header) bool { return strings.EqualFold(h.Name, "User-Agent") }

func sameName(a hookline.Header) func(hookline.Header) bool {
	return func(b hookline.Header) bool { return strings.EqualFold(a.Name, b.Name) }
}

// Exchange is an attempt with the request that it sent, as everybody may see them: secrets blotted out, signatures cut
// short.
func Exchange(m DeliveryModel, a hookline.Attempt) (hookline.Request, hookline.Attempt) {
	var r hookline.Request
	for _, made := range m.Requests {
		if made.Number == a.RequestNumber {
			r = withSigned(made.Request, a.Sent)
		}
	}
	r.URL, r.Headers = SafeURL(r.URL), outsideHeaders(r.Headers)
	a.AnswerHeaders = outsideHeaders(a.AnswerHeaders)
	return r, a
}
