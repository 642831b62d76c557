package delivery

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline/internal/outbound"

	"github.com/google/go-cmp/cmp"
)

func TestTheLineOfAnAttempt(t *testing.T) {
	var text bytes.Buffer
	m := newMemory(1, func(int) string { return "dst_1" })
	owed := m.owed["dlv_00000"]
	owed.ActionID, owed.EventID, owed.PersonID, owed.BatchSize = "act_1", "evt_1", "per_1", 3
	owed.Request.URL = "https://user:secret@hooks.example:8443/secret?key=secret"
	e := New(m, receiver(func(outbound.Request) (outbound.Response, error) {
		return outbound.Response{
			Status: http.StatusNotFound, Body: []byte("gone"),
			Timings: outbound.Timings{DNS: 1, Connect: 2, TLS: 3, FirstByte: 4},
		}, nil
	}), Config{Version: "1"}, slog.New(slog.NewJSONHandler(&text, nil)))
	e.dispatcher.run(task{*owed, e.dispatcher.line(owed.DestinationID), permit{}, "hooks.example:8443"})

	var line map[string]any
	if err := json.Unmarshal(text.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, text.String())
	}
	if took, ok := line["duration"].(float64); !ok || took < 0 || took > float64(10*time.Second) {
		t.Errorf("duration %v", line["duration"])
	}
	delete(line, "time")
	delete(line, "duration")
	want := map[string]any{
		"level": "INFO", "msg": "attempt",
		"delivery": "dlv_00000", "destination": "dst_1", "action": "act_1", "event": "evt_1", "person": "per_1", "batch": 3.0,
		"method": "POST", "host": "hooks.example:8443", "attempt": 1.0, "status": 404.0, "outcome": "failed",
		"reason": m.owed["dlv_00000"].Reason, "dns": 1.0, "connect": 2.0, "tls": 3.0, "first_byte": 4.0, "bytes_sent": 9.0, "bytes_received": 4.0,
	}
	if diff := cmp.Diff(want, line); diff != "" {
		t.Error(diff)
	}
	if want["reason"] == "" || strings.Contains(text.String(), "secret") {
		t.Errorf("no reason, or a secret: %s", text.String())
	}
}
