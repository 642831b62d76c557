package curl_test

import (
	"strings"
	"testing"

	"hookline/internal/compose"
	"hookline/internal/curl"
	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

const formType = "application/x-www-form-urlencoded"

func headers(pairs ...string) []hookline.Header {
	var all []hookline.Header
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, hookline.Header{Name: pairs[i], Value: pairs[i+1]})
	}
	return all
}

func TestRead(t *testing.T) {
	for command, want := range map[string]hookline.Template{
		`curl https://example.com`:                {Method: "GET", URL: "https://example.com"},
		`$ curl https://example.com/a`:            {Method: "GET", URL: "https://example.com/a"},
		`/usr/bin/curl -sSL --url https://e.com/`: {Method: "GET", URL: "https://e.com/"},
		`curl -X PUT https://e.com -H 'A: b: c' -H "D;" -H 'E:'`: {
			Method: "PUT", URL: "https://e.com", Headers: headers("A", "b: c", "D", ""),
		},
		`curl -XDELETE https://e.com -HA:b`:                                                  {Method: "DELETE", URL: "https://e.com", Headers: headers("A", "b")},
		`curl --request patch https://e.com`:                                                 {Method: "PATCH", URL: "https://e.com"},
		`curl https://e.com -d a=1 -d 'b=2 3'`:                                               {Method: "POST", URL: "https://e.com", Headers: headers("Content-Type", formType), Body: "a=1&b=2 3"},
		`curl https://e.com -d ''`:                                                           {Method: "POST", URL: "https://e.com", Headers: headers("Content-Type", formType)},
		`curl https://e.com --data-raw @x`:                                                   {Method: "POST", URL: "https://e.com", Headers: headers("Content-Type", formType), Body: "@x"},
		`curl https://e.com --data-binary '{}' -H content-type:text/plain`:                   {Method: "POST", URL: "https://e.com", Headers: headers("content-type", "text/plain"), Body: "{}"},
		`curl https://e.com -d x -H Content-Type:`:                                           {Method: "POST", URL: "https://e.com", Body: "x"},
		`curl https://e.com --json '{"a":' --json '1}'`:                                      {Method: "POST", URL: "https://e.com", Headers: headers("Content-Type", "application/json", "Accept", "application/json"), Body: `{"a":1}`},
		`curl -u ana:p@ss/word https://e.com/x?y`:                                            {Method: "GET", URL: "https://ana:p%40ss%2Fword@e.com/x?y"},
		`curl -uKEY: https://old:er@e.com`:                                                   {Method: "GET", URL: "https://KEY:@e.com"},
		`curl -G https://e.com/s#f -d q=1 --data-urlencode 'n=a & b' --data-urlencode 'c d'`: {Method: "GET", URL: "https://e.com/s?q=1&n=a+%26+b&c+d#f"},
		`curl -G 'https://e.com/s?p=0' -d q=1`:                                               {Method: "GET", URL: "https://e.com/s?p=0&q=1"},
		`curl https://e.com -A me -e https://r.com -b 'a=1; b=2'`: {
			Method: "GET", URL: "https://e.com", Headers: headers("User-Agent", "me", "Referer", "https://r.com", "Cookie", "a=1; b=2"),
		},
		"curl \\\n  https://e.com \\\r\n  -d 'a\nb' \\\n":                           {Method: "POST", URL: "https://e.com", Headers: headers("Content-Type", formType), Body: "a\nb"},
		`curl "https://e.com/a\"b" -d "it's \\ \n $ 5"`:                             {Method: "POST", URL: "https://e.com/a%22b", Headers: headers("Content-Type", formType), Body: `it's \ \n $ 5`},
		`curl https://e.com -d $'it\'s \x41\u00e9\101\n\q'`:                         {Method: "POST", URL: "https://e.com", Headers: headers("Content-Type", formType), Body: "it's AéA\n\\q"},
		`curl https://e.com -d 'it'\''s'"é"é\ x`:                                    {Method: "POST", URL: "https://e.com", Headers: headers("Content-Type", formType), Body: "it'séé x"},
		`curl -g 'https://e.com/{a}[1]' --compressed -o out.json -w '%{http_code}'`: {Method: "GET", URL: "https://e.com/%7Ba%7D[1]"},
	} {
		got, err := curl.Read(command)
		if err != nil {
			t.Errorf("%s: %v", command, err)
			continue
		}
		if diff := cmp.Diff(want, got.Template); diff != "" {
			t.Errorf("%s (-want +got)\n%s", command, diff)
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for command, says := range map[string]string{
		"":                                             "begins with curl",
		"wget https://e.com":                           "“wget”",
		"curl":                                         "no address",
		"curl -s":                                      "no address",
		"curl https://a https://b":                     "more than one address",
		"curl -X HEAD https://e.com":                   "“HEAD”",
		"curl -I https://e.com":                        "-I asks for the headers alone",
		"curl https://e.com -F file=@a.png":            "-F sends a form with files",
		"curl https://e.com --form a=b":                "--form sends a form with files",
		"curl https://e.com -T a.txt":                  "-T sends a file",
		"curl https://e.com -d @body.json":             "-d “@body.json” reads a file",
		"curl https://e.com --json @-":                 "--json “@-” reads a file",
		"curl https://e.com --data-urlencode a@b":      "reads a file",
		"curl https://e.com -H @headers":               "reads headers from a file",
		"curl https://e.com -b jar.txt":                "reads cookies from a file",
		"curl https://e.com -H nonsense":               "“nonsense” is no header",
		"curl https://e.com --frobnicate":              "The option --frobnicate is not understood",
		"curl https://e.com --request=POST":            "--request=POST is not understood",
		"curl https://e.com -sZ":                       "The option -Z is not understood (in “-sZ”)",
		"curl https://e.com -d":                        "Behind -d something is missing",
		"curl https://e.com -d 'abc":                   "never closed",
		`curl https://e.com -d "abc`:                   "never closed",
		`curl https://e.com -d $'abc`:                  "never closed",
		`curl https://e.com -H "A: $TOKEN"`:            "the variable $TOKEN",
		`curl https://$HOST/`:                          "the variable $HOST",
		`curl "https://${HOST}/"`:                      "the variable ${HOST}",
		`curl https://e.com -d "$(cat x)"`:             "another command in it",
		"curl https://e.com -d `cat x`":                "another command in it",
		"curl https://e.com | jq .":                    "“| jq .”",
		"curl https://e.com/?a=1&b=2":                  "quotation marks around it",
		"curl https://e.com ^\n -d a":                  "Windows",
		"curl https://e.com --next https://f":          "one request at a time",
		`curl https://e.com -d $'\xff'`:                "no text",
		"curl 'https://[x'":                            "cannot be read",
		"curl " + strings.Repeat("x", curl.MaxCommand): "too long",
	} {
		_, err := curl.Read(command)
		if hookline.KindOf(err) != hookline.KindInvalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60s: %v, want %q", command, err, says)
		}
	}
}

func TestReadNotesWhatDiffers(t *testing.T) {
	for command, says := range map[string]string{
		"curl example.com/a":                       "it was added",
		"curl -L https://e.com":                    "follows no redirects",
		"curl -k https://e.com":                    "checks certificates",
		"curl -m 5 https://e.com":                  "destination’s settings",
		"curl -x http://p:1 https://e.com":         "Proxies and certificates",
		"curl https://e.com -H 'Host: other.com'":  "header Host itself",
		"curl -X GET https://e.com -d '{\"a\":1}'": "A GET request carries no body",
	} {
		got, err := curl.Read(command)
		if err != nil || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], says) {
			t.Errorf("%s: %q, %v, want %q", command, got.Notes, err, says)
		}
	}
}

