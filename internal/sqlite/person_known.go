package sqlite

import (
	"sync"

	"hookline/internal/hookline"
)

// maxKnownBytes is about how much memory people may take who are remembered.
const maxKnownBytes = 8 << 20

// knownPeople remembers whom fanout looked up last, since the people of one
// event are most often those of an earlier one. What the process commits is
// followed at once; what a guest commits, when it is noticed (see Watch), and
// until then the version of a person guards them.
type knownPeople struct {
	mu     sync.Mutex
	names  map[string]*knownPerson // by identity
	people map[string]*knownPerson // by id
	bytes  int
	age    int64 // grows with each change, so that what was read before it is not kept
}

type knownPerson struct {
	hookline.Person
	names []string
}

// get puts those who are known into people and gives the names that are not,
// and the age to put them with.
func (k *knownPeople) get(names []string, people map[string]hookline.Person) (unknown []string, age int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, name := range names {
		if p := k.names[name]; p != nil {
			people[name] = p.Person
		} else {
			unknown = append(unknown, name)
		}
	}
	return unknown, k.age
}

// put remembers people as they were read, unless something has changed since.
func (k *knownPeople) put(read map[string]hookline.Person, age int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if age != k.age {
		return
	}
	for name, p := range read {
		k.keep(p, name)
	}
}

// follow does to those who are known what a commit did to the people.
func (k *knownPeople) follow(changes []hookline.PersonChange) {
	if len(changes) == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.age++
	for _, c := range changes {
		for _, id := range c.Merged {
			k.forget(id)
		}
		if c.Deleted {
			k.forget(c.Person.ID)
			continue
		}
		names := c.Identities
		if p := k.people[c.Person.ID]; p != nil {
			names = append(p.names, names...)
			k.forget(c.Person.ID)
		}
		for _, name := range names {
			k.keep(c.Person, name)
		}
	}
}

// keep makes a name lead to a person and nobody else.
func (k *knownPeople) keep(p hookline.Person, name string) {
	if k.bytes > maxKnownBytes || k.names == nil {
		k.names, k.people, k.bytes = map[string]*knownPerson{}, map[string]*knownPerson{}, 0
	}
	known := k.people[p.ID]
	if known == nil {
		known = &knownPerson{Person: p}
		k.people[p.ID] = known
		k.bytes += known.size()
	}
	if before := k.names[name]; before == known {
		return
	} else if before != nil {
		k.forget(before.ID)
	}
	k.names[name] = known
	known.names = append(known.names, name)
	k.bytes += nameSize(name)
}

func (k *knownPeople) forget(id string) {
	known := k.people[id]
	if known == nil {
		return
	}
	delete(k.people, id)
	k.bytes -= known.size()
	for _, name := range known.names {
		delete(k.names, name)
		k.bytes -= nameSize(name)
	}
}

// clear forgets everybody.
func (k *knownPeople) clear() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.age++
	k.names, k.people, k.bytes = nil, nil, 0
}

func (p *knownPerson) size() int {
	return 400 + len(p.Attributes) + len(p.Setters) + len(p.UserID) + len(p.Email)
}

func nameSize(name string) int { return 100 + len(name) }
