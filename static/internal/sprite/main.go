// Command sprite writes the icons named in a list into one SVG file of symbols, so that a page loads the
// icons it may need with one request and refers to each as "#name".
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	names := flag.String("names", "", "file with one icon name a line")
	from := flag.String("from", "", "the icons folder of @tabler/icons")
	out := flag.String("out", "", "the sprite to write")
	flag.Parse()
	log.SetFlags(0)
	if err := run(*names, *from, *out); err != nil {
		log.Fatal("sprite: ", err)
	}
}

func run(names, from, out string) error {
	list, err := os.ReadFile(names)
	if err != nil {
		return fmt.Errorf("read names: %w", err)
	}
	sprite, err := build(strings.Fields(string(list)), from)
	if err != nil {
		return err
	}
	return os.WriteFile(out, []byte(sprite), 0o644)
}

// drawing takes what is inside the svg element; the attributes of that element are the same for every outline icon
// and are given once by the "icon" class of the style sheet.
var drawing = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)

// background is an invisible square that every icon carries; a sprite does not need it.
var background = regexp.MustCompile(`<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>`)

func build(names []string, from string) (string, error) {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(from, "outline", name+".svg"))
		if err != nil {
			return "", fmt.Errorf("icon %q is not in the set, see https://tabler.io/icons: %w", name, err)
		}
		inside := drawing.FindSubmatch(raw)
		if inside == nil {
			return "", fmt.Errorf("icon %q is not one svg element", name)
		}
		body := strings.Join(strings.Fields(background.ReplaceAllString(string(inside[1]), "")), " ")
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, name, body)
	}
	b.WriteString("</svg>\n")
	return b.String(), nil
}
