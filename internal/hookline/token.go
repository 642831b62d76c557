package hookline

import (
	"strings"
	"time"
)

// Token lets a program use the management API. Only the hash of it is kept.
type Token struct {
	ID         string // tok_…
	Name       string // what it is for, as whoever made it wrote
	Hash       string // hex SHA-256 of the token
	Scope      Role   // what its bearer may do: what a user of this role may
	MadeBy     string // the e-mail of who made it, or where it was made
	CreatedAt  time.Time
	LastUsedAt time.Time // to the minute; zero when it was never used
}

// TokenPrefix begins every token, so that people and scanners for leaked
// secrets know one when they see it.
const TokenPrefix = "hkt_"

// Validate says at each field what is wrong; nil when nothing is.
func (t Token) Validate() error {
	f := fields{}
	checkName(f, t.Name, "Say what the token is for, such as “Deploy script”.")
	f.check(t.Scope.rank() > 0, "scope", "Choose what the token may do.")
	return f.err("The token could not be made.")
}

// scopeNames are what the API calls the roles: they say what a bearer may do,
// not who it is.
var scopeNames = map[Role]string{Admin: "admin", Editor: "edit", Support: "support", Viewer: "read"}

// ScopeName is what the API and the command line call a token's scope: admin,
// edit, support or read.
func ScopeName(scope Role) string { return scopeNames[scope] }

// ParseScope reads the name of a scope; a role's own name counts too.
func ParseScope(name string) (Role, error) {
	for _, role := range Roles() {
		if name == scopeNames[role] || name == string(role) {
			return role, nil
		}
	}
	return "", Invalid("The token could not be made.", map[string]string{
		"scope": "There is no scope “" + strings.ToValidUTF8(name, "?") + "”. Use admin, edit, support or read.",
	})
}

// ReplayFor is how long the answer to a creating call is kept for its
// Idempotency-Key.
const ReplayFor = 24 * time.Hour

// Replay is a creating call under an Idempotency-Key, and its answer.
type Replay struct {
	TokenID string
	Key     string    // as the caller chose it
	Hash    string    // hex SHA-256 of method, path and body
	Status  int       // of the answer; 0 while the first call is on its way
	Body    []byte    // of the answer
	At      time.Time // when the first call came
}
