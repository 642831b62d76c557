package outbound

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// readBody reads one byte more than may be kept, to learn whether there is more.
// What is left unread is dropped with its connection.
func (c *Client) readBody(resp *http.Response, out *Response) (ended bool, err error) {
	buffer := c.buffers.Get().(*[]byte)
	defer c.buffers.Put(buffer)
	n, ended, err := readFull(resp.Body, *buffer)
	body := (*buffer)[:n]
	if err == nil && n <= c.maxBody && isGzip(resp.Header) {
		if unpacked, ok := unpack(body, c.maxBody); ok {
			body = unpacked
		}
	}
	out.TooLarge = len(body) > c.maxBody
	if n > 0 {
		out.Body = bytes.Clone(body[:min(len(body), c.maxBody)])
	}
	return ended, err
}

// readFull fills buffer as far as the body goes; its end is no error. io.ReadFull
// would tell a short body and one that was cut off by the same error.
func readFull(body io.Reader, buffer []byte) (n int, ended bool, err error) {
	for n < len(buffer) && err == nil {
		var m int
		m, err = body.Read(buffer[n:])
		n += m
	}
	if err == io.EOF {
		return n, true, nil
	}
	return n, false, err
}

func isGzip(header http.Header) bool {
	encoding := header.Get("Content-Encoding")
	return strings.EqualFold(encoding, "gzip") || strings.EqualFold(encoding, "x-gzip")
}

// unpack returns at most limit+1 bytes of what is packed; ok is false when it is
// no valid gzip. Both sides are bounded: packed by the body's limit, unpacked by
// this one, so that a bomb has nothing to blow up.
func unpack(packed []byte, limit int) (unpacked []byte, ok bool) {
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, false
	}
	unpacked, err = io.ReadAll(io.LimitReader(zr, int64(limit)+1))
	return unpacked, err == nil
}
