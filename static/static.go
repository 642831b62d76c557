// Package static holds what the browser loads: the style sheet, the scripts, the fonts and the icons, built by
// `make assets` into dist/ under names that carry a hash, embedded in the binary and served for ever.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// Policy is the Content-Security-Policy under which every page of ours works: nothing inline, nothing from elsewhere.
// "data:" images are the ticks and arrows inside the style sheet.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// prefix is where the files live on the web; esbuild's --public-path in the Makefile says the same.
const prefix = "/static/"

// metafile is esbuild's own record of what became what: https://esbuild.github.io/api/#metafile.
const metafile = "meta.json"

// noticesFile is what `make assets` writes beside them: the licences of everything in the binary.
const noticesFile = "NOTICES.txt"

// "all:" because the one file that is always there, .gitkeep, begins with a dot.
//
//go:embed all:dist
var embedded embed.FS

var built = mustOpen(embedded)

// ErrNotBuilt says that the binary was compiled before the assets were made.
var ErrNotBuilt = errors.New("the style sheet and scripts are missing from this binary: run `make build`, which makes them first")

// Check returns ErrNotBuilt when pages would arrive without style and script. Ask it once, at start.
func Check() error {
	if len(built.paths) == 0 {
		return ErrNotBuilt
	}
	return nil
}

// Path gives the address of a built file by the name of its source: Path("app.js") is "/static/app-XIR6HQT4.js".
// A name that was never built stays as it is, which the browser reports as 404.
func Path(name string) string {
	if hashed, ok := built.paths[name]; ok {
		return prefix + hashed
	}
	return prefix + name
}

// Notices gives the licences of everything that is in this binary, "" when it was compiled before they were gathered.
// Browsers find the same text at Path("notices.txt").
func Notices() string {
	return string(built.files[built.paths["notices.txt"]].plain)
}

// Icon gives the address of one icon in the sprite, for <use href="…">. The names are those of static/icons.txt.
func Icon(name string) string {
	return Path("icons.svg") + "#" + name
}

// bundle is one build: every file ready to send, and the way from a source's name to its file.
type bundle struct {
	files map[string]file
	paths map[string]string
}

func mustOpen(all fs.FS) bundle {
	dist, err := fs.Sub(all, "dist")
	if err != nil {
		panic(fmt.Sprintf("static: %v", err))
	}
	b, err := open(dist)
	if err != nil {
		panic(fmt.Sprintf("static: %v", err))
	}
	return b
}

// open reads a dist folder. A folder without metafile is an honest "not built", not an error.
func open(dist fs.FS) (bundle, error) {
	b := bundle{files: map[string]file{}, paths: map[string]string{}}
	raw, err := fs.ReadFile(dist, metafile)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return b, fmt.Errorf("read metafile: %w", err)
	}
	outputs, err := parseMeta(raw)
	if err != nil {
		return b, err
	}
	for out, entry := range outputs {
		body, err := fs.ReadFile(dist, out)
		if err != nil {
			return b, fmt.Errorf("read built file: %w", err)
		}
		b.files[out] = newFile(out, body)
		if entry != "" {
			b.paths[entry] = out
		}
	}
	return b, b.addNotices(dist)
}

// addNotices gives the notices a name with a hash, as esbuild gave one to every other file.
func (b bundle) addNotices(dist fs.FS) error {
	text, err := fs.ReadFile(dist, noticesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	sum := sha256.Sum256(text)
	name := fmt.Sprintf("notices-%x.txt", sum[:4])
	b.files[name], b.paths["notices.txt"] = newFile(name, text), name
	return nil
}

// parseMeta maps every built file to the source it is the entry of, or to "" for chunks, fonts and licence texts.
func parseMeta(raw []byte) (map[string]string, error) {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string `json:"entryPoint"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal(raw, &meta); err != nil {
		return nil, fmt.Errorf("parse metafile: %w", err)
	}
	outputs := make(map[string]string, len(meta.Outputs))
	for out, o := range meta.Outputs {
		entry := ""
		if o.EntryPoint != "" {
			entry = path.Base(o.EntryPoint)
		}
		outputs[path.Base(out)] = entry
	}
	return outputs, nil
}
