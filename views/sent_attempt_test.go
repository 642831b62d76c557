package views

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

const ms = time.Millisecond

func TestTimePartsTakeOffWhatCameBefore(t *testing.T) {
	for name, c := range map[string]struct {
		a    hookline.Attempt
		want string
	}{
		"a whole answer": {
			hookline.Attempt{Duration: 140 * ms, Timings: hookline.Timings{DNS: 2 * ms, Connect: 10 * ms, TLS: 20 * ms, FirstByte: 132 * ms}},
			"finding the address 2 ms, connecting 10 ms, TLS 20 ms, until the first byte 100 ms, the rest of the answer 8 ms",
		},
		"a connection used again": {hookline.Attempt{Duration: 50 * ms, Timings: hookline.Timings{FirstByte: 50 * ms}}, "until the first byte 50 ms"},
		"no answer":               {hookline.Attempt{Duration: 4 * time.Second, Timings: hookline.Timings{Connect: time.Second}}, "connecting 1 s, without an answer 3 s"},
		"never connected":         {hookline.Attempt{Duration: 4 * time.Second}, ""},
		"clocks that disagree":    {hookline.Attempt{Duration: ms, Timings: hookline.Timings{DNS: 9 * ms, FirstByte: 5 * ms}}, "finding the address 9 ms"},
	} {
		t.Run(name, func(t *testing.T) {
			var words []string
			for _, p := range timeParts(c.a) {
				words = append(words, p.name+" "+duration(p.took))
			}
			if got := strings.Join(words, ", "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestBarFillsItsWidthAndHidesNothing(t *testing.T) {
	parts := []timePart{{"dns", "", 1}, {"connect", "", ms}, {"tls", "", time.Hour}, {"wait", "", ms}, {"rest", "", 1}}
	left := 0
	for _, p := range bar(parts) {
		if p.left != left || p.width < 8 {
			t.Errorf("%+v does not follow %d, or cannot be seen", p, left)
		}
		left += p.width
	}
	if left != barWidth {
		t.Errorf("it is %d wide, want %d", left, barWidth)
	}
	if got := bar(nil); got != nil {
		t.Errorf("of nothing it is %v", got)
	}
}

func TestWhatAnAnswerSetOrWhyNot(t *testing.T) {
	good, bad := hookline.Attempt{Outcome: hookline.StateDelivered}, hookline.Attempt{Outcome: hookline.StateRetrying}
	doubted := hookline.Attempt{Outcome: hookline.StateDelivered, Reason: "Accepted, but crm_id was not set."}
	set := hookline.Attempt{Outcome: hookline.StateDelivered, Sets: []hookline.SetAttribute{{Name: "crm_id", Value: []byte(`7`)}}}
	row := func(d hookline.Delivery) hookline.DeliveryRow { return hookline.DeliveryRow{Delivery: d} }
	about := row(hookline.Delivery{PersonID: "per_1"})
	for name, c := range map[string]struct {
		m     DeliveryModel
		a     hookline.Attempt
		holds string
	}{
		"set":            {DeliveryModel{Row: about}, set, "set crm_id to"},
		"nothing to set": {DeliveryModel{Row: about}, good, ""},
		"failed":         {DeliveryModel{Row: about, WouldSet: []string{"crm_id", "plan"}}, bad, "sets crm_id, plan only from an answer that is a success"},
		"a test":         {DeliveryModel{Row: row(hookline.Delivery{Origin: hookline.OriginTest}), WouldSet: []string{"crm_id"}}, good, "A test sets no attribute."},
		"a batch":        {DeliveryModel{Row: row(hookline.Delivery{BatchSize: 2}), WouldSet: []string{"crm_id"}}, good, "about nobody"},
		"nobody":         {DeliveryModel{WouldSet: []string{"crm_id"}}, good, "nobody is known"},
		"doubted":        {DeliveryModel{Row: about, WouldSet: []string{"crm_id"}}, doubted, ""},
		"the same":       {DeliveryModel{Row: about, WouldSet: []string{"crm_id"}}, good, "crm_id was empty, or is so already"},
	} {
		got := c.m.setOrNot(c.a)
		if c.holds == "" && got != "" || !strings.Contains(got, c.holds) {
			t.Errorf("%s: it says %q, want %q in it", name, got, c.holds)
		}
	}
}

func TestWhatIsAhead(t *testing.T) {
	last := time.Date(2020, 3, 4, 15, 10, 0, 0, time.FixedZone("", 3600))
	got := []string{
		aheadWords(hookline.Ahead{}),
		aheadWords(hookline.Ahead{Try: 3, All: 10, Last: last}),
		aheadWords(hookline.Ahead{Try: 10, All: 10, Last: last}),
		aheadWords(hookline.Ahead{Try: 6, All: 2, Last: last}),
	}
	want := []string{
		"",
		"It is the 3rd of 10 tries at most. If none of them succeeds, the last is at about 14:10 UTC on 4 March.",
		"It is the last of 10 tries: if it fails too, this webhook has failed.",
		"It is the last of 6 tries: if it fails too, this webhook has failed.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
