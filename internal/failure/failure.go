// Package failure says which failures are alike: in what trouble an attempt
// ended, and what its answer says once everything is left out that differs from
// one attempt to the next.
package failure

import (
	"net/http"
	"strings"

	"hookline/internal/hookline"
)

// Mark is what failures that are alike have in common, beside their action.
type Mark struct {
	Trouble hookline.Trouble
	Status  int    // of the answer; 0 without
	Answer  string // the normal form of the answer; of the reason where there is none
}

// OfAttempt gives the mark of an attempt that failed. It goes by the words of the
// reason: they are what is kept of an attempt, also of one from long ago. What
// answered from an inside network is for few eyes, and stays out of it.
func OfAttempt(a hookline.Attempt) Mark {
	reason := firstTry(a.Reason)
	m := Mark{Trouble: troubleOf(reason)}
	if m.Trouble != hookline.TroubleStatus && m.Trouble != hookline.TroubleTooLarge {
		m.Answer = Normal(reason)
		return m
	}
	m.Status = a.Status
	switch {
	case m.Trouble == hookline.TroubleTooLarge, a.Timings.Inside:
	case a.Status >= 300 && a.Status <= 399: // where it points to says more than its page
		m.Answer = Normal(valueOf(a.AnswerHeaders, "Location"))
	default:
		m.Answer = Answer(a.Answer)
	}
	return m
}

// OfReason gives the mark of a delivery of which no request could be made. Where
// in the template the mistake is stays in it: that is how people find it.
func OfReason(reason string) Mark {
	m := Mark{Trouble: troubleOf(reason)}
	place, message, cut := strings.Cut(reason, ". ")
	if m.Trouble != hookline.TroubleTemplate || !cut || !strings.Contains(place, ": line ") {
		m.Answer = Normal(reason)
		return m
	}
	m.Answer = bounded(readable(place) + ". " + Normal(message))
	return m
}

// firstTry leaves out how often it was tried.
func firstTry(reason string) string {
	before, _, _ := strings.Cut(reason, " Given up after ")
	return before
}

// words are those by which a reason is known, the telling ones first. What begins
// with ^ stands at its beginning: names of receivers stand further behind, and
// may have any words in them.
var words = []struct {
	part    string
	trouble hookline.Trouble
}{
	{"^the receiver answered", hookline.TroubleStatus},
	{"^the answer was larger than 10 kb", hookline.TroubleTooLarge},
	{"could not be made", hookline.TroubleTemplate},
	{"webhooks may only go to", hookline.TroubleRefused},
	{"webhooks go to web servers only", hookline.TroubleRefused},
	{"^the proxy", hookline.TroubleProxy},
	{"^this proxy", hookline.TroubleProxy},
	{"^this is no proxy", hookline.TroubleProxy},
	{"^a proxy", hookline.TroubleProxy},
	{"^dns ", hookline.TroubleDNS},
	{"^name not found", hookline.TroubleDNS},
	{"the name server did not answer", hookline.TroubleDNS},
	{"^timed out", hookline.TroubleTimeout},
	{"^certificate", hookline.TroubleTLS},
	{"client certificate", hookline.TroubleTLS},
	{"tls", hookline.TroubleTLS},
	{"^the authorities in the destination", hookline.TroubleTLS},
	{"not valid http", hookline.TroubleProtocol},
	{"^the answer's header", hookline.TroubleProtocol},
	{"switched to another protocol", hookline.TroubleProtocol},
	{"answered before it was asked", hookline.TroubleProtocol},
	{"^connection reset", hookline.TroubleReset},
	{"closed the connection", hookline.TroubleReset},
	{"broke off", hookline.TroubleReset},
	{"^connection refused", hookline.TroubleConnect},
	{"^no way to the server", hookline.TroubleConnect},
	{"^no connection could be made", hookline.TroubleConnect},
	{"the url", hookline.TroubleRequest},
	{"the host", hookline.TroubleRequest},
	{"the port", hookline.TroubleRequest},
	{"the method", hookline.TroubleRequest},
	{"header", hookline.TroubleRequest},
	{"^the standard webhooks secret", hookline.TroubleRequest},
}

func troubleOf(reason string) hookline.Trouble {
	reason = strings.ToLower(reason)
	for _, w := range words {
		part, atStart := strings.CutPrefix(w.part, "^")
		if atStart && !strings.HasPrefix(reason, part) || !strings.Contains(reason, part) {
			continue
		}
		if w.trouble == hookline.TroubleTemplate && strings.Contains(reason, "is not valid json") {
			return hookline.TroubleNotJSON
		}
		return w.trouble
	}
	return hookline.TroubleOther
}

func valueOf(headers []hookline.Header, name string) string {
	for _, h := range headers {
		if http.CanonicalHeaderKey(h.Name) == name {
			return h.Value
		}
	}
	return ""
}
