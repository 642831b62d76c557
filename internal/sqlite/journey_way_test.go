package sqlite

import (
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func TestAWayIsKeptAsItIs(t *testing.T) {
	at := time.Date(2026, 11, 27, 9, 0, 0, 1000, time.UTC)
	for _, way := range [][]hookline.Visit{
		nil,
		{{StepID: "stp_1", BeganAt: at}},
		{
			{StepID: "stp_1", BeganAt: at, EndedAt: at.Add(time.Hour), Outcome: hookline.VisitTimeCame},
			{StepID: "a \"step\"\nof\\ somebody’s own", BeganAt: at.Add(time.Hour), EndedAt: at.Add(2 * time.Hour)},
			{StepID: "stp_3", BeganAt: at.Add(2 * time.Hour)},
		},
	} {
		got, err := unpackWay(packWay(way))
		if diff := cmp.Diff(way, got); err != nil || diff != "" {
			t.Errorf("%v (-kept +read):\n%s", err, diff)
		}
	}
	for _, broken := range []string{"stp_1 1 2 yes\n", "\"stp_1\" one 2 \n", "\"stp_1\" 1\n"} {
		if way, err := unpackWay(broken); err == nil {
			t.Errorf("%q is read as %+v", broken, way)
		}
	}
}
