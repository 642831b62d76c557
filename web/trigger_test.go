package web

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
	"hookline/views"
)

// builder is somebody who builds a trigger: it posts the form that the last answer showed, with the button that is
// pressed, as a browser does.
type builder struct {
	t    *testing.T
	b    *browser
	path string // of the form: an action's
	step string // below it, where edits are posted
	form url.Values
	last *answer
}

func newBuilder(t *testing.T, b *browser, path string) *builder {
	t.Helper()
	u := &builder{t: t, b: b, path: path, step: "/trigger"}
	u.last = b.get(path)
	u.last.want(t, 200, `id="trigger"`)
	u.form = formIn(u.last.Body.String())
	return u
}

// press posts an edit of the trigger and takes over the form that comes back.
func (u *builder) press(edit string) {
	u.t.Helper()
	u.post(u.step, "edit", edit)
	u.last.want(u.t, 200)
	u.form = formIn(u.last.Body.String())
}

func (u *builder) post(step, name, value string) {
	u.t.Helper()
	sent := url.Values{}
	for key, values := range u.form {
		sent[key] = values
	}
	sent.Set(name, value)
	u.last = u.b.post(u.path+step, sent)
}

// trigger is what the rows of the last answer ask, written as text.
func (u *builder) trigger() string {
	u.t.Helper()
	c, wrong := readTrigger(views.AskEvents, u.form).draft.Condition()
	if wrong != nil {
		u.t.Fatalf("the rows are not complete: %v", wrong)
	}
	return c.String()
}

var (
	controls = regexp.MustCompile(`(?s)<(input|select|textarea)\b([^>]*)>(?:(.*?)</(?:select|textarea)>)?`)
	options  = regexp.MustCompile(`<option value="([^"]*)"( selected)?`)
	aName    = regexp.MustCompile(` name="([^"]*)"`)
	aValue   = regexp.MustCompile(` value="([^"]*)"`)
)

// formIn reads the fields of the composer, or of any other form behind the navigation, out of a page, as a browser would post them.
func formIn(page string) url.Values {
	form := url.Values{}
	if at := strings.Index(page, "<main"); at >= 0 {
		page = page[at:]
	}
	for {
		at := controls.FindStringIndex(page)
		if at == nil {
			return form
		}
		// Inputs have no end tag, so the rest of the page begins after their own.
		found := controls.FindStringSubmatch(page)
		kind, attributes, inside := found[1], found[2], found[3]
		end := at[1]
		if kind == "input" {
			end = at[0] + strings.Index(page[at[0]:], ">") + 1
		}
		page = page[end:]
		name := aName.FindStringSubmatch(attributes)
		if name == nil || strings.Contains(attributes, `type="checkbox"`) && !strings.Contains(attributes, " checked") {
			continue
		}
		if name[1] == "theme" {
			continue
		}
		form.Add(name[1], valueIn(kind, attributes, inside))
	}
}

func valueIn(kind, attributes, inside string) string {
	switch kind {
	case "textarea":
		return html.UnescapeString(strings.ReplaceAll(strings.TrimPrefix(inside, "\n"), "\n", "\r\n"))
	case "select":
		first := ""
		for i, option := range options.FindAllStringSubmatch(inside, -1) {
			if i == 0 {
				first = option[1]
			}
			if option[2] != "" {
				return html.UnescapeString(option[1])
			}
		}
		return html.UnescapeString(first)
	}
	if value := aValue.FindStringSubmatch(attributes); value != nil {
		return html.UnescapeString(value[1])
	}
	if strings.Contains(attributes, `type="checkbox"`) {
		return "on"
	}
	return ""
}

func TestATriggerIsBuiltFromRows(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	for name, b := range map[string]*browser{"by htmx": s.as(editor).htmx(), "without scripts": s.as(editor)} {
		t.Run(name, func(t *testing.T) {
			u := newBuilder(t, s.as(editor), "/destinations/"+d.ID+"/actions/new")
			u.b = b
			if got := u.trigger(); got != `type = "track"` {
				t.Fatalf("a new action begins with %s", got)
			}
			u.press("add-row:")
			u.last.want(t, 200, `name="c.1.field"`, `id="c-1-field" name="c.1.field"`, "Finish the condition that is still empty")
			u.form.Set("c.1.value", "Signed Up")
			u.press("add-group:")
			u.form.Set("c.2.0.field", "properties")
			u.press("refresh")
			u.last.want(t, 200, `name="c.2.0.key"`)
			u.form.Set("c.2.0.key", "total")
			u.form.Set("c.2.0.op", "at_least")
			u.form.Set("c.2.0.value", "50")
			u.press("add-row:2")
			u.form.Set("c.2.1.field", "person")
			u.form.Set("c.2.1.key", "plan")
			u.form.Set("c.2.1.op", "one_of")
			u.form.Set("c.2.1.value", "pro\r\nteam")
			u.press("refresh")
			want := `type = "track" and event = "Signed Up" and (properties.total >= 50 or in(person.plan, "pro", "team"))`
			if got := u.trigger(); got != want {
				t.Fatalf("built\n%s\nwant\n%s", got, want)
			}
			u.last.want(t, 200, "When the event type is track and the event is Signed Up and any of: (total is at least 50; the person’s plan is one of pro, team).")

			u.form.Set("c.2.match", "all")
			u.form.Set("c.match", "any")
			u.press("refresh")
			u.last.want(t, 200, "all of: (")
			u.press("remove:0")
			u.press("remove:1.0")
			if got, want := u.trigger(), `event = "Signed Up" or in(person.plan, "pro", "team")`; got != want {
				t.Errorf("left %s, want %s", got, want)
			}
			u.press("remove:1")
			u.press("remove:0")
			u.last.want(t, 200, "No condition yet", "When any event comes in.")
		})
	}
}

