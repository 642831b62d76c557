package docs

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hookline/internal/docs/samples/verify"
	"hookline/internal/signing"
)

// vector is a signed request that was computed by independent code.
type vector struct {
	Scheme  string            `json:"scheme"`
	Key     string            `json:"key"`
	Headers map[string]string `json:"headers"` // names in lower case
	Body    string            `json:"body"`
	Now     int64             `json:"now"` // Unix seconds
	Want    bool              `json:"want"`
}

var good = []vector{
	{
		Scheme: "workspace", Key: "my_signing_key", Body: `{"id":"1","email":"win@customer.io"}`, Now: 1613063089 + 299, Want: true,
		Headers: map[string]string{"x-cio-timestamp": "1613063089", "x-cio-signature": "b8ef36f696a75712548cbb0cc04b9e906f73979dc4ad4967e91e55f753b20787"},
	},
	{
		Scheme: "shared", Key: "abc123", Body: `{"type":"track","userId":"123","event":"Signed Up","properties":{"plan":"Startup","referred_by":"Friend"}}`, Want: true,
		Headers: map[string]string{"x-signature": "e49731f0f62df36dacd410ecc8072ac77a530aad"},
	},
	{
		Scheme: "standard", Key: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Body: `{"test": 2432232314}`, Now: 1614265330 - 299, Want: true,
		Headers: map[string]string{
			"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
			"webhook-signature": "v1,b2xkIGtleQ== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		},
	},
}

// vectors are the good ones, and each of them with one thing wrong.
func vectors(t *testing.T) []vector {
	t.Helper()
	all := append([]vector{}, good...)
	for _, v := range good {
		all = append(all, changed(v, func(v *vector) { v.Body += " " }), changed(v, func(v *vector) { v.Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx" }))
		for name, value := range v.Headers {
			all = append(all,
				changed(v, func(v *vector) { v.Headers[name] = "" }),
				changed(v, func(v *vector) { delete(v.Headers, name) }),
				changed(v, func(v *vector) { v.Headers[name] = strings.Repeat("0", len(value)) }),
				changed(v, func(v *vector) { v.Headers[name] = "é" }))
		}
		if v.Now != 0 {
			all = append(all, changed(v, func(v *vector) { v.Now += 1000 }), changed(v, func(v *vector) { v.Now -= 1000 }))
		}
	}
	text := "Grüße, \u2028 und \x7f"
	signed := vector{Scheme: "workspace", Key: "kéy", Body: text, Now: 1700000000, Want: true, Headers: map[string]string{"x-cio-timestamp": "1700000000"}}
	signed.Headers["x-cio-signature"] = signing.Workspace(signed.Key, time.Unix(signed.Now, 0), []byte(text))
	return append(all, signed)
}

func changed(v vector, change func(*vector)) vector {
	headers := map[string]string{}
	for name, value := range v.Headers {
		headers[name] = value
	}
	v.Headers, v.Want = headers, false
	change(&v)
	return v
}

func TestVerifyInGo(t *testing.T) {
	for _, v := range vectors(t) {
		h := http.Header{}
		for name, value := range v.Headers {
			h.Set(name, value)
		}
		now := time.Unix(v.Now, 0)
		got := map[string]bool{
			"workspace": v.Scheme == "workspace" && verify.Workspace(h, []byte(v.Body), v.Key, now),
			"shared":    v.Scheme == "shared" && verify.Shared(h, []byte(v.Body), v.Key),
			"standard":  v.Scheme == "standard" && verify.Standard(h, []byte(v.Body), v.Key, now),
		}[v.Scheme]
		if got != v.Want {
			t.Errorf("%+v: %v", v, got)
		}
	}
}

// drivers run a sample on the vectors that stand in a file and print a list
// of what it says, in the sample's own language.
var drivers = []struct{ program, file, driver string }{
	{"node", "verify.mjs", `
import { readFileSync } from "node:fs";
const [, vectors, sample] = process.argv;
const s = await import(sample);
console.log(JSON.stringify(JSON.parse(readFileSync(vectors)).map((v) => {
  const body = Buffer.from(v.body);
  if (v.scheme === "workspace") return s.verifyWorkspace(v.headers, body, v.key, v.now * 1000);
  if (v.scheme === "shared") return s.verifyShared(v.headers, body, v.key);
  return s.verifyStandard(v.headers, body, v.key, v.now * 1000);
})));`},
	{"python3", "verify.py", `
import json, runpy, sys
s = runpy.run_path(sys.argv[2])
out = []
for v in json.load(open(sys.argv[1], encoding="utf-8")):
    body = v["body"].encode()
    if v["scheme"] == "shared":
        out.append(s["verify_shared"](v["headers"], body, v["key"]))
    else:
        out.append(s["verify_" + v["scheme"]](v["headers"], body, v["key"], v["now"]))
print(json.dumps(out))`},
	{"ruby", "verify.rb", `
require "json"
require ARGV[1]
puts(JSON.generate(JSON.parse(File.read(ARGV[0], encoding: "UTF-8")).map do |v|
  if v["scheme"] == "shared"
    verify_shared(v["headers"], v["body"], v["key"])
  else
    send("verify_#{v["scheme"]}", v["headers"], v["body"], v["key"], Time.at(v["now"]))
  end
end))`},
	{"php", "verify.php", `
require $argv[2];
echo json_encode(array_map(fn($v) => $v['scheme'] === 'shared'
    ? verify_shared($v['headers'], $v['body'], $v['key'])
    : ('verify_' . $v['scheme'])($v['headers'], $v['body'], $v['key'], $v['now']),
    json_decode(file_get_contents($argv[1]), true)));`},
}

// arguments make a program run a driver: node -e …, and so on.
func arguments(program, driver string) []string {
	switch program {
	case "node":
		return []string{"--input-type=module", "-e", driver, "--"}
	case "python3":
		return []string{"-I", "-c", driver}
	case "php":
		return []string{"-r", driver, "--"}
	}
	return []string{"-e", driver, "--"}
}

// TestVerifyInOtherLanguages runs the very files that the page shows.
func TestVerifyInOtherLanguages(t *testing.T) {
	all := vectors(t)
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	input := filepath.Join(t.TempDir(), "vectors.json")
	write(t, input, string(text))
	for _, d := range drivers {
		t.Run(d.file, func(t *testing.T) {
			program, err := exec.LookPath(d.program)
			if err != nil {
				t.Logf("NOT RUN: there is no %s here, so samples/verify/%s was not tried on the vectors", d.program, d.file)
				return
			}
			file, err := filepath.Abs(filepath.Join("samples", "verify", d.file))
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), program, append(arguments(d.program, d.driver), input, file)...)
			var trouble strings.Builder
			cmd.Stderr = &trouble
			out, err := cmd.Output()
			var got []bool
			if err == nil {
				err = json.Unmarshal(out, &got)
			}
			if err != nil || len(got) != len(all) {
				t.Fatalf("%v: %s%s", err, out, trouble.String())
			}
			for i, v := range all {
				if got[i] != v.Want {
					t.Errorf("%+v: %v", v, got[i])
				}
			}
		})
	}
}

// TestTheVectorsOnThePage keeps the table in step with what was tried here.
func TestTheVectorsOnThePage(t *testing.T) {
	shown := 0
	for _, row := range tableCodes(t, "signatures") {
		for _, v := range good {
			if row[0] != v.Key {
				continue
			}
			shown++
			cells := strings.Join(row, " ")
			if !strings.Contains(cells, v.Body) {
				t.Errorf("%s: no body in %s", v.Scheme, cells)
			}
			for name, value := range v.Headers {
				value = strings.TrimPrefix(value, "v1,b2xkIGtleQ== ")
				if !strings.Contains(cells, value) {
					t.Errorf("%s: no %s in %s", v.Scheme, name, cells)
				}
			}
		}
	}
	if shown != len(good) {
		t.Errorf("%d of %d vectors are on the page", shown, len(good))
	}
}

func TestTheRequestOnTheWireIsSigned(t *testing.T) {
	page, _ := manual(t).Page("requests")
	for _, part := range page.Parts {
		if part.Code.Language != "http" {
			continue
		}
		head, body, _ := strings.Cut(part.Code.Text, "\n\n")
		h := http.Header{}
		for line := range strings.Lines(head) {
			if name, value, ok := strings.Cut(line, ": "); ok {
				h.Set(name, strings.TrimSpace(value))
			}
		}
		if !signing.VerifyWorkspace(good[0].Key, h.Get(signing.HeaderWorkspaceTime), h.Get(signing.HeaderWorkspace), []byte(body)) {
			t.Error("the signature does not fit")
		}
		return
	}
	t.Error("the page shows no request")
}
