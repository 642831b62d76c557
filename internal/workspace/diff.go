package workspace

import (
	"fmt"
	"io"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// Write writes the changes for a person to read. Secrets are not in it.
func (p *Plan) Write(w io.Writer) error {
	var b strings.Builder
	for _, c := range p.Changes {
		fmt.Fprintf(&b, "%s %s\n", c.What, c.Thing)
		for _, f := range c.Fields {
			f.write(&b, c.What)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const hidden = "••••••••"

func (f Field) write(b *strings.Builder, what What) {
	before, after := f.shown(f.Before), f.shown(f.After)
	several := strings.Contains(before+after, "\n")
	switch {
	case what == Create && !several:
		fmt.Fprintf(b, "    %s: %s\n", f.Name, after)
	case before == after: // the difference is in what is hidden
		fmt.Fprintf(b, "    %s: changes\n", f.Name)
	case !several:
		fmt.Fprintf(b, "    %s: %s → %s\n", f.Name, orNothing(before), orNothing(after))
	default:
		fmt.Fprintf(b, "    %s:\n", f.Name)
		writeLines(b, before, after)
	}
}

func orNothing(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return s
}

// shown hides what nobody should see over a shoulder or in a build's log.
func (f Field) shown(value string) string {
	switch {
	case value == "":
		return ""
	case f.Secret:
		return hidden
	case strings.HasSuffix(f.Name, "request.url"), f.Name == "url", f.Name == "proxy":
		return userInfo.ReplaceAllString(value, "${1}"+hidden+"@")
	case strings.HasSuffix(f.Name, "request.headers"):
		return safeLines(value)
	}
	return value
}

func safeLines(headers string) string {
	lines := strings.Split(headers, "\n")
	for i, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		lines[i] = name + ": " + compose.SafeHeaders([]hookline.Header{{Name: name, Value: value}})[0].Value
	}
	return strings.Join(lines, "\n")
}

// writeLines leaves out the lines that are the same at both ends.
func writeLines(b *strings.Builder, before, after string) {
	old, now := lines(before), lines(after)
	for len(old) > 0 && len(now) > 0 && old[0] == now[0] {
		old, now = old[1:], now[1:]
	}
	for len(old) > 0 && len(now) > 0 && old[len(old)-1] == now[len(now)-1] {
		old, now = old[:len(old)-1], now[:len(now)-1]
	}
	for _, line := range old {
		b.WriteString("      - " + line + "\n")
	}
	for _, line := range now {
		b.WriteString("      + " + line + "\n")
	}
}

// lines keeps the line end in each but the last, so that a difference in those
// is one.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	all := strings.SplitAfter(s, "\n")
	for i := range all {
		all[i] = strings.ReplaceAll(strings.TrimSuffix(all[i], "\n"), "\r", "␍")
	}
	return all
}
