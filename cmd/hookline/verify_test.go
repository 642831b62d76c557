package main

import (
	"strconv"
	"testing"
	"time"

	"hookline/internal/signing"
)

// The public test vectors of the three schemes.
const (
	workspaceKey = "my_signing_key"
	sharedKey    = "abc123"
	standardKey  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

	workspaceBody = `{"id":"1","email":"win@customer.io"}`
	sharedBody    = `{"type":"track","userId":"123","event":"Signed Up","properties":{"plan":"Startup","referred_by":"Friend"}}`
	standardBody  = `{"test": 2432232314}`
)

var (
	workspaceHeaders = []string{"--header", "X-CIO-Timestamp: 1613063089", "--header", "x-cio-signature:b8ef36f696a75712548cbb0cc04b9e906f73979dc4ad4967e91e55f753b20787"}
	sharedHeaders    = []string{"--header", "X-Signature: e49731f0f62df36dacd410ecc8072ac77a530aad"}
	standardHeaders  = []string{
		"--header", "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "--header", "webhook-timestamp: 1614265330",
		"--header", "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
	}
)

func TestVerify(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		args []string
		code int
		says string
	}{
		"workspace":            {workspaceBody, append(workspaceHeaders, "--key", workspaceKey), exitOK, "X-CIO-Signature: holds, made with the key. Note: The timestamp is"},
		"shared":               {sharedBody, append(sharedHeaders, "--key", sharedKey), exitOK, "X-Signature: holds"},
		"shared, Segment's":    {"[" + sharedBody + `,{"b":2}]`, append(sharedHeaders, "--key", sharedKey), exitOK, "Only the first element"},
		"standard":             {standardBody, append(standardHeaders, "--key", standardKey), exitOK, "webhook-signature: holds"},
		"old":                  {workspaceBody, append(workspaceHeaders, "--key", workspaceKey, "--fresh"), exitError, "counts as a replay"},
		"another body":         {workspaceBody + "\n", append(workspaceHeaders, "--key", workspaceKey), exitError, "X-CIO-Signature: does not hold. The body was changed after it was signed: a line end was added at its end."},
		"a blank in the body":  {`{"id": "1", "email": "win@customer.io"}`, append(workspaceHeaders, "--key", workspaceKey), exitError, "its JSON was written anew, with blanks"},
		"renamed":              {workspaceBody, []string{"--header", "X-CIO-Timestamp: 1613063089", "--header", "HTTP_X_CIO_SIGNATURE: b8ef36f696a75712548cbb0cc04b9e906f73979dc4ad4967e91e55f753b20787", "--key", workspaceKey}, exitError, "HTTP_X_CIO_SIGNATURE instead of X-CIO-Signature"},
		"only renamed":         {sharedBody, []string{"--header", "HTTP_X_SIGNATURE: e49731f0f62df36dacd410ecc8072ac77a530aad", "--key", sharedKey}, exitError, "HTTP_X_SIGNATURE: does not hold. On its way a header was renamed"},
		"another key":          {sharedBody, append(sharedHeaders, "--key", "abc124"), exitError, "does not hold"},
		"one of two schemes":   {sharedBody, append(append(sharedHeaders, workspaceHeaders...), "--key", sharedKey), exitOK, "X-Signature: holds"},
		"one of two keys":      {sharedBody, append(sharedHeaders, "--key", sharedKey, "--key", "other"), exitError, "X-Signature: holds, made with key 1."},
		"no time":              {workspaceBody, append(workspaceHeaders[2:], "--key", workspaceKey), exitError, "X-CIO-Timestamp is missing"},
		"no signature":         {"", []string{"--header", "Accept: */*", "--key", "x"}, exitError, "None of these headers is a signature"},
		"no key":               {"", sharedHeaders, exitUsage, "say with --key"},
		"empty key":            {"", []string{"--key", ""}, exitUsage, "is the variable it comes from set"},
		"no headers":           {"", []string{"--key", "x"}, exitUsage, "give the headers"},
		"header without value": {"", []string{"--key", "x", "--header", "X-Signature"}, exitUsage, "write it as 'Name: value'"},
	} {
		t.Run(name, func(t *testing.T) {
			call{in: test.body}.run(t, append([]string{"verify"}, test.args...)...).want(t, test.code, test.says)
		})
	}
}

func TestVerifyFresh(t *testing.T) {
	now := time.Now()
	signature := signing.Workspace("k", now, []byte("body"))
	call{in: "body"}.run(t, "verify", "--fresh", "--key", "k", "--header", "X-CIO-Signature: "+signature, "--header", "X-CIO-Timestamp: "+strconv.FormatInt(now.Unix(), 10)).
		want(t, exitOK, "holds, made with the key.\n")
}
