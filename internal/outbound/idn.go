package outbound

import (
	"strings"

	"golang.org/x/net/idna"
)

// names turns an international name into the form that name servers know
// (UTS #46, as browsers look names up).
var names = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(true))

// asciiName returns the name in lower case and, label by label, in ASCII.
//
// It is stricter than browsers: full-width digits, circled letters,
// superscripts and the like are refused rather than folded, because a name that
// turns into another one on the way is a trap in a webhook's URL. Whoever needs
// such a name can always give its xn-- form.
func asciiName(name string) (string, error) {
	lower := strings.ToLower(name)
	if isASCII(name) {
		return lower, nil
	}
	lower = strings.ReplaceAll(lower, "。", ".")
	ascii, err := names.ToASCII(lower)
	if err != nil {
		return "", invalidURL("The host name cannot be written in the form that name servers know. Write it in its xn-- form.")
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if len(label) > 63 {
			return "", invalidURL("A part of the host name is longer than 63 characters.")
		}
	}
	if back, err := names.ToUnicode(ascii); err != nil || back != lower {
		return "", invalidURL("The host name holds a character that stands for another one; write this name in its xn-- form.")
	}
	return ascii, nil
}
