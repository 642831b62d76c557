package hookline

import "bytes"

// The limits of a person that is imported.
const (
	maxImportedID         = 1000     // bytes
	maxImportedAttributes = 64 << 10 // bytes of JSON, as on a person's page
)

// ImportedPerson is what a row says of a person.
type ImportedPerson struct {
	Row     ImportRow
	UserID  string // one of both at least
	Email   string
	Set     Attributes
	Removed []string // attributes that empty cells remove
}

// Identity is the name by which the person is found: the id, and without one the
// e-mail address.
func (i ImportedPerson) Identity() string {
	if i.UserID != "" {
		return UserIdentity(i.UserID)
	}
	return EmailIdentity(i.Email)
}

// Find gives the person whom the row is about, of those that names lead to: who
// goes by the id, else whoever is known by the e-mail address alone. It is the
// zero person when that is nobody.
func (i ImportedPerson) Find(byIdentity map[string]Person) Person {
	if p, known := byIdentity[i.Identity()]; known {
		return p
	}
	if i.UserID != "" && i.Email != "" {
		if p := byIdentity[EmailIdentity(i.Email)]; p.UserID == "" {
			return p
		}
	}
	return Person{}
}

// Apply changes a person as the row says; the zero person becomes somebody new.
// Attributes that the row does not give stay. It gives what became of them and,
// of a row that is refused, why.
func (i ImportedPerson) Apply(p *Person) (outcome ImportOutcome, why string, err error) {
	switch {
	case p.Suppressed:
		return ImportRefused, "This person is suppressed: nothing about them is changed. End that on their page first.", nil
	case len(i.UserID) > maxImportedID || len(i.Email) > maxImportedID:
		return ImportRefused, "The id or the e-mail address is too long: at most 1,000 bytes.", nil
	}
	own, err := ParseAttributes(p.Attributes)
	if err != nil {
		return "", "", err
	}
	before := own.JSON()
	for _, name := range i.Removed {
		own.Remove(name)
	}
	own.Merge(i.Set)
	after := own.JSON()
	if len(after) > maxImportedAttributes {
		return ImportRefused, "The person would have more than 64 KB of attributes. Leave some columns out.", nil
	}
	known := p.Version > 0
	if known && bytes.Equal(before, after) && (i.UserID == "" || p.UserID == i.UserID) {
		return ImportSame, "", nil
	}
	p.Attributes, p.Email = after, own.Text("email")
	if p.UserID == "" {
		p.UserID = i.UserID
	}
	if known {
		return ImportChanged, "", nil
	}
	return ImportMade, "", nil
}
