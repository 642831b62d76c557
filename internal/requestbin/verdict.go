package requestbin

import (
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/signing"
)

// Verdict says whether one signature of a request holds.
type Verdict struct {
	Header string // the signature's header: "X-CIO-Signature"
	OK     bool
	Key    string // whose key fits: "workspace key", "shared secret of CRM"; "" when none does
	Short  string // in a few words, for a badge: the key, or why not
	Why    string // a sentence about what is wrong, or a remark on a good one; may be empty
}

// Judge gives a verdict on every signature in a kept request, in the order
// workspace, shared, Standard Webhooks; none for a request without any.
// Timestamps are judged by the moment the request was received, so that a
// verdict stays what it was.
func Judge(q hookline.BinRequest, keys []signing.Key) []Verdict {
	header := http.Header{}
	for _, h := range q.Headers {
		header.Add(h.Name, h.Value)
	}
	var verdicts []Verdict
	for _, check := range signing.Verify(header, q.Body, keys, q.ReceivedAt) {
		verdicts = append(verdicts, verdict(q, check))
	}
	return verdicts
}

var headerOf = map[signing.Scheme]string{
	signing.SchemeWorkspace: signing.HeaderWorkspace,
	signing.SchemeShared:    signing.HeaderShared,
	signing.SchemeStandard:  signing.HeaderStandard,
}

// nobody says in a few words that no key fits.
var nobody = map[signing.Scheme]string{
	signing.SchemeWorkspace: "the workspace key does not fit",
	signing.SchemeShared:    "no destination's secret fits",
	signing.SchemeStandard:  "no Standard Webhooks secret fits",
}

func verdict(q hookline.BinRequest, check signing.Check) Verdict {
	v := Verdict{Header: headerOf[check.Scheme], OK: check.OK, Key: check.KeyName, Short: check.KeyName, Why: check.Reason}
	switch {
	case check.OK:
	case check.KeyName != "":
		v.Short = "right key, but the timestamp is off"
	default:
		v.Short = nobody[check.Scheme]
	}
	if !check.OK && q.Cut {
		v.Why = "The body was cut, so this signature cannot be checked."
		v.Short = "cannot be checked: the body was cut"
	}
	return v
}

// Keys lists every key that a request of ours may be signed with. The names
// are for people.
func Keys(workspace []hookline.SigningKey, destinations []hookline.Destination) []signing.Key {
	var keys []signing.Key
	now := time.Now()
	inUse, _ := hookline.InUse(workspace, now)
	for _, key := range workspace {
		name, former := "workspace key", false
		switch {
		case key.Waits(now):
			name = "next workspace key"
		case key.Key != inUse.Key:
			name, former = "former workspace key", true
		}
		keys = append(keys, signing.Key{Scheme: signing.SchemeWorkspace, Name: name, Secret: key.Key, Former: former})
	}
	for _, d := range destinations {
		if d.SharedSecret != "" {
			keys = append(keys, signing.Key{Scheme: signing.SchemeShared, Name: "shared secret of " + d.Name, Secret: d.SharedSecret})
		}
		for _, secret := range d.StandardSecrets {
			keys = append(keys, signing.Key{Scheme: signing.SchemeStandard, Name: "secret of " + d.Name, Secret: secret, Former: d.HasEnded(secret, now)})
		}
	}
	return keys
}
