package liquid

import (
	"slices"
	"strings"
)

// Variable is one path into the data that a template uses.
type Variable struct {
	// Path is the path as written, such as customer.company_url. Items of a
	// list that a loop goes over are written event.items[].
	Path string
	// Line and Column are those of its first use.
	Line, Column int
}

// Root is the path's first name, "customer" in customer.company_url.
func (v Variable) Root() string {
	if quoted, ok := strings.CutPrefix(v.Path, `["`); ok {
		root, _, _ := strings.Cut(quoted, `"]`)
		return root
	}
	return v.Path[:len(v.Path)-len(strings.TrimLeftFunc(v.Path, func(r rune) bool { return r != '.' && r != '[' }))]
}

// Variables lists the paths the template reads from the data, in order of
// their first use. Names that the template sets itself are left out; names of
// a loop are told as items of what the loop goes over.
func (t *Template) Variables() []Variable {
	own := t.ownNames()
	var list []Variable
	seen := map[string]bool{}
	places := placer{source: t.source, line: 1}
	for _, v := range t.uses {
		path := v.text
		if v.start != nil {
			continue // its name is only known when it runs
		}
		if alias, ok := own[v.root]; ok {
			if alias == "" {
				continue
			}
			path = alias + strings.TrimPrefix(path, v.root)
		}
		// customer.tags.size asks for customer.tags.
		path = strings.TrimSuffix(path, ".size")
		if seen[path] || v.root == "forloop" || v.root == "tablerowloop" {
			continue
		}
		seen[path] = true
		line, column := places.at(v.off)
		list = append(list, Variable{path, line, column})
	}
	return list
}

// ownNames maps the names a template sets to the path they stand for, which is
// empty unless they are items of a list in the data.
func (t *Template) ownNames() map[string]string {
	own := map[string]string{}
	for _, p := range t.parts {
		switch tag := p.tag.(type) {
		case *assignTag:
			own[tag.name] = ""
		case *captureTag:
			own[tag.name] = ""
		case *counterTag:
			own[tag.name] = ""
		case *forTag:
			own[tag.name] = itemPath(tag.list, own)
		case *tablerowTag:
			own[tag.name] = itemPath(tag.list, own)
		}
	}
	return own
}

// itemPath is how the items of a loop's list are called.
func itemPath(list expr, own map[string]string) string {
	v, ok := list.(*variable)
	if !ok || v.start != nil {
		return ""
	}
	path := v.text
	if alias, ok := own[v.root]; ok {
		if alias == "" {
			return ""
		}
		path = alias + strings.TrimPrefix(path, v.root)
	}
	return path + "[]"
}

// Roots lists the first names of Variables, sorted.
func (t *Template) Roots() []string {
	var roots []string
	for _, v := range t.Variables() {
		roots = append(roots, v.Root())
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}
