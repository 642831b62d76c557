package hookline

import (
	"encoding/json"
	"time"
)

// Person is somebody whom events are about.
type Person struct {
	ID           string // per_…, ours
	UserID       string // the sender's id; empty for a person known by e-mail only
	Email        string // the attribute "email", when it is a text
	AnonymousIDs []string
	Attributes   json.RawMessage // one JSON object, in the order in which attributes came
	Setters      Setters         // what set each of them last
	Suppressed   bool            // events about a suppressed person change nothing and send nothing
	Version      int64           // grows with each change; writers compare it
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Segments     []string // ids of those that they are in, where one person is looked up
}

// Label is the best short name: the e-mail, else the user id, else our id.
func (p Person) Label() string {
	switch {
	case p.Email != "":
		return p.Email
	case p.UserID != "":
		return p.UserID
	}
	return p.ID
}

// UserIdentity is the key under which a person with this user id is found.
func UserIdentity(id string) string { return "user:" + id }

// AnonymousIdentity is the key for an anonymous id.
func AnonymousIdentity(id string) string { return "anon:" + id }

// EmailIdentity is the key for an e-mail address; upper and lower case are one.
func EmailIdentity(email string) string { return "email:" + lower(email) }
