package views

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestWhatIsDiscardedIsSaidExactly(t *testing.T) {
	for _, test := range []struct {
		m         DiscardDraftsModel
		want, yes string
	}{
		{DiscardDraftsModel{Matches: hookline.Waiting{Count: 12_040}}, "12,040 drafts will be discarded: all that there are now, of all campaigns.", "Discard 12,040 drafts"},
		{DiscardDraftsModel{Matches: hookline.Waiting{Count: 1}, Campaign: "Welcome"}, "1 draft will be discarded: all of “Welcome” that there are now.", "Discard 1 draft"},
		{DiscardDraftsModel{Matches: hookline.Waiting{Count: 2}, Chosen: 2}, "2 drafts will be discarded, as you chose.", "Discard 2 drafts"},
		{DiscardDraftsModel{Matches: hookline.Waiting{Count: 2}, Chosen: 3}, "2 drafts will be discarded. The others that you chose are no drafts any more", "Discard 2 drafts"},
		{DiscardDraftsModel{Uncounted: true, Campaign: "Welcome"}, "All drafts of “Welcome” that there are now will be discarded.", "Discard all drafts"},
	} {
		if got := test.m.Words(); !strings.HasPrefix(got, test.want) || !strings.Contains(got, "without what the answer would have set") {
			t.Errorf("%q, want %q", got, test.want)
		}
		if got := test.m.Yes(); got != test.yes {
			t.Errorf("%q, want %q", got, test.yes)
		}
	}
}
