package views

import (
	"strings"

	"hookline/internal/hookline"
)

// resendHints says whether a resend may do something twice at the receiver; none when no try can have arrived.
func resendHints(attempts []hookline.Attempt, key string) []string {
	var hints []string
	for _, a := range attempts {
		if taken(a.Status) {
			hints = append(hints, "The receiver has already answered "+statusInWords(a.Status)+" to the "+ordinal(a.Number)+" try: it has probably done its work.")
			break
		}
	}
	for _, a := range attempts {
		if mayHaveArrived(a) {
			hints = append(hints, "The "+ordinal(a.Number)+" try was sent and no whole answer came back: the receiver may have done its work all the same.")
			break
		}
	}
	if len(hints) > 0 {
		hints = append(hints, "A resend carries the same idempotency key as all tries before, "+key+". A receiver that looks at X-CIO-Idempotency-Key does its work once; another one may do it twice.")
	}
	return hints
}

// arrived are the words of the reasons for which a request may have arrived although no answer did.
var arrived = []string{"accepted the connection but did not answer", "began to answer", "closed the connection", "connection reset", "broke off"}

// mayHaveArrived goes by the words of the reason: that is what is kept of an attempt without an answer.
func mayHaveArrived(a hookline.Attempt) bool {
	reason := strings.ToLower(a.Reason)
	for _, words := range arrived {
		if strings.Contains(reason, words) {
			return true
		}
	}
	return false
}
