package sqlite

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"hookline/internal/hookline"
)

// readQuery takes a filter's Query for what it names, when that is an id, and
// otherwise says whose name it is, if it is anybody's.
func (s *Store) readQuery(ctx context.Context, f hookline.DeliveryFilter) (read hookline.DeliveryFilter, personID string, err error) {
	f.Query = strings.TrimSpace(f.Query)
	if f.Query == "" {
		return f, "", nil
	}
	if len(f.Query) > maxSearch {
		return f, "", hookline.Invalid("This search is too long: at most 1,000 characters.", map[string]string{"q": "Enter at most 1,000 characters."})
	}
	switch key := hookline.KeyOf(f.Query); {
	case key == 0:
	case strings.HasPrefix(f.Query, "dlv_") && (len(f.IDs) == 0 || slices.Contains(f.IDs, f.Query)):
		f.IDs, f.Query = []string{f.Query}, ""
		return f, "", nil
	case strings.HasPrefix(f.Query, "evt_") && f.EventID == "":
		f.EventID, f.Query = f.Query, ""
		return f, "", nil
	}
	if len(f.IDs) > 0 || f.EventID != "" { // few, whoever they are about
		return f, "", nil
	}
	for _, identity := range []string{hookline.UserIdentity(f.Query), hookline.EmailIdentity(f.Query)} {
		p, err := s.PersonByIdentity(ctx, identity)
		switch {
		case hookline.KindOf(err) == hookline.KindNotFound:
			continue
		case err != nil:
			return f, "", err
		case f.PersonID == p.ID:
			f.Query = ""
			return f, "", nil
		case f.PersonID == "":
			return f, p.ID, nil
		}
	}
	return f, "", nil
}

// union is a stretch of what is in either of two lists, given the stretches of
// both from the same cursor on. Where the first one has stopped, so does it.
func union(a, b hookline.Listing[hookline.DeliveryRow], c hookline.Cursor) hookline.Listing[hookline.DeliveryRow] {
	up := c.After != ""
	if a.Stopped != "" {
		b.Rows = slices.DeleteFunc(b.Rows, func(d hookline.DeliveryRow) bool { return d.ID != a.Stopped && up == (d.ID > a.Stopped) })
	}
	all := slices.Concat(a.Rows, b.Rows)
	slices.SortFunc(all, func(x, y hookline.DeliveryRow) int { return cmp.Compare(y.ID, x.ID) })
	all = slices.CompactFunc(all, func(x, y hookline.DeliveryRow) bool { return x.ID == y.ID })
	l := hookline.Listing[hookline.DeliveryRow]{Rows: all, Older: a.Older || b.Older, Newer: a.Newer || b.Newer, Stopped: a.Stopped}
	if over := len(all) - c.Size(); over > 0 {
		l.Stopped = ""
		if up {
			l.Rows, l.Newer = all[over:], true
		} else {
			l.Rows, l.Older = all[:c.Size()], true
		}
	}
	return l
}
