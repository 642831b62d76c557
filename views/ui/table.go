package ui

// TableHead is what a table says before its rows.
type TableHead struct {
	Label   string // the table's name for screen readers: "Sources"
	Columns []Column
	Scrolls bool // keeps its columns on phones and scrolls sideways, for tables of numbers; others stack
}

// Column is the head of a column.
type Column struct {
	Label  string
	Hidden bool // only read out, for a column of buttons
	Number bool // right-aligned figures; give its cells class "number" as well
	Tight  bool // no wider than its content
}

func (c Column) class() string {
	switch {
	case c.Number:
		return "number"
	case c.Tight:
		return "tight"
	}
	return ""
}

func (h TableHead) class() string {
	if h.Scrolls {
		return "table-box"
	}
	return "table-box stacks"
}

// Pages are the links to the neighbours in a list that is read by its keys; "" where there is no neighbour.
type Pages struct {
	Newer string
	Older string
	Note  string // "50 newest deliveries", or ""
}

// Tab is one of several pages about one thing.
type Tab struct {
	Label  string
	Href   string
	Icon   string
	Count  string // a number beside the label, or ""
	Active bool
}
