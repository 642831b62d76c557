package delivery

import (
	"fmt"
	"net/http"
	"time"

	"hookline/internal/hookline"
)

// answer is what came of one attempt, as far as the outcome depends on it.
type answer struct {
	status     int    // 0: no answer
	tooLarge   bool   // the body was over 10 KB
	retryAfter string // the header
	location   string // the header, of a redirect
	trouble    string // why there is no answer, a whole sentence
	final      bool   // trouble that no further try can mend
	ours       bool   // trouble that says nothing of the receiver
}

// outcome says how an attempt ended and what follows (WIRE: Answers). tries
// counts the attempts of this round, this one included; wait and more are the
// schedule's word on the next one.
func outcome(a answer, tries int, wait time.Duration, more bool, now time.Time) hookline.Outcome {
	reason, again := judge(a)
	switch {
	case reason == "":
		return hookline.Outcome{State: hookline.StateDelivered}
	case !again:
		return hookline.Outcome{State: hookline.StateFailed, Reason: reason}
	case !more:
		return hookline.Outcome{State: hookline.StateFailed, Reason: fmt.Sprintf("%s Given up after %d tries.", reason, tries)}
	}
	if asked, ok := retryAfter(a.retryAfter, now); ok {
		wait = max(wait, asked)
	}
	return hookline.Outcome{State: hookline.StateRetrying, Reason: reason, RetryAt: now.Add(wait)}
}

// once is the outcome of what is tried once only, whatever its schedule says.
func once(o hookline.Outcome) hookline.Outcome {
	if o.State == hookline.StateRetrying {
		return hookline.Outcome{State: hookline.StateFailed, Reason: o.Reason + " A test is tried once only."}
	}
	return o
}

// judge says why an answer is no success, "" when it is one, and whether
// another try may help.
func judge(a answer) (reason string, again bool) {
	switch {
	case a.trouble != "":
		return a.trouble, !a.final
	case a.tooLarge:
		return "The answer was larger than 10 KB.", false
	case a.status >= 200 && a.status <= 299:
		return "", false
	case a.status >= 300 && a.status <= 399 && a.location != "":
		return fmt.Sprintf("The receiver answered %s and pointed to %s. Redirects are not followed: enter the new address in the action.", status(a.status), a.location), false
	case a.status >= 300 && a.status <= 399:
		return fmt.Sprintf("The receiver answered %s. Redirects are not followed: enter the address that answers itself in the action.", status(a.status)), false
	case retried(a.status):
		return fmt.Sprintf("The receiver answered %s.", status(a.status)), true
	default:
		return fmt.Sprintf("The receiver answered %s, which means that trying again would not help.", status(a.status)), false
	}
}

// retried lists the statuses that may be different next time (seed 002).
func retried(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= 500 && status <= 599
}

func status(code int) string {
	if text := http.StatusText(code); text != "" {
		return fmt.Sprintf("%d %s", code, text)
	}
	return fmt.Sprint(code)
}
