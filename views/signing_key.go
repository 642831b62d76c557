package views

// verifyInGo is shown to engineers; the test beside it runs this very text.
const verifyInGo = `func verify(key, timestamp, signature string, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	given, err := hex.DecodeString(signature)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}`
