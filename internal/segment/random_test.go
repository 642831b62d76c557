package segment_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// world is a house whose history is random, and what is remembered of it to say
// naively who belongs where.
type world struct {
	*house
	*rand.Rand
	log  []call // every call, with when it was done
	done []time.Time
	all  []hookline.Segment
	gone map[string]bool // names of the deleted
}

var conditions = []string{
	`person.plan = "pro"`,
	`person.plan != "pro" and person.n >= 3`,
	`did("A")`,
	`!did("A", within 2 days)`,
	`did("A", within 3 days) >= 2 or person.plan = "free"`,
	`did("B", within 1 day) = 1 and did("A") <= 4`,
	`did("B") >= 3`,
	`person.id = "u1" or person.email = null`,
}

func (w *world) user() string {
	for {
		if user := fmt.Sprint("u", w.IntN(12)); !w.gone[user] {
			return user
		}
	}
}

func (w *world) stranger() string {
	for {
		if name := fmt.Sprint("a", w.IntN(40)); !w.gone[name] {
			return name
		}
	}
}

// delete deletes somebody, and lets none of their names come back: what they did
// is still in the event log.
func (w *world) delete(user string) {
	if p, err := w.PersonByIdentity(w.t.Context(), hookline.UserIdentity(user)); err == nil {
		for _, name := range p.AnonymousIDs {
			w.gone[name] = true
		}
	}
	w.tell(track(user, "User Deleted"))
	w.gone[user] = true
}

// live lets something happen.
func (w *world) live() {
	switch w.IntN(22) {
	case 0:
		w.now = w.now.Add(time.Duration(w.IntN(36)) * time.Hour)
	case 1:
		w.tell(call{Type: "identify", UserID: w.user(), AnonymousID: w.stranger()})
	case 2:
		w.tell(call{Type: "alias", UserID: w.user(), PreviousID: w.stranger()})
	case 3:
		w.tell(call{Type: "identify", AnonymousID: w.stranger(), Traits: map[string]any{"n": w.IntN(6)}})
	case 4:
		if w.IntN(5) == 0 {
			w.delete(fmt.Sprint("u", w.IntN(4)))
		}
	case 5:
		w.tell(track(w.user(), []string{"User Suppressed", "User Unsuppressed"}[w.IntN(2)]))
	case 6:
		w.changeByHand()
	case 7:
		w.restart()
	case 8:
		w.changeSegments()
	case 9:
		w.changeMembers()
	case 10, 11, 12, 13:
		w.tell(identify(w.user(), map[string]any{"plan": []string{"pro", "free"}[w.IntN(2)], "n": w.IntN(6)}))
	case 14, 15:
		w.tell(call{Type: "track", AnonymousID: w.stranger(), Event: []string{"A", "B", "C"}[w.IntN(3)]})
	default:
		w.tell(call{Type: "track", UserID: w.user(), Event: []string{"A", "B", "C"}[w.IntN(3)], Ago: time.Duration(w.IntN(3)*w.IntN(20)-1) * time.Hour})
	}
}

func (w *world) tell(c call) {
	w.send(c)
	w.log = append(w.log, c)
	at := w.now
	if c.Ago > 0 {
		at = at.Add(-c.Ago)
	}
	w.done = append(w.done, at)
}

func (w *world) changeByHand() {
	p, err := w.PersonByIdentity(w.t.Context(), hookline.UserIdentity(w.user()))
	if err != nil {
		return
	}
	p.Attributes = json.RawMessage(fmt.Sprintf(`{"plan":"%s","n":%d}`, []string{"pro", "free"}[w.IntN(2)], w.IntN(6)))
	_, err = w.UpdatePerson(w.t.Context(), p)
	check(w.t, err)
}

func (w *world) changeSegments() {
	text := conditions[w.IntN(len(conditions))]
	if len(w.all) > 0 && w.IntN(3) == 0 {
		text = `segment("` + w.all[w.IntN(len(w.all))].ID + `") and ` + conditions[w.IntN(4)]
	}
	switch at := w.IntN(len(w.all) + 1); {
	case len(w.all) < 9 && w.IntN(2) == 0:
		w.n++
		w.all = append(w.all, w.segment(fmt.Sprint("S", w.n), []string{text, text, text, ""}[w.IntN(4)]))
	case at == len(w.all):
	case w.IntN(3) == 0:
		if err := w.DeleteSegment(w.t.Context(), w.all[at].ID); hookline.KindOf(err) != hookline.KindConflict { // another asks for it
			check(w.t, err)
			w.all = slices.Delete(w.all, at, at+1)
		}
	case !w.all[at].Manual:
		g, err := w.Segment(w.t.Context(), w.all[at].ID)
		check(w.t, err)
		if g.Condition = text; !strings.Contains(text, "segment(") { // or else there might be a circle
			w.all[at], err = w.UpdateSegment(w.t.Context(), g)
			check(w.t, err)
		}
	}
}

