package hookline

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// idAlphabet keeps the byte order of what it encodes, so that ids sort by time.
var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// IDs makes ids: a prefix that names the noun, then 20 characters that grow
// with time. Ids of one maker are strictly increasing, in whatever order the
// clock ticks, so the order of ids is the order in which they were made; the
// event log relies on it. The zero value is ready. Safe for concurrent use.
type IDs struct {
	mu   sync.Mutex
	last uint64 // microseconds, the high part of the last id
}

// New makes the next id, such as "src_0dq3k8f2m1c0a9x7r5t2".
func (g *IDs) New(prefix string) string {
	return g.at(prefix, uint64(time.Now().UnixMicro()))
}

// next gives the first number from micros on that was not given before.
func (g *IDs) next(micros uint64) uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = max(micros, g.last+1)
	return g.last
}

func (g *IDs) at(prefix string, micros uint64) string {
	micros = g.next(micros)
	var raw [12]byte // 60 bits of time would do; 8 + 4 bytes print as 20 characters
	binary.BigEndian.PutUint64(raw[:8], micros)
	_, _ = rand.Read(raw[8:]) // never fails since Go 1.24
	return prefix + "_" + idAlphabet.EncodeToString(raw[:])
}

// After makes sure that every id to come is greater than id, which an earlier
// process made: a clock that was set back must not put new events before old
// ones. Ids that were not made here are ignored.
func (g *IDs) After(id string) {
	_, text, _ := strings.Cut(id, "_")
	raw, err := idAlphabet.DecodeString(text)
	if err != nil || len(raw) != 12 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = max(g.last, binary.BigEndian.Uint64(raw[:8]))
}

// Secret makes an unguessable text of 160 random bits, for write keys, signing
// keys and shared secrets.
func Secret() string {
	var raw [20]byte
	_, _ = rand.Read(raw[:])
	return idAlphabet.EncodeToString(raw[:])
}

// IDAt is a bound among ids: those made before t sort before it, all others
// after it.
func IDAt(prefix string, t time.Time) string {
	var raw [12]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(max(t.UnixMicro(), 0)))
	return prefix + "_" + idAlphabet.EncodeToString(raw[:])
}
