package direct

import "modernc.org/libc"

// keptScratch is how much memory is kept from one statement to the next.
const keptScratch = 256 << 10

// scratch is the memory that holds the texts and blobs of one statement's
// arguments while it runs.
type scratch struct {
	at   uintptr
	size int
	used int
}

// begin makes room for n bytes and lets go of what was there. There is some
// memory even for none: to SQLite an empty text at no place is null.
func (s *scratch) begin(tls *libc.TLS, n int) error {
	s.used = 0
	if s.at != 0 && n <= s.size && (s.size <= keptScratch || n > keptScratch) {
		return nil
	}
	s.free(tls)
	size := max(n, keptScratch)
	if s.at = libc.Xmalloc(tls, libc.Tsize_t(size)); s.at == 0 {
		return errNoMemory
	}
	s.size = size
	return nil
}

// take gives the next n bytes.
func (s *scratch) take(n int) uintptr {
	at := s.at + uintptr(s.used)
	s.used += n
	return at
}

func (s *scratch) free(tls *libc.TLS) {
	if s.at != 0 {
		libc.Xfree(tls, s.at)
	}
	*s = scratch{}
}
