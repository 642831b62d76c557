package web

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestSources(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/sources").want(t, 200, "No source yet", `href="/sources/new"`)
	s.as(viewer).get("/sources").want(t, 200, "No source yet", `!href="/sources/new"`)

	b.get("/sources/new").want(t, 200, `action="/sources/new"`)
	b.post("/sources/new", form("name", "  ")).want(t, 422, "Give the source a name", `aria-invalid="true"`)
	b.post("/sources/new", form("name", strings.Repeat("x", 201))).want(t, 422, "too long", strings.Repeat("x", 201))
	b.post("/sources/new", form("name", " Website "))
	sources, err := s.store.ListSources(t.Context())
	if err != nil || len(sources) != 1 || sources[0].Name != "Website" || !sources[0].Enabled {
		t.Fatalf("%+v, %v", sources, err)
	}
	source := sources[0]
	path := "/sources/" + source.ID
	b.get(path).want(t, 200, "The source is ready.", source.WriteKey, "https://hooks.example.com/v1/track", "No event yet", path+"?code=node#send")
	b.get(path).want(t, 200, "!The source is ready.")

	b.post(path+"/edit", form("name", "")).want(t, 422, "Give the source a name")
	b.post(path+"/edit", form("name", "Shop")).wantRedirect(t, path)
	b.get(path).want(t, 200, ">Shop<", "The source is saved.")
	b.post(path+"/enabled", form("enabled", "false")).wantRedirect(t, path+"/edit")
	b.get(path).want(t, 200, "This source is off")
	b.post(path+"/enabled", form("enabled", "true")).wantRedirect(t, path+"/edit")
	b.get(path).want(t, 200, "!This source is off")

	b.get(path+"/delete").want(t, 200, "Delete this source?", `action="`+path+`/delete"`, `href="`+path+`"`)
	b.post(path+"/delete", nil).wantRedirect(t, "/sources")
	b.get(path).want(t, 404, "no such source")
}

func TestWriteKeysAreForThoseWhoConfigure(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	event := s.event(hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1"})
	for role, sees := range map[hookline.Role]string{admin: "", editor: "", support: "!", viewer: "!"} {
		b := s.as(role)
		b.get("/sources/"+source.ID).want(t, 200, sees+source.WriteKey)
		b.get("/sources").want(t, 200, "!"+source.WriteKey)
		b.get("/events/"+event.ID).want(t, 200, "!"+source.WriteKey)
	}
	if strings.Contains(s.log.String(), source.WriteKey) {
		t.Error("the log has the write key")
	}
}

func TestCodeSamplesByTab(t *testing.T) {
	s := newSite(t, nil)
	path := "/sources/" + s.source("Website").ID
	b := s.as(editor)
	for code, want := range map[string]string{"": "--user", "curl": "--user", "browser": "keepalive", "node": "Buffer.from", "go": "net/http", "other": "--user"} {
		b.get(path+"?code="+code).want(t, 200, want)
	}
}

func TestWhatASourceReceivedIsShown(t *testing.T) {
	s := newSite(t, nil)
	source, other := s.source("Website"), s.source("App")
	s.event(hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1"})
	s.event(hookline.Event{SourceID: other.ID, Type: hookline.Track, Name: "Elsewhere", UserID: "u1"})
	rejection := hookline.Rejection{SourceID: source.ID, Type: "track", Reason: "There is no event name.", Payload: `{"type":"track"`, ReceivedAt: time.Now()}
	if _, err := s.store.AppendEvents(t.Context(), nil, []hookline.Rejection{rejection}); err != nil {
		t.Fatal(err)
	}
	rejections, err := s.store.ListRejections(t.Context(), source.ID, hookline.Cursor{})
	if err != nil || len(rejections.Rows) != 1 {
		t.Fatalf("%+v, %v", rejections, err)
	}
	b := s.as(viewer)
	path := "/sources/" + source.ID
	b.get(path).want(t, 200, "<html", "Signed Up", "There is no event name.", "!Elsewhere", "topic=source%3A"+source.ID)
	b.htmx().get(path).want(t, 200, "!<html", "Signed Up", "There is no event name.", "!sse-connect")
	b.get("/rejections/"+rejections.Rows[0].ID).want(t, 200, "There is no event name.", "&#34;type&#34;:&#34;track&#34;", "Website")
	b.get("/rejections/rej_none").want(t, 404)
}

func TestAnEventsPage(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	event := s.event(hookline.Event{
		SourceID: source.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1",
		Payload: []byte(`{"type":"track","event":"Signed Up","properties":{"order":12345678901234567890}}`),
	})
	b := s.as(viewer)
	b.get("/events/"+event.ID).want(t, 200, "Signed Up", "12345678901234567890", "Nothing is connected", "u1", `href="/sources/`+source.ID, `!href="/people/`+"per_")
	person := s.person(hookline.Person{UserID: "u1", Email: "ana@example.com", Attributes: []byte(`{"email":"ana@example.com"}`)})
	s.delivery(hookline.Delivery{EventID: event.ID, PersonID: person.ID, State: hookline.StateQueued})
	b.get("/events/"+event.ID).want(t, 200, `href="/people/`+person.ID, "ana@example.com", "CRM: Tell the CRM", "Queued", "!Nothing is connected")

	if err := s.store.DeleteSource(t.Context(), source.ID); err != nil {
		t.Fatal(err)
	}
	b.get("/events/"+event.ID).want(t, 200, "Signed Up", ">deleted<", "!Website")
	b.get("/events/evt_none").want(t, 404)
}

func TestPeople(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/people").want(t, 200, "Nobody yet", `href="/sources"`)
	ana := s.person(hookline.Person{UserID: "u1", Email: "ana@example.com", Attributes: []byte(`{"email":"ana@example.com","n":12345678901234567890}`)})
	s.person(hookline.Person{UserID: "u2", Email: "ben@example.com", Attributes: []byte(`{"email":"ben@example.com"}`)})
	b.get("/people").want(t, 200, "ana@example.com", "ben@example.com")
	b.get("/people?q=ana").want(t, 200, "ana@example.com", "!ben@example.com", `value="ana"`)
	b.get("/people?q=nobody").want(t, 200, "Nobody found", "!ana@example.com")
	b.htmx().get("/people?q=ben").want(t, 200, "ben@example.com", "!ana@example.com", "!<html")

	source := s.source("Website")
	s.event(hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: "Paid", UserID: "u1"})
	s.event(hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: "Looked", UserID: "u2"})
	path := "/people/" + ana.ID
	b.get(path).want(t, 200, "ana@example.com", "12345678901234567890", "Paid", "!Looked", `href="`+path+`/edit"`)
	s.as(support).get(path).want(t, 200, "ana@example.com", `href="`+path+`/edit"`, "!/delete")
	s.as(viewer).get(path).want(t, 200, "ana@example.com", "!/edit", "!/attribute", "!/suppress")

	b.get(path+"/delete").want(t, 200, "Delete this person?")
	if gone := b.post(path+"/delete", nil).Header().Get("Location"); !strings.HasPrefix(gone, "/deletions/") { // which tells how far it is
		t.Errorf("deleting leads to %s", gone)
	}
}

