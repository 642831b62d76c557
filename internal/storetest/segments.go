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
}

var segmentPromises = []promise{
	{"a new segment gets an id and stays", segmentCreate},
	{"a change changes what it says, and only from the version that was read", segmentUpdate},
	{"two segments never have one name", segmentNames},
	{"a deleted segment is gone", segmentDelete},
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
