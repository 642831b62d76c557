package workspace_test

import (
	"errors"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/workspace"

	"github.com/google/go-cmp/cmp"
)

const small = `hookline: 1
sources:
  - name: Website
destinations:
  - name: CRM
    sources: [Website]
    shared_secret: hush
    actions:
      - name: Tell
        trigger: event = "Signed Up"
        request:
          url: https://crm.example/
          headers:
            - {name: Content-Type, value: application/json}
          body: |
            {
              "id": 1
            }
`

func TestDiffAndUpdate(t *testing.T) {
	s := openStore(t)
	p := compare(t, s, small, workspace.Options{})
	if got, want := diff(t, p), `+ source “Website”
    enabled: true
+ destination “CRM”
    enabled: true
    sources: Website
    shared_secret: ••••••••
    signature_mode: whole
    timeout_ms: 4000
+ action “CRM / Tell”
    enabled: true
    trigger: event = "Signed Up"
    request.method: POST
    request.url: https://crm.example/
    request.headers: Content-Type: application/json
    request.body:
      + {
      +   "id": 1
      + }
      + 
    request.plain_output: false
    batch.enabled: false
    batch.size: 1000
    batch.window_ms: 10000
`; got != want {
		t.Errorf("-want +got\n%s", cmp.Diff(want, got))
	}
	must(t, p.Apply(t.Context(), nil))
	destinations, err := s.ListDestinations(t.Context())
	must(t, err)

	changed := strings.NewReplacer(`"id": 1`, `"id": 2`, "shared_secret: hush", "shared_secret: {env: NEW}", "sources: [Website]", "timeout_ms: 250\n    enabled: false").Replace(small)
	p = compare(t, s, changed, workspace.Options{Env: func(name string) string { return "value of " + name }})
	if got, want := diff(t, p), `~ destination “CRM”
    enabled: true → false
    sources: Website → (nothing)
    shared_secret: changes
    timeout_ms: 4000 → 250
~ action “CRM / Tell”
    request.body:
      -   "id": 1
      +   "id": 2
`; got != want {
		t.Errorf("-want +got\n%s", cmp.Diff(want, got))
	}
	must(t, p.Apply(t.Context(), nil))
	d, err := s.Destination(t.Context(), destinations[0].ID)
	if err != nil || d.Enabled || d.SharedSecret != "value of NEW" || len(d.SourceIDs) > 0 {
		t.Errorf("the destination is now %+v (%v)", d, err)
	}
	actions, err := s.ListActions(t.Context(), d.ID)
	must(t, err)
	versions, err := s.ListActionVersions(t.Context(), actions[0].ID, hookline.Cursor{})
	if err != nil || len(versions.Rows) != 2 || versions.Rows[0].MadeBy != "hookline apply" {
		t.Errorf("the versions are now %+v (%v)", versions.Rows, err)
	}
	if p = compare(t, s, changed, workspace.Options{}); len(p.Changes) > 0 || len(p.Kept) != 1 || p.Kept[0] != "NEW" {
		t.Errorf("afterwards kept %v, changes\n%s", p.Kept, diff(t, p))
	}
}

// TestOnlyPruneDeletes takes things out of the file.
func TestOnlyPruneDeletes(t *testing.T) {
	s := openStore(t)
	furnish(t, s)
	before := everything(t, s)
	p := compare(t, s, "hookline: 1\n", workspace.Options{Prune: true})
	if len(p.Changes)+len(p.Extra) > 0 {
		t.Errorf("a file that mentions nothing changes\n%s%v", diff(t, p), p.Extra)
	}
	file := "hookline: 1\nsources:\n  - {name: Website, enabled: true}\ndestinations:\n  - name: Empty\n    enabled: false\n    actions: []\n"
	p = compare(t, s, file, workspace.Options{})
	if len(p.Changes) > 0 || strings.Join(p.Extra, ", ") != "destination “CRM: the “big” one”, source “Website #2”" {
		t.Errorf("without --prune: extra %v, changes\n%s", p.Extra, diff(t, p))
	}
	must(t, p.Apply(t.Context(), nil))
	if after := everything(t, s); after != before {
		t.Error(cmp.Diff(before, after))
	}
	p = compare(t, s, file, workspace.Options{Prune: true})
	if got, want := diff(t, p), "- destination “CRM: the “big” one”\n- source “Website #2”\n"; got != want {
		t.Errorf("with --prune:\n%s", got)
	}
	must(t, p.Apply(t.Context(), nil))
	sources, err := s.ListSources(t.Context())
	must(t, err)
	destinations, err := s.ListDestinations(t.Context())
	must(t, err)
	if len(sources) != 1 || len(destinations) != 1 || destinations[0].Name != "Empty" {
		t.Errorf("left: %v %v", sources, destinations)
	}
}

