package condition

import (
	"encoding/json"
	"testing"

	"hookline/internal/hookline"
)

// TestCustomerIsThePerson holds that the decoded form says what the person's
// own form says, byte for byte where nothing was escaped needlessly.
func TestCustomerIsThePerson(t *testing.T) {
	for _, p := range []hookline.Person{
		{},
		{UserID: "u1"},
		{UserID: "u1", Attributes: []byte(` null `)},
		{UserID: "u1", Attributes: []byte(`{}`)},
		{UserID: "u1", Attributes: []byte(`{"plan":"pro","n":1.50,"list":[1,{"a":null}]}`)},
		{UserID: "u1", Attributes: []byte(`{"plan":"pro","id":7}`)},
		{Attributes: []byte(`{"plan":"pro"}`)},
	} {
		want, err := p.Customer()
		if err != nil {
			t.Fatal(err)
		}
		customer, err := Customer(&p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(customer)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want.JSON()) {
			t.Errorf("%s of %q is %s, want %s", p.Attributes, p.UserID, got, want.JSON())
		}
	}
	for _, broken := range []string{`{`, `[]`, `"text"`} {
		if customer, err := Customer(&hookline.Person{Attributes: []byte(broken)}); err == nil {
			t.Errorf("%s was read as %v", broken, customer)
		}
	}
}

func TestReadsPerson(t *testing.T) {
	for text, want := range map[string]bool{
		``: false, `event = "A"`: false, `segment("seg_1")`: false, `event = "A" or (type = "track" and person.plan = "pro")`: true,
	} {
		if got := parse(t, text).ReadsPerson(); got != want {
			t.Errorf("%s: %t, want %t", text, got, want)
		}
	}
}
