package ingest

import "errors"

// Malformed says where a text stops being JSON by the grammar that calls are
// read with: after at bytes, and what was wanted there. bad is false when the
// text is JSON.
func Malformed(text []byte) (at int, want string, bad bool) {
	var t tidier
	if m, ok := errors.AsType[malformed](t.run(text)); ok {
		return m.at, m.want, true
	}
	return 0, "", false
}
