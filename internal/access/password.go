package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost is what one hash takes. The least that OWASP's Password Storage Cheat
// Sheet allows for argon2id is 19 MiB and two passes on one lane.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

var currentCost = cost{memory: 19 << 10, passes: 2, threads: 1}

const (
	saltSize   = 16
	keySize    = 32
	maxHashing = 4 // 4 × 19 MiB at most, however many people sign in at once

	// What a stored hash may ask for, so that a damaged row cannot take all memory.
	maxMemory = 1 << 20 // KiB
	maxPasses = 16
)

var errHashForm = errors.New("the stored password hash is not in the argon2id form")

var b64 = base64.RawStdEncoding

// hashPassword gives the hash in PHC string form, with a salt of its own.
func hashPassword(password string) string {
	var salt [saltSize]byte
	_, _ = rand.Read(salt[:]) // never fails since Go 1.24
	c := currentCost
	key := argon2.IDKey([]byte(password), salt[:], c.passes, c.memory, c.threads, keySize)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		b64.EncodeToString(salt[:]), b64.EncodeToString(key))
}

// passwordMatches says whether hash was made from password. The time it takes
// depends on the hash's cost and on nothing else.
func passwordMatches(hash, password string) (bool, error) {
	c, salt, key, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	again := argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(again, key) == 1, nil
}

func parseHash(hash string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(hash, "$") // "", argon2id, v=19, m=…,t=…,p=…, salt, key
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHashForm
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return c, nil, nil, fmt.Errorf("%w: %w", errHashForm, err)
	}
	if c.memory > maxMemory || c.passes < 1 || c.passes > maxPasses || c.threads < 1 {
		return c, nil, nil, errHashForm
	}
	salt, saltErr := b64.DecodeString(parts[4])
	key, keyErr := b64.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(key) == 0 {
		return c, nil, nil, errHashForm
	}
	return c, salt, key, nil
}

// hash and matches are hashPassword and passwordMatches, a few at a time: the
// others wait for their turn, or until their browser has gone.
func (d *Desk) hash(ctx context.Context, password string) (string, error) {
	leave, err := d.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return hashPassword(password), nil
}

func (d *Desk) matches(ctx context.Context, hash, password string) (bool, error) {
	leave, err := d.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return passwordMatches(hash, password)
}

func (d *Desk) enter(ctx context.Context) (leave func(), err error) {
	select {
	case d.hashing <- struct{}{}:
		return func() { <-d.hashing }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}
