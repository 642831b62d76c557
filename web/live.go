package web

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"hookline/internal/hookline"
)

const (
	livePause     = 300 * time.Millisecond // at least between two hints on one line
	liveHeartbeat = 20 * time.Second       // below the patience of common proxies
	liveCheck     = 30 * time.Second       // how long a line outlives its session at most
	liveWrite     = 10 * time.Second       // for one write to a browser that has stopped reading
	liveTopics    = 10                     // that one page may follow
)

// Hub carries hints to open pages: a topic changed, look again. A hint may come when nothing changed; no change goes
// without a hint. Safe for concurrent use.
type Hub struct {
	mu     sync.RWMutex
	lines  map[hookline.Topic]map[*line]struct{}
	closed chan struct{}
	once   sync.Once
}

// line is one open page. Its channel holds one hint: two at once say no more than one.
type line struct{ hint chan struct{} }

// NewHub makes a Hub without lines.
func NewHub() *Hub {
	return &Hub{lines: map[hookline.Topic]map[*line]struct{}{}, closed: make(chan struct{})}
}

// Notify tells the pages that follow any of the topics. It never blocks.
func (h *Hub) Notify(topics ...hookline.Topic) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, topic := range topics {
		for l := range h.lines[topic] {
			select {
			case l.hint <- struct{}{}:
			default: // a hint waits already
			}
		}
	}
}

// Close ends every line, and those to come. http.Server.Shutdown waits for open requests, so call it when that begins.
func (h *Hub) Close() {
	h.once.Do(func() { close(h.closed) })
}

func (h *Hub) join(topics []hookline.Topic) *line {
	l := &line{hint: make(chan struct{}, 1)}
	l.hint <- struct{}{} // something may have changed since the page was made
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		if h.lines[topic] == nil {
			h.lines[topic] = map[*line]struct{}{}
		}
		h.lines[topic][l] = struct{}{}
	}
	return l
}

func (h *Hub) leave(l *line, topics []hookline.Topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		delete(h.lines[topic], l)
		if len(h.lines[topic]) == 0 {
			delete(h.lines, topic)
		}
	}
}

// live keeps a line open (server-sent events) until the browser goes, the session ends or the server stops. It tells
// that something changed, never what: the page asks again, by the usual way with the usual checks.
func (s *server) live(w http.ResponseWriter, r *http.Request) error {
	topics, err := liveTopicsOf(r)
	if err != nil {
		return err
	}
	l := s.Hub.join(topics)
	defer s.Hub.leave(l, topics)

	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold hints back
	out := sender{w: w, control: http.NewResponseController(w)}
	if out.send(": hello\n\n") != nil {
		return nil
	}
	s.follow(r, l, out)
	return nil
}

func liveTopicsOf(r *http.Request) ([]hookline.Topic, error) {
	names := r.URL.Query()["topic"]
	if len(names) == 0 || len(names) > liveTopics {
		return nil, hookline.Conflict("Say which topics to follow, ten at most.")
	}
	topics := make([]hookline.Topic, len(names))
	for i, name := range names {
		topics[i] = hookline.Topic(name)
	}
	return topics, nil
}

func (s *server) follow(r *http.Request, l *line, out sender) {
	beat, check := time.NewTicker(liveHeartbeat), time.NewTicker(liveCheck)
	defer beat.Stop()
	defer check.Stop()
	pause := time.NewTimer(livePause)
	defer pause.Stop()
	hints := l.hint
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-s.Hub.closed:
			return
		case <-hints:
			err = out.send("event: changed\ndata: 1\n\n")
			hints = nil // until the pause is over; a hint that comes meanwhile waits in its channel
			pause.Reset(livePause)
		case <-pause.C:
			hints = l.hint
		case <-check.C:
			_, err = s.Desk.Peek(r.Context(), visitor(r).sessionID)
		case <-beat.C:
			err = out.send(": still here\n\n")
		}
		if err != nil {
			return
		}
	}
}

// sender writes at once, and gives up on a browser that does not read. Lines outlive the server's own write limit.
type sender struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s sender) send(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(liveWrite)); err != nil {
		return fmt.Errorf("set write deadline: %w", err)
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("write hint: %w", err)
	}
	return s.control.Flush()
}
