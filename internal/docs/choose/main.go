// Command choose makes the manual's pictures: of those that the browser stories
// made, it takes the ones that a page names, with fewer colours, so that they
// are small.
package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// named finds the pictures of a page: ![What it shows](pictures/NAME).
var named = regexp.MustCompile(`!\[[^\]]*\]\(pictures/([a-z0-9-]+)\)`)

func main() {
	from := flag.String("from", "e2e/out", "the folder that the stories fill with E2E_PICTURES=1")
	to := flag.String("to", "internal/docs/pictures", "the folder of the manual's pictures")
	pages := flag.String("pages", "internal/docs/pages", "the folder of the manual's pages")
	flag.Parse()
	if err := choose(*from, *to, *pages); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// choose tells which pictures there are none of; those that are there stay.
func choose(from, to, pages string) error {
	names, err := wanted(pages)
	if err != nil {
		return err
	}
	for _, name := range names {
		for _, theme := range []string{"light", "dark"} {
			source := filepath.Join(from, name+"-desktop-"+theme+".png")
			err := shrink(source, filepath.Join(to, name+"-"+theme+".png"))
			if os.IsNotExist(err) {
				fmt.Fprintf(os.Stderr, "%s is not there, so the manual keeps the picture it has. Run its story with E2E_PICTURES=1.\n", source)
				continue
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func wanted(pages string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(pages, "*.md"))
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, found := range named.FindAllSubmatch(text, -1) {
			names[string(found[1])] = true
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// navigation is how wide the column at the left is, which is the same on every page: without it, what the picture is about
// can be read.
const navigation = 256

// shrink writes a picture, without the navigation, with its 64 most frequent colours.
func shrink(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	whole, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	shown := whole.Bounds()
	shown.Min.X += navigation
	small := image.NewPaletted(shown, frequent(whole, shown, 64))
	near := map[color.Color]uint8{}
	for y := shown.Min.Y; y < shown.Max.Y; y++ {
		for x := shown.Min.X; x < shown.Max.X; x++ {
			c := whole.At(x, y)
			index, known := near[c]
			if !known {
				index = uint8(small.Palette.Index(c))
				near[c] = index
			}
			small.SetColorIndex(x, y, index)
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, small); err != nil {
		return fmt.Errorf("write %s: %w", to, err)
	}
	return os.WriteFile(to, b.Bytes(), 0o644)
}

// frequent gives the colours that a part of a picture has most of.
func frequent(of image.Image, part image.Rectangle, most int) color.Palette {
	counts := map[color.Color]int{}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			counts[of.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int {
		ar, ag, ab, _ := a.RGBA()
		br, bg, bb, _ := b.RGBA()
		return cmp.Or(counts[b]-counts[a], int(ar)-int(br), int(ag)-int(bg), int(ab)-int(bb))
	})
	return color.Palette(colours[:min(len(colours), most)])
}
