package views

// verifyInGo is shown to engineers; a test compiles it and checks a signature with it.
const verifyInGo = `func verify(key, timestamp, signature string, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(mac, "v0:%s:%s", timestamp, body)
	given, err := hex.DecodeString(signature)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}`