func TestAttributesAreEditedWithCare(t *testing.T) {
	s := newSite(t, nil)
	ana := s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":"Free"}`)})
	path := "/people/" + ana.ID + "/edit"
	b := s.as(editor)
	version := strconv.FormatInt(ana.Version, 10)
	b.get(path).want(t, 200, "&#34;plan&#34;: &#34;Free&#34;", `name="version" value="`+version+`"`)
	for typed, told := range map[string]string{
		"":                            "not a JSON object",
		"[1]":                         "not a JSON object",
		"null":                        "not a JSON object",
		`{"a":1} x`:                   "Look at line 1.",
		"{\n\"a\": 1,\n}":             "Look at line 3.",
		strings.Repeat(" ", 64<<10+1): "too long",
	} {
		b.post(path, form("attributes", typed, "version", version)).want(t, 422, told)
	}
	b.post(path, form("attributes", `{"kept":true,}`, "version", version)).want(t, 422, "kept", `value="`+version+`"`)
	b.post(path, form("attributes", `{"plan": "Pro", "n": 12345678901234567890}`, "version", version)).wantRedirect(t, "/people/"+ana.ID)
	saved, err := s.store.Person(t.Context(), ana.ID)
	if err != nil || string(saved.Attributes) != `{"plan":"Pro","n":12345678901234567890}` {
		t.Fatalf("saved %s, %v", saved.Attributes, err)
	}
	b.post(path, form("attributes", `{"plan":"Late"}`, "version", version)).want(t, 422, "at the same time", "Late")
	b.post(path, form("attributes", `{}`, "version", "x")).want(t, 422, "could not be read")
}

func TestThePagerKeepsTheSearch(t *testing.T) {
	s := newSite(t, nil)
	for i := range hookline.PageSize + 5 {
		s.person(hookline.Person{UserID: "user-" + strconv.Itoa(i), Attributes: []byte(`{}`)})
	}
	b := s.as(viewer)
	first := b.get("/people?q=user-")
	first.want(t, 200, ">Older<", "!>Newer<", "user-54")
	_, rest, _ := strings.Cut(first.Body.String(), `href="/people?before=`)
	link, _, _ := strings.Cut(rest, `"`)
	second := b.get("/people?before=" + strings.ReplaceAll(link, "&amp;", "&"))
	second.want(t, 200, ">Newer<", "!>Older<", ">user-0<", `value="user-"`)
}

