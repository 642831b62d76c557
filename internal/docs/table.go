package docs

import (
	"fmt"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// tables writes tables the way all lists of the app are written: on a phone
// each row becomes a block, in which data-label is the name of a cell.
type tables struct{}

// RegisterFuncs is goldmark's hook.
func (tables) RegisterFuncs(on renderer.NodeRendererFuncRegisterer) {
	on.Register(extast.KindTable, table)
	on.Register(extast.KindTableHeader, wrap("<thead>\n<tr>\n", "</tr>\n</thead>\n<tbody>\n"))
	on.Register(extast.KindTableRow, wrap("<tr>\n", "</tr>\n"))
	on.Register(extast.KindTableCell, cell)
}

func wrap(before, after string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		text := after
		if entering {
			text = before
		}
		_, err := w.WriteString(text)
		return ast.WalkContinue, err
	}
}

// table names the box by its columns, since a box that may scroll needs the
// focus and so a name.
func table(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	text := "</tbody>\n</table>\n</div>\n"
	if entering {
		name := util.EscapeHTML([]byte("Table of " + tableName(n, src)))
		text = fmt.Sprintf("<div class=\"table-box stacks\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n<table class=\"table table-vcenter card-table\">\n", name)
	}
	_, err := w.WriteString(text)
	return ast.WalkContinue, err
}

// tableName is the heading above the table, or what its first column holds.
// Tables of one page under one heading get their columns' names.
func tableName(n ast.Node, src []byte) string {
	columns := ""
	for c := n.FirstChild().FirstChild(); c != nil; c = c.NextSibling() {
		if columns != "" && c.NextSibling() == nil {
			columns += " and "
		} else if columns != "" {
			columns += ", "
		}
		columns += plain(c, src)
	}
	for before := n.PreviousSibling(); before != nil; before = before.PreviousSibling() {
		if before.Kind() == ast.KindHeading {
			return columns + ": " + plain(before, src)
		}
	}
	return columns
}

func cell(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if n.Parent().Kind() == extast.KindTableHeader {
		return wrap(`<th scope="col">`, "</th>\n")(w, src, n, entering)
	}
	if !entering {
		_, err := w.WriteString("</div></td>\n")
		return ast.WalkContinue, err
	}
	open := "<td><div>"
	if column := columnOf(n); n.PreviousSibling() != nil && column != nil {
		open = fmt.Sprintf("<td data-label=\"%s\"><div>", util.EscapeHTML([]byte(plain(column, src))))
	}
	_, err := w.WriteString(open)
	return ast.WalkContinue, err
}

// columnOf is the cell of the head above a cell.
func columnOf(n ast.Node) ast.Node {
	column := n.Parent().Parent().FirstChild().FirstChild()
	for before := n.PreviousSibling(); before != nil && column != nil; before = before.PreviousSibling() {
		column = column.NextSibling()
	}
	return column
}
