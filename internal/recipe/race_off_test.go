//go:build !race

package recipe_test

// raceEnabled makes the long tests shorter: the race detector slows them down.
const raceEnabled = false
