package hookline

// PageSize is how many rows a list shows unless asked otherwise.
const PageSize = 50

// Cursor asks for a stretch of a list that is ordered by id, newest first.
// The zero value asks for the first PageSize rows.
type Cursor struct {
	Before string // only rows whose id is smaller (older) than this
	After  string // only rows whose id is greater (newer); the ones nearest to it
	Limit  int    // 0: PageSize
}

// Size is the number of rows asked for.
func (c Cursor) Size() int {
	if c.Limit <= 0 {
		return PageSize
	}
	return c.Limit
}

// Listing is a stretch of a list, newest first.
type Listing[T any] struct {
	Rows  []T
	Older bool // there are rows after the last of Rows
	Newer bool // there are rows before the first of Rows

	// Stopped is where looking ended because it took too long, which is beyond
	// the last of Rows: there may be more where a Cursor goes on from it. "" when
	// all was looked at that had to be.
	Stopped string
}
