package hookline

import "time"

// Events, deliveries and what belongs to them are many, so they are stored
// under numbers, keys, and only shown under ids: a prefix and the key in 11
// characters, such as "evt_1k3f8m2c1ab". Keys grow like ids do: the key of what
// is made at a moment is that moment in microseconds, or the next free number.

// keyDigits is how many characters a key prints as: 55 bits, enough until the
// year 3111.
const keyDigits = 11

const keyAlphabet = "0123456789abcdefghjkmnpqrstvwxyz" // of idAlphabet

// Key makes the next key.
func (g *IDs) Key() int64 { return int64(g.next(uint64(time.Now().UnixMicro()))) }

// NewKeyed makes the next id of those that are keys.
func (g *IDs) NewKeyed(prefix string) string { return KeyID(prefix, g.Key()) }

// AfterKey is After for a key.
func (g *IDs) AfterKey(key int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = max(g.last, uint64(max(key, 0)))
}

// Last is the last key or id that was made, as a key.
func (g *IDs) Last() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return int64(g.last)
}

// KeyAt is the least key of what is made at t or later.
func KeyAt(t time.Time) int64 { return max(t.UnixMicro(), 0) }

// KeyID prints a key as an id; "" for 0, which is the key of nothing.
func KeyID(prefix string, key int64) string {
	if key <= 0 {
		return ""
	}
	text := make([]byte, len(prefix)+1+keyDigits)
	copy(text, prefix)
	text[len(prefix)] = '_'
	for i := len(text) - 1; i > len(prefix); i-- {
		text[i] = keyAlphabet[key&31]
		key >>= 5
	}
	return string(text)
}

// KeyOf reads the key from an id, whatever its prefix; 0 when there is none.
func KeyOf(id string) int64 {
	at := len(id) - keyDigits
	if at < 1 || id[at-1] != '_' {
		return 0
	}
	key := int64(0)
	for _, c := range []byte(id[at:]) {
		digit := keyDigit[c]
		if digit == 0 {
			return 0
		}
		key = key<<5 | int64(digit-1)
	}
	return key
}

// keyDigit gives the value of each character of keyAlphabet, plus 1.
var keyDigit = func() (values [256]byte) {
	for value, c := range []byte(keyAlphabet) {
		values[c] = byte(value + 1)
	}
	return values
}()
