package views

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// BinVerdict says whether one signature of a request holds.
type BinVerdict struct {
	Header string // "X-CIO-Signature"
	OK     bool
	Short  string // the key that fits, or why none does, in a few words
	Why    string // a sentence more about it, or ""
}

// scriptInWords says what a bin answers: "Answers 200 OK at once with 11 bytes."
func scriptInWords(s hookline.BinScript) string {
	when := " at once"
	if s.Delay > 0 {
		when = " after " + DelaySeconds(s.Delay) + " s"
	}
	size := len(s.Body)
	if s.BodySize > 0 {
		size = s.BodySize
	}
	text := fmt.Sprintf("Answers %s%s with %s.", statusInWords(s.Status), when, count(size, "byte"))
	if s.FailFirst > 0 {
		text += fmt.Sprintf(" %s with %s after each change of the answer.", firstRequestsFail(s.FailFirst), statusInWords(s.FailStatus))
	}
	if s.RetryAfter != "" {
		text += " Each answer says Retry-After: " + s.RetryAfter + "."
	}
	return text
}

func firstRequestsFail(n int) string {
	if n == 1 {
		return "The first request fails"
	}
	return "The first " + count(n, "request") + " fail"
}

// DelaySeconds writes a delay as people type it: "2" or "0.5".
func DelaySeconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

// statusInWords is a status with its meaning: "404 Not Found".
func statusInWords(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// count is "1 byte" or "2,048 bytes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Grouped(n) + " " + noun + "s"
}

// binPath is a request's path without the bin's own part, which every request has.
func binPath(q hookline.BinRequest) string {
	rest, ok := strings.CutPrefix(q.Path, "/b/"+q.BinID)
	if !ok {
		return q.Path
	}
	if !strings.HasPrefix(rest, "/") {
		return "/" + rest
	}
	return rest
}