// TestNothingBecomesLiquid renders what was read: it is what the command had.
func TestNothingBecomesLiquid(t *testing.T) {
	for _, text := range []string{
		`{"a": "{{ name }}"}`, `{"a": "{%", "b": "%}"}`, `{"a": "{{{x}}}"}`, `{"a": {"b": {}}}`, `{"a": "{% raw %}{{x}}{% endraw %}"}`,
		`{"a": "{{%"}`, `{"a": "{{- x -}}"}`, `{"a": "{%- if x -%}  y"}`, `{"a": "{{"}`,
	} {
		got, err := curl.Read("curl https://e.com/ -H 'Content-Type: application/json' -H 'X-A: " + text + "' -d '" + text + "'")
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		made, err := compose.New().Request(t.Context(), got.Template, compose.Roots{})
		if err != nil || string(made.Body) != text || made.Headers[1].Value != text {
			t.Errorf("%s: %v, body %s, header %v", text, err, made.Body, made.Headers)
		}
	}
	got, err := curl.Read("curl https://e.com -d 'a={{ x }}&b={%y'")
	if err != nil {
		t.Fatal(err)
	}
	made, err := compose.New().Request(t.Context(), got.Template, compose.Roots{})
	if err != nil || string(made.Body) != "a={{ x }}&b={%y" {
		t.Errorf("%v: %s", err, made.Body)
	}
}
