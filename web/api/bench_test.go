package api

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/ingest"
)

// void keeps nothing, to measure what a call costs apart from storing it.
type void struct{}

func (void) SourceByWriteKey(context.Context, string) (hookline.Source, error) { return website, nil }

func (void) AppendEvents(context.Context, []hookline.Event, []hookline.Rejection) (int, error) {
	return 0, nil
}

func (void) Setting(context.Context, string) (string, error) { return "", nil }
func (void) Writable(context.Context) error                  { return nil }

func BenchmarkServe(b *testing.B) {
	item := `{"type":"track","userId":"u1","event":"Order Completed","messageId":"m1","properties":{"x":"` + strings.Repeat("x", 500) + `"}}`
	for _, test := range []struct{ name, path, body string }{
		{"single", "/v1/track", item},
		{"batch of 100", "/v1/batch", `{"batch":[` + strings.Repeat(item+",", 99) + item + `]}`},
	} {
		b.Run(test.name, func(b *testing.B) {
			face := New(Config{Ingester: ingest.New(void{}, ingest.Limits{}), Store: void{}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
			body := bytes.NewReader([]byte(test.body))
			r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, test.path, body)
			r.Header.Set("Authorization", basic(website.WriteKey))
			b.ReportAllocs()
			for b.Loop() {
				body.Reset([]byte(test.body))
				w := httptest.NewRecorder()
				if face.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
