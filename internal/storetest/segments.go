package storetest

import (
	"context"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

type segmentStore interface {
	ListSegments(ctx context.Context) ([]hookline.Segment, error)
	Segment(ctx context.Context, id string) (hookline.Segment, error)
	CreateSegment(ctx context.Context, g hookline.Segment) (hookline.Segment, error)
	UpdateSegment(ctx context.Context, g hookline.Segment) (hookline.Segment, error)
	DeleteSegment(ctx context.Context, id string) error
	SegmentUses(ctx context.Context, id string) ([]hookline.SegmentUse, error)
}

var segmentPromises = []promise{
	{"a new segment gets an id and stays", segmentCreate},
	{"a change changes what it says, and only from the version that was read", segmentUpdate},
	{"two segments never have one name", segmentNames},
	{"a deleted segment is gone", segmentDelete},
	{"a segment that something asks for is not deleted", segmentUses},
}

func segmentCreate(t *testing.T, h *house) {
	pro := must(h.CreateSegment(t.Context(), hookline.Segment{Name: " Pro ", Description: "Who pays", Condition: `person.plan = "pro"`}))(t)
	hand := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Friends", Manual: true}))(t)
	if !strings.HasPrefix(pro.ID, "seg_") || pro.CreatedAt.IsZero() {
		t.Errorf("made %+v", pro)
	}
	equal(t, "made", pro, hookline.Segment{
		ID: pro.ID, Name: "Pro", Description: "Who pays", Condition: `person.plan = "pro"`, State: hookline.SegmentBuilding,
		Version: 1, CreatedAt: pro.CreatedAt, UpdatedAt: pro.CreatedAt,
	})
	if hand.State != hookline.SegmentReady {
		t.Errorf("a manual segment is %s", hand.State)
	}
	h.reopen()
	equal(t, "list", must(h.ListSegments(t.Context()))(t), []hookline.Segment{hand, pro})
	equal(t, "segment", must(h.Segment(t.Context(), pro.ID))(t), pro)
	_, err := h.CreateSegment(t.Context(), hookline.Segment{Name: "Nobody"})
	wantKind(t, hookline.KindInvalid, err)
}

func segmentUpdate(t *testing.T, h *house) {
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Condition: `person.plan = "pro"`}))(t)
	old := g
	g.Name, g.Condition = "Team", `person.plan = "team"`
	g = must(h.UpdateSegment(t.Context(), g))(t)
	if g.Name != "Team" || g.Version != 2 || g.State != hookline.SegmentBuilding {
		t.Errorf("changed to %+v", g)
	}
	_, err := h.UpdateSegment(t.Context(), old)
	wantKind(t, hookline.KindConflict, err)
	g.ID = "seg_nobody"
	_, err = h.UpdateSegment(t.Context(), g)
	wantKind(t, hookline.KindNotFound, err)
}

func segmentNames(t *testing.T, h *house) {
	must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Manual: true}))(t)
	other := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Team", Manual: true}))(t)
	_, err := h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Manual: true})
	wantKind(t, hookline.KindInvalid, err)
	other.Name = "Pro"
	_, err = h.UpdateSegment(t.Context(), other)
	wantKind(t, hookline.KindInvalid, err)
}

func segmentDelete(t *testing.T, h *house) {
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Manual: true}))(t)
	mustDo(t, h.DeleteSegment(t.Context(), g.ID))
	_, err := h.Segment(t.Context(), g.ID)
	wantKind(t, hookline.KindNotFound, err)
	wantKind(t, hookline.KindNotFound, h.DeleteSegment(t.Context(), g.ID))
}

func segmentUses(t *testing.T, h *house) {
	made := func(name string) hookline.Segment {
		return must(h.CreateSegment(t.Context(), hookline.Segment{Name: name, Manual: true}))(t)
	}
	pro, team, free := made("Pro"), made("Team"), made("Free")
	asks := func(g hookline.Segment) string { return `segment("` + g.ID + `")` }
	other := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Paying", Condition: asks(pro) + " or " + asks(team)}))(t)
	a := newAction(h.destination(t, "CRM").ID, "Tell")
	a.Trigger = asks(pro)
	a = must(h.CreateAction(t.Context(), a))(t)
	welcome := waits("Welcome")
	welcome.Trigger = hookline.CampaignTrigger{Kind: hookline.TriggerEntered, SegmentID: team.ID}
	campaign := must(h.CreateCampaign(t.Context(), welcome))(t)

	byAction := hookline.SegmentUse{SegmentID: pro.ID, Kind: hookline.UsedByAction, ID: a.ID, Name: a.Name, DestinationID: a.DestinationID}
	byCampaign := hookline.SegmentUse{SegmentID: team.ID, Kind: hookline.UsedByCampaign, ID: campaign.ID, Name: "Welcome"}
	bySegment := func(g hookline.Segment) hookline.SegmentUse {
		return hookline.SegmentUse{SegmentID: g.ID, Kind: hookline.UsedBySegment, ID: other.ID, Name: "Paying"}
	}
	equal(t, "uses of one", must(h.SegmentUses(t.Context(), pro.ID))(t), []hookline.SegmentUse{byAction, bySegment(pro)})
	if n := len(must(h.SegmentUses(t.Context(), ""))(t)); n != 4 {
		t.Errorf("%d uses of all, want 4", n)
	}
	equal(t, "uses of another", must(h.SegmentUses(t.Context(), team.ID))(t), []hookline.SegmentUse{byCampaign, bySegment(team)})

	wantKind(t, hookline.KindConflict, h.DeleteSegment(t.Context(), pro.ID))
	wantKind(t, hookline.KindConflict, h.DeleteSegment(t.Context(), team.ID))
	mustDo(t, h.DeleteSegment(t.Context(), free.ID))
	mustDo(t, h.DeleteSegment(t.Context(), other.ID))
	mustDo(t, h.DeleteCampaign(t.Context(), campaign.ID))
	mustDo(t, h.DeleteSegment(t.Context(), team.ID))
}
