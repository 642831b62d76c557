package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"hookline/internal/hookline"
)

const (
	livePause     = 300 * time.Millisecond // at least between two hints on one line
	overviewPause = 2 * time.Second        // the same for the overview, which counts much to show little
	liveHeartbeat = 20 * time.Second       // below the patience of common proxies
	liveCheck     = 30 * time.Second       // how long a line outlives its session at most
	liveWrite     = 10 * time.Second       // for one write to a browser that has stopped reading
	maxTopics     = 10                     // that one page may follow
)

// Names under which pages follow several topics at once: the overview all that it counts, and those that show how
// destinations stand what that follows from.
const (
	topicOverview hookline.Topic = "overview"
	topicStanding hookline.Topic = "standing"
)

// live keeps a line open (server-sent events) until the browser goes, the session ends or the server stops. It tells
// that something changed, never what: the page asks again, by the usual way with the usual checks.
func (s *server) live(w http.ResponseWriter, r *http.Request) error {
	topics, pause, err := wanted(r)
	if err != nil {
		return err
	}
	l := s.Hub.join(visitor(r).sessionID, topics)
	defer s.Hub.leave(l)

	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold hints back
	out := sender{w: w, control: http.NewResponseController(w)}
	// The request is read; the server's limit for reading one would end the line (https://go.dev/issue/16100).
	if err := out.control.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("lift read deadline: %w", err)
	}
	if out.send("retry: 3000\n\n") != nil {
		return nil
	}
	s.follow(r, l, out, pause)
	return nil
}

// wanted reads which topics a page follows, and how often it wants to hear of them at most.
func wanted(r *http.Request) ([]hookline.Topic, time.Duration, error) {
	names := r.URL.Query()["topic"]
	if len(names) == 0 || len(names) > maxTopics {
		return nil, 0, hookline.Conflict("Say which topics to follow, ten at most.")
	}
	var topics []hookline.Topic
	pause := livePause
	for _, name := range names {
		switch topic := hookline.Topic(name); {
		case topic == topicOverview:
			topics = append(topics, hookline.TopicSent, hookline.TopicEvents, hookline.TopicConfig, hookline.TopicHealth, hookline.TopicAlerts)
			pause = overviewPause
		case topic == topicStanding:
			topics = append(topics, hookline.TopicSent, hookline.TopicConfig, hookline.TopicHealth)
			pause = overviewPause
		case topic == hookline.TopicSent, strings.HasPrefix(name, string(hookline.TopicDelivery(""))): // what is held follows from the destination
			topics = append(topics, topic, hookline.TopicConfig, hookline.TopicHealth)
		case topic == hookline.TopicFailures:
			topics = append(topics, topic, hookline.TopicConfig)
			pause = overviewPause
		default:
			topics = append(topics, topic)
		}
	}
	return topics, pause, nil
}

func (s *server) follow(r *http.Request, l *line, out sender, every time.Duration) {
	beat, check := time.NewTicker(liveHeartbeat), time.NewTicker(liveCheck)
	defer beat.Stop()
	defer check.Stop()
	pause := time.NewTimer(every)
	defer pause.Stop()
	hints := l.hint
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-s.Hub.closed:
			return
		case <-l.replaced:
			// The browser asks again in a minute, so that tabs out of sight take turns. It has gone if this fails.
			_ = out.send("retry: 60000\n\n")
			return
		case <-hints:
			err = out.send("event: changed\ndata: 1\n\n")
			hints = nil // until the pause is over; a hint that comes meanwhile waits in its channel
			pause.Reset(every)
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
