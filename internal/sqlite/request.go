package sqlite

import (
	"encoding/json"

	"hookline/internal/hookline"
)

const requestColumns = "id, delivery_id, number, method, url, headers, body, made_by, made_at, action_version"

// currentRequest is the key of the request that a delivery d will send, or sent
// last.
const currentRequest = `case when d.request_number = 1 then d.id
	else (select q.id from requests q where q.delivery_id = d.id and q.number = d.request_number and q.number > 1) end`

const (
	insertAnyRequest = "insert into requests (" + requestColumns + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"

	// That which a delivery begins with: as insertBegun.
	insertFirstRequest = "insert into requests (" + requestColumns + ") values ($1, $1, 1, $2, $3, $4, $5, '', $6, $7)"
)

// insertRequest adds a request of the delivery with that key: the first one
// under the delivery's own, which needs no index to be found.
func (s *Store) insertRequest(t *tx, delivery int64, m hookline.RequestMade) error {
	key := delivery
	if m.Number > 1 {
		key = s.ids.Key()
	}
	body := m.Request.Body
	if body == nil {
		body = []byte{}
	}
	if m.Number == 1 && m.MadeBy == "" {
		_, err := t.exec(insertFirstRequest, key, m.Request.Method, m.Request.URL, headersJSON(m.Request.Headers), body, micros(m.MadeAt), m.ActionVersion)
		return err
	}
	_, err := t.exec(insertAnyRequest,
		key, delivery, m.Number, m.Request.Method, m.Request.URL, headersJSON(m.Request.Headers), body, m.MadeBy, micros(m.MadeAt), m.ActionVersion)
	return err
}

func scanRequest(r row) (hookline.RequestMade, error) {
	var m hookline.RequestMade
	var headers string
	var key, delivery, at int64
	err := r.Scan(&key, &delivery, &m.Number, &m.Request.Method, &m.Request.URL, &headers, &m.Request.Body, &m.MadeBy, &at, &m.ActionVersion)
	if err != nil {
		return m, err
	}
	m.DeliveryID, m.MadeAt = hookline.KeyID("dlv", delivery), fromMicros(at)
	err = json.Unmarshal([]byte(headers), &m.Request.Headers)
	return m, err
}
