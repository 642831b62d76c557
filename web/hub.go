package web

import (
	"slices"
	"sync"

	"hookline/internal/hookline"
)

// maxLines is how many lines one session has open. By HTTP/1.1 a browser opens six connections to one server for all
// of its tabs together, so tabs with a line each could take them all, and no page would load any more.
const maxLines = 4

// Hub carries hints to open pages: a topic changed, look again. A hint may come when nothing changed; no change goes
// without a hint. Safe for concurrent use.
type Hub struct {
	mu       sync.RWMutex
	lines    map[hookline.Topic]map[*line]struct{}
	sessions map[string][]*line // oldest first
	closed   chan struct{}
	once     sync.Once
}

// line is one open page.
type line struct {
	session  string
	topics   []hookline.Topic
	hint     chan struct{} // holds one: two at once say no more than one
	replaced chan struct{} // closed when newer pages of the session need the place
}

// NewHub makes a Hub without lines.
func NewHub() *Hub {
	return &Hub{
		lines:    map[hookline.Topic]map[*line]struct{}{},
		sessions: map[string][]*line{},
		closed:   make(chan struct{}),
	}
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

// join opens a line for a session, in the place of its oldest one when it has too many.
func (h *Hub) join(session string, topics []hookline.Topic) *line {
	l := &line{session: session, topics: topics, hint: make(chan struct{}, 1), replaced: make(chan struct{})}
	l.hint <- struct{}{} // something may have changed since the page was made
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		if h.lines[topic] == nil {
			h.lines[topic] = map[*line]struct{}{}
		}
		h.lines[topic][l] = struct{}{}
	}
	own := append(h.sessions[session], l)
	if len(own) > maxLines {
		close(own[0].replaced)
		own = slices.Delete(own, 0, 1)
	}
	h.sessions[session] = own
	return l
}

func (h *Hub) leave(l *line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range l.topics {
		delete(h.lines[topic], l)
		if len(h.lines[topic]) == 0 {
			delete(h.lines, topic)
		}
	}
	own := slices.DeleteFunc(h.sessions[l.session], func(other *line) bool { return other == l })
	if len(own) == 0 {
		delete(h.sessions, l.session)
		return
	}
	h.sessions[l.session] = own
}
