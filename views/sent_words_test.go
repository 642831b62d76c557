package views

import (
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

func TestStandingSaysWhatHappenedAndWhatComes(t *testing.T) {
	for name, test := range map[string]struct {
		d           hookline.Delivery
		title, text string
	}{
		"first":    {hookline.Delivery{State: "delivered", Attempts: 1, LastStatus: 200}, "Delivered at the first try", "The receiver answered 200 OK. Nothing more happens."},
		"second":   {hookline.Delivery{State: "delivered", Attempts: 2, LastStatus: 204}, "Delivered at the 2nd try", "The receiver answered 204 No Content. Nothing more happens."},
		"retrying": {hookline.Delivery{State: "retrying", Attempts: 1, Reason: "The receiver answered 503 Service Unavailable."}, "Next try:", "The receiver answered 503 Service Unavailable. It is tried again by itself."},
		"failed":   {hookline.Delivery{State: "failed", Attempts: 1, RequestNumber: 1, Reason: "The receiver answered 401 Unauthorized, which means that trying again would not help."}, "Failed: the receiver answered 401 Unauthorized, which means that trying again would not help.", "Nothing more happens unless somebody resends it."},
		"TLS":      {hookline.Delivery{State: "failed", Attempts: 1, RequestNumber: 1, Reason: "TLS handshake failed."}, "Failed: TLS handshake failed.", "Nothing more happens unless somebody resends it."},
		"not made": {hookline.Delivery{State: "failed", Reason: "The body could not be made: line 1, column 2."}, "Failed before it was sent: the body could not be made: line 1, column 2.", "Nothing more happens unless somebody resends it."},
		"queued":   {hookline.Delivery{State: "queued"}, "Waiting for its first try", "It is sent as soon as it is its turn and its destination has a free place."},
		"resent":   {hookline.Delivery{State: "queued", Attempts: 3, AskedBy: "ana@example.com"}, "About to be resent", "ana@example.com asked for it. This page shows what comes of it."},
		"sending":  {hookline.Delivery{State: "sending", Attempts: 2}, "On its way: the 3rd try is being made", "This page shows the answer as soon as it is there."},
		"held":     {hookline.Delivery{State: "held"}, "Held", "Its destination is not sent to for a while. Nothing is lost."},
		"skipped":  {hookline.Delivery{State: "discarded", Reason: "Skipped: older than 2 h."}, "Discarded", "Skipped: older than 2 h."},
		"draft":    {hookline.Delivery{State: "draft"}, "A draft", "It waits until somebody presses Send."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := standing(test.d, hookline.Hold{}); got.Title != test.title || got.Text != test.text {
				t.Errorf("got %q, %q", got.Title, got.Text)
			}
		})
	}
}

func TestStandingSaysWhyItIsHeldAndWhenItGoesOn(t *testing.T) {
	next := time.Now().Add(time.Hour)
	for title, test := range map[string]struct {
		hold hookline.Hold
		text string
	}{
		"Held: its destination is switched off":   {hookline.Hold{Cause: hookline.CauseOff, Reason: "off"}, "It is sent when somebody switches the destination on. Nothing is lost. The last try: no answer."},
		"Held: its destination is paused":         {hookline.Hold{Cause: hookline.CausePaused, Reason: "Paused by Ana."}, "Paused by Ana. It is sent when somebody resumes the destination. Nothing is lost. The last try: no answer."},
		"Held by a maintenance window, goes on":   {hookline.Hold{Cause: hookline.CauseMaintenance, Reason: "Backup.", Next: next}, "Backup. Nothing is lost. The last try: no answer."},
		"Held: its receiver is broken. Next try:": {hookline.Hold{Cause: hookline.CauseBroken, Reason: "It broke.", Next: next}, "It broke. Nothing is lost."},
	} {
		got := standing(hookline.Delivery{State: "held", Reason: "No answer."}, test.hold)
		if got.Title != title || got.Text != test.text || !got.At.Equal(test.hold.Next) || got.Tone != ui.Warn {
			t.Errorf("got %+v, want %q, %q", got, title, test.text)
		}
	}
}

func TestStandingOfAReceiverThatWantsToBeLeftAlone(t *testing.T) {
	now := time.Now()
	asked := hookline.Hold{Cause: hookline.CauseAsked, Reason: "It asked.", Next: now.Add(time.Minute)}
	got := standing(hookline.Delivery{State: "queued", NextAttemptAt: now}, asked)
	if got.Title != "Next try:" || !got.At.Equal(asked.Next) || got.Text != "It asked. It is sent after that by itself." {
		t.Errorf("due during the wait: %+v", got)
	}
	got = standing(hookline.Delivery{State: "retrying", Reason: "Busy.", NextAttemptAt: now.Add(time.Hour)}, asked)
	if !got.At.Equal(now.Add(time.Hour)) || got.Text != "Busy. It is tried again by itself." {
		t.Errorf("due after the wait: %+v", got)
	}
}

