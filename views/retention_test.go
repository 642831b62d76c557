package views

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestRetentionSaysWhyItWaits(t *testing.T) {
	const title = "Nothing is deleted for now"
	from := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		hold hookline.RetentionHold
		says string
	}{
		{hookline.RetentionHold{From: from, To: from.AddDate(5, 0, 0), Until: from.AddDate(5, 0, 1)}, "from 27 November 2026, 12:00 UTC to 27 November 2031, 12:00 UTC"},
		{hookline.RetentionHold{}, ""},
	} {
		var page strings.Builder
		if err := Retention(RetentionModel{Hold: test.hold}).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page.String(), title) != (test.says != "") || !strings.Contains(page.String(), test.says) {
			t.Errorf("it does not say %q", test.says)
		}
	}
}
