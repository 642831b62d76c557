package web

import (
	"net/url"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// closeForm fills in the recipe for Close; pairs change it.
func closeForm(pairs ...string) url.Values {
	f := form("with.api_key", "api_s3cret", "with.source", `Our "site" {{ customer.email }}`, "destination", "new", "destination_name", "Sales", "try", "service")
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

func TestTheGallery(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/recipes").want(t, 200, "Zendesk", "Twilio WhatsApp", "REST API", `href="/recipes/close"`, `href="/recipes/curl"`, "14 recipes", `aria-current="page"`)
	b.get("/recipes?q=lead").want(t, 200, "Close", "One recipe", "!Zendesk", `value="lead"`)
	b.get("/recipes?q=xyzzy%22").want(t, 200, "No recipe has “xyzzy&#34;”", `href="/recipes"`, "!Zendesk")
	b.htmx().get("/recipes?q=lead").want(t, 200, "Close", "!<html", "!Zendesk")
	b.get("/recipes?destination=dst_1").want(t, 200, `href="/recipes/close?destination=dst_1"`, `href="/recipes/curl?destination=dst_1"`, `name="destination" value="dst_1"`)
	s.as(viewer).get("/recipes").want(t, 200, "Zendesk", `!href="/recipes/curl"`)
	s.as(viewer).get("/recipes?q=xyzzy").want(t, 200, "No recipe has", `!href="/recipes/curl"`)
	b.get("/recipes/none").want(t, 404, "no such recipe")
}

func TestEveryRecipeHasAPage(t *testing.T) {
	s := newSite(t, nil)
	editing, looking := s.as(editor), s.as(viewer)
	for _, r := range s.gallery() {
		editing.get("/recipes/"+r).want(t, 200, "What you need", "Fill in", "Use this recipe", "Try it with a bin", "X-CIO-Signature", `!"note tone-bad">`, `!"note tone-warn">`)
		looking.get("/recipes/"+r).want(t, 200, "What you need", "What is asked for", "X-CIO-Signature", "!Use this recipe", "!<form id", `!"note tone-warn">`)
	}
}

// gallery are the ids of the recipes that the list shows.
func (s *site) gallery() []string {
	s.t.Helper()
	var ids []string
	for _, link := range links.FindAllStringSubmatch(s.as(viewer).get("/recipes").Body.String(), -1) {
		if id, found := strings.CutPrefix(link[1], "/recipes/"); found {
			ids = append(ids, id)
		}
	}
	if len(ids) < 14 {
		s.t.Fatalf("the gallery has %v", ids)
	}
	return ids
}

func TestARecipesPreviewFollowsWhatIsTyped(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	got := b.htmx().with("HX-Target", "preview").post("/recipes/close/preview", closeForm())
	got.want(t, 200, "https://api.close.com/api/v1/lead/", ">ana@example.com</mark>", `Our \&#34;site\&#34; \u007b\u007b customer.email }}`, "!<html", "!api_s3cret", "!tone-bad")
	b.htmx().post("/recipes/close/preview", closeForm("with.source", "")).want(t, 200, "Sign-up on our website", "!Fill in “")
	b.post("/recipes/zendesk/preview", form("with.subdomain", "moon")).want(t, 200, "<html", "https://moon.zendesk.com/api/v2/tickets.json", `value="moon"`, "!Fill in “")
}

func TestARecipeBecomesAnAction(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	b := s.as(editor)
	b.get("/recipes/close").want(t, 200, `value="`+source.ID+`"`, `value="Close"`, `type="password"`, "When the event type is track and the event is Signed Up")
	filled := closeForm()
	filled.Set("sources", source.ID)
	got := b.post("/recipes/close", filled)
	destinations, err := s.store.ListDestinations(t.Context())
	if err != nil || len(destinations) != 1 {
		t.Fatalf("%+v, %v\n%s", destinations, err, got.seen())
	}
	d := destinations[0]
	a := s.onlyAction(d)
	got.wantRedirect(t, actionPath(a))
	if d.Name != "Sales" || !d.Enabled || len(d.SourceIDs) != 1 || a.Enabled || a.Name != "Make a lead in Close" ||
		a.Trigger != `type = "track" and event = "Signed Up"` || a.Template.URL != "https://api_s3cret:@api.close.com/api/v1/lead/" || a.Batching != hookline.NewBatching() {
		t.Errorf("made %+v of %+v", a, d)
	}
	b.get(actionPath(a)).want(t, 200, "The action is made, and off.", "This action is off", "https://api.close.com/api/v1/lead/", `!"note tone-bad">`)
	s.as(viewer).get(actionPath(a)).want(t, 200, "!api_s3cret")

	other := s.destination(hookline.Destination{Name: "Other"})
	b.get("/recipes/slack?destination="+other.ID).want(t, 200, `<option value="`+other.ID+`" selected`)
	b.get("/destinations/"+other.ID).want(t, 200, `href="/recipes?destination=`+other.ID+`"`)
	b.post("/recipes/slack", form("with.hook", "https://hooks.slack.com/services/T/B/X", "with.text", "New", "destination", other.ID)).
		wantRedirect(t, actionPath(s.onlyAction(other)))
}

func TestARefusedRecipeKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	full := s.destination(hookline.Destination{Name: "Full"})
	for range hookline.MaxActions {
		s.action(full, nil)
	}
	for name, c := range map[string]struct {
		path string
		form url.Values
		says []string
	}{
		"an empty field":        {"close", closeForm("with.api_key", " "), []string{`id="field-with.api_key-error"`, "Fill in “API key”.", `href="#field-with.api_key"`, "Our &#34;site&#34;"}},
		"a field that is wrong": {"zendesk", form("with.subdomain", "a.b", "with.email", "x@y.zz", "with.api_token", "t", "destination", "new", "destination_name", "Z"), []string{"before the first dot", `value="a.b"`, `value="x@y.zz"`}},
		"no name":               {"close", closeForm("destination_name", ""), []string{`id="field-destination_name-error"`, "Give the destination a name"}},
		"no destination":        {"close", closeForm("destination", "dst_none"), []string{`id="field-destination-error"`, "Choose the destination"}},
		"a full destination":    {"close", closeForm("destination", full.ID), []string{`id="field-destination-error"`, "has 50 actions already"}},
		"an inside address":     {"rest-api", form("with.address", "http://127.0.0.1/x", "with.token", "t", "destination", "new", "destination_name", "Z"), []string{`id="field-with.address-error"`, "127.0.0.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			b.post("/recipes/"+c.path, c.form).want(t, 422, append(c.says, "The recipe was not used.")...)
		})
	}
	destinations, err := s.store.ListDestinations(t.Context())
	if err != nil || len(destinations) != 1 {
		t.Errorf("something was made: %+v, %v", destinations, err)
	}
	bins, err := s.store.ListBins(t.Context())
	if err != nil || len(bins) != 0 {
		t.Errorf("something was made: %+v, %v", bins, err)
	}
	for _, role := range []hookline.Role{support, viewer} {
		s.as(role).post("/recipes/close", closeForm()).want(t, 403)
		s.as(role).get("/recipes/curl").want(t, 403)
	}
}

func TestARecipeIsTriedWithABin(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.post("/recipes/close", closeForm("try", "bin"))
	bins, err := s.store.ListBins(t.Context())
	if err != nil || len(bins) != 1 || bins[0].Name != "Try: Close" || !strings.Contains(bins[0].Script.Body, "lead_") {
		t.Fatalf("%+v, %v", bins, err)
	}
	destinations, err := s.store.ListDestinations(t.Context())
	if err != nil || len(destinations) != 1 {
		t.Fatal(destinations, err)
	}
	a := s.onlyAction(destinations[0])
	if want := "https://api_s3cret:@hooks.example.com/b/" + bins[0].ID + "/api/v1/lead/"; a.Template.URL != want || a.Enabled {
		t.Errorf("it sends to %s, want %s", a.Template.URL, want)
	}
	b.get(actionPath(a)).want(t, 200, "It sends to the new bin “Try: Close” for now")

	b.post("/recipes/slack", form("with.hook", "https://hooks.slack.com/services/T/B/X", "with.text", "New", "destination", destinations[0].ID, "try", "bin"))
	if bins, err = s.store.ListBins(t.Context()); err != nil || len(bins) != 2 {
		t.Fatal(bins, err)
	}
	for _, bin := range bins {
		if bin.Name == "Try: Slack" && bin.Script.Body != hookline.NewBinScript().Body {
			t.Errorf("it answers %q", bin.Script.Body)
		}
	}
}

func TestACurlCommandBecomesAnAction(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	d := s.destination(hookline.Destination{Name: "CRM"})
	b.get("/recipes/curl?destination="+d.ID).want(t, 200, "Paste a curl command", `<option value="`+d.ID+`" selected`)
	command := "curl -L -u ana:pw https://api.example.com/people \\\r\n  --json '{\"name\": \"{{ x }}\"}'"
	got := b.post("/recipes/curl", form("command", command, "destination", d.ID))
	a := s.onlyAction(d)
	got.wantRedirect(t, actionPath(a))
	if a.Enabled || a.Name != "POST to api.example.com" || a.Template.URL != "https://ana:pw@api.example.com/people" ||
		a.Template.Body != `{"name": "{% raw %}{{{% endraw %} x }}"}` || len(a.Template.Headers) != 2 {
		t.Errorf("made %+v", a)
	}
	b.get(actionPath(a)).want(t, 200, "The action is made, and off.", "follows no redirects", "{{ x }}")

	for command, says := range map[string]string{
		"":                               "begins with curl",
		"curl https://e.com -F a=@b":     "-F sends a form with files",
		"curl --frob https://e.com":      "--frob is not understood",
		"curl http://169.254.169.254/a":  "169.254.169.254",
		"curl https://e.com -H 'a b: c'": "header",
	} {
		b.post("/recipes/curl", form("command", command, "destination", d.ID)).
			want(t, 422, `id="field-command-error"`, says, "The command was not taken over.", `<option value="`+d.ID+`" selected`)
	}
	b.post("/recipes/curl", form("command", "curl https://e.com", "destination", "new")).want(t, 422, `id="field-destination_name-error"`, "curl https://e.com")
	s.onlyAction(d)
}

func TestMovedKeepsAllButTheHost(t *testing.T) {
	const bin = "https://hooks.example.com:8443/b/bin_1"
	for address, want := range map[string]string{
		"https://api.example.com":                    "https://hooks.example.com:8443/b/bin_1",
		"https://a%40b:c@api.example.com/x/?y=z@w#f": "https://a%40b:c@hooks.example.com:8443/b/bin_1/x/?y=z@w#f",
		"http://api.example.com?x={{ a }}":           "https://hooks.example.com:8443/b/bin_1?x={{ a }}",
	} {
		if got := moved(address, bin); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
