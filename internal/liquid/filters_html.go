package liquid

import (
	"regexp"
	"strings"
)

var htmlFilters = map[string]filter{
	"escape":        textFilter(htmlEscape.Replace),
	"xml_escape":    textFilter(htmlEscape.Replace),
	"escape_once":   textFilter(escapeOnce),
	"newline_to_br": textFilter(func(s string) string { return lineBreak.ReplaceAllString(s, "<br />\n") }),
	"strip_html":    textFilter(stripHTML),
}

var (
	htmlEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")
	lineBreak  = regexp.MustCompile(`\r?\n`)
	entity     = regexp.MustCompile(`&amp;([a-zA-Z]+|#[0-9]+);`)
	htmlBlocks = regexp.MustCompile(`(?s)<script.*?</script>|<!--.*?-->|<style.*?</style>`)
	htmlTags   = regexp.MustCompile(`(?s)<.*?>`)
)

// escapeOnce leaves entities that are already there alone.
func escapeOnce(s string) string {
	return entity.ReplaceAllString(htmlEscape.Replace(s), "&$1;")
}

func stripHTML(s string) string {
	return htmlTags.ReplaceAllString(htmlBlocks.ReplaceAllString(s, ""), "")
}
