package api

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// drained is how much of a body that is too large is read and thrown away: a
// client that is still writing when the connection closes never sees why.
const drained = 64 << 20

// body is the memory for one call's body, used again for the next.
type body struct {
	sent     bytes.Buffer
	unpacked bytes.Buffer
	packed   bool
	reader   bytes.Reader
	gunzip   gzip.Reader
}

// bytes is what was read, unpacked, until the next read.
func (b *body) bytes() []byte {
	if b.packed {
		return b.unpacked.Bytes()
	}
	return b.sent.Bytes()
}

// read reads the body, at most limit bytes of it, packed and unpacked. Whether
// it is packed is told by its first bytes, as clients forget the header. It
// says in whole sentences why what came cannot be used, "" when it can; an
// error means that the body did not even come.
func (b *body) read(in incoming, limit int) (unusable string, err error) {
	b.sent.Reset()
	b.unpacked.Reset()
	b.packed = false
	b.sent.Grow(int(min(max(in.length, 0), int64(limit))) + bytes.MinRead)

	cut, err := fill(&b.sent, in.body, limit)
	if err != nil {
		return "", notArrived(err)
	}
	if cut {
		_, _ = io.CopyN(io.Discard, in.body, drained) // for the client's sake only
	}
	if !knownEncoding(in.encoding) {
		return "The body has a content encoding that is not taken. Send it as it is, or with gzip.", nil
	}
	if bytes.HasPrefix(b.sent.Bytes(), []byte("\x1f\x8b")) {
		unpackCut, broken := b.unpack(limit)
		if broken != nil && !cut {
			return "The body looks like gzip but cannot be unpacked: it is broken or cut short.", nil
		}
		cut = cut || unpackCut
	}
	if cut {
		return fmt.Sprintf("The body is too large: at most %d bytes are taken. Send fewer events at once.", limit), nil
	}
	return "", nil
}

func (b *body) unpack(limit int) (cut bool, err error) {
	b.packed = true
	b.reader.Reset(b.sent.Bytes())
	if err := b.gunzip.Reset(&b.reader); err != nil {
		return false, err
	}
	return fill(&b.unpacked, &b.gunzip, limit)
}

// fill reads up to limit bytes and says whether there were more.
func fill(buffer *bytes.Buffer, from io.Reader, limit int) (cut bool, err error) {
	_, err = buffer.ReadFrom(io.LimitReader(from, int64(limit)+1))
	if buffer.Len() <= limit {
		return false, err
	}
	buffer.Truncate(limit)
	return true, nil
}

func knownEncoding(encoding string) bool {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity", "gzip", "x-gzip":
		return true
	}
	return false
}

// notArrived tells a slow client to come back and any other that its request
// was broken.
func notArrived(cause error) error {
	var trouble net.Error
	if errors.As(cause, &trouble) && trouble.Timeout() {
		return &hookline.Error{Kind: hookline.KindUnavailable, Message: "The body did not arrive in time. Send the call again.", RetryAfter: time.Second, Cause: cause}
	}
	return &hookline.Error{Kind: hookline.KindInvalid, Message: "The body did not arrive whole. Send the call again.", Cause: cause}
}
