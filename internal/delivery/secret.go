package delivery

import (
	"errors"
	"net/http"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/secret"
)

// reveal puts secrets into a request for the moment of sending: what is kept of
// it holds references. The veil blots them out of what comes back.
func (e *Engine) reveal(r *hookline.Request, routing *hookline.Routing) (secret.Veil, error) {
	if e.cfg.Secrets == nil {
		return secret.Veil{}, nil
	}
	revealed, veil, err := e.cfg.Secrets.Reveal(*r, routing.Secrets)
	switch {
	case err == nil:
		*r = revealed
		return veil, nil
	case errors.Is(err, secret.ErrRefused):
		return veil, &outbound.Error{Kind: outbound.KindRefused, Message: err.Error()}
	}
	return veil, &outbound.Error{Kind: outbound.KindExhausted, Message: err.Error()} // the receiver has no part in it
}

// cover blots secrets out of an answer, before anything is made of it or kept,
// and out of an error.
func cover(veil secret.Veil, r *outbound.Response, err error) error {
	if r.TooLarge {
		r.Body = []byte(veil.CoverCut(string(r.Body)))
	} else {
		r.Body = []byte(veil.Cover(string(r.Body)))
	}
	covered := make(http.Header, len(r.Header))
	for name, values := range r.Header {
		for _, value := range values {
			covered[veil.Cover(name)] = append(covered[veil.Cover(name)], veil.Cover(value))
		}
	}
	r.Header = covered
	if e, ok := errors.AsType[*outbound.Error](err); ok {
		hidden := *e
		hidden.Message, hidden.Cause = veil.Cover(e.Message), nil
		return &hidden
	}
	if err != nil {
		return errors.New(veil.Cover(err.Error()))
	}
	return nil
}