func TestEveryStateHasAStanding(t *testing.T) {
	for _, state := range hookline.States() {
		if got := standing(hookline.Delivery{State: state}, hookline.Hold{}); got.Title == string(state) {
			t.Errorf("%s has no words of its own", state)
		}
	}
}

func TestWordsOfNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "first", 1: "first", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 111: "111th", 121: "121st"} {
		if got := ordinal(n); got != want {
			t.Errorf("%d is the %s, want %s", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0 ms", 450 * time.Microsecond: "0.4 ms", 12 * time.Millisecond: "12 ms", 1250 * time.Millisecond: "1.25 s", 4 * time.Second: "4 s",
	} {
		if got := duration(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1,000 bytes", 1_048_576: "1,048,576 bytes"} {
		if got := count(n, "byte"); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

func TestHintsAboutDuplicates(t *testing.T) {
	attempt := func(number, status int, reason string) hookline.Attempt {
		return hookline.Attempt{Number: number, Status: status, Reason: reason}
	}
	for name, test := range map[string]struct {
		attempts []hookline.Attempt
		hints    int
	}{
		"none":            {nil, 0},
		"refused":         {[]hookline.Attempt{attempt(1, 401, "The receiver answered 401 Unauthorized.")}, 0},
		"not reached":     {[]hookline.Attempt{attempt(1, 0, "Connection refused: nothing listens at this address and port.")}, 0},
		"not accepted":    {[]hookline.Attempt{attempt(1, 0, "Timed out after 4 s: the server did not accept a connection.")}, 0},
		"delivered":       {[]hookline.Attempt{attempt(1, 200, "")}, 2},
		"too large":       {[]hookline.Attempt{attempt(1, 200, "The answer was larger than 10 KB.")}, 2},
		"timed out":       {[]hookline.Attempt{attempt(1, 0, "Timed out after 4 s: the server accepted the connection but did not answer.")}, 2},
		"broke off":       {[]hookline.Attempt{attempt(1, 0, "The server closed the connection without answering.")}, 2},
		"both, once each": {[]hookline.Attempt{attempt(1, 0, "Connection reset by the server."), attempt(2, 200, ""), attempt(3, 200, "")}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resendHints(test.attempts, "key-1"); len(got) != test.hints {
				t.Errorf("hints %q, want %d", got, test.hints)
			}
		})
	}
}

func TestReadableHidesNothing(t *testing.T) {
	for in, want := range map[string]string{"a\tb\r\nc": "a\tb\r\nc", "a\x00b\x1bc\x7f": "a␀b␛c␡", "\xff!": "\uFFFD!"} {
		if got := readable([]byte(in)); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

func TestWhatWasSignedWins(t *testing.T) {
	own := []hookline.Header{{Name: "x-cio-signature", Value: "forged"}, {Name: "A", Value: "1"}, {Name: "user-agent", Value: "mine"}}
	signed := []hookline.Header{{Name: "User-Agent", Value: "Hookline/1"}, {Name: "X-CIO-Signature", Value: "real"}}
	got := withSigned(hookline.Request{Headers: own}, signed).Headers
	want := []hookline.Header{{Name: "A", Value: "1"}, {Name: "user-agent", Value: "mine"}, {Name: "X-CIO-Signature", Value: "real"}}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %v", got)
	}
}

func TestTheScriptInWords(t *testing.T) {
	script := hookline.NewBinScript()
	if got, want := scriptInWords(script), "Answers 200 OK at once with 11 bytes."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	script.Delay, script.BodySize, script.FailFirst, script.RetryAfter = 500*time.Millisecond, 2048, 2, "7"
	want := "Answers 200 OK after 0.5 s with 2,048 bytes. The first 2 requests fail with 503 Service Unavailable after each change of the answer. Each answer says Retry-After: 7."
	if got := scriptInWords(script); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNewWords(t *testing.T) {
	for n, want := range map[int]string{1: "1 new webhook.", 2: "2 new webhooks.", 99: "99 new webhooks.", 100: "99+ new webhooks."} {
		if got := newWords(n, 99); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestCountWords(t *testing.T) {
	for want, w := range map[string]hookline.Waiting{
		"0": {}, "9,999": {Count: 9999}, "10,000+": {Count: 10_000, More: true}, "120+": {Count: 120, More: true}, "": {More: true},
	} {
		if got := CountWords(w); got != want {
			t.Errorf("%+v: %q, want %q", w, got, want)
		}
	}
}
