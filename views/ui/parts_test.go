package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
)

func TestAgo(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		before time.Duration
		want   string
	}{
		{0, "just now"},
		{4400 * time.Millisecond, "just now"},
		{4600 * time.Millisecond, "5 seconds ago"},
		{59 * time.Second, "59 seconds ago"},
		{60 * time.Second, "1 minute ago"},
		{119 * time.Second, "1 minute ago"},
		{59*time.Minute + 59*time.Second, "59 minutes ago"},
		{time.Hour, "1 hour ago"},
		{47 * time.Hour, "1 day ago"},
		{29*24*time.Hour + 23*time.Hour, "29 days ago"},
		{30 * 24 * time.Hour, "2026-01-30"},
		{-90 * time.Second, "in 1 minute"},
		{-3 * time.Hour, "in 3 hours"},
	} {
		if got := Ago(now.Add(-tt.before), now); got != tt.want {
			t.Errorf("%v before: %q, want %q", tt.before, got, tt.want)
		}
	}
}

func TestTimesCarryTheExactMoment(t *testing.T) {
	at := time.Date(2026, 2, 3, 4, 5, 6, 7000, time.FixedZone("", 3600))
	mustContain(t, shown(t, RelativeTime(at)), `datetime="2026-02-03T03:05:06.000007Z"`, `title="3 February 2026, 03:05:06 UTC"`, "data-relative")
	mustContain(t, shown(t, RelativeTime(time.Time{})), "never")
	mustContain(t, shown(t, ExactTime(at)), ">3 February 2026, 03:05:06 UTC<")
}

func TestDeliveryBadge(t *testing.T) {
	mustContain(t, shown(t, DeliveryBadge("failed")), "tone-bad", "#x", "Failed")
	mustContain(t, shown(t, DeliveryBadge("lost")), "tone-neutral", "lost")
}

func TestColourJSON(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{
			"keys, strings, numbers, punctuation",
			"{\n  \"a\": [1, true, \"x\"]\n}",
			"<span class=\"p\">{</span>\n  <span class=\"k\">&#34;a&#34;</span><span class=\"p\">:</span> <span class=\"p\">[</span>" +
				"<span class=\"n\">1</span><span class=\"p\">,</span> <span class=\"n\">true</span><span class=\"p\">,</span> " +
				"<span class=\"s\">&#34;x&#34;</span><span class=\"p\">]</span>\n<span class=\"p\">}</span>",
		},
		{"a quote inside a string", `"a\"b\\"`, `<span class="s">&#34;a\&#34;b\\&#34;</span>`},
		{"markup inside a string", `"<b>"`, `<span class="s">&#34;&lt;b&gt;&#34;</span>`},
		{"a number alone", "-1.50e+3", `<span class="n">-1.50e+3</span>`},
	} {
		if diff := cmp.Diff(tt.want, colourJSON(tt.text)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestJSONShowsWhatWasWritten(t *testing.T) {
	html := shown(t, JSON("Body", `{"b":1.10,"a":"é","a":null}`))
	mustContain(t, html, `<span class="n">1.10</span>`, "é", `aria-label="Copy Body"`)
	if n := strings.Count(html, `<span class="k">`); n != 3 {
		t.Errorf("%d keys are shown, want 3: doubled keys stay", n)
	}
	if strings.Index(html, "1.10") > strings.Index(html, "é") {
		t.Error("the order of keys changed")
	}
}

func TestJSONShowsAnythingElseAsItIs(t *testing.T) {
	html := shown(t, JSON("Body", "{\"a\": <b>\n  oops"))
	mustContain(t, html, "{&#34;a&#34;: &lt;b&gt;\n  oops")
	mustNotContain(t, html, `<span class="k">`)
	large := `["` + strings.Repeat("x", jsonLimit) + `"]`
	mustNotContain(t, shown(t, JSON("Body", large)), `<span class="s">`)
}

func FuzzColourJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"b\"",null]}`, `""`, `"\`, "x y", "}", "\x00\"", "\t1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		html := colourJSON(text)
		for _, span := range []string{`<span class="k">`, `<span class="s">`, `<span class="n">`, `<span class="p">`, `</span>`} {
			html = strings.ReplaceAll(html, span, "")
		}
		if want := templ.EscapeString(text); html != want {
			t.Errorf("%q became %q, want %q without the spans", text, html, want)
		}
	})
}

func TestSecretsAreHiddenUntilAskedFor(t *testing.T) {
	html := shown(t, SecretField("key", "Signing key", "s3cret"))
	mustContain(t, html, `type="password"`, `data-reveal="#key"`, `aria-pressed="false"`)
	mustContain(t, shown(t, CopyField("url", "Address", "https://x")), `type="text" readonly`, `data-copy="https://x"`)
	mustContain(t, shown(t, SecretShown("new", "Token", "t0ken")), "shown once", `data-copy="t0ken"`)
}

