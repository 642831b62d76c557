package liquid

import (
	"crypto/rand"
	"fmt"
	"math/big"
)

// Tags that Customer.io has beside the standard ones, and {% cancel %}.

// randomTag is {% random 100 %}: a whole number from 0 up to, but without, 100.
type randomTag struct {
	out *outTag
	max expr
}

func parseRandom(p *parser) (tag, error) {
	t := &randomTag{out: &outTag{off: p.peek().off, whole: p.whole}}
	var err error
	if t.max, err = p.operand(); err != nil {
		return nil, err
	}
	return t, p.end()
}

func (t *randomTag) run(r *run, _ *block) error {
	v, err := t.max.eval(r)
	if err != nil {
		return r.at(t.out.off, err)
	}
	n, err := randomBelow(v)
	if err != nil {
		return r.at(t.out.off, err)
	}
	return r.at(t.out.off, r.write(n, t.out))
}

// randomBelow takes the system's randomness: a code in a body may be a secret.
func randomBelow(v any) (int64, error) {
	n, ok := toInt(v)
	if !ok || n < 1 {
		return 0, &Error{Message: "random needs a number above 0"}
	}
	pick, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		return 0, err
	}
	return pick.Int64(), nil
}

// uuidTag is {% generate_uuid %}: a random UUID (RFC 9562 §5.4).
type uuidTag struct{ out *outTag }

func parseUUID(p *parser) (tag, error) {
	return &uuidTag{&outTag{off: p.peek().off, whole: p.whole}}, p.end()
}

func (t *uuidTag) run(r *run, _ *block) error {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand promises it
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return r.at(t.out.off, r.write(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), t.out))
}

// cancelTag is {% cancel "why" %}: what was to be made is not made.
type cancelTag struct {
	off    int
	reason expr
}

func parseCancel(p *parser) (tag, error) {
	t := &cancelTag{off: p.peek().off, reason: &literal{""}}
	if p.atEnd() {
		return t, nil
	}
	var err error
	if t.reason, err = p.operand(); err != nil {
		return nil, err
	}
	return t, p.end()
}

func (t *cancelTag) run(r *run, _ *block) error {
	v, err := t.reason.eval(r)
	if err != nil {
		return r.at(t.off, err)
	}
	r.cancelReason = r.text(v)
	return cancelRender
}
