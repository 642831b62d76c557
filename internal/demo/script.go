package demo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// call is one call, or several of one source that came in together.
type call struct {
	at     time.Time
	source int
	item   map[string]any
	body   []byte // of a batch; made of items by gather
}

const (
	day           = 23 * time.Hour // what the script covers: within the overview's last 24 hours
	late          = 40 * time.Minute
	refundsLately = 5
)

// script tells the day of the people: what happened until a while ago, and
// what happened lately. Both are in the order of time. The same people always
// do the same, so that a demo can be described.
func script(people []person, now time.Time) (earlier, lately []call) {
	s := &story{dice: rand.New(rand.NewPCG(3, 8)), begin: now.Add(-day), end: now.Add(-late)}
	for i, p := range people {
		s.live(i, p)
	}
	s.mishaps(people)
	earlier = s.told()
	s.begin, s.end = s.end, now.Add(-time.Second)
	for _, p := range people[len(people)-refundsLately:] {
		at := s.moment()
		s.orders++
		s.add(at, website, p.event("page", map[string]any{"name": "Help", "properties": map[string]any{"path": "/help/refunds"}}))
		s.add(at.Add(time.Second), shop, p.track("Refund Requested", s.order("changed their mind")))
	}
	for _, p := range people[:8] {
		s.orders++
		s.add(s.moment(), shop, p.track("Order Completed", s.order("")))
	}
	return earlier, s.told()
}

// story is the script while it is written.
type story struct {
	dice       *rand.Rand
	begin, end time.Time
	orders     int
	calls      []call
}

// moment is some time of the story.
func (s *story) moment() time.Time {
	return s.begin.Add(time.Duration(s.dice.Float64() * float64(s.end.Sub(s.begin)))).Truncate(time.Millisecond)
}

func (s *story) add(at time.Time, source int, item map[string]any) {
	if !at.After(s.end) {
		s.calls = append(s.calls, call{at: at, source: source, item: item})
	}
}

func (s *story) told() []call {
	slices.SortStableFunc(s.calls, func(a, b call) int { return a.at.Compare(b.at) })
	told := s.calls
	s.calls = nil
	return told
}

// live is the day of one person: they look around, sign up, and some buy, and
// of those some want their money back.
func (s *story) live(i int, p person) {
	at := s.moment()
	for _, name := range []string{"Home", "Pricing"} {
		s.add(at, website, map[string]any{"type": "page", "anonymousId": p.anonymousID, "name": name, "properties": map[string]any{"path": "/" + name}})
		at = at.Add(time.Duration(5+s.dice.IntN(50)) * time.Second)
	}
	identify := p.event("identify", map[string]any{"traits": p.traits()})
	identify["anonymousId"] = p.anonymousID
	s.add(at, website, identify)
	s.add(at.Add(time.Second), website, p.track("Signed Up", map[string]any{"plan": p.plan, "referrer": []string{"search", "friend", "news"}[i%3]}))
	for range s.dice.IntN(4) {
		at = at.Add(time.Duration(2+s.dice.IntN(90)) * time.Minute)
		s.orders++
		s.add(at, shop, p.track("Order Completed", s.order("")))
		if s.dice.IntN(5) == 0 {
			s.add(at.Add(20*time.Minute), shop, p.track("Refund Requested", s.order("arrived broken")))
		}
	}
	switch i % 10 {
	case 3:
		s.add(at.Add(time.Hour), website, p.event("group", map[string]any{"groupId": "company-" + p.country, "traits": map[string]any{"name": p.last + " & Co"}}))
	case 6:
		s.add(at.Add(time.Minute), website, p.event("screen", map[string]any{"name": "Account", "properties": map[string]any{"app": "ios"}}))
	}
}

// mishaps are calls that cannot be taken, and one that came twice.
func (s *story) mishaps(people []person) {
	for _, p := range people[11:14] {
		s.add(s.moment(), website, p.event("track", nil)) // without its name
	}
	s.add(s.moment(), shop, map[string]any{"type": "track", "event": "Order Completed"}) // of nobody
	at := s.moment()
	for range 2 {
		again := people[15].track("Newsletter Opened", map[string]any{"issue": 12})
		again["messageId"] = "demo-sent-twice"
		s.add(at, website, again)
		at = at.Add(time.Minute)
	}
}

func (s *story) order(reason string) map[string]any {
	product := []string{"Coffee beans, 1 kg", "Mug “Monday”", "Filter papers ☕", "Hand grinder"}[s.orders%4]
	price := []float64{24.5, 12, 4.95, 89}[s.orders%4]
	order := map[string]any{
		"order_id": fmt.Sprintf("D-%05d", 10000+s.orders), "currency": "EUR", "total": price * 2,
		"products": []map[string]any{{"name": product, "price": price, "quantity": 2}},
	}
	if reason != "" {
		order["reason"] = reason
	}
	return order
}

func (p person) event(kind string, more map[string]any) map[string]any {
	item := map[string]any{"type": kind, "userId": p.userID}
	for name, value := range more {
		item[name] = value
	}
	return item
}

func (p person) track(name string, properties map[string]any) map[string]any {
	return p.event("track", map[string]any{"event": name, "properties": properties})
}

// together is how long a client library waits to send several calls at once.
const together = 10 * time.Minute

// gather puts calls of one source that follow each other closely into a batch,
// which came in with its last call.
func gather(calls []call) []call {
	var batches []call
	for len(calls) > 0 {
		n := 1
		for n < len(calls) && calls[n].source == calls[0].source && calls[n].at.Sub(calls[0].at) < together {
			n++
		}
		batches = append(batches, batch(calls[:n]))
		calls = calls[n:]
	}
	return batches
}

func batch(calls []call) call {
	b := call{at: calls[len(calls)-1].at, source: calls[0].source}
	items := make([]map[string]any, len(calls))
	for i, c := range calls {
		c.item["timestamp"] = c.at.UTC().Format(time.RFC3339Nano)
		items[i] = c.item
	}
	b.body, _ = json.Marshal(map[string]any{"batch": items}) // texts, numbers and maps of them: it cannot fail
	return b
}
