//go:build !race

package liquid

// raceEnabled makes the long tests shorter: the race detector slows them down.
const raceEnabled = false
