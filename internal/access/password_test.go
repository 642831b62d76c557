package access

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestHashIsArgon2idWithASaltOfItsOwn(t *testing.T) {
	a, b := hashPassword("correct horse"), hashPassword("correct horse")
	if a == b {
		t.Error("two hashes of one password are the same: no salt of their own")
	}
	if !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %q, want argon2id with m=19456, t=2, p=1", a)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false} {
		if ok, err := passwordMatches(a, password); err != nil || ok != want {
			t.Errorf("%q matches: %v, %v, want %v", password, ok, err, want)
		}
	}
}

func TestMatchesAKnownHash(t *testing.T) {
	// Made by the reference implementation: argon2 "somesalt" -id -t 2 -k 65536 -p 1 -l 32, from its README and test.c.
	const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := passwordMatches(hash, "password"); !ok || err != nil {
		t.Fatalf("the reference hash does not match: %v, %v", ok, err)
	}
}

func TestDamagedHashesAreRefusedBeforeTheyCostAnything(t *testing.T) {
	for _, hash := range []string{
		"", "plain", "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA", "$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA",
		"$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$aGFzaA", "$argon2id$v=19$m=19456,t=0,p=1$c29tZXNhbHQ$aGFzaA",
		"$argon2id$v=19$m=19456,t=99,p=1$c29tZXNhbHQ$aGFzaA", "$argon2id$v=19$m=19456,t=2,p=0$c29tZXNhbHQ$aGFzaA",
		"$argon2id$v=19$nonsense$c29tZXNhbHQ$aGFzaA", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=19456,t=2,p=1$!$!",
	} {
		if ok, err := passwordMatches(hash, "password"); ok || !errors.Is(err, errHashForm) {
			t.Errorf("%q: %v, %v, want an error about its form", hash, ok, err)
		}
	}
}

func TestFourHashesAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Desk{hashing: make(chan struct{}, maxHashing)}
		var mu sync.Mutex
		inside, most := 0, 0
		count := func(by int) {
			mu.Lock()
			defer mu.Unlock()
			inside += by
			most = max(most, inside)
		}
		for range 50 {
			go func() {
				leave, err := d.enter(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				defer leave()
				count(+1)
				time.Sleep(time.Second) // synctest's clock
				count(-1)
			}()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if most != 4 || inside != 0 {
			t.Errorf("%d at a time, want 4; %d are still inside", most, inside)
		}
	})
}

func TestWhoWaitsToHashMayLeave(t *testing.T) {
	d := &Desk{hashing: make(chan struct{})} // no place is ever free
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.hash(ctx, "correct horse"); !errors.Is(err, context.Canceled) {
		t.Fatalf("error is %v, want context.Canceled", err)
	}
}
