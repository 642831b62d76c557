package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// What a broadcast is measured with: so many people, and beside them events at a
// rate for so long.
const (
	broadcastPeople  = 100_000
	broadcastSeconds = 15
)

// measureBroadcast lets everybody of a segment enter a campaign at once, whose
// first step sends a webhook to a receiver of its own, and looks at how soon all
// have begun, what that costs in memory, and how long others' events take
// meanwhile.
func (b *bench) measureBroadcast(ctx context.Context) error {
	leads, err := b.startReceiver(ctx, "-first", "3")
	if err != nil {
		return err
	}
	defer leads.stop()
	return b.inHouse(ctx, []pair{{url: b.receiver.hook(0)}}, func(h *house) error {
		if err := h.stop(); err != nil {
			return err
		}
		campaignID, err := h.furnishBroadcast(ctx, leads.hook(0))
		if err != nil {
			return err
		}
		if err := h.start(); err != nil {
			return err
		}
		if _, err := h.answers(ctx, "/readyz"); err != nil {
			return err
		}
		return h.broadcast(ctx, campaignID)
	})
}

// furnishBroadcast makes people, a segment of all of them, and a campaign that is
// ready to be started.
func (h *house) furnishBroadcast(ctx context.Context, receiver string) (campaignID string, err error) {
	store, err := sqlite.Open(ctx, h.data, nil)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	everybody, err := store.CreateSegment(ctx, hookline.Segment{Name: "Everybody", Manual: true})
	if err != nil {
		return "", err
	}
	if err := putPeople(ctx, store, everybody.ID, h.b.share(broadcastPeople, 1000)); err != nil {
		return "", err
	}
	c, err := store.CreateCampaign(ctx, hookline.Campaign{
		Name: "Broadcast", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerBroadcast, SegmentID: everybody.ID},
	})
	if err != nil {
		return "", err
	}
	template := hookline.NewTemplate()
	template.URL, template.Body = receiver, `{"id":"{{ customer.id }}","email":"{{ customer.email }}"}`
	d, a, err := store.CreateOwned(ctx, c.ID, "Create lead", hookline.Action{Name: "Create lead", Enabled: true, Template: template})
	if err != nil {
		return "", err
	}
	c.Steps = []hookline.Step{{Kind: hookline.StepWebhook, Webhook: hookline.WebhookStep{DestinationID: d.ID, ActionID: a.ID, Auto: true}}}
	_, err = store.UpdateCampaign(ctx, c)
	return c.ID, err
}

func putPeople(ctx context.Context, store *sqlite.Store, segmentID string, n int) error {
	const atOnce = 1000
	var made hookline.IDs
	for from := 0; from < n; from += atOnce {
		changes, ids := make([]hookline.PersonChange, atOnce), make([]string, atOnce)
		for i := range changes {
			p := hookline.Person{ID: made.New("per"), UserID: fmt.Sprint("member-", from+i), CreatedAt: time.Now(), UpdatedAt: time.Now()}
			p.Attributes = json.RawMessage(fmt.Sprintf(`{"email":%q,"plan":"pro"}`, seedEmail(from+i)))
			changes[i], ids[i] = hookline.PersonChange{Person: p, Identities: []string{hookline.UserIdentity(p.UserID)}}, p.ID
		}
		if err := store.RecordFanout(ctx, hookline.Fanout{People: changes}); err != nil {
			return err
		}
		if err := store.PutMembers(ctx, segmentID, ids); err != nil {
			return err
		}
	}
	return nil
}

// broadcast starts the campaign beside a load, and compares what that takes with
// what it takes at rest.
func (h *house) broadcast(ctx context.Context, campaignID string) (err error) {
	l := load{events: steadyRate, batch: 1, connections: 8, perSecond: steadyRate}
	if err := h.warm(ctx, h.b.receiver, l); err != nil {
		return err
	}
	l.events = steadyRate * max(2, int(broadcastSeconds*h.b.scale))
	rest, err := h.through(ctx, h.b.receiver, l)
	if err != nil {
		return err
	}
	if err := h.b.receiver.reset(ctx); err != nil {
		return err
	}
	store, err := sqlite.OpenGuest(ctx, h.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if _, err := store.ChangeCampaign(ctx, campaignID, hookline.CampaignRunning); err != nil {
		return err
	}
	busy, err := h.through(ctx, h.b.receiver, l)
	if err != nil {
		return err
	}
	h.b.note("broadcast.p95", rest.P95.Seconds()/busy.P95.Seconds())
	h.b.remark("broadcast.p95", fmt.Sprintf("%s at rest, %s during it", inUnit(asTime, rest.P95.Seconds()), inUnit(asTime, busy.P95.Seconds())))
	if m, err := h.memory(); err == nil {
		h.b.note("broadcast.memory", m.peak)
	} else {
		h.b.remark("broadcast.memory", err.Error())
	}
	return h.begun(ctx, store, campaignID)
}

// begun notes how long it took until everybody had begun.
func (h *house) begun(ctx context.Context, store *sqlite.Store, campaignID string) error {
	for range 600 {
		all, err := store.ListBroadcasts(ctx, campaignID)
		if err != nil {
			return err
		}
		if len(all) == 1 && all[0].State.Over() {
			h.b.note("broadcast.begun", all[0].EndedAt.Sub(all[0].StartedAt).Seconds())
			if all[0].Began != all[0].Total {
				return fmt.Errorf("%d of %d people have begun", all[0].Began, all[0].Total)
			}
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return errors.New("not everybody had begun after a minute")
}
