// Package send sends one event with nothing but the standard library.
package send

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// Track reports that a user did something. host is Hookline's address,
// writeKey the key of a source. An error with "429" or "503" is worth another
// try with the same messageID: it is then stored once.
func Track(host, writeKey, messageID string, event map[string]any) error {
	event["messageId"] = messageID
	body, err := json.Marshal(event)
	if err != nil {
		return err
	}
	req, err := http.NewRequest("POST", host+"/v1/track", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.SetBasicAuth(writeKey, "")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("send event: %s", resp.Status)
	}
	return nil
}
