package docs

import (
	"strings"
	"testing"

	"hookline/internal/workspace"
)

// workspaceFile reads a part of a file as hookline apply does: what it does not
// know is an error.
func workspaceFile(t *testing.T, text string) {
	t.Helper()
	if _, err := workspace.Parse(strings.NewReader("hookline: 1\n" + text)); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}
