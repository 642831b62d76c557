package docs

import (
	"strings"
	"testing"
)

func TestSearchFindsWhatOneLooksFor(t *testing.T) {
	m := manual(t)
	for query, want := range map[string]string{
		"triggers":               "/manual/triggers",
		"TRIGGER":                "/manual/triggers",
		"verify signature":       "/manual/signatures",
		"retry-after":            "/manual/retries#retry-after",
		"idempotency key twice":  "/manual/requests#the-same-webhook-twice",
		"backup":                 "/manual/running#backup",
		"nginx":                  "/manual/running#behind-a-proxy",
		"wrong password waiting": "/manual/security#signing-in",
		"base64_url_safe_encode": "/manual/liquid-filters#digests",
		"resending":              "/manual/sent",
		"list moons":             "/manual/api#api-moons",
	} {
		hits := m.Search(query)
		if len(hits) == 0 || hits[0].Path() != want {
			t.Errorf("%q found %v, want %s first", query, paths(hits), want)
		}
	}
}

func paths(hits []Hit) []string {
	var all []string
	for _, h := range hits {
		all = append(all, h.Path())
	}
	return all
}

func TestSearchFindsNothing(t *testing.T) {
	m := manual(t)
	for _, query := range []string{"", "   ", "?!", "xylophone", "trigger xylophone", strings.Repeat("xylophone ", 1000)} {
		if hits := m.Search(query); len(hits) > 0 {
			t.Errorf("%.20q found %v", query, paths(hits))
		}
	}
}

func TestSearchHasAnEnd(t *testing.T) {
	if n := len(manual(t).Search("a")); n != MaxHits {
		t.Errorf("%d hits, want %d", n, MaxHits)
	}
}

func TestExcerpts(t *testing.T) {
	far := strings.Repeat("word ", 100)
	for name, test := range map[string]struct{ text, query, want string }{
		"marks what was asked for":  {"Signing keys sign. Designs don't.", "sign", "[Signing] keys [sign]. Designs don't."},
		"shows the neighbourhood":   {far + "the needle here " + far, "needle", "… " + strings.Repeat("word ", 15) + "the [needle] here " + strings.Repeat("word ", 33) + "word …"},
		"begins at the beginning":   {far, "heading", strings.Repeat("word ", 36) + "word …"},
		"is text, whatever it says": {"<b>bold</b>", "bold", "<b>[bold]</b>"},
		"counts letters":            {"Grüße an Ähren", "ähren", "Grüße an [Ähren]"},
	} {
		var b strings.Builder
		for _, run := range excerpt(test.text, terms(test.query)) {
			if run.Marked {
				b.WriteString("[" + run.Text + "]")
			} else {
				b.WriteString(run.Text)
			}
		}
		if got := strings.ReplaceAll(b.String(), "…  ", "… "); got != test.want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, test.want)
		}
	}
}