func TestEditsLeadTheFocus(t *testing.T) {
	for _, test := range []struct{ trigger, edit, focus string }{
		{`type = "track"`, "add-row:", "c-1-field"},
		{`type = "track"`, "add-group:", "c-1-0-field"},
		{`type = "track" and event = "A"`, "remove:0", "c-0-field"},
		{`type = "track" and event = "A"`, "remove:1", "c-0-field"},
		{`type = "track"`, "remove:0", "c-add"},
		{`type = "track" and (event = "A" or event = "B")`, "remove:1.1", "c-1-0-field"},
		{`type = "track"`, "text", "field-trigger"},
		{`type = "track"`, "remove:9", "c-add"},
		{`type = "track"`, "nonsense", ""},
		{`type = "track"`, "add-row:0", ""},
	} {
		f := draftTrigger(views.AskEvents, test.trigger)
		f.edit(test.edit)
		if f.focus != test.focus {
			t.Errorf("%s of %s leads to %q, want %q", test.edit, test.trigger, f.focus, test.focus)
		}
	}
}

func TestTriggersGoFromRowsToTextAndBack(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	for _, trigger := range []string{
		`type = "track" and event = "Signed Up"`,
		``,
		`event = "two\nlines" or event = " spaces "`,
		`properties."my key"."a.b" != null and properties.list.0 = 5`,
		`!in(userId, "a", "b, c") and (before(traits.since, "2026-01-31") or after(context.at, "2026-01-31T10:00:00Z"))`,
		`match(event, "Order*") and !match(event, "*\*") and contains(event, "<b>\"quoted\"</b>")`,
		`properties.total >= 12345678901234567890.5 and properties.ok = true and person.name = ""`,
		`segment("seg_1") and type = "track"`,
	} {
		a := s.action(d, func(a *hookline.Action) { a.Trigger = trigger })
		u := newBuilder(t, s.as(editor), "/destinations/"+d.ID+"/actions/"+a.ID)
		want := u.trigger()
		u.press("text")
		if got := u.form.Get("trigger_text"); got != want {
			t.Errorf("as text: %s, want %s", got, want)
		}
		u.press("rows")
		if got := u.trigger(); got != want {
			t.Errorf("back in rows: %s, want %s", got, want)
		}
		u.post("", "save", "keep")
		u.last.wantRedirect(t, "/destinations/"+d.ID+"/actions/"+a.ID)
		kept, err := s.store.Action(t.Context(), a.ID)
		parsed, parseErr := condition.Parse(trigger)
		if err != nil || parseErr != nil || kept.Trigger != parsed.String() {
			t.Errorf("kept %s, want %s (%v, %v)", kept.Trigger, parsed, err, parseErr)
		}
	}
}

func TestWhatCannotBeConvertedStays(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	u := newBuilder(t, s.as(editor).htmx(), "/destinations/"+d.ID+"/actions/new")
	u.press("add-row:")
	u.press("text")
	u.last.want(t, 200, `name="c.1.field"`, `aria-invalid="true"`, "!trigger_text")
	u.form.Set("c.1.value", "A")
	u.press("text")
	u.form.Set("trigger_text", "type = \"track\"\r\nand \"<script>\"")
	u.press("rows")
	u.last.want(t, 200, "Line 2, column", "trigger_text", "&lt;script&gt;", "!<script>")
}

func TestAnUntouchedRowBecomesAnEmptyText(t *testing.T) {
	b := newSite(t, nil).as(editor).htmx().with("HX-Target", "trigger")
	press := func(values ...string) *answer {
		return b.post("/segments/new/condition", form(append([]string{"edit", "text", "trigger_mode", "rows", "c.match", "all", "c.0.field", "person", "c.0.op", "is"}, values...)...))
	}
	press("c.0.key", "", "c.0.value", "").want(t, 200, `name="trigger_text"`, "!aria-invalid")
	press("c.0.key", "", "c.0.value", "pro").want(t, 200, `aria-invalid="true"`, "!trigger_text")
}

