package hookline

import (
	"reflect"
	"testing"
)

func TestWithoutInside(t *testing.T) {
	answered := Attempt{Number: 1, Status: 200, AnswerHeaders: []Header{{"Server", "inside"}}, Answer: []byte("inside"), AnswerTooLarge: true, Reason: "It did."}
	inside, silent := answered, Attempt{Number: 3, Reason: "It did not."}
	inside.Timings.Inside, silent.Timings.Inside = true, true
	got := WithoutInside([]Attempt{answered, inside, silent})
	hidden := Attempt{Number: 1, Status: 200, Reason: "It did.", Timings: Timings{Inside: true}, AnswerHidden: true}
	if want := []Attempt{answered, hidden, silent}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if string(inside.Answer) != "inside" {
		t.Error("what was given is changed")
	}
}
