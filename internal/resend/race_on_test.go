//go:build race

package resend_test

// raceEnabled says that what takes long takes much longer.
const raceEnabled = true
