package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/signing"
)

// maxVerified is the largest body that is verified: more than any request has.
const maxVerified = 64 << 20

func verifyCommand() command {
	return command{
		name: "verify", line: "check the signature of a received request", args: "--key KEY --header 'NAME: VALUE' … < BODY",
		about: `Reads the raw body of a request from standard input and says which of its
signatures were made with the key: X-CIO-Signature (the workspace's signing key),
X-Signature (a destination's shared secret) and webhook-signature (a Standard
Webhooks secret, whsec_…). Give the headers as they came, and the body byte for
byte: a line end too many changes it.

Several keys may be given; each has to fit one of the signatures. How old the
request is does not matter here, unless --fresh.

When one does not hold, it tries what may have become of the request on its way
and says what fits: a body that was written anew, other line ends, a timestamp in
milliseconds, a signature in Base64, a header of another name.`,
		example: `hookline verify --key "$SIGNING_KEY" --header 'X-CIO-Timestamp: 1613063089' \
  --header 'X-CIO-Signature: b8ef36…' < body.json`,
		codes: "A signature that does not hold is 1.",
		prepare: func(flags *flag.FlagSet) runner {
			v := &verification{header: http.Header{}}
			flags.Func("key", "`key` or secret to check with; may be repeated", v.addKey)
			flags.Func("header", "a `header` of the request, as Name: value; may be repeated", v.addHeader)
			flags.BoolVar(&v.fresh, "fresh", false, "refuse a timestamp more than 5 minutes away from now, as receivers should")
			return v.run
		},
	}
}

// verification is one run of verify.
type verification struct {
	keys   []string
	header http.Header
	fresh  bool
}

func (v *verification) addKey(key string) error {
	if key == "" {
		return fmt.Errorf("the key is empty; is the variable it comes from set?")
	}
	v.keys = append(v.keys, key)
	return nil
}

func (v *verification) addHeader(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok || strings.TrimSpace(name) == "" {
		return fmt.Errorf("write it as 'Name: value'")
	}
	name = strings.TrimSpace(name) // as it is spelled, which may say who renamed it
	v.header[name] = append(v.header[name], strings.TrimSpace(value))
	return nil
}

func (v *verification) run(_ context.Context, args []string, s streams) error {
	if err := noMore(args, 0); err != nil {
		return err
	}
	if len(v.keys) == 0 {
		return misuse("say with --key what to check with")
	}
	if len(v.header) == 0 {
		return misuse("give the headers of the request, each with --header 'Name: value'")
	}
	if _, typing := terminal(s.in); typing {
		fmt.Fprintln(s.err, "Paste the body, then press Ctrl-D twice. (Or end the command with < FILE.)")
	}
	body, err := io.ReadAll(io.LimitReader(s.in, maxVerified+1))
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	if len(body) > maxVerified {
		return fmt.Errorf("the body is too large: at most %d MB", maxVerified>>20)
	}
	return v.verify(body, s.out, time.Now())
}

// verify holds each key against each signature.
func (v *verification) verify(body []byte, out io.Writer, now time.Time) error {
	candidates := make([]signing.Key, 0, 3*len(v.keys))
	for i, key := range v.keys {
		name := "the key"
		if len(v.keys) > 1 {
			name = "key " + strconv.Itoa(i+1)
		}
		for _, scheme := range []signing.Scheme{signing.SchemeWorkspace, signing.SchemeShared, signing.SchemeStandard} {
			candidates = append(candidates, signing.Key{Scheme: scheme, Name: name, Secret: key})
		}
	}
	checks := signing.Verify(v.header, body, candidates, now)
	why := map[signing.Scheme]string{}
	for _, f := range signing.Diagnose(signing.Case{Header: v.header, Body: body, Keys: candidates}) {
		why[f.Scheme] = f.Text
		if len(checks) == 0 { // none of them under its own name
			fmt.Fprintf(out, "%s: does not hold. %s\n", f.Header, f.Text)
		}
	}
	switch {
	case len(checks) > 0:
	case len(why) > 0:
		return errSaid
	default:
		fmt.Fprintln(out, "None of these headers is a signature: give X-CIO-Signature with X-CIO-Timestamp, X-Signature, or webhook-signature with webhook-id and webhook-timestamp.")
		return errSaid
	}
	fits := map[string]bool{}
	for _, check := range checks {
		// A key's name without OK is a good signature with a timestamp of another time.
		holds := check.OK || check.KeyName != "" && !v.fresh
		if holds {
			fits[check.KeyName] = true
		}
		if check.KeyName == "" {
			check.Reason = why[check.Scheme]
		}
		fmt.Fprintf(out, "%s: %s\n", headerOf(check.Scheme), sentence(check, holds))
	}
	if len(fits) < len(v.keys) {
		return errSaid
	}
	return nil
}

func headerOf(scheme signing.Scheme) string {
	switch scheme {
	case signing.SchemeShared:
		return signing.HeaderShared
	case signing.SchemeStandard:
		return signing.HeaderStandard
	}
	return signing.HeaderWorkspace
}

func sentence(check signing.Check, holds bool) string {
	if !holds {
		return "does not hold. " + check.Reason
	}
	words := "holds, made with " + check.KeyName + "."
	if check.OK && check.Reason != "" {
		words += " " + check.Reason
	} else if !check.OK {
		words += " Note: " + strings.TrimPrefix(check.Reason, "The signature is right, but: ")
	}
	return words
}
