package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// startServer runs serve on a new folder until the test ends.
func startServer(t *testing.T, env map[string]string) (address, data string) {
	t.Helper()
	data = t.TempDir()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	out, in := io.Pipe()
	var log bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		s := streams{in: strings.NewReader(""), out: in, err: &log, env: func(name string) string { return env[name] }}
		ended <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--data", data, "--log-level", "error"}, s)
		_ = in.Close() // never fails
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitOK {
			t.Errorf("serve ended with %d:\n%s", code, log.String())
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, address, ok := strings.Cut(lines.Text(), "is ready: "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return strings.TrimSpace(address), data
		}
	}
	t.Fatal("serve did not get ready")
	return "", ""
}

// TestCommandsBesideServer changes a workspace while its server runs, which
// takes events from a source that it learnt of by that.
func TestCommandsBesideServer(t *testing.T) {
	address, data := startServer(t, nil)
	c := call{in: "hookline: 1\nsources:\n  - {name: Website, write_key: key-of-the-website}\n"}
	if status := send(t, address, "key-of-the-website"); status != http.StatusUnauthorized {
		t.Fatalf("before there is a source: %d", status)
	}
	c.run(t, "apply", "--data", data).want(t, exitOK, "1 made")
	began := time.Now()
	for send(t, address, "key-of-the-website") != http.StatusOK {
		if time.Since(began) > 10*time.Second {
			t.Fatal("the server does not know the source after 10 s")
		}
		pause(t, 20*time.Millisecond)
	}
	t.Logf("the server noticed after %v", time.Since(began))
	call{}.run(t, "export", "--data", data).want(t, exitOK, "name: Website")
	call{}.run(t, "backup", data+"/copy.db", "--data", data).want(t, exitOK, "checked copy")
	call{in: "correct horse battery"}.run(t, "user", "add", "ana@example.com", "--data", data, "--password-stdin").want(t, exitOK)
	if signedIn(t, address, "ana@example.com", "correct horse battery") == "" {
		t.Error("the new user cannot sign in")
	}
}

func send(t *testing.T, address, key string) int {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/v1/track", strings.NewReader(`{"userId":"u1","event":"Signed Up"}`))
	must(t, err)
	q.SetBasicAuth(key, "")
	answer, err := http.DefaultClient.Do(q)
	must(t, err)
	must(t, answer.Body.Close())
	return answer.StatusCode
}

// signedIn gives where somebody is led who signs in; "" when they may not.
func signedIn(t *testing.T, address, email, password string) string {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"email": {email}, "password": {password}}.Encode()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/login", strings.NewReader(form))
	must(t, err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := client.Do(q)
	must(t, err)
	defer func() { must(t, answer.Body.Close()) }()
	return answer.Header.Get("Location")
}

func TestFirstAdministrator(t *testing.T) {
	env := map[string]string{"HOOKLINE_ADMIN_EMAIL": "ana@example.com", "HOOKLINE_ADMIN_PASSWORD": "correct horse battery"}
	address, data := startServer(t, env)
	if signedIn(t, address, "ana@example.com", "correct horse battery") == "" {
		t.Error("the first administrator cannot sign in")
	}
	user, err := openGuest(t, data).UserByEmail(t.Context(), "ana@example.com")
	if err != nil || user.Role != "admin" {
		t.Errorf("the first administrator is %q (%v)", user.Role, err)
	}
	// Where somebody is already, the environment means nothing, whatever it says.
	again := fmt.Sprint(call{env: map[string]string{"HOOKLINE_ADMIN_EMAIL": "bo@example.com", "HOOKLINE_ADMIN_PASSWORD": "another horse battery"}}.
		run(t, "serve", "--addr", "256.0.0.1:1", "--data", copyOf(t, data)))
	if !strings.Contains(again, "listen on") {
		t.Errorf("the second start: %s", again)
	}
}

// copyOf gives a folder with the same database, which nobody has open.
func copyOf(t *testing.T, data string) string {
	t.Helper()
	to := t.TempDir()
	call{}.run(t, "backup", to+"/hookline.db", "--data", data).want(t, exitOK)
	return to
}
