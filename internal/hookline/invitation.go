package hookline

import "time"

// InvitationLasts is how long an invitation can be taken.
const InvitationLasts = 7 * 24 * time.Hour

// Invitation lets somebody become a user, once. Only the hash of its code is
// kept.
type Invitation struct {
	ID        string // inv_…
	CodeHash  string // hex SHA-256 of the code in the link
	Email     string // lower case, unique
	Role      Role
	MadeBy    string // the e-mail of who invited
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Validate says at each field what is wrong; nil when nothing is.
func (i Invitation) Validate() error {
	return User{Email: i.Email, Role: i.Role}.Validate()
}
