package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client calls the management API as an administrator's program would.
type client struct {
	http    *http.Client
	address func() string
	token   string
}

// refused is an answer that is no success.
type refused struct {
	status int
	body   string
}

func (e *refused) Error() string { return fmt.Sprintf("answered %d: %s", e.status, e.body) }

// call sends body as JSON and reads the answer into out, which may be nil.
func (c *client) call(ctx context.Context, method, path string, body, out any) error {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return err
		}
	}
	q, err := http.NewRequestWithContext(ctx, method, c.address()+"/api/v1"+path, &sent)
	if err != nil {
		return err
	}
	q.Header.Set("Authorization", "Bearer "+c.token)
	answer, err := c.http.Do(q)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return err
	case answer.StatusCode > 299:
		return fmt.Errorf("%s %s: %w", method, path, &refused{answer.StatusCode, string(text)})
	case out == nil:
		return nil
	}
	return json.Unmarshal(text, out)
}

// metric reads one figure of /metrics, summed over its labels.
func (c *client) metrics(ctx context.Context) (map[string]float64, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address()+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(q)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	figures := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if bare, _, labelled := strings.Cut(name, "{"); labelled {
			name, value = bare, line[strings.LastIndex(line, " ")+1:]
		}
		var figure float64
		if _, err := fmt.Sscan(value, &figure); ok && err == nil && !strings.HasPrefix(name, "#") {
			figures[name] += figure
		}
	}
	return figures, nil
}

// listed is one page of deliveries.
type listed struct {
	Data []struct {
		ID    string `json:"id"`
		State string `json:"state"`
	} `json:"data"`
}

// newHTTP is a client that keeps as many connections as it has callers.
func newHTTP() *http.Client {
	return &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{MaxIdleConns: 200, MaxIdleConnsPerHost: 200, DisableCompression: true},
	}
}
