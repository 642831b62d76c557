package fanout

import (
	"testing"

	"hookline/internal/hookline"
)

// TestIdempotencyKeysStay holds the form of the keys: receivers have seen them.
func TestIdempotencyKeysStay(t *testing.T) {
	if got, want := idempotencyKey("evt_0dq3k8f2m1c0a9x7r5t2", "act_1"), "3e29a01cfc1e92300a5546d694946389"; got != want {
		t.Errorf("key %s, want %s", got, want)
	}
}

func TestBatchKeysTellRequestsApart(t *testing.T) {
	header := func(list ...string) (headers []hookline.Header) {
		for i := 0; i < len(list); i += 2 {
			headers = append(headers, hookline.Header{Name: list[i], Value: list[i+1]})
		}
		return headers
	}
	different := []hookline.Request{
		{Method: "POST", URL: "https://example.com/"},
		{Method: "PUT", URL: "https://example.com/"},
		{Method: "POST", URL: "https://example.com/a"},
		{Method: "POST", URL: "https://example.com/", Headers: header("A", "b")},
		{Method: "POST", URL: "https://example.com/", Headers: header("A", "c")},
		{Method: "POST", URL: "https://example.com/", Headers: header("A", "b", "A", "b")},
		{Method: "POST", URL: "https://example.com/", Headers: header("A", "bA", "", "b")},
		{Method: "POST", URL: "https://example.com/", Headers: header("Ab", "", "A", "b")},
	}
	seen := map[string]int{}
	for i, r := range different {
		key := batchKey(r)
		if j, taken := seen[key]; taken {
			t.Errorf("%+v and %+v share the key %s", r, different[j], key)
		}
		seen[key] = i
		if r.Body = []byte("other"); batchKey(r) != key {
			t.Errorf("the body of %+v changes its key", r)
		}
	}
}
