// Command notices writes one text with the licences of everything that is in the binary: Go and its modules, and the
// packages whose code, style, icons or fonts the browser loads. It fails rather than leave one out.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	meta := flag.String("meta", "", "esbuild's metafile, which names the packages that the browser's files are made of")
	also := flag.String("also", "", "folders of more packages, separated by commas")
	goroot := flag.String("go", "", "the folder of Go itself")
	out := flag.String("out", "", "the text to write")
	flag.Parse()
	log.SetFlags(0)
	if err := run(os.Stdin, *meta, *goroot, *out, strings.Split(*also, ",")); err != nil {
		log.Fatal("notices: ", err)
	}
}

// part is one thing that is in the binary.
type part struct {
	name, version string
	folder        string // where its licence is
	licence       string // its short name, where the package says one
	author        string // likewise
}

func run(modules io.Reader, meta, goroot, out string, also []string) error {
	parts := []part{{name: "Go", folder: goroot}}
	ofGo, err := readModules(modules)
	if err != nil {
		return err
	}
	folders, err := packageFolders(meta)
	if err != nil {
		return err
	}
	parts = append(parts, ofGo...)
	for _, folder := range append(folders, also...) {
		p, err := readPackage(folder)
		if err != nil {
			return err
		}
		parts = append(parts, p)
	}
	text, err := write(parts)
	if err != nil {
		return err
	}
	kept, err := keptNotices(filepath.Dir(meta))
	if err != nil {
		return err
	}
	text = append(text, kept...)
	if old, err := os.ReadFile(out); err == nil && bytes.Equal(old, text) {
		return nil // a new time stamp would have everything compiled anew
	}
	return os.WriteFile(out, text, 0o644)
}

var errModules = errors.New("each line must be a module's path, version and folder")

// readModules reads what `go list -deps` tells of the modules that are compiled in.
func readModules(r io.Reader) ([]part, error) {
	var parts []part
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) != 3 {
			return nil, fmt.Errorf("read modules: %w: %q", errModules, lines.Text())
		}
		parts = append(parts, part{name: words[0], version: words[1], folder: words[2]})
	}
	if len(parts) == 0 {
		return nil, fmt.Errorf("read modules: %w: there is none", errModules)
	}
	return parts, lines.Err()
}

var packageFolder = regexp.MustCompile(`^.*node_modules/(@[^/]+/)?[^/]+`)

// packageFolders gives the packages from which esbuild took at least one file.
func packageFolders(meta string) ([]string, error) {
	raw, err := os.ReadFile(meta)
	if err != nil {
		return nil, fmt.Errorf("read metafile: %w", err)
	}
	var told struct {
		Inputs map[string]struct{} `json:"inputs"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return nil, fmt.Errorf("parse metafile: %w", err)
	}
	var folders []string
	for input := range told.Inputs {
		if folder := packageFolder.FindString(input); folder != "" {
			folders = append(folders, folder)
		}
	}
	slices.Sort(folders)
	return slices.Compact(folders), nil
}

func readPackage(folder string) (part, error) {
	raw, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return part{}, fmt.Errorf("read package: %w", err)
	}
	var told struct {
		Name, Version, License string
		Author                 any // a text, or an object with a name
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return part{}, fmt.Errorf("parse package.json of %s: %w", folder, err)
	}
	if object, ok := told.Author.(map[string]any); ok {
		told.Author = object["name"]
	}
	author, _ := told.Author.(string)
	return part{name: told.Name, version: told.Version, folder: folder, licence: told.License, author: author}, nil
}

// licenceFile matches the names under which projects keep their terms.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents|ofl)([-._].*)?$`)

// terms gives the text of the files that say under what terms a part comes. A package that has none is taken at the
// word of its package.json.
func (p part) terms() (string, error) {
	entries, err := os.ReadDir(p.folder)
	if err != nil {
		return "", fmt.Errorf("look for the licence of %s: %w", p.name, err)
	}
	var b strings.Builder
	for _, entry := range entries {
		if !licenceFile.MatchString(entry.Name()) || filepath.Ext(entry.Name()) == ".go" || !entry.Type().IsRegular() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(p.folder, entry.Name()))
		if err != nil {
			return "", fmt.Errorf("read the licence of %s: %w", p.name, err)
		}
		fmt.Fprintf(&b, "%s\n\n", strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
	}
	switch {
	case b.Len() > 0:
		return b.String(), nil
	case p.licence != "":
		return fmt.Sprintf("By %s. Licence: %s (https://spdx.org/licenses/%s.html)\n\n", cmp.Or(p.author, "its authors"), p.licence, p.licence), nil
	}
	return "", fmt.Errorf("%s in %s says nothing of its licence: %w", p.name, p.folder, fs.ErrNotExist)
}

const rule = "--------------------------------------------------------------------------------\n"

// write lists the parts by name, and below them the terms of each.
func write(parts []part) ([]byte, error) {
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)) })
	var list, terms bytes.Buffer
	for _, p := range parts {
		text, err := p.terms()
		if err != nil {
			return nil, err
		}
		name := strings.TrimSpace(p.name + " " + p.version)
		fmt.Fprintf(&list, "  %s\n", name)
		fmt.Fprintf(&terms, "%s%s\n%s\n%s", rule, name, rule, text)
	}
	head := "Hookline contains software and fonts of others, with thanks:\n\n"
	return slices.Concat([]byte(head), list.Bytes(), []byte("\nTheir terms:\n\n"), terms.Bytes()), nil
}

// keptNotices gives what esbuild found in comments inside the files that it bundled (--legal-comments=linked).
func keptNotices(dist string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(dist, "*.LEGAL.txt"))
	if err != nil {
		return nil, fmt.Errorf("look for kept notices: %w", err)
	}
	var b bytes.Buffer
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read kept notices: %w", err)
		}
		fmt.Fprintf(&b, "%sIn the browser's files\n%s\n%s\n\n", rule, rule, bytes.TrimSpace(text))
	}
	return b.Bytes(), nil
}
