package api

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

type deliveryCountStore interface {
	CountByState(ctx context.Context, f hookline.DeliveryFilter, states []hookline.State, most int, within time.Duration) (map[hookline.State]hookline.Waiting, error)
}

// How far deliveries are counted, and how long that may take.
const (
	countedMost  = 10_000
	countedUntil = time.Second
)

// countParameters are those of the list that narrow it, without the state.
var countParameters = deliveryParameters[1 : len(deliveryParameters)-len(pageParameters)]

type stateCounts struct {
	Data []stateCount `json:"data" doc:"One for each state. A state is left out when there was no time to count it."`
}

type stateCount struct {
	State string `json:"state" enum:"draft,queued,sending,retrying,delivered,failed,held,discarded"`
	Count int    `json:"count" doc:"Exact up to 10,000."`
	More  bool   `json:"more" doc:"Whether there are more, or there may be: it was not counted to the end."`
}

func (m *manage) countDeliveries(c *call) (stateCounts, error) {
	filter, err := c.deliveryFilter()
	if err != nil {
		return stateCounts{}, err
	}
	counts, err := m.Store.CountByState(c.Context(), filter, hookline.States(), countedMost, countedUntil)
	if err != nil {
		return stateCounts{}, err
	}
	answer := stateCounts{Data: []stateCount{}}
	for _, state := range hookline.States() {
		if n, known := counts[state]; known {
			answer.Data = append(answer.Data, stateCount{string(state), n.Count, n.More})
		}
	}
	return answer, nil
}
