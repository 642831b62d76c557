package signing

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// match is a key with the body and the timestamp that it signed.
type match struct {
	key   Key
	body  variant
	stamp stampVariant
	first bool // only the first element of the batch
}

// stampVariant is a timestamp that may have been signed; words say how it
// differs from what came, "" when it does not.
type stampVariant struct{ timestamp, words string }

// manyBytes is how large a body may be for its forms to be tried.
const manyBytes = 512 << 10

// search tries what may have been signed: the body as it came with the timestamp
// that came before all, then each that it may have been.
func (c Case) search(d design, claim claim, macs [][]byte) (match, bool) {
	bodies := []variant{{body: c.Body}}
	if c.HasSent {
		bodies = append(bodies, variant{c.Original, difference(c.Original, c.Body), bytes.Equal(lineFeeds(c.Original), lineFeeds(c.Body))})
	}
	if len(c.Body) <= manyBytes {
		bodies = append(bodies, variants(c.Body)...)
	}
	for _, stamp := range c.stamps(d, claim) {
		for _, body := range bodies {
			s := signed{claim.found[d.id], stamp.timestamp, body.body}
			if key, ok := c.fits(d, s, macs); ok {
				return match{key: key, body: body, stamp: stamp}, true
			}
			if element, isArray := FirstElement(body.body); isArray && d.scheme == SchemeShared {
				s.body = element
				if key, ok := c.fits(d, s, macs); ok {
					return match{key: key, body: body, stamp: stamp, first: true}, true
				}
			}
		}
	}
	return match{}, false
}

// fits gives the key that made one of the signatures; one in use rather than one
// that has been replaced.
func (c Case) fits(d design, s signed, macs [][]byte) (found Key, ok bool) {
	for _, key := range c.Keys {
		if key.Scheme != d.scheme || ok && key.Former {
			continue
		}
		want := d.mac(key.Secret, s)
		for _, mac := range macs {
			if want != nil && hmac.Equal(mac, want) {
				if !key.Former {
					return key, true
				}
				found, ok = key, true
			}
		}
	}
	return found, ok
}

// stamps are the timestamps that may have been signed.
func (c Case) stamps(d design, claim claim) []stampVariant {
	if d.timestamp == "" {
		return []stampVariant{{}}
	}
	came := claim.found[d.timestamp]
	var all []stampVariant
	if came != "" {
		all = append(all, stampVariant{timestamp: came})
	}
	if n, err := strconv.ParseInt(came, 10, 64); err == nil && n > 1e11 {
		all = append(all, stampVariant{strconv.FormatInt(n/1000, 10), "The timestamp " + came + " was turned into milliseconds; seconds are what is signed. Use " + d.timestamp + " as it arrives."})
	}
	for _, stamped := range c.Stamps {
		words := "The signature is that of attempt " + strconv.Itoa(stamped.Attempt) + ", and the timestamp " + clip(came) + " that of another one. Take both headers, and the body, from one and the same request."
		if came == "" {
			words = "The header " + d.timestamp + " is missing; the signature is that of attempt " + strconv.Itoa(stamped.Attempt) + ". Let the header pass on its way to the receiver: it is part of what is signed."
		}
		if stamped.Timestamp != came {
			all = append(all, stampVariant{stamped.Timestamp, words})
		}
	}
	for _, other := range []string{HeaderWorkspaceTime, HeaderStandardTimestamp} {
		if value := (received{header: c.Header}).get(other); value != "" && value != came && other != d.timestamp {
			all = append(all, stampVariant{value, "The timestamp in " + d.timestamp + " is another one than that in " + other + ", which was signed. Take the headers of one and the same request."})
		}
	}
	return all
}

// readSignature gives the bytes of the signatures in a header; how says what is
// unusual in the way they are written, "" when nothing is.
func readSignature(d design, raw string) (macs [][]byte, how string) {
	if d.scheme == SchemeStandard {
		return readStandard(raw)
	}
	text := strings.Trim(raw, " \t\r\n\"'")
	for _, prefix := range []string{"sha256=", "sha1=", "v0=", "v0:"} {
		if rest, cut := strings.CutPrefix(strings.ToLower(text), prefix); cut {
			text, how = text[len(text)-len(rest):], "The signature has “"+prefix+"” before it. Compare without it."
		}
	}
	if mac, err := hex.DecodeString(text); err == nil && len(mac) == d.size {
		if how == "" && text != strings.ToLower(text) {
			how = "The signature is in capital letters. Compare the bytes, or turn both to small letters first."
		}
		if how == "" && text != raw {
			how = "The signature has blanks or quotation marks around it. Compare without them."
		}
		return [][]byte{mac}, how
	}
	if mac, ok := anyBase64(text); ok && len(mac) == d.size {
		return [][]byte{mac}, "The signature is written in Base64; hexadecimal digits are what is sent. Compare the bytes themselves, or write yours in hexadecimal."
	}
	return nil, ""
}

func readStandard(raw string) (macs [][]byte, how string) {
	for part := range strings.FieldsSeq(raw) {
		text, versioned := strings.CutPrefix(part, standardVersion)
		if mac, err := base64.StdEncoding.DecodeString(text); err == nil && len(mac) == 32 {
			if !versioned {
				how = "The signature stands without “v1,” before it."
			}
			macs = append(macs, mac)
		} else if mac, err := hex.DecodeString(text); err == nil && len(mac) == 32 {
			macs, how = append(macs, mac), "The signature is written in hexadecimal digits; Base64 after “v1,” is what is sent. Compare the bytes themselves, or write yours in Base64."
		}
	}
	return macs, how
}

func anyBase64(text string) ([]byte, bool) {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if raw, err := encoding.DecodeString(text); err == nil {
			return raw, true
		}
	}
	return nil, false
}

func malformed(d design, header string) string {
	switch d.scheme {
	case SchemeShared:
		return header + " is not 40 hex digits. It may have been cut: paste the whole value."
	case SchemeStandard:
		return "The header " + header + " holds no v1 signature: “v1,” and 44 characters of Base64. It may have been cut: paste the whole value."
	}
	return header + " is not 64 hex digits. It may have been cut: paste the whole value."
}
