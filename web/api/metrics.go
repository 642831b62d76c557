package api

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"hookline/internal/hookline"
)

// count counts one call and what became of its events.
func (a *API) count(v *visit) {
	a.metrics.Call(v.status)
	a.metrics.Events(v.receipt.Source.ID, v.receipt.Events-v.receipt.Duplicates, v.receipt.Duplicates, v.receipt.Rejected)
}

// tellMetrics answers GET /metrics for programs on this machine, and for
// whoever carries a token of the management API.
func (a *API) tellMetrics(w http.ResponseWriter, r *http.Request) {
	if !isQuestion(w, r) {
		return
	}
	if err := a.mayScrape(r); err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	a.scrape.ServeHTTP(w, r)
}

// mayScrape lets a token decide when there is one, and the address otherwise.
func (a *API) mayScrape(r *http.Request) error {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if a.bearer != nil && strings.EqualFold(scheme, "Bearer") {
		_, err := a.bearer(r.Context(), strings.TrimSpace(token))
		return err
	}
	if fromHere(r) {
		return nil
	}
	return &hookline.Error{
		Kind:    hookline.KindUnauthorized,
		Message: "Metrics are told to programs on Hookline's own machine, and to others with a token of the management API: Authorization: Bearer <token>.",
	}
}

// forwarded are the headers by which a proxy says that it asks for somebody
// else.
var forwarded = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"}

// fromHere says whether a program on this machine asks for itself. A proxy on
// this machine asks for everybody, so its headers tell against it, and so does
// a Host that is not this machine's own: that is also how a page in a browser
// here would ask, after its name was bent to 127.0.0.1.
func fromHere(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	for _, name := range forwarded {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	return isLoopback(r.Host)
}

func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
