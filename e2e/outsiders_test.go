//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hookline/internal/app"
)

// hostile is what somebody outside fills in wherever they can. Were it ever taken for markup, in a text, in an
// attribute, in a script or by htmx, the page would say so: window.taken is set, or there is an element of the name.
const hostile = `"'></script></textarea><img-taken></img-taken><img src=x onerror="window.taken=1"><b hx-get="/taken" hx-trigger="load">{{7|plus:7}}${7+7}`

// hostileLink is the same where an address is.
const hostileLink = `javascript:window.taken=1//` + hostile

// inJSON is a text as it stands between the quotation marks of JSON.
var inJSON = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// TestWhatOutsidersFillIsText: events, people, calls to bins, answers of receivers and their headers are full of
// markup, and every page that can be reached from the first one shows text.
func TestWhatOutsidersFillIsText(t *testing.T) {
	house := newHouse(t, func(c *app.Config) { c.AllowCIDRs = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
	v := visit(t, house)
	s := &outsiderStory{story: &story{visitor: v, url: house}, receiver: newRudeReceiver(t)}
	setUp(v)
	s.tells([]chapter{
		{"an action that uses all of it", s.furnishForOutsiders},
		{"everything is filled", s.fillEverything},
		{"every page is text", s.readEverything},
	})
}

type outsiderStory struct {
	*story
	receiver string
}

// newRudeReceiver gives the address of something that answers with markup in every part of an answer that there is.
func newRudeReceiver(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	body := `{"error":"` + inJSON.Replace(hostile) + `","` + inJSON.Replace(hostile) + `":1,"link":"` + inJSON.Replace(hostileLink) + `"}`
	answer := "HTTP/1.1 422 " + hostile + "\r\nContent-Type: text/html; x=" + hostile + "\r\nX-Note: " + hostile + "\r\nSet-Cookie: a=" + hostile +
		"\r\nLocation: " + hostileLink + "\r\nRetry-After: " + hostile + fmt.Sprintf("\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return // it was closed
			}
			_, _ = c.Read(make([]byte, 64<<10)) // one call fits, and nobody reads it
			_, _ = c.Write([]byte(answer))
			_ = c.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

func (s *outsiderStory) furnishForOutsiders() {
	s.furnish()
	destination := s.path()
	s.open(destination + "/actions/new")
	s.fill("Name", "Tell everything")
	s.click("Write it as text")
	s.fill("Trigger as text", `type = "track"`)
	s.fill("Address (URL)", s.receiver+"/{{ event.event | url_encode }}?who={{ customer.email | url_encode }}")
	s.setBody(`{"all": {{ event | json }}, "name": "{{ customer.name }}"}`)
	s.click("Add header")
	s.fill("Header 2: name", "X-Name")
	s.fill("Header 2: value", "{{ customer.name }}")
	s.click("Save and enable")
	s.sees("Saved.")
}

func (s *outsiderStory) fillEverything() {
	text, link := inJSON.Replace(hostile), inJSON.Replace(hostileLink)
	call(s.t, s.url, s.writeKey, "identify", fmt.Sprintf(`{"userId":"%[1]s","anonymousId":"%[1]s","traits":{"email":"%[1]s@example.com","name":"%[1]s","%[1]s":"%[1]s","link":"%[2]s"}}`, text, link))
	for _, event := range []string{text, link} {
		call(s.t, s.url, s.writeKey, "track", fmt.Sprintf(`{"userId":"%[1]s","event":"%[2]s","messageId":"%[2]s","properties":{"%[1]s":"%[1]s","url":"%[3]s"},"context":{"userAgent":"%[1]s","page":{"url":"%[3]s","title":"%[1]s"},"library":{"name":"%[1]s"}}}`, text, event, link))
	}
	for _, kind := range []string{"page", "screen"} {
		call(s.t, s.url, s.writeKey, kind, fmt.Sprintf(`{"userId":"%[1]s","name":"%[1]s","category":"%[1]s","properties":{"url":"%[2]s"}}`, text, link))
	}
	call(s.t, s.url, s.writeKey, "group", fmt.Sprintf(`{"userId":"%[1]s","groupId":"%[1]s","traits":{"name":"%[1]s"}}`, text))
	call(s.t, s.url, s.writeKey, "alias", fmt.Sprintf(`{"userId":"%[1]s","previousId":"%[1]s2"}`, text))
	s.send("POST", s.url+"/v1/track", s.writeKey, hostile)
	s.send("POST", s.url+"/v1/track", hostile, "{}")
	s.send("PUT", s.binURL+"/"+url.PathEscape(hostile)+"?q="+url.QueryEscape(hostile), hostile, hostile)
	s.open("/sent?state=failed")
	s.until(`document.querySelectorAll("tbody tr").length === 2`)
}

// send calls as anybody can, and takes any answer.
func (s *outsiderStory) send(method, to, user, body string) {
	s.t.Helper()
	q, err := http.NewRequestWithContext(s.t.Context(), method, to, strings.NewReader(body))
	s.must("make call", err)
	q.SetBasicAuth(user, "")
	q.Header.Set("User-Agent", hostile)
	q.Header.Set("X-Note", hostile)
	answer, err := http.DefaultClient.Do(q)
	s.must("call", err)
	s.must("close", answer.Body.Close())
}

// ids stand for themselves in an address: pages that differ in nothing else are looked at a few times only.
var ids = regexp.MustCompile(`[a-z]{3}_[0-9a-z]+|=[^&]*`)

// readEverything opens each page that links lead to.
func (s *outsiderStory) readEverything() {
	seen, looked, shown := map[string]int{}, map[string]bool{"": true}, 0
	for next := []string{"/"}; len(next) > 0; next = next[1:] {
		page := next[0]
		kind := ids.ReplaceAllString(page, "*")
		if looked[page] || seen[kind] >= 3 {
			continue
		}
		looked[page] = true
		seen[kind]++
		s.open(page)
		s.until(`document.readyState === "complete"`)
		for _, check := range []string{`window.taken`, `document.querySelector("img-taken")`, `document.querySelector("img[src=x]")`, `document.querySelector("[hx-get='/taken']")`, `document.querySelector("a[href^='javascript:' i]")`} {
			if s.evaluate("Boolean("+check+")") == true {
				s.t.Errorf("%s: %s is there", page, check)
			}
		}
		if s.evaluate(`document.body.innerText.includes("<img-taken>")`) == true {
			shown++
		}
		next = append(next, s.links()...)
	}
	s.t.Logf("%d pages of %d kinds were looked at; on %d of them it can be read", len(looked), len(seen), shown)
	if shown < 20 {
		s.t.Errorf("only %d pages show what was filled in", shown)
	}
	for _, kind := range []string{"/sent/*", "/events/*", "/people/*", "/failures/*", "/bins/*", "/sources/*/debugger", "/destinations/*/actions/*", "/sent/*/resend"} {
		if seen[kind] == 0 {
			s.t.Errorf("no page %s was looked at", kind)
		}
	}
}

// links are the addresses on this page that lead to other pages of the house. The manual has nothing from outside, and
// what is downloaded is no page.
func (s *outsiderStory) links() []string {
	s.t.Helper()
	list, _ := s.evaluate(`[...document.querySelectorAll("a[href]")].filter((a) => !a.download).map((a) => a.href)`).([]any)
	var paths []string
	for _, one := range list {
		link, err := url.Parse(fmt.Sprint(one))
		if err != nil || "http://"+link.Host != s.url {
			continue
		}
		for _, other := range []string{"/manual", "/static", "/settings/audit/export", "/sent/export", "/api/"} {
			if strings.HasPrefix(link.Path, other) {
				link.Path = ""
			}
		}
		if link.Path != "" && !slices.Contains([]string{"body", "raw", "har"}, path.Base(link.Path)) {
			link.Fragment = ""
			paths = append(paths, strings.TrimPrefix(link.String(), s.url))
		}
	}
	return paths
}
