package docs

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// largestPicture is what a page can carry several of.
const largestPicture = 60 << 10

// TestPicturesAreNamedSmallAndTold looks at every file, and at every page that names one: reading the manual refuses
// pictures that are not there and those without words.
func TestPicturesAreNamedSmallAndTold(t *testing.T) {
	var named []string
	for _, page := range manual(t).order {
		for _, part := range page.Parts {
			if part.Picture == nil {
				continue
			}
			for _, shot := range []Shot{part.Picture.Light, part.Picture.Dark} {
				named = append(named, strings.TrimPrefix(shot.Path, "/manual/"))
				if shot.Width == 0 || shot.Height == 0 {
					t.Errorf("%s has no size", shot.Path)
				}
			}
			if words := strings.Fields(part.Picture.Alt); len(words) < 5 {
				t.Errorf("%s: %q does not say what there is to see", page.Slug, part.Picture.Alt)
			}
		}
	}
	files, err := fs.Glob(pictures, "pictures/*.png")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no pictures: %v", err)
	}
	for _, file := range files {
		if !slices.Contains(named, file) {
			t.Errorf("no page names %s", file)
		}
		if info, err := fs.Stat(pictures, file); err != nil || info.Size() > largestPicture {
			t.Errorf("%s has %d bytes, want at most %d (%v)", file, info.Size(), largestPicture, err)
		}
	}
}

func TestPicturesThatCannotBe(t *testing.T) {
	for name, source := range map[string]string{
		"not there":      "# Title\n\nSummary.\n\n![Some words](pictures/none)\n",
		"without words":  "# Title\n\nSummary.\n\n![](pictures/shortcut)\n",
		"from elsewhere": "# Title\n\nSummary.\n\n![Some words](https://example.com/a.png)\n",
	} {
		if _, err := (reading{slug: "x"}).read(source); !errors.Is(err, errPicture) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	if _, err := PictureFile("../docs.go"); !errors.Is(err, errPicture) {
		t.Errorf("a file that is no picture is given: %v", err)
	}
}
