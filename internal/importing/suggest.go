package importing

import (
	"strings"
	"unicode"

	"hookline/internal/hookline"
)

// suggestRows is how many rows tell what a column holds.
const suggestRows = 100

// Suggest proposes what each column becomes, by its name and what stands in the
// first rows.
func Suggest(header []string, rows []hookline.ImportRow) hookline.ImportChoice {
	c := hookline.ImportChoice{Empty: hookline.EmptyLeaves}
	used := map[hookline.ImportUse]bool{}
	names := map[string]bool{"email": true} // which the column of addresses sets
	for i, name := range header {
		column := hookline.ImportColumn{Use: useOf(name)}
		if column.Use != hookline.UseAttribute && used[column.Use] {
			column.Use = hookline.UseAttribute
		}
		used[column.Use] = true
		if column.Use == hookline.UseAttribute {
			column.Attribute, column.Type = attributeName(name, names), typeOf(cellsAt(rows, i))
			names[column.Attribute] = true
		}
		c.Columns = append(c.Columns, column)
	}
	return c
}

func useOf(name string) hookline.ImportUse {
	switch strings.NewReplacer(" ", "", "_", "", "-", "", ".", "").Replace(strings.ToLower(name)) {
	case "id", "userid", "customerid", "personid", "externalid":
		return hookline.UseUserID
	case "email", "emailaddress", "mail", "workemail":
		return hookline.UseEmail
	}
	return hookline.UseAttribute
}

// attributeName is a column's name as attributes are named mostly: first_name for
// “First name”. No two columns get the same.
func attributeName(name string, taken map[string]bool) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(name)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' {
			b.WriteRune(r)
		} else if !strings.HasSuffix(b.String(), "_") {
			b.WriteByte('_')
		}
	}
	base := strings.Trim(b.String(), "_")
	if base == "" {
		base = "column"
	}
	for one := base; ; one += "_2" {
		if !taken[one] {
			return one
		}
	}
}

func cellsAt(rows []hookline.ImportRow, i int) (cells []string) {
	for _, row := range rows[:min(len(rows), suggestRows)] {
		if row.Wrong == "" && i < len(row.Cells) && strings.TrimSpace(row.Cells[i]) != "" {
			cells = append(cells, row.Cells[i])
		}
	}
	return cells
}

// typeOf is the type that fits every cell; a number with a leading nought, such
// as a postcode, stays a text.
func typeOf(cells []string) hookline.ImportType {
	if len(cells) == 0 {
		return hookline.TypeText
	}
	fits := func(as hookline.ImportType) bool {
		for _, cell := range cells {
			if _, wrong := value(cell, as); wrong != "" {
				return false
			}
		}
		return true
	}
	switch {
	case fits(hookline.TypeNumber) && !anyCode(cells):
		return hookline.TypeNumber
	case fits(hookline.TypeBoolean) && !fits(hookline.TypeNumber):
		return hookline.TypeBoolean
	case fits(hookline.TypeDate):
		return hookline.TypeDate
	case fits(hookline.TypeJSON) && strings.ContainsAny(strings.TrimSpace(cells[0])[:1], "[{"):
		return hookline.TypeJSON
	}
	return hookline.TypeText
}

func anyCode(cells []string) bool {
	for _, cell := range cells {
		cell = strings.TrimSpace(cell)
		if strings.HasPrefix(cell, "+") || len(cell) > 1 && cell[0] == '0' && cell[1] != '.' {
			return true
		}
	}
	return false
}
