package hookline

import "testing"

func TestNamesIn(t *testing.T) {
	names := Names{UserIdentity("u-1001"), EmailIdentity("ana@example.com"), AnonymousIdentity("7"), UserIdentity(`Jü"rgen`), "per_00000000000000000000"}
	for _, test := range []struct {
		text string
		want bool
	}{
		{"", false},
		{`{"userId":"u-1001"}`, true},
		{`{"userId":"u-10012"}`, false},
		{`{"userId":"xu-1001"}`, false},
		{"Written to Ana@Example.com.", true},
		{"ana@example.com", true},
		{"juliana@example.com", false},
		{"x.ana@example.com", false},
		{"ana@example.com.au", false},
		{"https://crm.example/?mail=ana%40example.com&x=1", true},
		{`{"price":7,"count":"7"}`, false},
		{`{"anonymousId": "7"}`, true},
		{`{"userId":7}`, true},
		{`{"anonymousId":"77"}`, false},
		{"user_id=7&x=1", true},
		{`{"name":"jü\"rgen"}`, true},
		{`who=per_00000000000000000000`, true},
		{"nobody", false},
	} {
		if got := names.In([]byte(test.text)); got != test.want {
			t.Errorf("%q names them: %v, want %v", test.text, got, test.want)
		}
	}
	if (Names{}).In([]byte("anybody")) {
		t.Error("nobody is named")
	}
}

func TestNameHashTellsWhoWasDeleted(t *testing.T) {
	d := Deletion{Salt: "pepper", Hashes: []string{NameHash("pepper", UserIdentity("u1")), NameHash("pepper", EmailIdentity("Ana@example.com"))}}
	for name, want := range map[string]bool{"u1": true, " ana@EXAMPLE.com ": true, "u2": false, "": false} {
		if d.About(name) != want {
			t.Errorf("about %q: %v, want %v", name, !want, want)
		}
	}
	if NameHash("pepper", "user:u1") == NameHash("salt", "user:u1") {
		t.Error("two receipts have the same hash of the same person")
	}
}
