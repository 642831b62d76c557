package views

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"hookline/internal/hookline"
)

// Curl writes a request as a command for a POSIX shell. What is secret becomes a word in capitals, YOUR_AUTHORIZATION,
// for the reader to replace; nothing in the request can break out of its quotes.
func Curl(r hookline.Request) string {
	lines := []string{"curl -X " + quoted(r.Method) + curlGlob(r.URL) + " " + quoted(curlURL(r.URL))}
	hasType := false
	for _, h := range r.Headers {
		hasType = hasType || strings.EqualFold(h.Name, "Content-Type")
		lines = append(lines, "-H "+quoted(curlHeader(h)))
	}
	if len(r.Body) == 0 {
		return strings.Join(lines, " \\\n  ")
	}
	if !hasType {
		lines = append(lines, "-H 'Content-Type:'") // or curl would add its own
	}
	if !carried(r.Body) {
		lines = append(lines, "--data-binary @-")
		return "echo " + quoted(base64.StdEncoding.EncodeToString(r.Body)) + " | base64 -d | " + strings.Join(lines, " \\\n  ")
	}
	lines = append(lines, "--data-raw "+quoted(string(r.Body)))
	return strings.Join(lines, " \\\n  ")
}

// longestWord is how much a shell surely hands over in one word: Linux takes 128 KB.
const longestWord = 100 << 10

// carried says whether a body survives the clipboard and a command line: text, not too long, without NUL, and without
// the carriage returns that HTML changes.
func carried(body []byte) bool {
	return len(body) <= longestWord && utf8.Valid(body) && !strings.ContainsAny(string(body), "\x00\r")
}

// quoted is one word for the shell, whatever is in it: in single quotes nothing is special but the quote itself.
func quoted(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// curlGlob keeps curl from reading brackets and braces as ranges.
func curlGlob(address string) string {
	if strings.ContainsAny(address, "[]{}") {
		return " --globoff"
	}
	return ""
}

// CurlAsks lists the words that stand in a request's command where a secret was left out.
func CurlAsks(r hookline.Request) []string {
	var asks []string
	if strings.Contains(SafeURL(r.URL), blot) {
		asks = append(asks, "YOUR_SECRET")
	}
	for _, h := range r.Headers {
		if line := curlHeader(h); line != h.Name+": "+h.Value && line != h.Name+";" {
			asks = append(asks, strings.TrimPrefix(line, h.Name+": "))
		}
	}
	return asks
}

// curlNote says what the reader of a command has to put in.
func curlNote(asks []string) string {
	return "Secrets and signatures are left out of the command: put yours in for " + strings.Join(asks, ", ") + "."
}

func curlURL(address string) string {
	return strings.ReplaceAll(SafeURL(address), blot, "YOUR_SECRET")
}

// curlHeader writes a header without value as curl wants it: a colon alone would remove it.
func curlHeader(h hookline.Header) string {
	shown := shownHeaders([]hookline.Header{h})[0].Value
	switch {
	case h.Value == "":
		return h.Name + ";"
	case shown != h.Value:
		return h.Name + ": YOUR_" + strings.ToUpper(strings.ReplaceAll(h.Name, "-", "_"))
	}
	return h.Name + ": " + h.Value
}
