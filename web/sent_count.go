package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

type sentCountStore interface {
	CountByState(ctx context.Context, f hookline.DeliveryFilter, states []hookline.State, most int, within time.Duration) (map[hookline.State]hookline.Waiting, error)
}

const (
	countTabsWithin = 500 * time.Millisecond // all of them together
	mostNews        = 99                     // of which it is said how many are new
)

// countSent gives the tabs with how many webhooks the filters leave in each state. A page asks for it when it is there.
func (s *server) countSent(w http.ResponseWriter, r *http.Request) error {
	asked, err := s.readSentFilter(r)
	if err != nil {
		return err
	}
	tabs := sentTabs(r.URL.Query())
	if asked.trouble.Message == "" {
		counts, err := s.Store.CountByState(r.Context(), asked.filter, tabbed, countedExactly, countTabsWithin)
		if err != nil {
			return err
		}
		for i, state := range tabbed {
			if n, known := counts[state]; known {
				tabs[i].Count = views.CountWords(n)
			}
		}
	}
	return s.show(w, r, view{page: views.SentTabs(tabs)})
}

// countNewSent says how many webhooks are new above a list that stays as it is: those that come after its first row.
func (s *server) countNewSent(w http.ResponseWriter, r *http.Request) error {
	asked, err := s.readSentFilter(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	top := strings.TrimSpace(q.Get("top"))
	q.Del("top")
	n := 0
	if asked.trouble.Message == "" && !asked.looks() {
		fresh, err := s.Store.MatchDeliveries(r.Context(), asked.filter, hookline.Cursor{After: top, Limit: mostNews + 1})
		if err != nil {
			return err
		}
		n = len(fresh)
	}
	return s.show(w, r, view{page: views.SentNews(n, mostNews, sentWith(q, "", ""))})
}
