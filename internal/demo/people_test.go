package demo

import (
	"encoding/json"
	"net/mail"
	"strings"
	"testing"
	"time"
)

func TestEverybodyHasNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, mark := range []string{"", "k3f9"} {
		people := everybody(mark)
		if len(people) != 50 {
			t.Fatalf("%d people, want 50", len(people))
		}
		for _, p := range people {
			if address, err := mail.ParseAddress(p.email); err != nil || address.Address != p.email || !strings.HasSuffix(p.email, "@example.com") {
				t.Errorf("%s has the address %s: %v", p.first, p.email, err)
			}
			for _, r := range p.email {
				if r > 'z' {
					t.Errorf("%s is no plain address: add %q to the letters", p.email, r)
				}
			}
			for _, name := range []string{p.userID, p.anonymousID, p.email} {
				if seen[name] {
					t.Errorf("%s is there twice", name)
				}
				seen[name] = true
			}
		}
	}
}

// The script fits into what the overview shows, in the order of time, and no
// batch is larger than ingest takes.
func TestScript(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	earlier, lately := script(everybody(""), now)
	last := now.Add(-day)
	for _, b := range gather(append(earlier, lately...)) {
		if b.at.Before(last) || b.at.After(now) {
			t.Errorf("a call came in at %s, after one at %s", b.at, last)
		}
		last = b.at
		if !json.Valid(b.body) || len(b.body) > 500<<10 {
			t.Errorf("this batch cannot be taken: %.200s", b.body)
		}
	}
	refunds := 0
	for _, c := range lately {
		if c.item["event"] == "Refund Requested" {
			refunds++
		}
	}
	if len(earlier) < 250 || refunds != refundsLately {
		t.Errorf("%d calls earlier, %d refunds lately", len(earlier), refunds)
	}
}
