package failure

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestNormal(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"Not Found":                            "Not Found",
		"  two \n\t lines ":                    "two lines",
		"User 17 was not found":                "User … was not found",
		"Ids 17, 18 and 19":                    "Ids … and …",
		"Ids 17, 18, 19, 20":                   "Ids …",
		"request req_8fA3 failed":              "request … failed",
		"550e8400-e29b-41d4-a716-446655440000": "…",
		"commit deadbeefcafe is gone":          "commit … is gone",
		"a cabbage is no id":                   "a cabbage is no id",
		"since 2026-11-26T09:12:00Z.":          "since …",
		"26 Nov 2026, 09:12":                   "… Nov …",
		"ana.b+c@example.com is taken":         "… is taken",
		"see https://example.com/help?id=a":    "see …",
		`"Ana" is taken`:                       "… is taken",
		`the value 'pro plan' of "plan"`:       "the value … of …",
		"“Ana” and «Ben» and `Carl`":           "… and … and …",
		"we don't take Ana's money":            "we don't take Ana's money",
		"it's the users' turn":                 "it's the users' turn",
		`an "open end`:                         `an "open end`,
		"error:E1234":                          "error:…",
		"error:invalid_email":                  "error:invalid_email",
		"HTTP/1.1 502":                         "HTTP/…",
		"limit of 1,000.50 (was 7%)":           "limit of … (was …",
		"zero\u200bwidth and \x1b[31mred":      "zero width and […",
		"½ of ٣ and ⅷ":                         "… of … and …",
		"Größe ungültig":                       "Größe ungültig",
		"\xff\xfe no text":                     "",
		"…":                                    "…",
		strings.Repeat("x", 41):                "…",
		"<b>bold</b>":                          "<b>bold</b",
	} {
		if got := Normal(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAnswer(t *testing.T) {
	for answer, want := range map[string]string{
		"":        "",
		" \r\n ":  "",
		"bad key": "bad key",
		`{"error":{"message":"No such customer: 'cus_1'","code":"resource_missing"},"request_id":"req_17","at":1700000000}`: "error.code: resource_missing · error.message: No such customer: …",
		`{"code":"x","message":"y"}`:                                     "code: x · message: y",
		`{"message":"y","code":"x"}`:                                     "code: x · message: y",
		`{"id":17,"trace":"8f3a"}`:                                       "id: … · trace: …",
		`[{"field":"email","is":"taken"},{"is":"taken","field":"plan"}]`: "field: email · field: plan · is: taken",
		`{"user_17":{"ok":false,"why":null}}`:                            "….ok: false",
		`"just text 7"`:                                                  "…",
		`[]`:                                                             "",
		`{"a":1} trailing`:                                               `{…} trailing`,
		`{"cut`:                                                          `{"cut`,
		"<!doctype html><html><head><title>502 Bad Gateway</title><style>p{}</style><SCRIPT>let a = 'b'</SCRIPT></head><body><h1>Bad &amp; ugly</h1></body>": "… Bad Gateway Bad & ugly",
		"<script>never closed": "",
		"<Error><Code>AccessDenied</Code><RequestId>8F3A</RequestId></Error>": "AccessDenied …",
		"\x00\x01\x02\xff": "",
	} {
		if got := Answer([]byte(answer)); got != want {
			t.Errorf("%s: %q, want %q", answer, got, want)
		}
	}
	if got := Answer([]byte(strings.Repeat("[", 5000) + strings.Repeat("]", 5000))); got != "" {
		t.Errorf("a deep one: %q", got)
	}
}

// turned replaces each digit from 1 to 9 by the next one, which leaves JSON JSON.
func turned(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '1' && r <= '8':
			return r + 1
		case r == '9':
			return '1'
		}
		return r
	}, text)
}

// FuzzNormal holds what a normal form promises: it is one line of text, bounded,
// without numbers, and the same whatever the numbers were.
func FuzzNormal(f *testing.F) {
	for _, seed := range []string{
		"User 17 was not found", `{"error":"bad key 17","ids":[1,2,3]}`, "<p>502</p>", "don't 'quote' 5", "“a” ‘b’ «c»", "a@b.c https://d.e/f", "\xff", "…9…", `{"1":"x","9":"y"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, got := range map[string]string{"normal": Normal(text), "answer": Answer([]byte(text))} {
			if !utf8.ValidString(got) || len(got) > maxNormal || got != strings.TrimSpace(got) {
				t.Errorf("%s of %q is %q", name, text, got)
			}
			if at := strings.IndexFunc(got, func(r rune) bool { return unicode.IsNumber(r) || r != ' ' && blank(r) }); at >= 0 {
				t.Errorf("%s of %q has a number or a mark: %q", name, text, got)
			}
			if strings.Contains(got, "@") {
				t.Errorf("%s of %q has an address: %q", name, text, got)
			}
		}
		if strings.ContainsAny(text, `\&`) || !utf8.ValidString(text) {
			return // a digit may stand for a letter
		}
		if a, b := Normal(text), Normal(turned(text)); a != b {
			t.Errorf("%q: %q with other digits %q", text, a, b)
		}
		if a, b := Answer([]byte(text)), Answer([]byte(turned(text))); a != b {
			t.Errorf("answer %q: %q with other digits %q", text, a, b)
		}
	})
}
