package hookline

import (
	"strings"
	"time"
)

// MaxName is the longest name of anything, in bytes.
const MaxName = 200

// Source is where events come from. Whoever knows the write key can send
// events, and nothing else.
type Source struct {
	ID        string // src_…
	Name      string
	WriteKey  string
	Enabled   bool // a disabled source refuses calls with 404
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Validate says at each field what is wrong; nil when nothing is.
func (s Source) Validate() error {
	f := fields{}
	checkName(f, s.Name, "Give the source a name, such as “Website” or “Billing”.")
	return f.err("The source could not be saved.")
}

func checkName(f fields, name, whenEmpty string) {
	f.check(strings.TrimSpace(name) != "", "name", whenEmpty)
	f.check(len(name) <= MaxName, "name", "This name is too long: at most 200 characters.")
}
