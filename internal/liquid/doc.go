// Package liquid renders Liquid with our filters, limits and error positions,
// over osteele/liquid.
//
// A template goes through four rooms:
//
//   - scanner.go cuts the source into text, outputs and tags, and trims the
//     white space that {%- and -%} ask for;
//   - lexer.go and parse.go read what stands inside a tag; expr.go works it out
//     on data of package data, with the filters of filters_*.go;
//   - engine.go hands the tags to osteele/liquid, which knows which end belongs
//     to which beginning, and walks through the tree that it found; tags_*.go is
//     what each tag does when the walk reaches it;
//   - escape.go writes what comes out, so that a quotation mark in somebody's
//     name cannot break the JSON around it.
//
// The library's own expressions are not used: they lose the order of objects,
// numbers beyond 2^53 and the place of a mistake, and a filter in them cannot
// be stopped. Everything a template may spend is in limits.go.
package liquid
