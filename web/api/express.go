package api

import (
	"bytes"
	"context"
	"net/http"
	"time"
)

// Express is the way of calls that came whole and that net/http has not seen (package express).
type Express struct{ *API }

// Knows says whether calls are made at path. Untidy paths are left to [API].
func (e Express) Knows(path []byte) bool {
	_, known := calls[string(path)]
	return known
}

// Call answers a call: true is success, or else w has the answer.
func (e Express) Call(w http.ResponseWriter, path []byte, authorization string, body []byte) bool {
	v := visit{kind: calls[string(path)], began: time.Now()}
	return e.take(context.Background(), w, &v, incoming{authorization: authorization, body: bytes.NewReader(body), length: int64(len(body))})
}

// Header is what every answer to a call has besides what HTTP asks for.
func (e Express) Header() http.Header { return http.Header{"Access-Control-Allow-Origin": anyOrigin} }

// Success is the body of every success.
func (e Express) Success() []byte { return bytes.Clone(success) }
