package web

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// destination makes a destination that listens to the sources.
func (s *site) destination(d hookline.Destination, sources ...hookline.Source) hookline.Destination {
	s.t.Helper()
	if d.Name == "" {
		d.Name = "CRM"
	}
	for _, source := range sources {
		d.SourceIDs = append(d.SourceIDs, source.ID)
	}
	d.SignatureMode, d.Timeout = hookline.SignWhole, hookline.DefaultTimeout
	made, err := s.store.CreateDestination(s.t.Context(), d)
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

func (s *site) action(d hookline.Destination, change func(*hookline.Action)) hookline.Action {
	s.t.Helper()
	a := hookline.Action{DestinationID: d.ID, Name: "Tell the CRM", Trigger: `type = "track"`, Template: hookline.NewTemplate()}
	a.Template.URL = "https://example.com/hook"
	if change != nil {
		change(&a)
	}
	made, err := s.store.CreateAction(s.t.Context(), a)
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

func (s *site) theDestination(id string) hookline.Destination {
	s.t.Helper()
	d, err := s.store.Destination(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func TestDestinations(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/destinations").want(t, 200, "No destination yet", `href="/destinations/new"`)
	s.as(viewer).get("/destinations").want(t, 200, "No destination yet", `!href="/destinations/new"`)
	b.get("/destinations/new").want(t, 200, "There is no source yet")
	website, shop := s.source("Website"), s.source("Shop")

	typed := form("name", " ", "sources", shop.ID, "shared_secret", "my own secret", "enabled", "on")
	b.post("/destinations/new", typed).want(t, 422, "Give the destination a name", `value="my own secret"`,
		`value="`+shop.ID+`" checked`, `!value="`+website.ID+`" checked`, `aria-invalid="true"`)
	typed.Set("name", "CRM")
	b.post("/destinations/new", typed)
	all, err := s.store.ListDestinations(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	d := all[0]
	if d.Name != "CRM" || !d.Enabled || d.SharedSecret != "my own secret" || len(d.SourceIDs) != 1 || d.SourceIDs[0] != shop.ID || d.Timeout != hookline.DefaultTimeout {
		t.Errorf("made %+v", d)
	}
	path := "/destinations/" + d.ID
	b.get(path).want(t, 200, "The destination is made.", "This destination is on", "Nothing is sent yet", "No action yet", path+"/actions/new", "Shop", "!Website", "4 seconds")
	b.get("/destinations").want(t, 200, `href="`+path+`"`, "Shop", "none yet")

	b.post(path+"/edit", form("name", "Data <b>house</b>", "sources", "src_gone", "timeout", "40", "signature_mode", "segment")).
		want(t, 422, "between 0.1 and 30 seconds", `value="40"`, "Data &lt;b&gt;house&lt;/b&gt;", "!<b>house")
	b.post(path+"/edit", form("name", "CRM", "sources", "src_gone", "timeout", "2,5", "signature_mode", "segment")).
		want(t, 422, "was deleted in the meantime")
	b.post(path+"/edit", form("name", "Data house", "sources", shop.ID, "sources", website.ID, "timeout", "2,5", "signature_mode", "segment")).wantRedirect(t, path)
	if d = s.theDestination(d.ID); d.Timeout != 2500*time.Millisecond || d.SignatureMode != hookline.SignSegment || len(d.SourceIDs) != 2 || !d.Enabled || d.SharedSecret == "" {
		t.Errorf("saved %+v", d)
	}
	b.get(path).want(t, 200, ">Data house<", "2.5 seconds", "first element", "Website", "Shop")

	b.post(path+"/enabled", form("enabled", "false")).wantRedirect(t, path)
	b.get(path).want(t, 200, "This destination is off", `aria-checked="false"`)
	b.get(path+"/delete").want(t, 200, "Nothing is waiting to be sent.", `action="`+path+`/delete"`)
	b.post(path+"/delete", nil).wantRedirect(t, "/destinations")
	b.get(path).want(t, 404, "no such destination")
}

func TestTimeoutsAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"4": 4 * time.Second, "0.5": 500 * time.Millisecond, "0,5": 500 * time.Millisecond, " ": 0, "four": 0, "-1": 0, "NaN": 0, "1e300": 0, "Inf": 0,
	} {
		if got := parseSeconds(text); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func TestASecretIsMadeWithoutLosingTheForm(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	b := s.as(editor)
	typed := form("name", "Half typed", "sources", source.ID, "make", "secret")
	whole := b.post("/destinations/new", typed)
	whole.want(t, 200, `value="Half typed"`, `value="`+source.ID+`" checked`, "Made.", "<html")
	fragment := b.htmx().post("/destinations/new", typed)
	fragment.want(t, 200, `id="shared-secret"`, "Made.", "!<html", "!Half typed")
	if all, err := s.store.ListDestinations(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("making a secret made %+v, %v", all, err)
	}
}

func TestSecretsAreShownOnDemandToThoseWhoConfigure(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{SharedSecret: "s3cr3t-of-the-crm", StandardSecrets: []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}})
	path := "/destinations/" + d.ID
	hidden := []string{"!s3cr3t-of-the-crm", "!whsec_Mf"}
	for _, role := range []hookline.Role{admin, editor} {
		b := s.as(role)
		b.get(path).want(t, 200, hidden...)
		b.get(path+"/edit").want(t, 200, hidden...)
		b.get(path+"/signing").want(t, 200, append(hidden, "ends in LaSw")...)
		b.post(path+"/signing/reveal", nil).want(t, 200, "s3cr3t-of-the-crm", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	}
	for _, role := range []hookline.Role{support, viewer} {
		b := s.as(role)
		b.get(path).want(t, 200, append(hidden, "!/edit", "!/signing", "!<form method=\"post\" action=\"/destinations")...)
		b.get(path+"/signing").want(t, 403, hidden...)
		b.post(path+"/signing/reveal", nil).want(t, 403, hidden...)
	}
	if log := s.log.String(); !strings.Contains(log, "destination secrets revealed") || strings.Contains(log, "s3cr3t-of-the-crm") {
		t.Errorf("the log should name the act, not the secret: %s", log)
	}
}

func TestSecretsChange(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{})
	path := "/destinations/" + d.ID + "/signing"
	b := s.as(editor)
	b.get(path).want(t, 200, "There is none", "Not used.", "!Show the secrets")

	b.post(path+"/shared", form("shared_secret", " ", "do", "save")).want(t, 422, "Enter a secret")
	b.post(path+"/shared", form("shared_secret", strings.Repeat("x", 501))).want(t, 422, "too long", strings.Repeat("x", 501))
	b.post(path+"/shared", form("shared_secret", "abc123", "do", "save")).wantRedirect(t, path)
	if got := s.theDestination(d.ID).SharedSecret; got != "abc123" {
		t.Errorf("secret %q", got)
	}
	b.post(path+"/shared", form("do", "make")).wantRedirect(t, path)
	if got := s.theDestination(d.ID).SharedSecret; len(got) < 20 {
		t.Errorf("made secret %q", got)
	}
	b.post(path+"/shared", form("do", "remove")).wantRedirect(t, path)
	if got := s.theDestination(d.ID).SharedSecret; got != "" {
		t.Errorf("removed secret %q", got)
	}

	for range maxStandardSecrets {
		b.post(path+"/standard", form("do", "add")).wantRedirect(t, path)
	}
	b.post(path+"/standard", form("do", "add")).want(t, 422, "four secrets already")
	secrets := s.theDestination(d.ID).StandardSecrets
	b.post(path+"/standard", form("do", "remove:"+secretMark(secrets[1]))).wantRedirect(t, path)
	after := s.theDestination(d.ID).StandardSecrets
	if len(after) != 3 || after[0] != secrets[0] || after[1] != secrets[2] {
		t.Errorf("of %v there are left %v", secrets, after)
	}
}
