package liquid

import "slices"

// JSONLints gives advice about outputs between the quotation marks of a JSON
// body, in the branches that no rendering has reached yet too. The template may
// be compiled for JSON or, where its author switched escaping off, for text.
func (t *Template) JSONLints() []Warning {
	advice := Template{source: t.source, mode: t.mode}
	around := output{mode: JSON}
	captures := 0
	for _, p := range t.parts {
		switch p.name {
		case "capture":
			captures++
		case "endcapture":
			captures--
		}
		if captures > 0 {
			continue // it is printed elsewhere
		}
		switch tag := p.tag.(type) {
		case *textTag:
			around.follow(tag.text)
		case *outTag:
			if around.inString {
				advice.lintQuoted(tag)
			}
		}
	}
	return advice.lints
}

// lintQuoted looks at an output between quotation marks.
func (t *Template) lintQuoted(o *outTag) {
	f, isFiltered := o.value.(*filtered)
	switch {
	case o.json:
		t.advise(o.off, "%s stands between quotation marks, so its own are escaped; take one of the two away", excerpt(o.whole))
	case t.mode == JSON && isFiltered && f.has("safe"):
		t.advise(o.off, "%s is put in exactly as it is, so a quotation mark or a line break in it breaks the body; take | safe away", excerpt(o.whole))
	case t.mode == Text && o.named != nil && !(isFiltered && f.has(harmless...)):
		t.advise(o.off, "%s is put in exactly as it is, so a quotation mark or a line break in it breaks the body; add | json_escape", excerpt(o.whole))
	}
}

// harmless are filters after which nothing is left that could end a JSON string.
var harmless = []string{
	"json_escape", "url_encode", "cgi_escape", "uri_escape", "slugify", "handleize", "handle", "size", "number_of_words",
	"md5", "sha1", "sha256", "hmac_sha1", "hmac_sha256", "base64", "base64_encode", "base64_url_safe_encode",
	"plus", "minus", "times", "divided_by", "modulo", "abs", "ceil", "floor", "round", "sum", "format_number",
}

// UnknownRoots gives a warning for each name that the template takes for a value
// and that is neither among the known ones nor set by the template itself.
func (t *Template) UnknownRoots(known ...string) []Warning {
	var list []Warning
	for _, v := range t.Variables() {
		root := v.Root()
		if slices.Contains(known, root) || len(list) >= maxWarnings {
			continue
		}
		hint := nearest(root, slices.Clone(known))
		if hint == "" {
			hint = "; what is known of a person begins with customer. and of an event with event."
		}
		list = append(list, Warning{v.Line, v.Column, "there is no value called " + excerpt(root) + hint, v.Path})
	}
	return list
}
