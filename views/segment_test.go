package views

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestASegmentSaysThatOlderMovesAreNotListed(t *testing.T) {
	moved := []MoveRow{{SegmentMove: hookline.SegmentMove{PersonID: "per_1", Entered: true}, Label: "ana@example.com"}}
	for _, test := range []struct {
		model  SegmentModel
		has    string
		hasNot string
	}{
		{SegmentModel{}, "", "Lately"},
		{SegmentModel{Moves: moved}, "ana@example.com", "20,000"},
		{SegmentModel{Moves: moved, OlderMoves: true}, "Only the latest 20,000 moves of all segments are looked through", "nobody entered"},
		{SegmentModel{OlderMoves: true}, "Among the latest 20,000 moves of all segments nobody entered or left this one.", "<table"},
	} {
		var page strings.Builder
		if err := segmentMoves(test.model).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(page.String(), test.has) || strings.Contains(page.String(), test.hasNot) {
			t.Errorf("%+v is shown as %s; want %q and not %q", test.model, page.String(), test.has, test.hasNot)
		}
	}
}