func TestTheSigningKeyIsShownOnDemand(t *testing.T) {
	s := newSite(t, nil)
	keys, err := s.store.SigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key := keys[0].Key
	b := s.as(admin)
	const path = "/settings/signing-key"
	b.get(path).want(t, 200, "Show key", "!"+key)
	b.post(path+"/reveal", nil).want(t, 200, key, "!Show key")
	if log := s.log.String(); !strings.Contains(log, "signing key revealed") || !strings.Contains(log, "by=admin@example.com") || strings.Contains(log, key) {
		t.Errorf("the log should say who saw the key, and not have it:\n%s", log)
	}
	s.as(editor).get(path).want(t, 200, "Only administrators", "!"+key, "!Show key", "!/rotate")
	s.as(editor).post(path+"/reveal", nil).want(t, 403, "!"+key)

	b.get(path+"/rotate").want(t, 200, "Make a new signing key?")
	b.post(path+"/rotate", nil).wantRedirect(t, path)
	after, err := s.store.SigningKeys(t.Context())
	if err != nil || after[0].Key == key {
		t.Errorf("the key is still the old one (%v)", err)
	}
	b.post(path+"/reveal", nil).want(t, 200, after[0].Key)
}

func TestTheTeam(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	b.get("/settings/team/new").want(t, 200, `value="support" checked`)
	b.post("/settings/team/new", form("email", "nope", "role", "king", "password", "short")).
		want(t, 422, `value="nope"`, "Enter an e-mail address", "Choose a role", "at least 10 characters")
	b.post("/settings/team/new", form("email", "Sue@Example.com", "role", "support", "password", password)).wantRedirect(t, "/settings/team")
	b.get("/settings/team").want(t, 200, "sue@example.com", "Support", "(you)")
	b.post("/settings/team/new", form("email", "sue@example.com", "role", "viewer", "password", password)).want(t, 422, "Another user has this e-mail address")

	sue, err := s.store.UserByEmail(t.Context(), "sue@example.com")
	if err != nil {
		t.Fatal(err)
	}
	path := "/settings/team/" + sue.ID
	b.get(path).want(t, 200, "Disable user", "Set password", "!"+sue.PasswordHash)
	b.post(path+"/role", form("role", "king")).want(t, 422, "Choose a role")
	b.post(path+"/role", form("role", "editor")).wantRedirect(t, "/settings/team")
	b.post(path+"/password", form("password", "short")).want(t, 422, "at least 10 characters")
	b.post(path+"/password", form("password", "another horse battery")).wantRedirect(t, "/settings/team")
	s.browser().post("/login", form("email", "sue@example.com", "password", "another horse battery")).wantRedirect(t, "/")
	b.post(path+"/enabled", form("enabled", "false")).wantRedirect(t, "/settings/team")
	b.get("/settings/team").want(t, 200, "Disabled")
	b.post(path+"/enabled", form("enabled", "true")).wantRedirect(t, "/settings/team")

	own := "/settings/team/" + s.users[admin].ID
	b.post(own+"/enabled", form("enabled", "false")).want(t, 422, "last enabled administrator")
	b.post(own+"/role", form("role", "viewer")).want(t, 422, "last enabled administrator")
	b.get("/settings/team/usr_none").want(t, 404)
}

func TestTheAccount(t *testing.T) {
	s := newSite(t, nil)
	b, elsewhere := s.as(viewer), s.as(viewer)
	b.get("/account").want(t, 200, "viewer@example.com", "Viewer: ")
	b.post("/account/password", form("current", "wrong", "password", "another horse battery")).want(t, 422, "not your current password", "!another horse")
	b.post("/account/password", form("current", password, "password", "another horse battery")).wantRedirect(t, "/account")
	b.get("/account").want(t, 200, "Your password is changed.")
	elsewhere.get("/account").wantRedirect(t, "/login?next=%2Faccount")
}

func TestSettingsShowWhatOneMayOpen(t *testing.T) {
	s := newSite(t, nil)
	s.as(admin).get("/settings").want(t, 200, "/settings/team", "/settings/signing-key", "/account")
	s.as(editor).get("/settings").want(t, 200, "!/settings/team", "/settings/signing-key", "/account")
}

func TestTheOverviewTicksItsSteps(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	ticks := func(want int) {
		t.Helper()
		got := b.get("/")
		got.want(t, 200)
		if n := strings.Count(got.Body.String(), "(done)"); n != want {
			t.Errorf("%d steps are ticked, want %d", n, want)
		}
	}
	ticks(0)
	source := s.source("Website")
	ticks(1)
	event := s.event(hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1"})
	ticks(2)
	s.delivery(hookline.Delivery{EventID: event.ID, State: hookline.StateFailed, Reason: "The receiver answered 404."}) // with a destination and an action
	ticks(4)
	b.get("/").want(t, 200, "Failed most recently", "The receiver answered 404.")
	s.delivery(hookline.Delivery{EventID: event.ID, State: hookline.StateDelivered, LastStatus: 200})
	b.get("/").want(t, 200, "!Your first webhook", "The last 24 hours")
	b.htmx().get("/").want(t, 200, "!<html", "The last 24 hours")
}
