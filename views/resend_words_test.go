package views

import (
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/resend"
)

func TestWhatWillHappenIsSaidInOneSentence(t *testing.T) {
	two := map[string]int{"dst_1": 1, "dst_2": 1}
	for _, test := range []struct {
		m    NewResendModel
		want string
	}{
		{NewResendModel{Wish: hookline.ResendWish{PerSecond: 10}, Survey: resend.Survey{Whole: true, Same: 1000, Changed: 204, Destinations: two}}, "1,204 webhooks will be sent to 2 receivers over about 2 minutes."},
		{NewResendModel{Survey: resend.Survey{Whole: true, Same: 1, Destinations: map[string]int{"dst_1": 1}}}, "1 webhook will be sent to 1 receiver, as fast as they are taken."},
		{NewResendModel{Wish: hookline.ResendWish{PerSecond: 0.5}, Matches: hookline.Waiting{Count: 9000}}, "Up to 9,000 webhooks will be sent over about 5 hours."},
		{NewResendModel{Wish: hookline.ResendWish{PerSecond: 10, Ramp: 5 * time.Minute}, Matches: hookline.Waiting{Count: 10_000, More: true}}, "More than 10,000 webhooks may be sent, at most 10 a second, slowly at first, for 5 minutes."},
		{NewResendModel{Uncounted: true}, "Nobody knows how many webhooks will be sent: there is too much to look through. They go as fast as they are taken."},
	} {
		if got := test.m.sentence(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestHowFarARunHasComeInWords(t *testing.T) {
	counts := map[hookline.ResendOutcome]int{hookline.ResentDelivered: 600, hookline.SkippedOwed: 12}
	for _, test := range []struct {
		run            hookline.ResendRun
		progress, left string
	}{
		{hookline.ResendRun{State: hookline.ResendRunning, Matched: -1}, "They are being counted.", ""},
		{hookline.ResendRun{State: hookline.ResendRunning, Matched: 1204, Counts: counts, Speed: 9.96}, "612 of 1,204 webhooks done (50 %).", "About 59 seconds left, at 10 a second."},
		{hookline.ResendRun{State: hookline.ResendPaused, Matched: 1204, Counts: counts, Speed: 10}, "612 of 1,204 webhooks done (50 %).", ""},
		{hookline.ResendRun{State: hookline.ResendFinished, Matched: 612, Counts: counts}, "612 of 612 webhooks done.", ""},
		{hookline.ResendRun{State: hookline.ResendFinished, Matched: 0}, "0 of 0 webhooks done.", ""},
		{hookline.ResendRun{State: hookline.ResendRunning, Matched: 1_000_000, Counts: counts, Speed: .52}, "612 of 1,000,000 webhooks done (0 %).", "About 22 days left, at 0.5 a second."},
	} {
		if got := progress(test.run); got != test.progress {
			t.Errorf("%q, want %q", got, test.progress)
		}
		if got := timeLeft(test.run); got != test.left {
			t.Errorf("%q, want %q", got, test.left)
		}
	}
}

func TestEveryOutcomeHasItsWords(t *testing.T) {
	for _, o := range hookline.ResendOutcomes() {
		if ResentWord(o) == string(o) {
			t.Errorf("%s has none", o)
		}
	}
}
