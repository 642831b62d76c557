package importing

import (
	"strings"

	"hookline/internal/hookline"
)

// Person reads what a row says of a person; wrong says why it says nothing that
// could be taken.
func Person(header []string, c hookline.ImportChoice, row hookline.ImportRow) (p hookline.ImportedPerson, wrong string) {
	p.Row = row
	if row.Wrong != "" {
		return p, row.Wrong
	}
	for i, column := range c.Columns {
		if i >= len(row.Cells) || i >= len(header) {
			break
		}
		if wrong = take(&p, column, row.Cells[i], c.Empty); wrong != "" {
			return p, header[i] + ": " + wrong
		}
	}
	if p.UserID == "" && p.Email == "" {
		return p, "This row has neither an id nor an e-mail address, so nobody can be found by it."
	}
	return p, ""
}

// take takes one cell.
func take(p *hookline.ImportedPerson, column hookline.ImportColumn, cell string, empty hookline.EmptyCells) (wrong string) {
	cell = strings.TrimSpace(cell)
	switch column.Use {
	case hookline.UseUserID:
		p.UserID = cell
	case hookline.UseEmail:
		if cell == "" {
			return ""
		}
		if !looksLikeEmail(cell) {
			return "“" + short(cell) + "” is not an e-mail address."
		}
		p.Email = cell
		p.Set.Set("email", text(cell))
	case hookline.UseAttribute:
		if cell == "" {
			if empty == hookline.EmptyRemoves {
				p.Removed = append(p.Removed, column.Attribute)
			}
			return ""
		}
		v, wrong := value(cell, column.Type)
		if wrong != "" {
			return wrong
		}
		p.Set.Set(column.Attribute, v)
	}
	return ""
}

// looksLikeEmail keeps out what stands in the wrong column; whether an address
// receives anything nobody can tell.
func looksLikeEmail(text string) bool {
	name, domain, cut := strings.Cut(text, "@")
	return cut && name != "" && domain != "" && !strings.ContainsAny(text, " \t\r\n,;<>") && !strings.Contains(domain, "@")
}
