package app

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/secret"
	"hookline/internal/sqlite"
)

const hush = "hush-hush-12345"

// echo is a receiver that sends back all that it gets, and keeps the last of it.
func echo(t *testing.T) (address string, got func() string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.2:0")
	must(t, err)
	heard := make(chan string, 10)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text := fmt.Sprintf("%s|%s|%s", r.URL.Query().Get("k"), r.Header.Get("Authorization"), body)
		w.Header().Set("X-Echo", r.Header.Get("Authorization"))
		_, _ = fmt.Fprintf(w, `{"echo":%q}`, text)
		heard <- text
	}))
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return listener.Addr().String(), func() string { return <-heard }
}

// TestASecretReachesItsReceiverAndNothingElse sends one through the whole house, to a receiver that sends it back: it
// is in no file of the house.
func TestASecretReachesItsReceiverAndNothingElse(t *testing.T) {
	address, got := echo(t)
	f := start(t, func(_, _ string) string { return "http://" + address + "/x?k={{ secret.crm }}" })
	key, err := f.keys.MakeKey()
	must(t, err)
	one := hookline.KeptSecret{Name: "crm", Hosts: []string{address}}
	one.Sealed = key.Seal(one, hush)
	_, err = f.store.CreateSecret(t.Context(), one)
	must(t, err)
	destinations, err := f.store.ListDestinations(t.Context())
	must(t, err)
	actions, err := f.store.ListActions(t.Context(), destinations[0].ID)
	must(t, err)
	a := actions[0]
	a.Template.Headers = append(a.Template.Headers, hookline.Header{Name: "Authorization", Value: "Bearer {{ secret.crm }}"})
	a.Template.Body = `{"key":"{{ secret.crm }}"}`
	_, err = f.store.UpdateAction(t.Context(), a)
	must(t, err)

	f.send()
	if heard, want := got(), hush+"|Bearer "+hush+`|{"key":"`+hush+`"}`; heard != want {
		t.Errorf("the receiver got %s, want %s", heard, want)
	}
	row, attempts := f.delivery()
	if row.State != hookline.StateDelivered || len(attempts) != 1 || !strings.Contains(string(attempts[0].Answer), hookline.Blot) {
		t.Errorf("kept is %+v, %+v", row, attempts)
	}
	for _, name := range []string{sqlite.File, sqlite.File + "-wal", secret.File} {
		content, err := os.ReadFile(filepath.Join(f.data, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(hush)) {
			t.Errorf("the secret is in %s", name)
		}
	}
}

// TestAnotherKeyIsToldAtTheStart, and keeps nothing else from starting.
func TestAnotherKeyIsToldAtTheStart(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), dir, nil)
	must(t, err)
	keys, err := secret.NewKeys(t.TempDir(), "")
	must(t, err)
	key, err := keys.MakeKey()
	must(t, err)
	one := hookline.KeptSecret{Name: "crm", Hosts: []string{"api.example.com"}}
	one.Sealed = key.Seal(one, hush)
	_, err = store.CreateSecret(t.Context(), one)
	must(t, err)
	must(t, store.Close())

	var log bytes.Buffer
	house, err := New(t.Context(), Config{Addr: "127.0.0.1:0", Data: dir, Version: "test", Log: textLog(&log)})
	must(t, err)
	must(t, house.Close())
	if !strings.Contains(log.String(), "secrets cannot be opened") || !strings.Contains(log.String(), "secrets=crm") {
		t.Errorf("the log says %s", log.String())
	}
	if _, err := New(t.Context(), Config{Addr: "127.0.0.1:0", Data: dir, SecretKey: "short", Version: "test", Log: textLog(&log)}); err == nil || !strings.Contains(err.Error(), "HOOKLINE_SECRET_KEY") {
		t.Errorf("a faulty key: %v", err)
	}
}

func textLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