func TestATriggerHasLimits(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	path := "/destinations/" + d.ID + "/actions/new"
	u := newBuilder(t, s.as(editor).htmx(), path)
	at := ""
	for range condition.MaxDepth {
		u.press("add-group:" + at)
		at = condition.ChildPath(at, len(childrenAt(u, at))-1)
	}
	u.last.want(t, 200, "groups")
	many := form("trigger_mode", "rows")
	for i := range condition.MaxClauses + 1 {
		many.Set(condition.FormName("c", condition.ChildPath("", i), "field"), "event")
	}
	s.as(editor).post(path, many).want(t, 422, "200")
}

func childrenAt(u *builder, path string) []*condition.Draft {
	d, err := condition.DecodeDraft(u.form, "c")
	if err != nil {
		u.t.Fatal(err)
	}
	if at := d.At(path); at != nil {
		return at.Children
	}
	return []*condition.Draft{nil}
}

func TestATriggerIsTriedOnWhatCameIn(t *testing.T) {
	s := newSite(t, nil)
	website, other := s.source("Website"), s.source("Other")
	d := s.destination(hookline.Destination{}, website)
	path := "/destinations/" + d.ID + "/actions/new"
	b := s.as(editor).htmx()
	rows := form("trigger_mode", "rows", "c.match", "all", "c.0.field", "event", "c.0.op", "is", "c.0.value", "Signed Up",
		"c.1.field", "person", "c.1.key", "plan", "c.1.op", "is", "c.1.value", "pro")
	b.post(path+"/trigger", rows).want(t, 200, "No event has come in")

	s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":"pro","<b>odd</b>":"<i>value</i>"}`)})
	s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1"})
	s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Signed Up", UserID: "nobody"})
	s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "<img src=x>", UserID: "u1", Payload: []byte(`{"type":"track","event":"<img src=x>","properties":{"<u>key</u>":{"deep":"\"quoted\""}}}`)})
	s.event(hookline.Event{SourceID: other.ID, Type: hookline.Track, Name: "Elsewhere", UserID: "u1"})
	got := b.post(path+"/trigger", rows)
	got.want(t, 200, "Matches 1 of the last 3 events", "the person’s plan is missing", "the event is “&lt;img src=x&gt;”, not “Signed Up”",
		"!<img src", "!<b>odd", "!<u>key", "!Elsewhere")
	got.want(t, 200, `<option value="&lt;b&gt;odd&lt;/b&gt;">`, `<option value="&lt;u&gt;key&lt;/u&gt;.deep">`, `<option value="&lt;img src=x&gt;">`, `<option value="pro">`)

	s.as(editor).get("/destinations/"+s.destination(hookline.Destination{}).ID+"/actions/new").want(t, 200, "No source is connected", "!Elsewhere")
}

// made is an object made in Go.
func made(members map[string]any) *data.Object { return data.FromGo(members).(*data.Object) }

func TestSuggestionsAreBounded(t *testing.T) {
	found := seen{}
	deep := map[string]any{}
	for at, i := deep, 0; i < 50; i++ {
		next := map[string]any{}
		at["in"], at = next, next
	}
	wide := map[string]any{}
	for i := range 1000 {
		wide["key"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+strings.Repeat("y", i/26)] = strings.Repeat("v", i)
	}
	found.lookAt(made(map[string]any{"properties": wide, "traits": deep, "event": []any{}, "context": "no object"}))
	for i := range 100 {
		found.lookAt(made(map[string]any{"event": strings.Repeat("e", i+1)}))
	}
	if n := len(found[condition.FieldProperty]); n != suggestedKeys {
		t.Errorf("%d keys", n)
	}
	if n := len(found[condition.FieldEvent][""]); n != suggestedValues {
		t.Errorf("%d values", n)
	}
	if n := len(found[condition.FieldTrait]); n != 0 {
		t.Errorf("%d keys from the deep", n)
	}
	for _, values := range found[condition.FieldProperty] {
		for _, value := range values {
			if len(value) > suggestedLength {
				t.Errorf("a value of %d bytes", len(value))
			}
		}
	}
}

func TestSuggestedKeysAreReadBack(t *testing.T) {
	found := seen{}
	found.walk(condition.FieldProperty, nil, made(map[string]any{"a.b": map[string]any{"c d": 1.0}, "list": []any{map[string]any{"sku": "x"}}, "plain": true}).View())
	want := []string{`"a.b".c d`, "list.0.sku", "plain"}
	if diff := cmp.Diff(want, found.keys()[condition.FieldProperty]); diff != "" {
		t.Errorf("keys (-want +got)\n%s", diff)
	}
}
