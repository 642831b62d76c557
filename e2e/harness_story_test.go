//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// story is what the chapters tell each other.
type story struct {
	*visitor
	url      string
	writeKey string
	binURL   string
	bin      string // paths of pages
	source   string
	delivery string
}

// chapter is a part of a story.
type chapter struct {
	name string
	tell func()
}

// tells goes through a story. A chapter that breaks off is the last: what follows builds on it.
func (s *story) tells(chapters []chapter) {
	s.t.Helper()
	for _, one := range chapters {
		ended := false
		s.t.Run(one.name, func(t *testing.T) {
			s.during(t, one.tell)
			ended = true
		})
		if !ended {
			return
		}
	}
}

// during lets the visitor fail the chapter rather than the whole.
func (s *story) during(t *testing.T, tell func()) {
	whole := s.t
	s.t = t
	defer func() { s.t = whole }()
	tell()
}

// path is where the visitor is, without a query and without the place on the page.
func (s *story) path() string {
	path, _, _ := strings.Cut(strings.TrimPrefix(s.page.URL(), s.url), "#")
	path, _, _ = strings.Cut(path, "?")
	return path
}
