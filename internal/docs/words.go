package docs

import (
	"io/fs"
	"regexp"
	"strings"
)

// Word is a filter or a tag of Liquid as the manual explains it in a line.
type Word struct {
	Name    string
	What    string
	Example string // of a filter
}

// LiquidFilters lists the filters that the manual explains, which are all there
// are, in its order.
func LiquidFilters() []Word {
	var words []Word
	for _, cells := range wordRows("liquid-filters", "") {
		words = append(words, Word{Name: codeIn(cells[0])[0], What: plainWords(cells[1]), Example: codeIn(cells[2])[0]})
	}
	return words
}

// LiquidTags lists the tags that the manual explains, which are all there are
// but for those that end others.
func LiquidTags() []Word {
	var words []Word
	for _, cells := range wordRows("liquid", "## All tags") {
		for _, name := range codeIn(cells[0]) {
			words = append(words, Word{Name: name, What: plainWords(cells[1])})
		}
	}
	return words
}

// wordRows are the rows below a heading of a page whose first cell is code.
func wordRows(slug, heading string) (rows [][]string) {
	source, err := fs.ReadFile(pages, "pages/"+slug+".md")
	if err != nil {
		return nil // New has read the page, or there is no server
	}
	_, text, _ := strings.Cut(string(source), heading)
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		line = strings.ReplaceAll(line, `\|`, "\x00")
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i, cell := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cell, "\x00", "|"))
		}
		rows = append(rows, cells)
	}
	return rows
}

var codeSpans = regexp.MustCompile("`([^`]+)`")

func codeIn(cell string) (code []string) {
	for _, span := range codeSpans.FindAllStringSubmatch(cell, -1) {
		code = append(code, span[1])
	}
	return code
}

// plainWords are a cell without the marks of code around a name.
func plainWords(cell string) string { return strings.ReplaceAll(cell, "`", "") }
