package views

import "hookline/internal/hookline"

// DiscardDraftsModel is what the question says before many drafts are discarded.
type DiscardDraftsModel struct {
	Campaign string // the name of the one they are narrowed to
	Chosen   int    // how many were chosen one by one; 0: all of the list
	Matches  hookline.Waiting

	Uncounted bool // counting them would have taken too long
}

// Words say what will happen.
func (m DiscardDraftsModel) Words() string {
	return m.which() + " Nothing is sent. Whoever waits for one of them goes on with the next step of the campaign, without what the answer would have set. " +
		"You can pause or cancel this at any time, but what is discarded cannot be brought back."
}

func (m DiscardDraftsModel) which() string {
	switch n := m.Matches.Count; {
	case m.Uncounted:
		return "All drafts " + m.thatThereAre() + " will be discarded. There are too many to count them here."
	case m.Chosen > n:
		return m.drafts() + " will be discarded. The others that you chose are no drafts any more: somebody has sent or discarded them meanwhile."
	case m.Chosen > 0:
		return m.drafts() + " will be discarded, as you chose."
	}
	return m.drafts() + " will be discarded: all " + m.thatThereAre() + "."
}

func (m DiscardDraftsModel) thatThereAre() string {
	if m.Campaign != "" {
		return "of “" + m.Campaign + "” that there are now"
	}
	return "that there are now, of all campaigns"
}

func (m DiscardDraftsModel) drafts() string { return count(m.Matches.Count, "draft") }

// Yes names the act by how many it is about.
func (m DiscardDraftsModel) Yes() string {
	if m.Uncounted {
		return "Discard all drafts"
	}
	return "Discard " + m.drafts()
}
