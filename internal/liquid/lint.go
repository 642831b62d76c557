package liquid

import (
	"fmt"
	"slices"
	"strings"
)

// Lints gives advice that needs no data: about tags that work, but hardly as
// their author means.
func (t *Template) Lints() []Warning { return slices.Clone(t.lints) }

// advise notes a lint.
func (t *Template) advise(off int, format string, args ...any) {
	if len(t.lints) >= maxWarnings {
		return
	}
	line, column := placeOf(t.source, off)
	t.lints = append(t.lints, Warning{Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

// lint looks at every tag for what is allowed but hardly meant.
func (t *Template) lint() {
	for _, p := range t.parts {
		switch tag := p.tag.(type) {
		case *outTag:
			if f, ok := tag.value.(*filtered); ok && t.mode == JSON {
				t.lintFilters(f, tag.whole)
			}
		case *ifTag:
			if l, ok := tag.cond.(*logic); ok && l.mixed() {
				t.advise(tag.off, "and, or are mixed here and are read from the right: a and b or c means a and (b or c); put parentheses where you want them")
			}
		case *whenTag:
			if tag.ignored.kind != endToken {
				t.advise(tag.ignored.off, "from %q on, this is ignored; put commas or the word or between the values", excerpt(tag.ignored.text))
			}
		}
	}
}

// lintFilters looks for old remedies that our escaping makes harmful.
func (t *Template) lintFilters(f *filtered, whole string) {
	for _, call := range f.calls {
		if call.name == "replace" && escapesByHand(call) {
			t.advise(call.off, "outputs in JSON are escaped by themselves, so this replace escapes twice; take it away in %s", excerpt(whole))
		}
	}
}

// mixed is true for a chain of both and, or.
func (x *logic) mixed() bool {
	for _, link := range x.rest {
		if link.and != x.rest[0].and {
			return true
		}
	}
	return false
}

// escapesByHand recognises replace: '"', '\"' and its kin.
func escapesByHand(call *filterCall) bool {
	if len(call.args) != 2 {
		return false
	}
	old, ok1 := call.args[0].(*literal)
	by, ok2 := call.args[1].(*literal)
	if !ok1 || !ok2 {
		return false
	}
	from, _ := old.value.(string)
	to, _ := by.value.(string)
	return (from == `"` || from == `\` || from == "\n") && strings.HasPrefix(to, `\`)
}

// nearest suggests the known name closest to a mistyped one, or nothing.
func nearest(name string, known []string) string {
	best, distance := "", 3
	slices.Sort(known)
	for _, k := range known {
		if d := editDistance(name, k); d < distance && d < len(k) {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// editDistance counts the letters to change, add or take away.
func editDistance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 40
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
