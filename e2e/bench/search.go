package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// measureSearch measures Sent with many deliveries stored: first pages, a page
// further on, and what is searched for. Each look at a page asks for something
// else where that is possible, so that none finds what the one before has read.
func (b *bench) measureSearch(ctx context.Context) error {
	return b.inHouse(ctx, nil, func(h *house) error {
		if err := h.stop(); err != nil {
			return err
		}
		h.data += "-seeded"
		s, err := h.seed(ctx, b.share(seeded, 1000))
		if err != nil {
			return err
		}
		if err := h.addViewer(ctx); err != nil {
			return err
		}
		if err := h.startAgain(ctx); err != nil {
			return err
		}
		browser, err := h.signIn(ctx)
		if err != nil {
			return err
		}
		for _, l := range s.lookups() {
			if err := h.measureLookup(ctx, browser, l); err != nil {
				return fmt.Errorf("%s: %w", l.id, err)
			}
		}
		return nil
	})
}

// seed makes the database, and notes what the index of words takes.
func (h *house) seed(ctx context.Context, n int) (*seeder, error) {
	s, err := seedDatabase(ctx, h.data, n, seedPeople)
	if err != nil {
		return nil, err
	}
	h.b.note("search.index", s.indexed.Seconds()/float64(n))
	return s, withFiller(ctx, h.data, func(f *filler) {
		size := f.number("select coalesce(sum(length(page)), 0) + (select coalesce(sum(length(directory)), 0) from search_segments) from search_pages")
		h.b.note("search.size", float64(size)/float64(n))
	})
}

// lookup is a page that is looked at several times.
type lookup struct {
	id    string
	query func(i int) url.Values
	wants int  // so many rows at least
	tenth bool // the ninth page after it is meant
}

// lookups asks for things that are spread over all that is stored.
func (s *seeder) lookups() []lookup {
	q := func(pairs ...string) func(int) url.Values {
		return func(i int) url.Values {
			v := url.Values{}
			for n := 0; n < len(pairs); n += 2 {
				v.Set(pairs[n], strings.ReplaceAll(pairs[n+1], "#", fmt.Sprint(i)))
			}
			return v
		}
	}
	spread := func(i int) int { return s.n * (2*i + 1) / (2 * looks) }
	last := s.actions[len(s.actions)-1]
	return []lookup{
		{id: "search.first", query: q(), wants: 50},
		{id: "search.tenth", query: q(), wants: 50, tenth: true},
		{id: "search.destination", query: func(i int) url.Values { return url.Values{"destination": {s.actions[i].destination}} }, wants: 50},
		{id: "search.action", query: func(i int) url.Values { return url.Values{"action": {s.actions[len(s.actions)-1-i].id}} }, wants: 1},
		{id: "search.failed", query: func(i int) url.Values {
			return url.Values{"state": {"failed"}, "destination": {s.actions[i].destination}}
		}, wants: 1},
		{id: "search.retrying", query: q("state", "retrying"), wants: 1},
		{id: "search.status", query: q("status", "410"), wants: 1},
		{id: "search.event", query: func(i int) url.Values { return url.Values{"event": {seedEvents[len(seedEvents)-1-i%10]}} }, wants: 1},
		{id: "search.cause", query: q("cause", "tls"), wants: 1},
		{id: "search.attempts", query: q("attempts", "11"), wants: 1},
		{id: "search.person", query: q("person", "user-7#"), wants: 0},
		{id: "search.frequent", query: func(i int) url.Values { return url.Values{"q": {seedWords[i]}} }, wants: 50},
		{id: "search.rare", query: func(i int) url.Values { return url.Values{"q": {orderOf(spread(i))}} }, wants: 1},
		{id: "search.words", query: func(i int) url.Values {
			return url.Values{"q": {seedWords[len(seedWords)-1-i] + " " + seedWords[len(seedWords)-2-i]}, "action": {last.id}}
		}},
		{id: "search.email", query: func(i int) url.Values { return url.Values{"q": {seedEmail(s.people / looks * i)}} }},
		{id: "search.id", query: func(i int) url.Values { return url.Values{"q": {s.deliveryID(spread(i))}} }, wants: 1},
		{id: "search.nowhere", query: q("q", "nowhere#atall")},
	}
}

var (
	rowInPage   = regexp.MustCompile(`<tr id="dlv_`)
	olderInPage = regexp.MustCompile(`href="[^"]*before=(dlv_[0-9a-z]+)`)
)

// measureLookup notes the p95 of looking, and how often a page said that it was
// not looked to the end.
func (h *house) measureLookup(ctx context.Context, browser *http.Client, l lookup) error {
	var took []time.Duration
	stopped := 0
	for i := range looks {
		query := l.query(i)
		if l.tenth {
			if err := h.turnPages(ctx, browser, query, 9); err != nil {
				return err
			}
		}
		text, one, err := h.read(ctx, browser, query)
		if err != nil {
			return err
		}
		if strings.Contains(text, "Look further") {
			stopped++
		} else if rows := len(rowInPage.FindAllString(text, -1)); rows < l.wants {
			return fmt.Errorf("/sent?%s has %d rows, at least %d were expected", query.Encode(), rows, l.wants)
		}
		took = append(took, one)
	}
	slices.Sort(took)
	h.b.note(l.id, took[looks*95/100-1].Seconds())
	if stopped > 0 {
		h.b.remark(l.id, fmt.Sprintf("%d of %d not looked to the end", stopped, looks))
	}
	return nil
}

// turnPages moves a query so many pages on.
func (h *house) turnPages(ctx context.Context, browser *http.Client, query url.Values, pages int) error {
	for range pages {
		text, _, err := h.read(ctx, browser, query)
		if err != nil {
			return err
		}
		older := olderInPage.FindStringSubmatch(text)
		if older == nil {
			return fmt.Errorf("/sent?%s has no older page", query.Encode())
		}
		query.Set("before", older[1])
	}
	return nil
}

// read gives the page of Sent with a query, and how long that took.
func (h *house) read(ctx context.Context, browser *http.Client, query url.Values) (string, time.Duration, error) {
	var text strings.Builder
	took, err := h.lookInto(ctx, browser, "/sent?"+query.Encode(), &text)
	return text.String(), took, err
}
