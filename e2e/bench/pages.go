package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Who looks at the pages, and how often at each.
const (
	viewerEmail    = "bench@example.com"
	viewerPassword = "correct horse battery staple"
	looks          = 20
)

// addViewer lets somebody sign in, by the command that people use.
func (h *house) addViewer(ctx context.Context) error {
	c := exec.CommandContext(ctx, h.b.binary, "user", "add", viewerEmail, "--role", "viewer", "--password-stdin", "--data", h.data)
	c.Stdin = strings.NewReader(viewerPassword + "\n")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("add user: %w: %s", err, out)
	}
	return nil
}

// measurePages signs in and looks at the pages whose cost could grow with what
// is stored.
func (h *house) measurePages(ctx context.Context) error {
	browser, err := h.signIn(ctx)
	if err != nil {
		return err
	}
	pages := map[string]string{
		"pages.sent":        "/sent",
		"pages.destination": "/sent?destination=" + h.destinations[0],
		"pages.failed":      "/sent?state=failed",
		"pages.overview":    "/",
	}
	for id, path := range pages {
		var took []time.Duration
		for range looks {
			one, err := h.look(ctx, browser, path)
			if err != nil {
				return err
			}
			took = append(took, one)
		}
		slices.Sort(took)
		h.b.note(id, took[looks*95/100-1].Seconds())
	}
	return nil
}

func (h *house) signIn(ctx context.Context) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	browser := &http.Client{Jar: jar, Timeout: time.Minute}
	form := url.Values{"email": {viewerEmail}, "password": {viewerPassword}}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := browser.Do(q)
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != "/" {
		return nil, fmt.Errorf("sign in: it ended at %s with %s", answer.Request.URL.Path, answer.Status)
	}
	return browser, nil
}

func (h *house) look(ctx context.Context, browser *http.Client, path string) (time.Duration, error) {
	return h.lookInto(ctx, browser, path, io.Discard)
}

// lookInto is look for who wants to read the page.
func (h *house) lookInto(ctx context.Context, browser *http.Client, path string, page io.Writer) (time.Duration, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+path, nil)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	answer, err := browser.Do(q)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(page, answer.Body)
	took := time.Since(began)
	err = errors.Join(err, answer.Body.Close())
	if answer.StatusCode != http.StatusOK || answer.Request.URL.Path != q.URL.Path {
		err = errors.Join(err, fmt.Errorf("look at %s: it ended at %s with %s", path, answer.Request.URL.Path, answer.Status))
	}
	return took, err
}
