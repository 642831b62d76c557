package hookline

import "testing"

func TestScopesMirrorTheRoles(t *testing.T) {
	for _, role := range Roles() {
		name := ScopeName(role)
		if got, err := ParseScope(name); name == "" || err != nil || got != role {
			t.Errorf("the scope of %s is %q, which reads as %q, %v", role, name, got, err)
		}
		if got, err := ParseScope(string(role)); err != nil || got != role {
			t.Errorf("the role %s reads as %q, %v", role, got, err)
		}
	}
	for _, wrong := range []string{"", "Admin", "write", "admin "} {
		if got, err := ParseScope(wrong); KindOf(err) != KindInvalid {
			t.Errorf("%q reads as %q, %v", wrong, got, err)
		}
	}
}
