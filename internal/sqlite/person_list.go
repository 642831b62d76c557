package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"hookline/internal/hookline"
)

// maxSearch is the longest text that is searched for, in bytes.
const maxSearch = 1000

// ListPeople gives the people whose user id, e-mail address or anonymous id
// begins with search, and after them those whose attributes hold it, each the
// newest first; an empty search gives everybody. When very many go by such a name
// both are one list. Upper and lower case are the same within ASCII.
//
// Names are found by an index. Attributes are gone through, and not for longer
// than a person waits: then the listing says where it stopped, and goes on from
// there.
func (s *Store) ListPeople(ctx context.Context, search string, c hookline.Cursor) (people hookline.Listing[hookline.Person], err error) {
	if search, err = searchText(search); err != nil {
		return people, err
	}
	if search == "" {
		people, err = list(ctx, s.reads, newList("select "+personColumns+" from people"), c, scanPerson)
	} else {
		var found hookline.Listing[hookline.Member]
		found, err = s.lookForPeople(ctx, search, among{}, c)
		people = hookline.Listing[hookline.Person]{Rows: peopleOf(found.Rows), Older: found.Older, Newer: found.Newer, Stopped: found.Stopped}
	}
	if err != nil {
		return people, err
	}
	err = readAnonymousIDs(s.reading(ctx), people.Rows)
	return people, err
}

// searchText is what is searched for, of what somebody typed.
func searchText(typed string) (string, error) {
	search := strings.TrimSpace(typed)
	if len(search) > maxSearch {
		return "", hookline.Invalid("This search is too long: at most 1,000 characters.", nil)
	}
	return search, nil
}

func peopleOf(members []hookline.Member) []hookline.Person {
	people := make([]hookline.Person, len(members))
	for i, m := range members {
		people[i] = m.Person
	}
	return people
}

// likeText makes text mean itself in a like pattern.
func likeText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// inJSON gives text as it stands inside a JSON string.
func inJSON(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return text
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}