func (w *world) changeMembers() {
	p, err := w.PersonByIdentity(w.t.Context(), hookline.UserIdentity(w.user()))
	at := slices.IndexFunc(w.all, func(g hookline.Segment) bool { return g.Manual })
	if err != nil || at < 0 {
		return
	}
	if w.IntN(3) == 0 {
		check(w.t, w.RemoveMembers(w.t.Context(), w.all[at].ID, []string{p.ID}))
		return
	}
	check(w.t, w.PutMembers(w.t.Context(), w.all[at].ID, []string{p.ID}))
}

// naive says who belongs into each segment by asking everybody everything. Of
// manual segments it takes what is kept.
func (w *world) naive() map[string][]string {
	people, err := w.ListPeople(w.t.Context(), "", hookline.Cursor{Limit: 1000})
	check(w.t, err)
	is := map[string]map[string]bool{}
	for _, g := range w.all {
		is[g.ID] = map[string]bool{}
		if g.Manual {
			for _, id := range must(w.MembersAfter(w.t.Context(), g.ID, "", 1000))(w.t) {
				is[g.ID][id] = true
			}
		}
	}
	owners := w.owners()
	for _, p := range people.Rows {
		deeds := w.deeds(p, owners)
		attributes, err := condition.Customer(&p)
		check(w.t, err)
		var in func(id string) bool
		in = func(id string) bool {
			at := slices.IndexFunc(w.all, func(g hookline.Segment) bool { return g.ID == id })
			if at < 0 || w.all[at].Manual {
				return at >= 0 && is[id][p.ID]
			}
			c, err := condition.Parse(w.all[at].Condition)
			check(w.t, err)
			return !p.Suppressed && c.Met(condition.Subject{
				Person: attributes, InSegment: in, Now: w.now, Did: func(event string) hookline.Deeds { return deeds[event] },
			})
		}
		for _, g := range w.all {
			is[g.ID][p.ID] = in(g.ID)
		}
	}
	return listed(is)
}

// owners says to whom each name in the log leads now.
func (w *world) owners() map[string]string {
	owners := map[string]string{}
	for _, c := range w.log {
		name := c.identity()
		if _, looked := owners[name]; looked {
			continue
		}
		owners[name] = ""
		if owner, err := w.PersonByIdentity(w.t.Context(), name); err == nil {
			owners[name] = owner.ID
		}
	}
	return owners
}

func (c call) identity() string {
	return hookline.Event{UserID: c.UserID, AnonymousID: c.AnonymousID}.Identity()
}

// deeds are what a person did, by every name they go by.
func (w *world) deeds(p hookline.Person, owners map[string]string) map[string]hookline.Deeds {
	deeds := map[string]hookline.Deeds{}
	for i, c := range w.log {
		if owners[c.identity()] == p.ID && c.Type == "track" {
			deeds[c.Event] = deeds[c.Event].With(hookline.Deeds{Total: 1, Times: []int64{w.done[i].UnixMicro()}}, 1000)
		}
	}
	return deeds
}

func listed(is map[string]map[string]bool) map[string][]string {
	lists := map[string][]string{}
	for segment, members := range is {
		lists[segment] = []string{}
		for _, id := range slices.Sorted(maps.Keys(members)) {
			if members[id] {
				lists[segment] = append(lists[segment], id)
			}
		}
	}
	return lists
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		check(t, err)
		return value
	}
}

// kept says who is kept as a member of each segment.
func (w *world) kept() map[string][]string {
	lists := map[string][]string{}
	for _, g := range w.all {
		lists[g.ID] = append([]string{}, must(w.MembersAfter(w.t.Context(), g.ID, "", 1000))(w.t)...)
		stored := must(w.Segment(w.t.Context(), g.ID))(w.t)
		if stored.Size != len(lists[g.ID]) {
			w.t.Errorf("%s has a size of %d and %d members", g.Name, stored.Size, len(lists[g.ID]))
		}
	}
	return lists
}

// TestStageAgreesWithNaiveness holds for random histories, with restarts, merges,
// deletions and time that passes: who is kept as a member is who belongs there.
func TestStageAgreesWithNaiveness(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &world{house: newHouse(t), Rand: rand.New(rand.NewPCG(seed, 7)), gone: map[string]bool{}}
			members := 0
			for range 25 {
				for range 1 + w.IntN(6) {
					w.live()
				}
				w.settle()
				want, got := w.naive(), w.kept()
				if diff := cmp.Diff(want, got); diff != "" {
					for _, g := range w.all {
						t.Log(g.ID, g.Condition)
					}
					t.Fatalf("members at %v (-want +got)\n%s", w.now, diff)
				}
				for _, list := range got {
					members += len(list)
				}
			}
			if members < 50 {
				t.Errorf("only %d memberships were compared", members)
			}
		})
	}
}
