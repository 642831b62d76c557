package main

import (
	"strings"
	"testing"

	"hookline/internal/access"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

func openGuest(t *testing.T, data string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.OpenGuest(t.Context(), data)
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	return store
}

// openHouse is a database in use, as by a server that runs.
func openHouse(t *testing.T) (*sqlite.Store, string) {
	t.Helper()
	data := t.TempDir()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	return store, data
}

func TestUserAdd(t *testing.T) {
	_, data := openHouse(t)
	c := call{in: "correct horse battery\nsecond line\n"}
	c.run(t, "user", "add", "Ana@Example.com", "--role", "editor", "--password-stdin", "--data", data).
		want(t, exitOK, "ana@example.com can sign in now, as editor.")
	desk := access.New(access.Config{Store: openGuest(t, data)})
	user, _, err := desk.SignIn(t.Context(), access.SignIn{Email: "ana@example.com", Password: "correct horse battery", Address: "127.0.0.1"})
	if err != nil || user.Role != hookline.Editor {
		t.Errorf("signed in as %q: %v", user.Role, err)
	}
	for name, test := range map[string]struct {
		in, args string
		code     int
		says     string
	}{
		"again":       {c.in, "ana@example.com --password-stdin", exitError, "Another user has this e-mail address"},
		"weak":        {"short\n", "bo@example.com --password-stdin", exitError, "password: Choose a password of at least 10 characters."},
		"no password": {"", "bo@example.com --password-stdin", exitError, "at least 10 characters"},
		"no terminal": {c.in, "bo@example.com", exitError, "--password-stdin"},
		"bad role":    {c.in, "bo@example.com --role boss --password-stdin", exitError, "role: Choose a role."},
		"bad address": {c.in, "bo --password-stdin", exitError, "email: Enter an e-mail address"},
		"nobody":      {c.in, "--password-stdin", exitUsage, "e-mail address is missing"},
		"two":         {c.in, "bo@example.com al@example.com", exitUsage, `"al@example.com" is not understood`},
	} {
		t.Run(name, func(t *testing.T) {
			call{in: test.in}.run(t, append([]string{"user", "add", "--data", data}, strings.Fields(test.args)...)...).want(t, test.code, test.says)
		})
	}
}

func TestUserAddMakesDatabase(t *testing.T) {
	data := t.TempDir() + "/new"
	c := call{in: "correct horse battery", env: map[string]string{"HOOKLINE_DATA": data}}
	c.run(t, "user", "add", "ana@example.com", "--password-stdin").want(t, exitOK, "as viewer", "There was no database in "+data)
	c.run(t, "user", "add", "bo@example.com", "--password-stdin").want(t, exitOK, "bo@example.com can sign in")
}

func TestTokenCreate(t *testing.T) {
	_, data := openHouse(t)
	did := call{}.run(t, "token", "create", "--name", "deploy", "--scope", "support", "--data", data).want(t, exitOK)
	token := strings.TrimSuffix(did.out, "\n")
	known, err := access.New(access.Config{Store: openGuest(t, data)}).Bearer(t.Context(), token)
	if err != nil || known.Name != "deploy" || known.Scope != hookline.Support || did.err != "" {
		t.Errorf("%q is token %+v (%v); standard error %q", did.out, known, err, did.err)
	}
	call{}.run(t, "token", "create", "--data", data).want(t, exitUsage, "say with --name")
	call{}.run(t, "token", "create", "--name", "x", "--scope", "boss", "--data", data).want(t, exitError, "scope: ")
}