func TestButtonsAskBeforeTheyDestroy(t *testing.T) {
	html := shown(t, PostButton("/sources/1/delete", Button{
		Label: "Delete", Icon: "trash", Look: LookDanger, Confirm: "Delete this source?", ConfirmDetail: "Its key stops working.", ConfirmLabel: "Delete source",
	}))
	mustContain(t, html, `action="/sources/1/delete"`, `data-confirm="Delete this source?"`, `data-confirm-detail="Its key stops working."`,
		`data-confirm-label="Delete source"`, "btn-danger")
}

func TestAnIconButtonHasAName(t *testing.T) {
	html := shown(t, Link(Button{Label: "Edit", Icon: "edit", Href: "/x", IconOnly: true, Look: LookQuiet, Small: true}))
	mustContain(t, html, `aria-label="Edit"`, `title="Edit"`, `href="/x"`, "btn-icon")
	mustNotContain(t, html, "<span>Edit</span>")
}

func TestLinksRefuseScripts(t *testing.T) {
	mustNotContain(t, shown(t, Link(Button{Label: "x", Href: "javascript:alert(1)"})), "javascript:")
}

func TestPager(t *testing.T) {
	html := shown(t, Pager(Pages{Older: "/sent?before=dlv_1"}))
	mustContain(t, html, `href="/sent?before=dlv_1"`, `rel="next"`)
	mustNotContain(t, html, "Newer")
	if html := shown(t, Pager(Pages{Note: "all"})); html != "" {
		t.Errorf("a list of one page shows %q", html)
	}
}

func TestTabsMarkTheOpenOne(t *testing.T) {
	html := shown(t, Tabs("Shop", []Tab{{Label: "Sent", Href: "/a", Active: true, Count: "12"}, {Label: "Settings", Href: "/b", Icon: "settings"}}))
	mustContain(t, html, `href="/a" aria-current="page"`, "12", "#settings")
	if n := strings.Count(html, "aria-current"); n != 1 {
		t.Errorf("%d tabs are open, want 1", n)
	}
}

func TestFailureKeepsTheNavigationForWhoIsSignedIn(t *testing.T) {
	page := Page{Title: "Not found"}
	mustNotContain(t, shown(t, ErrorPage(Failure{Page: page, Status: 404, Text: "No such source."})), `aria-label="Main"`)
	page.User.Email = "ada@example.com"
	mustContain(t, shown(t, ErrorPage(Failure{Page: page, Status: 404, Text: "No such source."})),
		`aria-label="Main"`, "No such source.", "Error 404", "Go to the overview")
}

func TestEmptyStateSaysWhatToDoNext(t *testing.T) {
	html := shown(t, EmptyState(Empty{Icon: "send", Title: "Nothing sent yet", Text: "It will be here.", Action: Button{Label: "Add", Href: "/new"}}))
	mustContain(t, html, "Nothing sent yet", "It will be here.", `href="/new"`)
}

func TestKeyValuesAndTimeline(t *testing.T) {
	html := shown(t, KeyValues([]Fact{{Name: "Method", Value: "POST"}, {Name: "Person"}, {Name: "State", Show: DeliveryBadge("held")}}))
	mustContain(t, html, "<dt>Method</dt><dd>POST</dd>", "none", "Held")
	html = shown(t, Timeline([]Happening{{Tone: Good, Icon: "check", Title: "Delivered", At: time.Now(), Detail: CodeBlock("Answer", "ok")}}))
	mustContain(t, html, "tone-good", "Delivered", "data-relative", "ok")
}

func TestLiveAsksForTheFragmentWhenTheTopicChanges(t *testing.T) {
	mustContain(t, shown(t, Live("bin:1 2", "/bins/1")), `sse-connect="/live?topic=bin%3A1+2"`, `hx-trigger="sse:changed"`,
		`hx-get="/bins/1"`, `hx-swap="morph:innerHTML"`)
}

func TestFlashSwapGoesToThePlaceTheLayoutHas(t *testing.T) {
	flash := Flash{Tone: Good, Text: "Saved."}
	mustContain(t, shown(t, FlashArea(flash)), `id="flash"`, "tone-good", "Saved.")
	mustContain(t, shown(t, FlashSwap(flash)), `id="flash"`, `hx-swap-oob="innerHTML"`, "Saved.")
	mustNotContain(t, shown(t, FlashArea(flash)), "Undo")
	flash.Undo = "/back?a=1&b=2"
	mustContain(t, shown(t, FlashArea(flash)), `method="post"`, `action="/back?a=1&amp;b=2"`, "Undo")
	mustNotContain(t, shown(t, FlashArea(Flash{})), "note")
}

func TestFiltersWorkWithoutScripts(t *testing.T) {
	mustContain(t, shown(t, Filters("/sent?tab=1", "#rows")), `method="get"`, `action="/sent?tab=1"`, `hx-target="#rows"`, "<noscript>", `type="submit"`)
}
