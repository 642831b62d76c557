package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hookline/internal/data"
	"hookline/internal/liquid"
)

// The limits of a survey, so that looking through what came in stays quick whatever it is.
const (
	surveyedRows   = 1000
	surveyedTime   = 300 * time.Millisecond // for people and events each
	surveyedPaths  = 300
	surveyedDepth  = 5
	surveyedSample = 60 // characters
)

// survey looks through objects of one kind: what each path holds, and in how many there is something.
type survey struct {
	root   string // what the objects are called in templates
	plural string // and in words: "people"
	until  time.Time
	looked int
	paths  map[string]*sighting
}

type sighting struct {
	filled int
	sample string
	last   int // the object it was last seen in, from 1
}

func newSurvey(root, plural string) *survey {
	return &survey{root: root, plural: plural, until: time.Now().Add(surveyedTime), paths: map[string]*sighting{}}
}

// look notes one object; false when the time is up and the object was not looked at.
func (s *survey) look(object *data.Object) bool {
	if time.Now().After(s.until) {
		return false
	}
	s.looked++
	s.walk(s.root, object.View(), 0)
	return true
}

// walk goes down into objects. Of a list it looks at the first element, which stands for the others.
func (s *survey) walk(path string, value data.View, depth int) {
	if depth > 0 && !s.note(path, value) {
		return
	}
	if depth == surveyedDepth {
		return
	}
	switch value.Kind() {
	case data.KindObject:
		object := value.Object()
		for i := range object.Len() {
			key, member := object.At(i)
			if step := liquid.Step(key); step != "" {
				s.walk(path+step, member, depth+1)
			}
		}
	case data.KindList:
		if len(value.List()) > 0 {
			s.walk(path+"[0]", value.Item(0), depth+1)
		}
	}
}

// note is false for a path that is one too many.
func (s *survey) note(path string, value data.View) bool {
	seen := s.paths[path]
	if seen == nil {
		if len(s.paths) >= surveyedPaths {
			return false
		}
		seen = &sighting{}
		s.paths[path] = seen
	}
	sample := sampleOf(value)
	if sample == "" || seen.last == s.looked {
		return true
	}
	seen.last = s.looked
	seen.filled++
	if seen.sample == "" {
		seen.sample = sample
	}
	return true
}

// sampleOf shows a value in a few characters; "" for what a template would print as nothing.
func sampleOf(value data.View) string {
	switch value.Kind() {
	case data.KindText, data.KindNumber:
		return shortened(value.Text())
	case data.KindBool:
		return strconv.FormatBool(value.IsTrue())
	case data.KindList:
		if n := len(value.List()); n > 0 {
			return "a list of " + strconv.Itoa(n)
		}
	case data.KindObject:
		return membersOf(value.Object())
	}
	return ""
}

// membersOf names the first members of an object.
func membersOf(object *data.Object) string {
	if object.Len() == 0 {
		return ""
	}
	keys := slices.Collect(object.Keys())
	if len(keys) > 3 {
		keys = append(keys[:3], "…")
	}
	return shortened("all of " + strings.Join(keys, ", "))
}

func shortened(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= surveyedSample {
		return text
	}
	return string([]rune(text)[:surveyedSample-1]) + "…"
}

// values lists what was found, what is there most often first.
func (s *survey) values() []offeredValue {
	list := make([]offeredValue, 0, len(s.paths))
	for path, seen := range s.paths {
		list = append(list, offeredValue{Path: path, Sample: seen.sample, Note: s.coverage(seen.filled), filled: seen.filled})
	}
	slices.SortFunc(list, func(a, b offeredValue) int {
		return cmp.Or(rankOf(a.Path)-rankOf(b.Path), b.filled-a.filled, cmp.Compare(a.Path, b.Path))
	})
	return list
}

// coverage says how often a template would print nothing.
func (s *survey) coverage(filled int) string {
	switch filled {
	case 0:
		return "always empty"
	case s.looked:
		return "never empty"
	}
	percent := min(99, max(1, (200*(s.looked-filled)+s.looked)/(2*s.looked)))
	return fmt.Sprintf("empty for %d %% of %s", percent, s.plural)
}

// foremost are the values that come first, and families those after them; what senders and Hookline keep for themselves
// comes last.
var (
	foremost = []string{"customer.id", "customer.email", "event.event", "event.name", "event.type", "event.userId"}
	families = []string{"customer", "event.properties", "event.traits", "event.context"}
)

func rankOf(path string) int {
	if i := slices.Index(foremost, path); i >= 0 {
		return i
	}
	i := slices.IndexFunc(families, func(family string) bool { return strings.HasPrefix(path, family) })
	if i < 0 {
		i = len(families)
	}
	return len(foremost) + i
}
