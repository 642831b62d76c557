package signing

import (
	"net/http"
	"strings"
	"time"
)

// Verdict says what is the matter with a signature.
type Verdict string

// The verdicts.
const (
	VerdictRight     Verdict = "right"     // a key in use made it, over this very body and timestamp
	VerdictFirst     Verdict = "first"     // right, over the first element of the batch: Segment parity
	VerdictOldKey    Verdict = "old_key"   // a key made it that has been replaced
	VerdictStale     Verdict = "stale"     // right, and too old or too new when it was received
	VerdictBody      Verdict = "body"      // right for another body, which became this one on its way
	VerdictTimestamp Verdict = "timestamp" // right for another timestamp than the one that came with it
	VerdictEncoding  Verdict = "encoding"  // right, and written in another way than it is sent
	VerdictRenamed   Verdict = "renamed"   // right, in a header of another name
	VerdictMissing   Verdict = "missing"   // a part is missing
	VerdictMalformed Verdict = "malformed" // it is no signature
	VerdictNoKey     Verdict = "no_key"    // there is no key here to check it with
	VerdictUnknown   Verdict = "unknown"   // no key here made it, over anything that could be thought of
)

// Case is a request that was received, with all that may help to find out why
// its signature does not hold.
type Case struct {
	Header http.Header
	Body   []byte
	Keys   []Key
	At     time.Time // when it was received; zero: not known, and then its age is not judged

	Original []byte    // the body as it was sent, when that is known
	HasSent  bool      // it is known
	Pasted   bool      // Body went through a form, which does not keep line ends
	Stamps   []Stamped // the timestamps of its attempts, as far as they are known
}

// Stamped is the timestamp of one attempt.
type Stamped struct {
	Attempt   int
	Timestamp string
}

// Finding is what is the matter with one of a request's signatures.
type Finding struct {
	Scheme  Scheme
	Header  string // that it was found in, or is missing
	Verdict Verdict
	KeyName string // whose key made it; "" when none did
	Text    string // what is the matter and what to do, whole sentences
}

// Right says whether a receiver that checks well takes the signature.
func (f Finding) Right() bool { return f.Verdict == VerdictRight || f.Verdict == VerdictFirst }

// Diagnose judges each signature that a request claims to have, like [Verify],
// and looks for the reason when one does not hold: it tries what could have
// become of the request on its way until a key fits. No text ever holds a
// secret. A request without any signature gives none.
func Diagnose(c Case) []Finding {
	var all []Finding
	for _, d := range []design{workspaceDesign, sharedDesign, standardDesign} {
		if f, claimed := c.diagnose(d); claimed {
			f.Scheme = d.scheme
			all = append(all, f)
		}
	}
	return all
}

// design is how one scheme signs, as far as a diagnosis has to know.
type design struct {
	scheme    Scheme
	signature string // header names
	timestamp string // "": none
	id        string // "": none
	size      int    // bytes of a signature
	mac       func(secret string, s signed) []byte
}

// signed is what a signature covers.
type signed struct {
	id, timestamp string
	body          []byte
}

var (
	workspaceDesign = design{
		SchemeWorkspace, HeaderWorkspace, HeaderWorkspaceTime, "", 32,
		func(secret string, s signed) []byte { return workspaceMAC(nil, secret, s.timestamp, s.body) },
	}
	sharedDesign = design{
		SchemeShared, HeaderShared, "", "", 20,
		func(secret string, s signed) []byte { return sharedMAC(nil, secret, s.body) },
	}
	standardDesign = design{
		SchemeStandard, HeaderStandard, HeaderStandardTimestamp, HeaderStandardID, 32,
		func(secret string, s signed) []byte {
			key, err := DecodeStandardSecret(secret)
			if err != nil {
				return nil
			}
			return standardMAC(key, s.id, s.timestamp, s.body)
		},
	}
)

