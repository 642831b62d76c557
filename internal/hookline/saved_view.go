package hookline

import "time"

// MostSavedViews is how many views somebody keeps: more would be no help in
// finding one.
const MostSavedViews = 30

// SavedView is a list in Sent that somebody wants to come back to. It is theirs
// alone.
type SavedView struct {
	ID        string // vew_…
	UserID    string
	Name      string // unique among the user's
	Query     string // of the address: what narrows the list
	Opens     bool   // Sent opens with it; one of the user's at most
	CreatedAt time.Time
}

// Validate says at each field what is wrong; nil when nothing is.
func (v SavedView) Validate() error {
	f := fields{}
	checkName(f, v.Name, "Give the view a name.")
	f.check(v.Query != "", "query", "There is nothing to save: narrow the list in Sent first.")
	f.check(len(v.Query) <= 4000, "query", "This filter is too long to be saved. Shorten the search.")
	return f.err("The view was not saved.")
}
