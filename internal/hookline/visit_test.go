package hookline

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAJourneyKeepsItsVisits(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 27, 9, minute, 0, 0, time.UTC) }
	var j Journey
	come := func(step string, minute int) { j.Come(step, at(minute)); j.StepID = step }

	j.StepID = "stp_old"
	j.Leave(at(0), VisitTimeCame) // of a journey that came there before visits were kept
	come("stp_1", 1)
	j.Leave(at(2), VisitYes)
	j.Leave(at(3), VisitNo) // it has left already
	come("stp_2", 4)
	before := j
	j.Leave(at(5), "")
	come("stp_1", 6)
	want := []Visit{{"stp_2", at(4), at(5), ""}, {StepID: "stp_1", BeganAt: at(6)}}
	if diff := cmp.Diff(want, j.Way); diff != "" {
		t.Errorf("the way (-want +got):\n%s", diff)
	}
	if !before.Way[1].EndedAt.IsZero() || before.Way[0].Outcome != VisitYes {
		t.Errorf("a copy of the journey changed with it: %+v", before.Way)
	}
	sent := j
	sent.State, sent.DeliveryID, sent.WakeAt = JourneySending, "dlv_1", at(7)
	if sent.LeaveSent(); !sent.Way[1].EndedAt.IsZero() {
		t.Errorf("it left before its delivery ended: %+v", sent.Way)
	}
	sent.State = JourneyGoing
	if sent.LeaveSent(); !sent.Way[1].EndedAt.Equal(at(7)) {
		t.Errorf("it did not leave when its delivery ended: %+v", sent.Way)
	}
	for i := range 2 * MaxSteps {
		come("stp_more_"+strconv.Itoa(i), 7)
	}
	if len(j.Way) != MaxSteps || j.Way[MaxSteps-1].StepID != j.StepID {
		t.Errorf("%d visits are kept, the last of %s", len(j.Way), j.Way[len(j.Way)-1].StepID)
	}
}
