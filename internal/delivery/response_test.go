package delivery

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestOutcome(t *testing.T) {
	const wait = 10 * time.Second
	delivered, retrying, failed := hookline.StateDelivered, hookline.StateRetrying, hookline.StateFailed
	for name, test := range map[string]struct {
		answer answer
		want   hookline.State
		reason string        // a part of it
		wait   time.Duration // for retrying
	}{
		"200":                         {answer{status: 200}, delivered, "", 0},
		"204":                         {answer{status: 204}, delivered, "", 0},
		"299":                         {answer{status: 299}, delivered, "", 0},
		"answer over 10 KB":           {answer{status: 200, tooLarge: true}, failed, "larger than 10 KB", 0},
		"redirect":                    {answer{status: 302, location: "https://b.example/"}, failed, "https://b.example/", 0},
		"redirect to nowhere":         {answer{status: 304}, failed, "304 Not Modified", 0},
		"400":                         {answer{status: 400}, failed, "400 Bad Request", 0},
		"401":                         {answer{status: 401}, failed, "401", 0},
		"404":                         {answer{status: 404}, failed, "404", 0},
		"410":                         {answer{status: 410}, failed, "410", 0},
		"422":                         {answer{status: 422}, failed, "422", 0},
		"100":                         {answer{status: 101}, failed, "101", 0},
		"600":                         {answer{status: 600}, failed, "600", 0},
		"408":                         {answer{status: 408}, retrying, "408", wait},
		"409":                         {answer{status: 409}, retrying, "409", wait},
		"429":                         {answer{status: 429}, retrying, "429", wait},
		"500":                         {answer{status: 500}, retrying, "500", wait},
		"599":                         {answer{status: 599}, retrying, "599", wait},
		"429 that asks for more":      {answer{status: 429, retryAfter: "120"}, retrying, "429", 2 * time.Minute},
		"503 that asks for less":      {answer{status: 503, retryAfter: "1"}, retrying, "503", wait},
		"503 that asks for nonsense":  {answer{status: 503, retryAfter: "soon"}, retrying, "503", wait},
		"network trouble":             {answer{trouble: "The name was not found."}, retrying, "name was not found", wait},
		"trouble no try can mend":     {answer{trouble: "127.0.0.1 is a loopback address.", final: true}, failed, "loopback", 0},
		"timed out after the headers": {answer{status: 200, trouble: "Timed out after 4 s."}, retrying, "Timed out", wait},
	} {
		t.Run(name, func(t *testing.T) {
			got := outcome(test.answer, 1, wait, true, noon)
			if got.State != test.want || !strings.Contains(got.Reason, test.reason) {
				t.Errorf("%+v: %s %q, want %s with %q", test.answer, got.State, got.Reason, test.want, test.reason)
			}
			if (test.want == delivered) != (got.Reason == "") {
				t.Errorf("%s with the reason %q", got.State, got.Reason)
			}
			var retryAt time.Time
			if test.want == retrying {
				retryAt = noon.Add(test.wait)
			}
			if !got.RetryAt.Equal(retryAt) {
				t.Errorf("next try at %s, want %s", got.RetryAt, retryAt)
			}
		})
	}
}

func TestOutcomeOfTheLastTryIsFinal(t *testing.T) {
	got := outcome(answer{status: 503}, 11, 0, false, noon)
	if got.State != hookline.StateFailed || !strings.Contains(got.Reason, "503") || !strings.Contains(got.Reason, "11 tries") {
		t.Errorf("%s %q", got.State, got.Reason)
	}
	if got := outcome(answer{status: 200}, 11, 0, false, noon); got.State != hookline.StateDelivered {
		t.Errorf("delivered at the last try: %s", got.State)
	}
}
