package views

import (
	"fmt"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func compared(before, after hookline.Request) (string, bool) {
	lines, changed := compareRequests(before, after)
	var b strings.Builder
	for _, line := range lines {
		fmt.Fprintf(&b, "%c%s\n", line.sign, line.text)
	}
	return b.String(), changed
}

func TestCompareRequests(t *testing.T) {
	typed := []hookline.Header{{Name: "Content-Type", Value: "application/json"}}
	before := hookline.Request{Method: "POST", URL: "https://a.example/", Headers: typed, Body: []byte(`{"plan":"free","name":"Ana","n":1}`)}
	after := hookline.Request{Method: "POST", URL: "https://a.example/", Headers: typed, Body: []byte(`{"plan":"pro","name":"Ana","n":1,"new":true}`)}
	got, changed := compared(before, after)
	want := ` POST https://a.example/
 Content-Type: application/json
 
 {
-  "plan": "free",
+  "plan": "pro",
   "name": "Ana",
-  "n": 1
+  "n": 1,
+  "new": true
 }
`
	if got != want || !changed {
		t.Errorf("got (changed %v)\n%s", changed, got)
	}
	if same, changed := compared(before, before); changed || strings.ContainsAny(same, "+-") != strings.Contains(same, "Content-Type") || strings.Contains(same, "\n-") {
		t.Errorf("the same request compared (changed %v)\n%s", changed, same)
	}
}

func TestCompareMarksASecretThatChangedWithoutTellingIt(t *testing.T) {
	with := func(secret string) hookline.Request {
		return hookline.Request{Method: "GET", URL: "https://a.example/?token=" + secret, Headers: []hookline.Header{{Name: "Authorization", Value: "Bearer " + secret + "-tail"}}}
	}
	got, changed := compared(with("old-secret"), with("new-secret"))
	if !changed || strings.Contains(got, "secret") || strings.Count(got, "\n-")+strings.Count(got, "\n+") < 2 {
		t.Errorf("changed %v\n%s", changed, got)
	}
}

func TestCompareSeesBytesThatFormattingHides(t *testing.T) {
	a, b := hookline.Request{Method: "POST", Body: []byte(`{"a":1}`)}, hookline.Request{Method: "POST", Body: []byte(`{"a": 1}`)}
	if _, changed := compared(a, b); !changed {
		t.Error("a blank more went unnoticed")
	}
}

func TestCompareManyLinesAtOnce(t *testing.T) {
	lines := func(word string) []byte {
		return []byte(strings.Repeat(word+"\n", 5000))
	}
	got, changed := compared(hookline.Request{Method: "POST", Body: lines("a")}, hookline.Request{Method: "POST", Body: lines("b")})
	if !changed || strings.Count(got, "-a\n") != 5000 || strings.Count(got, "+b\n") != 5000 {
		t.Errorf("changed %v, %d lines", changed, strings.Count(got, "\n"))
	}
}
