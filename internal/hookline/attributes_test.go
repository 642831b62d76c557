package hookline

import "testing"

func TestAttributesKeepOrderAndDigits(t *testing.T) {
	const text = `{"zeta": 1, "alpha": 12345678901234567890.50, "nested": {"b": [1,  2], "a": null}, "zeta": 2}`
	a, err := ParseAttributes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	more, err := ParseAttributes([]byte(`{"alpha":"new","omega":true}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(a.JSON()), `{"zeta":2,"alpha":12345678901234567890.50,"nested":{"b":[1,2],"a":null}}`; got != want {
		t.Errorf("read back\n got %s\nwant %s", got, want)
	}
	a.Merge(more)
	if got, want := string(a.JSON()), `{"zeta":2,"alpha":"new","nested":{"b":[1,2],"a":null},"omega":true}`; got != want {
		t.Errorf("merged\n got %s\nwant %s", got, want)
	}
}

func TestParseAttributesRefusesWhatIsNoObject(t *testing.T) {
	for _, text := range []string{`[]`, `"a"`, `1`, `{`, `{"a"}`, `{"a":}`, `{"a":1`} {
		if a, err := ParseAttributes([]byte(text)); err == nil {
			t.Errorf("%s was read as %s", text, a.JSON())
		}
	}
	for _, text := range []string{``, ` `, `null`, `{}`} {
		if a, err := ParseAttributes([]byte(text)); err != nil || string(a.JSON()) != `{}` {
			t.Errorf("%q: %s, %v", text, a.JSON(), err)
		}
	}
}

func TestCustomerBeginsWithTheUserID(t *testing.T) {
	for _, test := range []struct{ userID, attributes, want string }{
		{"u1", `{"plan":"pro"}`, `{"id":"u1","plan":"pro"}`},
		{"u1", `{"plan":"pro","id":7}`, `{"plan":"pro","id":7}`},
		{"", `{"email":"a@b.example"}`, `{"email":"a@b.example"}`},
	} {
		c, err := Person{UserID: test.userID, Attributes: []byte(test.attributes)}.Customer()
		if err != nil || string(c.JSON()) != test.want {
			t.Errorf("customer of %s %s: %s, %v", test.userID, test.attributes, c.JSON(), err)
		}
	}
}
