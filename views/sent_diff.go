package views

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"hookline/internal/hookline"
)

// requestLines are a request in lines that a person compares: where to, headers, an empty line, the body, formatted
// when it is JSON. real is compared, shown is seen: secrets that changed are marked without being told.
func requestLines(r hookline.Request) (real, shown []string) {
	real, shown = []string{r.Method + " " + r.URL}, []string{r.Method + " " + SafeURL(r.URL)}
	masked := shownHeaders(r.Headers)
	for i, h := range r.Headers {
		real, shown = append(real, h.Name+": "+h.Value), append(shown, h.Name+": "+masked[i].Value)
	}
	if len(r.Body) == 0 {
		return real, shown
	}
	body := strings.Split(readable(formatted(r.Body)), "\n")
	return append(append(real, ""), body...), append(append(shown, ""), body...)
}

func formatted(body []byte) []byte {
	var pretty bytes.Buffer
	if len(body) > shownBody || json.Indent(&pretty, body, "", "  ") != nil {
		return body
	}
	return pretty.Bytes()
}

// diffLine is a line that both have (' '), only the earlier ('-') or only the later ('+').
type diffLine struct {
	sign rune
	text string
}

// maxCompared bounds the table of the comparison, in lines times lines.
const maxCompared = 4_000_000

// compareRequests gives the lines of both requests; changed is false when they are the same, byte for byte.
func compareRequests(before, after hookline.Request) (lines []diffLine, changed bool) {
	var a, b linesSeen
	a.real, a.shown = requestLines(before)
	b.real, b.shown = requestLines(after)
	lines, changed = compareLines(a, b)
	return lines, changed || !bytes.Equal(before.Body, after.Body)
}

// linesSeen are lines as they are compared and as they are seen: as many of both.
type linesSeen struct{ real, shown []string }

// compareLines gives the lines of both; changed is false when they are the same.
func compareLines(before, after linesSeen) (lines []diffLine, changed bool) {
	a, b := before.real, after.real
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		lines = append(lines, diffLine{' ', before.shown[head]})
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	middle := between(a[head:len(a)-tail], b[head:len(b)-tail])
	i, j := head, head
	for _, sign := range middle {
		if sign == '+' {
			lines = append(lines, diffLine{sign, after.shown[j]})
			j++
			continue
		}
		lines = append(lines, diffLine{sign, before.shown[i]})
		i++
		if sign == ' ' {
			j++
		}
	}
	for _, text := range before.shown[len(a)-tail:] {
		lines = append(lines, diffLine{' ', text})
	}
	return lines, len(middle) > 0
}

// between walks from a to b over their longest common subsequence. Where a table of it would be too large, all of a
// goes and all of b comes.
func between(a, b []string) []rune {
	if len(a)*len(b) > maxCompared {
		return slices.Concat(slices.Repeat([]rune{'-'}, len(a)), slices.Repeat([]rune{'+'}, len(b)))
	}
	common := commonTable(a, b)
	var signs []rune
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			signs, i, j = append(signs, ' '), i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			signs, i = append(signs, '-'), i+1
		default:
			signs, j = append(signs, '+'), j+1
		}
	}
	return signs
}

// commonTable says for each pair of places how long the longest common subsequence of what follows is.
func commonTable(a, b []string) [][]int32 {
	table := make([][]int32, len(a)+1)
	for i := range table {
		table[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// diffText writes lines with their signs; what goes and what comes is marked for those who listen, too.
func diffText(lines []diffLine) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, line := range lines {
			text := html.EscapeString(string(line.sign) + " " + line.text)
			switch line.sign {
			case '+':
				text = `<ins class="s text-decoration-none">` + text + `</ins>`
			case '-':
				text = `<del class="n text-decoration-none">` + text + `</del>`
			}
			b.WriteString(text + "\n")
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}
