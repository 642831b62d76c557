package web

import (
	"bytes"
	"net/http"

	"hookline/internal/har"
	"hookline/internal/hookline"
	"hookline/views"
)

// downloadHAR gives a delivery's attempts as a file that tools for HTTP read, with what its page shows and no more.
func (s *server) downloadHAR(w http.ResponseWriter, r *http.Request) error {
	m, err := s.readDelivery(r)
	if err != nil {
		return err
	}
	if len(m.Attempts) == 0 {
		return hookline.Conflict("This webhook has not been tried yet, so there is nothing to download. Come back after its first try.")
	}
	exchanges := make([]har.Exchange, len(m.Attempts))
	for i, a := range m.Attempts {
		exchanges[i].Request, exchanges[i].Attempt = views.Exchange(m, a)
	}
	var b bytes.Buffer
	if err := har.Write(&b, s.Version, exchanges); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="hookline-`+m.Row.ID+`.har"`)
	_, _ = w.Write(b.Bytes()) // a failed write is a browser that has gone
	return nil
}
