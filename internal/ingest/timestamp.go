package ingest

import (
	"strconv"
	"strings"
	"time"
)

// layouts are the forms of ISO 8601 that client libraries send, the commonest
// first. Fractions of a second may have any number of digits, of which nine
// count. Without an offset a time is UTC.
var layouts = []string{
	time.RFC3339,
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02",
	"20060102T150405Z0700",
}

// parseTime reads a time as a client library may write it: ISO 8601 in a text,
// or the seconds or milliseconds since 1970 as a number. It says false for
// everything else, and for years that ISO 8601 does not write with four digits.
func parseTime(value []byte) (time.Time, bool) {
	if isNothing(value) {
		return time.Time{}, false
	}
	if value[0] != '"' {
		return parseUnix(string(value))
	}
	text := strings.TrimSpace(plainText(value))
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), writable(t)
	}
	if len(text) > 10 && text[10] == ' ' { // RFC 3339 §5.6 allows a blank for the T
		text = text[:10] + "T" + strings.TrimSpace(text[11:])
	}
	text = strings.ReplaceAll(strings.ToUpper(text), " ", "")
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), writable(t)
		}
	}
	if len(text) < len("1000000000") { // a year alone is no count of seconds
		return time.Time{}, false
	}
	return parseUnix(text)
}

// parseUnix takes a number below 1e11 for seconds (until the year 5138) and
// any other for milliseconds (since 1973).
func parseUnix(text string) (time.Time, bool) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n != n || n >= 1e15 || n <= -1e15 {
		return time.Time{}, false
	}
	if n < 1e11 && n > -1e11 {
		n *= 1000
	}
	t := time.UnixMicro(int64(n * 1000)).UTC()
	return t, writable(t)
}

func writable(t time.Time) bool { return t.UTC().Year() >= 0 && t.UTC().Year() <= 9999 }

// eventTime says when an event happened, by our clock. The sender's clock may
// be wrong, but it was equally wrong when it sent: what counts is how long
// before sending the event happened. Without sentAt the sender is believed;
// without a time that can be read, the event happened when it came in.
func eventTime(original, sentAt []byte, receivedAt time.Time) time.Time {
	happened, ok := parseTime(original)
	if !ok {
		return receivedAt
	}
	sent, ok := parseTime(sentAt)
	if !ok {
		return happened
	}
	wrong := receivedAt.Sub(sent)
	ours := happened.Add(wrong)
	if !sent.Add(wrong).Equal(receivedAt) || !writable(ours) { // a Duration holds 292 years
		return happened
	}
	return ours
}

// appendTime writes t in UTC as a JSON string: with milliseconds, as browsers
// do, or with as many digits as t needs.
func appendTime(dst []byte, t time.Time) []byte {
	layout := "2006-01-02T15:04:05.000Z"
	if t.Nanosecond()%int(time.Millisecond) != 0 {
		layout = time.RFC3339Nano
	}
	dst = append(dst, '"')
	dst = t.UTC().AppendFormat(dst, layout)
	return append(dst, '"')
}
