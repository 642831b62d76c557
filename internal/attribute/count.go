package attribute

import (
	"slices"
	"strings"
	"time"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// The limits of what is counted, whatever people have.
const (
	maxNames      = 1000 // of attributes, those within objects among them
	maxDepth      = 4    // of objects in objects
	maxExamples   = 4
	longestSample = 60 // bytes
)

// Counter counts the attributes of people; the zero value has counted nobody.
// What it holds is bounded, whatever it is given.
type Counter struct {
	people int
	names  int
	more   bool
	root   node
}

// node is an attribute, or a member of one that is an object.
type node struct {
	people   int
	types    map[Type]int
	examples []string
	members  map[string]*node
}

// Add counts one person.
func (c *Counter) Add(p *hookline.Person) {
	c.people++
	if attributes, err := condition.Attributes(p); err == nil { // what is no object has no attributes
		c.addMembers(&c.root, attributes, 1)
	}
}

// People is how many it has counted.
func (c *Counter) People() int { return c.people }

func (c *Counter) addMembers(n *node, members *data.Object, depth int) {
	for i := range members.Len() {
		name, value := members.At(i)
		member := n.members[name]
		if member == nil {
			if c.names == maxNames {
				c.more = true
				continue
			}
			if n.members == nil {
				n.members = map[string]*node{}
			}
			member = &node{types: map[Type]int{}}
			n.members[strings.Clone(name)] = member // and not the whole text that it is part of
			c.names++
		}
		member.add(name, value)
		if depth < maxDepth {
			c.addMembers(member, value.Object(), depth+1)
		}
	}
}

func (n *node) add(name string, value data.View) {
	n.people++
	t := typeOf(value)
	n.types[t]++
	if len(n.examples) == maxExamples || t == List || t == Object || t == Empty || hookline.SecretParameter(name) {
		return
	}
	sample := value.Text()
	if t == Boolean {
		sample = "no"
		if value.IsTrue() {
			sample = "yes"
		}
	}
	if sample != "" && len(sample) <= longestSample && !slices.Contains(n.examples, sample) {
		n.examples = append(n.examples, strings.Clone(sample))
	}
}

// Index is what was counted until at, by name.
func (c *Counter) Index(at time.Time) hookline.AttributeIndex {
	index := hookline.AttributeIndex{People: c.people, At: at, More: c.more}
	c.root.list(&index, nil)
	slices.SortFunc(index.Counts, func(a, b hookline.AttributeCount) int { return strings.Compare(a.Name, b.Name) })
	return index
}

func (n *node) list(index *hookline.AttributeIndex, path []string) {
	for name, member := range n.members {
		at := append(slices.Clone(path), name)
		types := make(map[string]int, len(member.types))
		for t, people := range member.types {
			types[string(t)] = people
		}
		index.Counts = append(index.Counts, hookline.AttributeCount{
			Name: condition.KeyText(at), People: member.people, Types: types, Examples: append([]string{}, member.examples...),
		})
		member.list(index, at)
	}
}
