package docs

import (
	"regexp"
	"strings"
)

// Language is one in which the manual shows how to verify signatures.
type Language struct{ ID, Label, file string }

// Languages lists them, in the order of the manual.
func Languages() []Language {
	return []Language{
		{"node", "Node.js", "verify.mjs"}, {"python", "Python", "verify.py"}, {"go", "Go", "verify.go"}, {"php", "PHP", "verify.php"}, {"ruby", "Ruby", "verify.rb"},
	}
}

// VerifySample gives the code that verifies one scheme (workspace, shared or
// standard) in a language: of the sample in the manual, what this one needs. ""
// for a language or a scheme that there is none for.
func VerifySample(language, scheme string) string {
	for _, l := range Languages() {
		if l.ID != language {
			continue
		}
		text, err := samples.ReadFile("samples/verify/" + l.file)
		if err != nil {
			return ""
		}
		return onlyScheme(string(text), scheme)
	}
	return ""
}

// verifies finds the function that verifies a scheme, however its language
// spells it.
var verifies = regexp.MustCompile(`(?i)(?:func |function |def )(?:verify_?)?(workspace|shared|standard)\(`)

// judgesTime finds the helper that the shared secret, which signs no time, does
// without.
var judgesTime = regexp.MustCompile(`(?m)^(?:func|function|def) fresh`)

// onlyScheme leaves out what verifies the other schemes, and what only that
// needed. Blocks stand apart by an empty line before a line that is not indented.
func onlyScheme(text, scheme string) string {
	var kept []string
	found := false
	for _, block := range blocks(text) {
		of := verifies.FindStringSubmatch(block)
		if of != nil && !strings.EqualFold(of[1], scheme) || scheme == "shared" && judgesTime.MatchString(block) {
			continue
		}
		found = found || of != nil
		kept = append(kept, block)
	}
	if !found {
		return ""
	}
	return strings.TrimSpace(withoutUnused(strings.Join(kept, "\n\n"))) + "\n"
}

func blocks(text string) []string {
	var all []string
	for _, part := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if begin := strings.TrimLeft(part, "\n"); len(all) > 0 && (begin == "" || strings.ContainsAny(begin[:1], " \t}")) {
			all[len(all)-1] += "\n\n" + part
			continue
		}
		all = append(all, part)
	}
	return all
}

// unused are the pieces that not every scheme needs: how each begins, and by
// what it is used.
var unused = []struct{ line, by string }{
	{`	"crypto/sha1"`, "sha1."},
	{`	"crypto/sha256"`, "sha256."},
	{`	"encoding/base64"`, "base64."},
	{`	"encoding/hex"`, "hex."},
	{`	"strings"`, "strings."},
	{`	"strconv"`, "strconv."},
	{`	"time"`, "time."},
	{"import base64", "base64."},
	{"import time", "time.time"},
	{`require "base64"`, "Base64."},
	{"const fresh =", "fresh(stamp, now)"},
}

// withoutUnused takes out the imports and helpers that nothing left needs.
func withoutUnused(text string) string {
	for _, one := range unused {
		if left := withoutLine(text, one.line); !strings.Contains(left, one.by) {
			text = left
		}
	}
	return text
}

// withoutLine takes out the lines that begin so.
func withoutLine(text, begin string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, begin) {
			out.WriteString(line)
		}
	}
	return out.String()
}
