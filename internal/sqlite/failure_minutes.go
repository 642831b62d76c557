package sqlite

import (
	"strconv"
	"strings"
	"time"
)

// minutesKept is how many minutes a failure counts by themselves.
const minutesKept = 60

func minuteOf(at time.Time) int64 { return at.Unix() / 60 }

// addMinute counts one more in the minute of at. A text of minutes is a list such
// as "29384756:12 29384757:3", the latest last.
func addMinute(text string, at time.Time) string {
	minute := minuteOf(at)
	counts := parseMinutes(text)
	newest := minute
	for known := range counts {
		newest = max(newest, known)
	}
	counts[minute]++
	var b strings.Builder
	for m := newest - minutesKept + 1; m <= newest; m++ {
		if counts[m] == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatInt(m, 10))
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(counts[m]))
	}
	return b.String()
}

// readMinutes gives how many there were in each of the last minutes, the latest
// last.
func readMinutes(text string, at time.Time) []int {
	counts, last := parseMinutes(text), minuteOf(at)
	minutes := make([]int, minutesKept)
	for i := range minutes {
		minutes[i] = counts[last-minutesKept+1+int64(i)]
	}
	return minutes
}

func parseMinutes(text string) map[int64]int {
	counts := map[int64]int{}
	for _, part := range strings.Fields(text) {
		minute, count, _ := strings.Cut(part, ":")
		m, err1 := strconv.ParseInt(minute, 10, 64)
		n, err2 := strconv.Atoi(count)
		if err1 == nil && err2 == nil {
			counts[m] = n
		}
	}
	return counts
}
