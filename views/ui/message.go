package ui

// Empty is what a list shows when there is nothing in it: not that it is empty, but what to do next.
type Empty struct {
	Icon   string
	Title  string // "No source yet"
	Text   string // what will be here, and how it gets here
	Action Button // the next step; the zero value shows none
	Second Button // another way, such as reading about it
}

// Failure is a page in place of the one asked for.
type Failure struct {
	Page   Page
	Status int    // the HTTP status, shown small
	Text   string // what happened and what to do, in plain sentences
	Back   Button // where to go from here; the zero value leads to the overview
}

func (f Failure) back() Button {
	if f.Back.Href == "" {
		return Button{Label: "Go to the overview", Href: "/", Icon: "home", Look: LookMain}
	}
	return f.Back
}

// icon says at a glance whose turn it is: the reader's, or the one who looks after the server.
func (f Failure) icon() string {
	switch {
	case f.Status == 404:
		return "search"
	case f.Status == 401 || f.Status == 403:
		return "lock"
	case f.Status < 500:
		return "alert-triangle"
	}
	return "tool"
}

// signedIn decides the frame: a person with a page around them keeps their navigation.
func (f Failure) signedIn() bool {
	return f.Page.User.Label() != ""
}
