package views

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

func verify(key, timestamp, signature string, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	given, err := hex.DecodeString(signature)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}

func TestTheCheckShownToEngineersIsTheOneTestedHere(t *testing.T) {
	own, err := os.ReadFile("signing_key_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(own), verifyInGo) {
		t.Fatal("the page shows other code than the one that is tested")
	}
	const (
		body      = `{"id":"1","email":"win@customer.io"}`
		signature = "b8ef36f696a75712548cbb0cc04b9e906f73979dc4ad4967e91e55f753b20787"
	)
	if !verify("my_signing_key", "1613063089", signature, []byte(body)) {
		t.Error("a right signature is refused")
	}
	if verify("my_signing_key", "1613063090", signature, []byte(body)) || verify("other", "1613063089", signature, []byte(body)) || verify("my_signing_key", "1613063089", "zz", []byte(body)) {
		t.Error("a wrong signature is taken")
	}
}
