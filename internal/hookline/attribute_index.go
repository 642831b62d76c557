package hookline

import "time"

// AttributeIndex is which attributes people have, and how many have each.
type AttributeIndex struct {
	Counts []AttributeCount // by name
	People int              // how many were looked at: everybody, at that time
	At     time.Time        // when; zero: never yet
	More   bool             // there are more names than are counted
}

// AttributeCount is one attribute as people have it.
type AttributeCount struct {
	Name     string         `json:"name"` // as conditions write it: plan, company.size
	People   int            `json:"people"`
	Types    map[string]int `json:"types"`    // how many have it as a text, a number, …
	Examples []string       `json:"examples"` // some short values; none of what is called like a secret
}

// Coverage is the share of people who have it, from 0 to 1.
func (i AttributeIndex) Coverage(c AttributeCount) float64 {
	if i.People == 0 {
		return 0
	}
	return float64(c.People) / float64(i.People)
}
