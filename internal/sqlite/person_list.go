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
func (s *Store) ListPeople(ctx context.Context, search string, c hookline.Cursor) (hookline.Listing[hookline.Person], error) {
	search = strings.TrimSpace(search)
	if len(search) > maxSearch {
		return hookline.Listing[hookline.Person]{}, hookline.Invalid("This search is too long: at most 1,000 characters.", nil)
	}
	var people hookline.Listing[hookline.Person]
	var err error
	if search == "" {
		people, err = list(ctx, s.reads, newList("select "+personColumns+" from people"), c, scanPerson)
	} else {
		people, err = s.lookForPeople(ctx, search, c)
	}
	if err != nil {
		return people, err
	}
	err = readAnonymousIDs(s.reading(ctx), people.Rows)
	return people, err
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
