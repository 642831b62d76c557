package journey

import (
	"context"

	"hookline/internal/hookline"
)

type broadcastStore interface {
	OpenBroadcasts(ctx context.Context) ([]hookline.Broadcast, error)
	// MembersAfter gives members of a segment that follow one, by their ids.
	MembersAfter(ctx context.Context, segmentID, afterPersonID string, limit int) ([]string, error)
	Segment(ctx context.Context, id string) (hookline.Segment, error)
	// RecordBroadcast records a stretch, and counts who began.
	RecordBroadcast(ctx context.Context, from string, b hookline.Broadcast, begins []hookline.JourneyBegin) (hookline.Broadcast, error)
}

// broadcastAtOnce is how many people a broadcast brings in together: few enough
// that nobody else waits long for the writer.
const broadcastAtOnce = 100

// enterByBroadcast brings in a stretch of each broadcast whose time has come.
func (e *Engine) enterByBroadcast(ctx context.Context, now *plans) (worked bool, err error) {
	bringing := map[string]bool{}
	defer func() { e.setBringing(bringing) }()
	running := now.of(hookline.TriggerBroadcast)
	if len(running) == 0 {
		return false, nil
	}
	open, err := e.store.OpenBroadcasts(ctx)
	if err != nil {
		return false, err
	}
	for _, b := range open {
		for _, p := range running {
			if p.ID != b.CampaignID || b.At.After(e.now()) {
				continue
			}
			over, err := e.broadcast(ctx, p, b)
			if err != nil {
				return worked, err
			}
			worked, bringing[p.ID] = true, !over
		}
	}
	return worked, nil
}

// bringsIn says whether a broadcast of a campaign is in the middle of bringing
// people in. Until all have begun nobody of them goes on, so that the first one's
// webhooks do not keep the last one waiting.
func (e *Engine) bringsIn(p *plan) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.bringing[p.ID]
}

func (e *Engine) setBringing(campaigns map[string]bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bringing = campaigns
}

// broadcast brings in the next stretch of one, and says whether that was the last.
func (e *Engine) broadcast(ctx context.Context, p *plan, b hookline.Broadcast) (over bool, err error) {
	from := b.Position
	if b.State == hookline.BroadcastWaiting {
		segment, err := e.store.Segment(ctx, b.SegmentID)
		if err != nil && hookline.KindOf(err) != hookline.KindNotFound {
			return false, err // of one that was deleted nobody is a member
		}
		b.State, b.StartedAt, b.Total = hookline.BroadcastRunning, e.now(), segment.Size
	}
	ids, err := e.store.MembersAfter(ctx, b.SegmentID, from, broadcastAtOnce)
	if err != nil {
		return false, err
	}
	may, err := e.meets(ctx, p, ids)
	if err != nil {
		return false, err
	}
	begins := make([]hookline.JourneyBegin, 0, len(ids))
	for _, id := range ids {
		if may(id) {
			begins = append(begins, p.begin(id, "", nil, e.now()))
		}
	}
	b.Looked += len(ids)
	if len(ids) > 0 {
		b.Position = ids[len(ids)-1]
	}
	if len(ids) < broadcastAtOnce {
		b.State, b.EndedAt = hookline.BroadcastFinished, e.now()
		b.Total = max(b.Total, b.Looked)
	}
	b, err = e.store.RecordBroadcast(ctx, from, b, begins)
	return b.State.Over(), err
}