func TestPruneDeletesActions(t *testing.T) {
	s := openStore(t)
	must(t, compare(t, s, small, workspace.Options{}).Apply(t.Context(), nil))
	renamed := strings.Replace(small, "name: Tell", "name: Say", 1)
	if got := strings.Join(compare(t, s, renamed, workspace.Options{}).Extra, " "); got != "action “CRM / Tell”" {
		t.Errorf("extra: %s", got)
	}
	must(t, compare(t, s, renamed, workspace.Options{Prune: true}).Apply(t.Context(), nil))
	if p := compare(t, s, renamed, workspace.Options{}); len(p.Changes)+len(p.Extra) > 0 {
		t.Errorf("afterwards: %v\n%s", p.Extra, diff(t, p))
	}
}

// TestBrokenOff applies a file to a house that has changed in between: what was
// made stays, and the rest is found again.
func TestBrokenOff(t *testing.T) {
	s := openStore(t)
	p := compare(t, s, strings.Replace(small, "name: Website", "name: Website\n    write_key: taken", 1), workspace.Options{})
	_, err := s.CreateSource(t.Context(), hookline.Source{Name: "Other", WriteKey: "taken"})
	must(t, err)
	err = p.Apply(t.Context(), nil)
	if hookline.KindOf(err) != hookline.KindConflict || !strings.Contains(err.Error(), "0 of 3 changes were made, but not that of the source “Website”") {
		t.Errorf("error: %v", err)
	}
}

func TestSigningKey(t *testing.T) {
	s := openStore(t)
	must(t, compare(t, s, "hookline: 1\nsigning_key: from-elsewhere\n", workspace.Options{}).Apply(t.Context(), nil))
	keys, err := s.SigningKeys(t.Context())
	if err != nil || len(keys) != 2 || keys[0].Key != "from-elsewhere" {
		t.Errorf("keys: %v (%v)", keys, err)
	}
	if p := compare(t, s, "hookline: 1\nsigning_key: {env: UNSET}\n", workspace.Options{}); len(p.Changes) > 0 {
		t.Errorf("a reference to nothing changes\n%s", diff(t, p))
	}
}

func TestFileThatCannotBeRead(t *testing.T) {
	for name, test := range map[string]struct{ file, says string }{
		"empty":         {"", "begin with hookline: 1"},
		"no YAML":       {"hookline: 1\n\tx", "not YAML: line 2"},
		"other YAML":    {"services: {}\n", "line 1: there is no setting “services” here"},
		"newer":         {"hookline: 2\n", "say hookline: 1"},
		"misspelt":      {strings.Replace(small, "trigger:", "triger:", 1), "line 10: there is no setting “triger” here"},
		"wrong type":    {"hookline: 1\nsources:\n  - name: A\n    enabled: perhaps\n", "line 4: write true or false here"},
		"no list":       {"hookline: 1\nsources: A\n", "line 2: write a list here"},
		"no settings":   {"hookline: 1\nsources:\n  - Website\n", "line 3: write settings here"},
		"odd reference": {"hookline: 1\nsigning_key: {vault: x}\n", "line 2: write a text, or {env: NAME}"},
		"two documents": {"hookline: 1\n---\nhookline: 1\n", "more than one document"},
	} {
		if _, err := workspace.Parse(strings.NewReader(test.file)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
}

func TestFileThatCannotBeApplied(t *testing.T) {
	s := openStore(t)
	for name, test := range map[string]struct{ old, new, says string }{
		"trigger":        {`event = "Signed Up"`, "event is x", "line 9, action “CRM / Tell”: trigger, line 1, column"},
		"method":         {"url:", "method: PAINT\n          url:", "line 9, action “CRM / Tell”: Choose a method."},
		"Liquid":         {`"id": 1`, `"id": {{ event.`, "line 9, action “CRM / Tell”: body, line 2, column"},
		"no name":        {"name: Website", "enabled: true", "line 3, source “”: Give the source a name"},
		"time-out":       {"shared_secret: hush", "timeout_ms: 1", "line 5, destination “CRM”: Choose a time-out"},
		"unknown source": {"[Website]", "[Webseite]", "line 5, destination “CRM”: there is no source “Webseite”"},
		"no signing key": {"sources:\n", "signing_key: ''\nsources:\n", "signing_key: there is no workspace without one"},
	} {
		f, err := workspace.Parse(strings.NewReader(strings.Replace(small, test.old, test.new, 1)))
		must(t, err)
		_, err = workspace.Compare(t.Context(), s, f, workspace.Options{Env: nothingSet})
		if wrong, ok := errors.AsType[*workspace.Unusable](err); !ok || !strings.Contains(wrong.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
}
