package sqlite

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// TestKnownPeopleAreAsStored does a few hundred things at random to a few
// people, and after each asks who goes by which name: what is remembered must
// be what a store that remembers nothing would read.
func TestKnownPeopleAreAsStored(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	s := openStore(t, t.TempDir(), nil)
	names := make([]string, 0, 24)
	for i := range 8 {
		names = append(names, hookline.UserIdentity(fmt.Sprint("u", i)), hookline.AnonymousIdentity(fmt.Sprint("a", i)), hookline.EmailIdentity(fmt.Sprintf("e%d@example.com", i)))
	}
	everybody := func() map[string]hookline.Person {
		people, err := s.PeopleByIdentity(t.Context(), names)
		if err != nil {
			t.Fatal(err)
		}
		return people
	}
	var fromMemory int
	for i := range 400 {
		change(t, s, random, everybody())
		half, _ := s.known.get(names, map[string]hookline.Person{})
		fromMemory += len(names) - len(half)
		got := everybody()
		s.known.clear()
		if diff := cmp.Diff(everybody(), got); diff != "" {
			t.Fatalf("after %d changes (-stored +remembered):\n%s", i+1, diff)
		}
		if i%3 > 0 {
			continue // with everybody known
		}
		s.known.clear()
	}
	if fromMemory == 0 {
		t.Error("nobody was ever remembered")
	}
}

// change does one thing to the people: a stretch with an arrival, a merge, a
// name that moves, an edit or a deletion, or what people do by hand.
func change(t *testing.T, s *Store, random *rand.Rand, by map[string]hookline.Person) {
	t.Helper()
	ctx := t.Context()
	someone := func() (string, hookline.Person, bool) {
		for name, p := range by {
			if random.IntN(3) == 0 {
				return name, p, true
			}
		}
		return "", hookline.Person{}, false
	}
	_, p, found := someone()
	_, other, more := someone()
	n := random.IntN(8)
	p.Attributes = json.RawMessage(fmt.Sprintf(`{"email":"e%d@example.com","n":%d}`, n, random.IntN(1000)))
	var err error
	switch what := random.IntN(7); {
	case what == 0 || !found:
		user := fmt.Sprint("u", n)
		if _, taken := by[hookline.UserIdentity(user)]; !taken {
			p := hookline.Person{ID: s.ids.New("per"), UserID: user, Attributes: p.Attributes, CreatedAt: now(), UpdatedAt: now()}
			err = record(t, s, hookline.PersonChange{Person: p, Identities: []string{hookline.UserIdentity(user)}})
		}
	case what == 1:
		c := hookline.PersonChange{Person: p}
		for _, name := range []string{hookline.AnonymousIdentity(fmt.Sprint("a", n)), hookline.EmailIdentity(fmt.Sprintf("e%d@example.com", n))} {
			if random.IntN(2) == 0 {
				c.Identities = append(c.Identities, name)
			}
		}
		err = record(t, s, c)
	case what == 2 && more && other.ID != p.ID:
		err = record(t, s, hookline.PersonChange{Person: p, Merged: []string{other.ID}})
	case what == 3:
		err = record(t, s, hookline.PersonChange{Person: p, Deleted: true})
	case what == 4:
		_, err = s.UpdatePerson(ctx, p)
	case what == 5:
		err = s.DeletePerson(ctx, p.ID)
	default:
		_, _, err = s.PutPerson(ctx, fmt.Sprint("u", n), p.Attributes)
	}
	if err != nil && hookline.KindOf(err) != hookline.KindConflict && !strings.Contains(err.Error(), "not found") {
		t.Fatal(err)
	}
}

func record(t *testing.T, s *Store, c hookline.PersonChange) error {
	t.Helper()
	at, err := s.FanoutCursor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.RecordFanout(t.Context(), hookline.Fanout{From: at, To: hookline.KeyID("evt", hookline.KeyOf(at)+1), People: []hookline.PersonChange{c}})
}

func TestKnownPeopleTakeLittleMemory(t *testing.T) {
	var k knownPeople
	big := json.RawMessage(`{"text":"` + strings.Repeat("x", 10_000) + `"}`)
	for i := range 3000 {
		k.put(map[string]hookline.Person{fmt.Sprint("user:", i): {ID: fmt.Sprint(i), Attributes: big}}, k.age)
		if k.bytes > maxKnownBytes+20_000 {
			t.Fatalf("%d bytes are remembered after %d people", k.bytes, i+1)
		}
	}
	if unknown, _ := k.get([]string{"user:2999"}, map[string]hookline.Person{}); len(unknown) > 0 {
		t.Error("the last one is not known")
	}
	for id := range k.people {
		k.forget(id)
	}
	if k.bytes != 0 || len(k.names) != 0 {
		t.Errorf("with nobody left %d bytes and %d names are", k.bytes, len(k.names))
	}
}

// TestKnownPeopleDoNotTakeWhatIsOld: who was read before a change is not
// remembered after it.
func TestKnownPeopleDoNotTakeWhatIsOld(t *testing.T) {
	var k knownPeople
	_, age := k.get([]string{"user:1"}, map[string]hookline.Person{})
	k.follow([]hookline.PersonChange{{Person: hookline.Person{ID: "per_1"}, Deleted: true}})
	k.put(map[string]hookline.Person{"user:1": {ID: "per_1"}}, age)
	if unknown, _ := k.get([]string{"user:1"}, map[string]hookline.Person{}); len(unknown) != 1 {
		t.Error("somebody who is gone is remembered")
	}
}
