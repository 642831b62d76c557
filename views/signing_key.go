package views

// verifyInGo is shown to engineers; the test beside it runs this very text.
const verifyInGo = `func verify(key, timestamp, signature string, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(mac, "v0:%s:%s", timestamp, body)
	given, err := hex.DecodeString(signature)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}`
