package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/secret"
	"hookline/internal/sqlite"
)

// houses are two that are in use: one with a source, a destination with a
// secret and an action, and an empty one.
func houses(t *testing.T) (full, empty string) {
	t.Helper()
	store, full := openHouse(t)
	source, err := store.CreateSource(t.Context(), hookline.Source{Name: "Website", Enabled: true})
	must(t, err)
	d, err := store.CreateDestination(t.Context(), hookline.Destination{
		Name: "CRM", Enabled: true, SourceIDs: []string{source.ID}, SharedSecret: "hush", SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	must(t, err)
	template := hookline.NewTemplate()
	template.URL = "https://crm.example/"
	_, err = store.CreateAction(t.Context(), hookline.Action{DestinationID: d.ID, Name: "Tell", Enabled: true, Trigger: `event = "Signed Up"`, Template: template})
	must(t, err)
	_, empty = openHouse(t)
	return full, empty
}

func TestExportAndApply(t *testing.T) {
	full, empty := houses(t)
	exported := call{}.run(t, "export", "--data", full).want(t, exitOK, "shared_secret: {env: HOOKLINE_SECRET_CRM}").out
	same := call{in: exported}.run(t, "apply", "--data", full, "--dry-run", "-").want(t, exitOK)
	if same.out != "No difference.\n" {
		t.Errorf("export | apply --dry-run:\n%s", same.out)
	}

	c := call{in: exported}
	c.run(t, "apply", "--data", empty, "--dry-run").want(t, exitOK, "+ source “Website”", "3 to make, 0 to change, 0 to delete; nothing was changed.", "To be set in the environment before this can be applied: HOOKLINE_SECRET_CRM.")
	c.run(t, "apply", "--data", empty).want(t, exitError, "nothing was changed", "HOOKLINE_SECRET_CRM")
	c.env = map[string]string{"HOOKLINE_SECRET_CRM": "hush"}
	c.run(t, "apply", "--data", empty).want(t, exitOK, "+ action “CRM / Tell”", "3 made, 0 changed, 0 deleted.")
	c.run(t, "apply", "--data", empty).want(t, exitOK, "No difference.")
	if got := (call{}).run(t, "export", "--data", empty).out; got != exported {
		t.Errorf("the copy exports\n%s\nand not\n%s", got, exported)
	}
	call{in: "hookline: 1\ndestinations: []\n"}.run(t, "apply", "--data", empty).want(t, exitOK, "left alone without --prune: destination “CRM”.", "No difference.")
	call{in: "hookline: 1\ndestinations: []\n"}.run(t, "apply", "--data", empty, "--prune").want(t, exitOK, "- destination “CRM”", "1 deleted")
}

func TestApplyWithSecretsToNewFolder(t *testing.T) {
	full, _ := houses(t)
	exported := call{}.run(t, "export", "--with-secrets", "--data", full).want(t, exitOK, "hush").out
	data := filepath.Join(t.TempDir(), "new")
	call{in: exported}.run(t, "apply", "--dry-run", "--data", data).want(t, exitError, "no Hookline database in folder "+data)
	call{}.run(t, "apply", file(t, exported), "--data", data).want(t, exitOK, "There was no database", "3 made")
	if got := (call{}).run(t, "export", "--with-secrets", "--data", data).out; got != exported {
		t.Errorf("the copy exports\n%s", got)
	}
}

func TestApplyFaults(t *testing.T) {
	_, data := houses(t)
	for name, test := range map[string]struct {
		in, args string
		code     int
		says     string
	}{
		"no such file":  {"", "none.yaml", exitError, "none.yaml: no such file"},
		"no YAML":       {"a: b: c", "-", exitError, "standard input: this is not YAML"},
		"two files":     {"", "a b", exitUsage, `"b" is not understood`},
		"bad trigger":   {"hookline: 1\ndestinations:\n- name: A\n  actions:\n  - {name: B, trigger: x y, request: {url: 'https://a.example'}}\n", "", exitError, "line 5, action “A / B”: trigger, line 1"},
		"other's field": {"hookline: 1\nbins: []\n", "", exitError, "line 2: there is no setting “bins” here"},
	} {
		t.Run(name, func(t *testing.T) {
			call{in: test.in}.run(t, append([]string{"apply", "--data", data}, strings.Fields(test.args)...)...).want(t, test.code, test.says)
		})
	}
}

func TestBackup(t *testing.T) {
	full, _ := houses(t)
	to := t.TempDir()
	copied := filepath.Join(to, sqlite.File)
	call{}.run(t, "backup", copied, "--data", full).want(t, exitOK, copied+" is a whole and checked copy")
	call{}.run(t, "backup", copied, "--data", full).want(t, exitError, "exists already")
	call{}.run(t, "backup", "--data", full).want(t, exitUsage, "say which file")
	call{}.run(t, "backup", copied+"2", "--data", to+"/none").want(t, exitError, "--data")
	// The copy is the database of another house.
	if got, want := (call{}).run(t, "export", "--with-secrets", "--data", to).out, (call{}).run(t, "export", "--with-secrets", "--data", full).out; got != want {
		t.Errorf("the copy exports\n%s\nand not\n%s", got, want)
	}
	info, err := os.Stat(copied)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy may be read by others: %v (%v)", info.Mode(), err)
	}
}

// TestMailPasswordsGoFromHouseToHouse: each seals with its own key.
func TestMailPasswordsGoFromHouseToHouse(t *testing.T) {
	store, from := openHouse(t)
	file := "hookline: 1\nalert_channels:\n- {name: Mail, kind: email, mail: {host: smtp.example.com, user: ana, password: {env: PASSWORD}, from: a@example.com, to: [b@example.com]}}\nalert_rules: {silence: false}\n"
	c := call{in: file}
	c.run(t, "apply", "--data", from, "--dry-run").want(t, exitOK, "To be set in the environment before this can be applied: PASSWORD.")
	if _, err := os.Stat(filepath.Join(from, secret.File)); err == nil {
		t.Error("a dry run made a key")
	}
	c.env = map[string]string{"PASSWORD": "hush-mail"}
	c.run(t, "apply", "--data", from).want(t, exitOK, "+ alert channel “Mail”", "mail.password: ••••••••", "~ alert rules", "1 made, 1 changed")
	c.run(t, "apply", "--data", from).want(t, exitOK, "No difference.")
	channels, err := store.ListAlertChannels(t.Context())
	if err != nil || len(channels) != 1 || len(channels[0].Mail.Sealed) == 0 || strings.Contains(string(channels[0].Mail.Sealed), "hush") {
		t.Errorf("kept is %+v, %v", channels, err)
	}
	call{}.run(t, "export", "--data", from).want(t, exitOK, "password: {env: HOOKLINE_MAIL_PASSWORD_MAIL}")

	exported := call{}.run(t, "export", "--with-secrets", "--data", from).want(t, exitOK, "password: hush-mail").out
	_, to := openHouse(t)
	call{in: exported}.run(t, "apply", "--data", to).want(t, exitOK, "+ alert channel “Mail”")
	if got := (call{}).run(t, "export", "--with-secrets", "--data", to).out; got != exported {
		t.Errorf("the copy exports\n%s\nand not\n%s", got, exported)
	}
}
