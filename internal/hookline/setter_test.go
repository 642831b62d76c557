package hookline

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func at(seconds int64) time.Time { return time.Unix(seconds, 123000).UTC() }

// TestSettersTellWhatSetEachLast plays what happens to a person at random, and
// holds what setters tell against a map.
func TestSettersTellWhatSetEachLast(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	names := []string{"email", "plan", "a,b", `say "hi"`, `c:\`, "näme", "new\nline", "", "]"}
	var s Setters
	want := map[string]Setter{}
	for i := range int64(3000) {
		var some []string
		for _, name := range names {
			if random.IntN(3) == 0 {
				some = append(some, name)
			}
		}
		by := []Setter{
			{ID: fmt.Sprintf("evt_%d", i), From: "src_1", At: at(i)},
			{ID: "dlv_1", At: at(i)},
			{ID: "usr_1", From: `"Ana, of \ <x>" <ana@example.com>`, At: at(i)},
			{},
			{From: "root", At: at(i)},
		}[random.IntN(5)]
		if random.IntN(10) == 0 {
			s = s.Without(some...)
			by = Setter{}
		} else {
			s = s.With(by, some, len(names))
		}
		for _, name := range some {
			delete(want, name)
			if by.Kind() != SetByNobody {
				want[name] = by
			}
		}
		if got := s.All(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("after %d changes\n got %v\nwant %v\nfrom %s", i+1, got, want, s)
		}
		if lines := strings.Count(string(s), "\n"); lines > len(names)+spareLines {
			t.Fatalf("%d lines are kept of %d attributes", lines, len(names))
		}
	}
}

func TestWhoTellsTheSameAgainFillsOneLine(t *testing.T) {
	var s Setters
	for i := range int64(100) {
		s = s.With(Setter{ID: "evt_1", From: "src_1", At: at(i)}, []string{"seen", "plan"}, 2)
	}
	if want := Setters(`["evt_1",99000123,"src_1","seen","plan"]` + "\n"); s != want {
		t.Errorf("kept is %s, want %s", s, want)
	}
	if s = s.With(Setter{ID: "evt_2", From: "src_1", At: at(100)}, []string{"plan"}, 2); s.All()["seen"].ID != "evt_1" || s.All()["plan"].ID != "evt_2" {
		t.Errorf("kept is %s", s)
	}
}

func TestSettersAfterAChange(t *testing.T) {
	before, err1 := ParseAttributes([]byte(`{"plan":"pro","tags":[1, 2],"gone":1,"n":1}`))
	after, err2 := ParseAttributes([]byte(`{"plan":"free","tags":[1,2],"n":1.0,"new":null}`))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	event, user := Setter{ID: "evt_1", From: "src_1", At: at(1)}, Setter{ID: "usr_1", From: "ana@example.com", At: at(2)}
	s := Setters("").With(event, before.Keys(), before.Len()).After(user, before, after)
	want := map[string]Setter{"tags": event, "plan": user, "n": user, "new": user}
	if got := s.All(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("setters\n got %v\nwant %v", got, want)
	}
	if unchanged := s.After(user, after, after); unchanged != s {
		t.Errorf("a change of nothing made of %s %s", s, unchanged)
	}
}

func TestSettersOfTwoWhoBecomeOne(t *testing.T) {
	theirs := Setters("").With(Setter{ID: "evt_9", From: "src_1", At: at(9)}, []string{"plan", "seen"}, 2)
	own := Setters("").With(Setter{ID: "evt_1", From: "src_1", At: at(1)}, []string{"name"}, 2)
	has := func(name string) bool { return name == "name" || name == "plan" } // plan since before setters were kept
	got := own.Joined(theirs, has).All()
	if len(got) != 2 || got["seen"].ID != "evt_9" || got["name"].ID != "evt_1" {
		t.Errorf("setters %v", got)
	}
}

func TestSetterKinds(t *testing.T) {
	for want, s := range map[SetterKind]Setter{
		SetByNobody: {}, SetByEvent: {ID: "evt_1", From: "src_1"}, SetByAnswer: {ID: "dlv_1"}, SetByImport: {ID: "imp_1"}, SetByJourney: {ID: "jrn_1"},
		SetByToken: {ID: "tok_1", From: "deploy"}, SetByUser: {ID: "usr_1", From: "ana@example.com"}, SetByCommand: {From: "root"},
	} {
		if got := s.Kind(); got != want {
			t.Errorf("%+v is %q, want %q", s, got, want)
		}
	}
}
