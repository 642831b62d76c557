package ingest

import "fmt"

// tidier makes any JSON text into the one form that the rest of this package
// reads: without white space, every escape spelled out that can be, and only
// text that UTF-8 and SQL can hold. It is strict about the grammar (RFC 8259)
// and lenient about text: bytes that are no UTF-8, lone halves of a surrogate
// pair and NUL become U+FFFD, because losing a character is better than losing
// the event. Numbers stay the digits that were sent.
//
// It keeps its own stack, so nesting costs a byte a level and never a frame.
type tidier struct {
	src  []byte
	at   int
	out  []byte
	open []byte // the closers that are still owed, innermost last

	deepest int // the most closers that were owed at once
}

// malformed says where a text stops being JSON.
type malformed struct {
	at   int // bytes before the trouble
	want string
}

func (m malformed) Error() string {
	return fmt.Sprintf("byte %d: %s", m.at+1, m.want)
}

// run tidies src into t.out; both t.out and t.open are reused.
func (t *tidier) run(src []byte) error {
	t.src, t.at, t.out, t.open, t.deepest = src, 0, t.out[:0], t.open[:0], 0
	if len(src) >= 3 && string(src[:3]) == "\uFEFF" { // RFC 8259 §8.1 lets a reader ignore it
		t.at = 3
	}
	for {
		begun, err := t.begin()
		if err != nil {
			return err
		}
		if begun {
			continue
		}
		more, err := t.end()
		if err != nil || !more {
			return err
		}
	}
}

// begin reads a simple value whole, or opens an object or array. It says
// whether the next thing is again the beginning of a value.
func (t *tidier) begin() (bool, error) {
	switch c := t.next(); c {
	case '{':
		t.push('}')
		if t.next() == '}' {
			return false, nil
		}
		return true, t.key()
	case '[':
		t.push(']')
		return t.next() != ']', nil
	case '"':
		return false, t.text()
	case 't':
		return false, t.literal("true")
	case 'f':
		return false, t.literal("false")
	case 'n':
		return false, t.literal("null")
	default:
		if c == '-' || isDigit(c) {
			return false, t.number()
		}
		return false, t.fail("a value was expected here")
	}
}

// end closes what a value may close, up to the comma before the next one. It
// says whether there is a next one.
func (t *tidier) end() (bool, error) {
	for {
		c := t.next()
		if len(t.open) == 0 {
			if t.at < len(t.src) {
				return false, t.fail("nothing more was expected here")
			}
			return false, nil
		}
		closer := t.open[len(t.open)-1]
		switch {
		case c == closer:
			t.open = t.open[:len(t.open)-1]
			t.emit(c)
		case c == ',':
			t.emit(c)
			if closer == '}' {
				return true, t.key()
			}
			return true, nil
		default:
			return false, t.fail("a comma or " + string(rune(closer)) + " was expected here")
		}
	}
}

func (t *tidier) key() error {
	if t.next() != '"' {
		return t.fail("a name in double quotes was expected here")
	}
	if err := t.text(); err != nil {
		return err
	}
	if t.next() != ':' {
		return t.fail("a colon was expected here")
	}
	t.emit(':')
	return nil
}

// next skips white space and gives the byte that follows, 0 at the end.
func (t *tidier) next() byte {
	for ; t.at < len(t.src); t.at++ {
		switch c := t.src[t.at]; c {
		case ' ', '\n', '\r', '\t':
		default:
			return c
		}
	}
	return 0
}

func (t *tidier) push(closer byte) {
	t.open = append(t.open, closer)
	t.deepest = max(t.deepest, len(t.open))
	t.emit(t.src[t.at])
}

func (t *tidier) emit(c byte) {
	t.out = append(t.out, c)
	t.at++
}

func (t *tidier) fail(want string) error { return malformed{at: t.at, want: want} }

func (t *tidier) literal(word string) error {
	if len(t.src)-t.at < len(word) || string(t.src[t.at:t.at+len(word)]) != word {
		return t.fail("a value was expected here")
	}
	t.out = append(t.out, word...)
	t.at += len(word)
	return nil
}

// number copies one number of the grammar, however long: nothing is computed.
func (t *tidier) number() error {
	start := t.at
	if t.src[t.at] == '-' {
		t.at++
	}
	leading := t.at
	if !t.digits() || (t.src[leading] == '0' && t.at-leading > 1) {
		return malformed{at: start, want: "this is not a number of JSON"}
	}
	if t.at < len(t.src) && t.src[t.at] == '.' {
		t.at++
		if !t.digits() {
			return t.fail("a digit was expected here")
		}
	}
	if t.at < len(t.src) && t.src[t.at]|0x20 == 'e' {
		t.at++
		if t.at < len(t.src) && (t.src[t.at] == '+' || t.src[t.at] == '-') {
			t.at++
		}
		if !t.digits() {
			return t.fail("a digit was expected here")
		}
	}
	t.out = append(t.out, t.src[start:t.at]...)
	return nil
}

func (t *tidier) digits() bool {
	start := t.at
	for t.at < len(t.src) && isDigit(t.src[t.at]) {
		t.at++
	}
	return t.at > start
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
