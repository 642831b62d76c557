package hookline

import (
	"net/mail"
	"strings"
	"time"
)

// Role says what a user may do.
type Role string

// The roles, each with all that the ones below it may (DESIGN: Pages).
const (
	Admin   Role = "admin"   // everything: users, keys, settings
	Editor  Role = "editor"  // configures sources, destinations, actions and bins
	Support Role = "support" // Sent, resend, people; sees no secrets
	Viewer  Role = "viewer"  // looks
)

// Roles lists the roles, the most powerful first.
func Roles() []Role { return []Role{Admin, Editor, Support, Viewer} }

func (r Role) rank() int {
	switch r {
	case Admin:
		return 4
	case Editor:
		return 3
	case Support:
		return 2
	case Viewer:
		return 1
	}
	return 0
}

// Allows says whether a user of role r may do what need asks for.
func (r Role) Allows(need Role) bool { return r.rank() >= need.rank() && need.rank() > 0 }

// User is somebody who signs in.
type User struct {
	ID           string // usr_…
	Email        string // lower case, unique
	Role         Role
	PasswordHash string // argon2id, in its encoded form
	Disabled     bool
	CreatedAt    time.Time
}

// Validate says at each field what is wrong; nil when nothing is.
func (u User) Validate() error {
	f := fields{}
	address, err := mail.ParseAddress(u.Email)
	f.check(err == nil && address.Address == u.Email && len(u.Email) <= MaxName, "email", "Enter an e-mail address, such as ana@example.com.")
	f.check(u.Role.rank() > 0, "role", "Choose a role.")
	return f.err("The user could not be saved.")
}

// CheckPassword says what is wrong with a new password; nil when nothing is.
// Length is the only rule (NIST SP 800-63B §3.1.1).
func CheckPassword(password string) error {
	f := fields{}
	f.check(len(password) >= 10, "password", "Choose a password of at least 10 characters.")
	f.check(len(password) <= 500, "password", "This password is too long: at most 500 characters.")
	return f.err("The password could not be taken.")
}

// Session is a user's signed-in browser. Only the hash of its id is kept.
type Session struct {
	IDHash     string // hex SHA-256 of the id in the cookie
	UserID     string
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time // the absolute end
	Agent      string    // the User-Agent of the browser that signed in, as it called itself
	Address    string    // the network address it signed in from
}

// SessionEnd is a session that a person ends, and what the audit log says of it.
type SessionEnd struct{ IDHash, Remark string }

// maxAgent is how much of what a browser calls itself is kept.
const maxAgent = 400

// CutAgent is what is kept of a User-Agent: valid text of a bounded length.
func CutAgent(agent string) string {
	if len(agent) > maxAgent {
		agent = agent[:maxAgent]
	}
	return strings.ToValidUTF8(agent, "")
}

// Handle names a session on pages: it tells two of a user's sessions apart, and
// opens nothing.
func (s Session) Handle() string { return s.IDHash[:min(len(s.IDHash), 20)] }

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// NormalEmail is the one form in which an e-mail address is kept and compared.
func NormalEmail(email string) string { return lower(email) }

func headerText(s string) bool { return !strings.ContainsAny(s, "\r\n\x00") }
