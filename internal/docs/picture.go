package docs

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"strings"
)

// The pictures are made by the browser stories, in light and in dark, and
// chosen by the pages that name them: make pictures.
//
//go:embed pictures
var pictures embed.FS

// Picture is a picture of the app in a page, in the colours of both themes.
type Picture struct {
	Alt         string // what there is to see, for who cannot
	Light, Dark Shot
}

// Shot is a picture in one theme.
type Shot struct {
	Path          string // where it is shown
	Width, Height int    // so that the page does not jump when it comes
}

var errPicture = errors.New("there is no such picture: name one of pictures/, and say in words what it shows")

// picture reads both shots of a picture by its name.
func picture(name, alt string) (Picture, error) {
	p := Picture{Alt: strings.TrimSpace(alt)}
	if p.Alt == "" {
		return p, fmt.Errorf("%w: %s has no words", errPicture, name)
	}
	for theme, into := range map[string]*Shot{"light": &p.Light, "dark": &p.Dark} {
		file := name + "-" + theme + ".png"
		content, err := PictureFile(file)
		if err != nil {
			return p, err
		}
		size, err := png.DecodeConfig(bytes.NewReader(content))
		if err != nil {
			return p, fmt.Errorf("read picture %s: %w", file, err)
		}
		*into = Shot{Path: "/manual/pictures/" + file, Width: size.Width, Height: size.Height}
	}
	return p, nil
}

// PictureFile gives a picture's file, such as "shortcut-light.png".
func PictureFile(name string) ([]byte, error) {
	content, err := fs.ReadFile(pictures, "pictures/"+name)
	if err != nil || !strings.HasSuffix(name, ".png") {
		return nil, fmt.Errorf("%w: %s", errPicture, name)
	}
	return content, nil
}
