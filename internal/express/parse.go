package express

import "bytes"

// call is a request as parse knows it. All but authorization lies in what was parsed.
type call struct {
	path          []byte
	authorization string
	body          []byte
	size          int // bytes from the request's first to its last
}

// parse reads a request that is whole and has nothing that needs thought: a POST in HTTP/1.1 with one Host, one
// Content-Length and a body that is not packed. ok is false for all others, right or wrong. What it takes net/http takes
// too, and understands in the same way (FuzzParse).
func parse(b []byte) (c call, ok bool) {
	line, rest, ok := cutLine(b)
	if !ok || !bytes.HasPrefix(line, []byte("POST /")) || !bytes.HasSuffix(line, []byte(" HTTP/1.1")) {
		return c, false
	}
	c.path = line[len("POST ") : len(line)-len(" HTTP/1.1")]
	if !all(c.path, pathByte) {
		return c, false
	}
	var seen headers
	for {
		if line, rest, ok = cutLine(rest); !ok {
			return c, false
		}
		if len(line) == 0 {
			break
		}
		if !seen.add(line) {
			return c, false
		}
	}
	length, ok := number(seen.length)
	if !ok || !isHost(seen.host) || len(rest) < length {
		return c, false
	}
	c.authorization, c.body, c.size = string(seen.authorization), rest[:length], len(b)-len(rest)+length
	return c, !isPacked(c.body)
}

// cutLine cuts a line that ends as it should.
func cutLine(b []byte) (line, rest []byte, ok bool) {
	end := bytes.IndexByte(b, '\n')
	if end < 1 || b[end-1] != '\r' {
		return nil, nil, false
	}
	return b[:end-1], b[end+1:], true
}

// headers are those that matter here.
type headers struct{ host, length, authorization []byte }

// add is false for a line that is no plain header, for one given twice, and for headers that change what the message is
// or what happens with its connection.
func (h *headers) add(line []byte) bool {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || !isToken(name) || !isText(value) {
		return false
	}
	value = bytes.Trim(value, " \t")
	switch {
	case is(name, "host"):
		return once(&h.host, value)
	case is(name, "content-length"):
		return once(&h.length, value)
	case is(name, "authorization"):
		return once(&h.authorization, value)
	case is(name, "connection"):
		return is(value, "keep-alive")
	case is(name, "content-encoding"), is(name, "transfer-encoding"), is(name, "expect"), is(name, "upgrade"), is(name, "trailer"), is(name, "te"),
		is(name, "keep-alive"), is(name, "proxy-connection"), is(name, "http2-settings"):
		return false
	}
	return true
}

func once(place *[]byte, value []byte) bool {
	if *place != nil || len(value) == 0 {
		return false
	}
	*place = value
	return true
}

// is compares with a name in small letters.
func is(name []byte, small string) bool {
	if len(name) != len(small) {
		return false
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != small[i] {
			return false
		}
	}
	return true
}

// number reads a length of at most four digits, which are more than fit.
func number(digits []byte) (n int, ok bool) {
	if len(digits) == 0 || len(digits) > 4 {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, n > 0
}

// isPacked tells gzip by its first bytes.
func isPacked(body []byte) bool { return bytes.HasPrefix(body, []byte("\x1f\x8b")) }

// kinds of bytes.
const (
	tokenByte = 1 << iota // RFC 9110 §5.6.2
	textByte              // of a header's value, RFC 9110 §5.5, obs-text as well
	hostByte              // of a name or address with its port
	pathByte              // of a plain path; of both there are more, which are left to net/http
)

var kinds = func() (table [256]byte) {
	mark := func(kind byte, chars string) {
		for i := range len(chars) {
			table[chars[i]] |= kind
		}
	}
	const alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	mark(tokenByte, alphanumeric+"!#$%&'*+-.^_`|~")
	mark(hostByte, alphanumeric+"-._:[]")
	mark(pathByte, alphanumeric+"-._/")
	table['\t'] |= textByte
	for c := ' '; c <= 0xff; c++ {
		table[c] |= textByte
	}
	table[0x7f] &^= textByte
	return table
}()

func all(b []byte, kind byte) bool {
	for _, c := range b {
		if kinds[c]&kind == 0 {
			return false
		}
	}
	return true
}

func isToken(b []byte) bool { return len(b) > 0 && all(b, tokenByte) }
func isText(b []byte) bool  { return all(b, textByte) }
func isHost(b []byte) bool  { return len(b) > 0 && all(b, hostByte) }