// diagnose judges one scheme; false when the request does not claim it.
func (c Case) diagnose(d design) (Finding, bool) {
	claim := c.claims(d)
	if len(claim.found) == 0 {
		return Finding{}, false
	}
	f := Finding{Header: d.signature, Verdict: VerdictMissing}
	raw, has := claim.found[d.signature]
	if !has {
		f.Text = "The header " + d.signature + " is missing, though " + first(claim.where, d.timestamp, d.id) + " is there. A proxy or a firewall before the receiver may take it out: let it pass."
		return f, true
	}
	f.Header = claim.where[d.signature]
	macs, encoding := readSignature(d, raw)
	if len(macs) == 0 {
		f.Verdict, f.Text = VerdictMalformed, malformed(d, f.Header)
		return f, true
	}
	if !c.hasKeys(d.scheme) {
		f.Verdict, f.Text = VerdictNoKey, "There is no key here to check this signature with."
		return f, true
	}
	if d.id != "" && claim.found[d.id] == "" {
		f.Text = "The header " + d.id + " is missing. It is part of what is signed: let it pass on its way to the receiver."
		return f, true
	}
	return c.explain(d, claim, f, macs, encoding), true
}

// explain looks for what was signed, and says how it differs from what came.
func (c Case) explain(d design, claim claim, f Finding, macs [][]byte, encoding string) Finding {
	m, ok := c.search(d, claim, macs)
	stamp := claim.found[d.timestamp]
	switch {
	case !ok && d.timestamp != "" && stamp == "":
		f.Text = "The header " + d.timestamp + " is missing. It is part of what is signed: let it pass on its way to the receiver."
		return f
	case !ok:
		f.Verdict, f.Text = VerdictUnknown, c.unknown(d)
		return f
	}
	f.KeyName = m.key.Name
	var all notes
	if m.body.words != "" && !(c.Pasted && m.body.lineEnds) {
		all.add(VerdictBody, "The body was changed after it was signed: "+m.body.words+". Check the bytes of the body exactly as they arrive, before anything reads or rewrites them.")
	}
	all.add(VerdictTimestamp, m.stamp.words)
	all.add(VerdictEncoding, encoding)
	if names := claim.renamed(); len(names) > 0 {
		all.add(VerdictRenamed, "On its way a header was renamed: "+strings.Join(names, ", ")+". Let headers pass under their own names, or read the new ones.")
	}
	if m.key.Former {
		all.add(VerdictOldKey, "It was made with a key that has been replaced since: "+m.key.Name+". A receiver that knows only the new key refuses it; a resend is signed with the new one.")
	}
	if m.stamp.words == "" {
		all.add(VerdictStale, c.age(stamp))
	}
	if len(all.texts) == 0 {
		all.add(right(m))
	}
	if c.Pasted && m.body.lineEnds {
		all.texts = append(all.texts, "Its line ends are taken to be as they were sent: what is pasted does not keep them.")
	}
	f.Verdict, f.Text = all.verdict, strings.Join(all.texts, " ")
	return f
}

// notes are all that is to be said of one signature; the first one is the verdict.
type notes struct {
	verdict Verdict
	texts   []string
}

func (n *notes) add(v Verdict, text string) {
	if text == "" {
		return
	}
	if len(n.texts) == 0 {
		n.verdict = v
	}
	n.texts = append(n.texts, text)
}

// right is what is said when nothing is wrong.
func right(m match) (Verdict, string) {
	if m.first {
		return VerdictFirst, "The signature is right, made with " + m.key.Name + ". Only the first element of the batch is signed (Segment parity): a receiver that signs the whole body finds another one."
	}
	return VerdictRight, "The signature is right, made with " + m.key.Name + ". If the receiver refuses it, the receiver has another key, or checks other bytes than these."
}

func (c Case) hasKeys(scheme Scheme) bool {
	for _, key := range c.Keys {
		if key.Scheme == scheme {
			return true
		}
	}
	return false
}

// age says what is wrong with the time at which a request was received; "" when
// nothing is, or it is not known.
func (c Case) age(stamp string) string {
	if c.At.IsZero() || stamp == "" {
		return ""
	}
	if err := VerifyTimestamp(stamp, c.At); err != nil {
		return "The signature is right, but a receiver that checks the time refuses it. " + err.Error() + " Set the receiver’s clock by a time server, or look for what holds requests back on their way."
	}
	return ""
}

func (c Case) unknown(d design) string {
	text := "No key here made this signature, over this body or any form of it that was tried."
	if c.HasSent {
		text += " It was not made over the body that was sent either: either another workspace sent it, or the signature itself was changed."
	} else {
		text += " Either the body differs from what was sent in more than its writing, or another workspace or another key signed it."
	}
	if d.timestamp != "" {
		text += " Paste " + d.timestamp + " from the same attempt, and the body byte for byte."
	}
	return text
}

func first(where map[string]string, names ...string) string {
	for _, name := range names {
		if where[name] != "" {
			return where[name]
		}
	}
	return ""
}
