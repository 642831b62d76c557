//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestToken is an administrator who lets a script in, sees that it came, and locks it out again.
func TestToken(t *testing.T) {
	url := newHouse(t)
	v := visit(t, url)
	v.expects("status of 422") // a form that comes back
	setUp(v)
	v.open("/settings")
	v.clickOn(v.find(`a[href="/settings/tokens"]`))
	v.sees("No token yet")
	v.inspect("tokens-empty")

	v.click("New token")
	v.click("Make token")
	v.sees("Say what the token is for")
	v.inspect("token-refused")
	v.fill("Name", "Deploy script of the shop")
	v.check("edit", true)
	v.click("Make token")
	v.sees("it is shown this once")
	v.inspect("token-made")
	token := v.value("Token")

	if status, body := ask(t, url, token); status != http.StatusOK || !strings.Contains(body, `"data":[]`) {
		t.Errorf("the token was answered %d %s", status, body)
	}
	v.click("Done")
	v.sees("Deploy script of the shop")
	v.sees("just now")
	v.inspect("tokens")

	v.click("Revoke Deploy script of the shop")
	v.inspect("token-revoke")
	v.click("Revoke token")
	v.sees("The token is revoked.")
	if status, _ := ask(t, url, token); status != http.StatusUnauthorized {
		t.Errorf("a revoked token was answered %d", status)
	}
}

// ask lists the sources with a token.
func ask(t *testing.T, url, token string) (int, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/v1/sources", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}
