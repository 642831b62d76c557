package hookline

import (
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// SpanClasses is how many classes of length Spans tells apart.
const SpanClasses = 32

// Spans counts spans of time by their length. Each class is half as long again,
// or a third longer, as the one before: up to 1 ms, 1.5 ms, 2 ms, 3 ms, 4 ms …
// 32 s, and all that is longer. So a few numbers tell percentiles to within a
// fifth, and those of many minutes can be added up.
type Spans [SpanClasses]int

// SpanClass is the class of a span.
func SpanClass(d time.Duration) int {
	halves := uint64(max(0, d-1)) / uint64(time.Millisecond/2) // of a millisecond, begun ones left out
	if halves < 2 {
		return 0
	}
	top := bits.Len64(halves) - 1 // halves is between 2^top and 2^(top+1)
	class := 2*top - 1
	if halves >= 3<<(top-1) {
		class++
	}
	return min(class, SpanClasses-1)
}

// spanEnd is the longest span of a class.
func spanEnd(class int) time.Duration {
	if class == 0 {
		return time.Millisecond
	}
	doubled := time.Millisecond << ((class - 1) / 2)
	if class%2 == 1 {
		return doubled * 3 / 2
	}
	return doubled * 2
}

// Add gives both together.
func (s Spans) Add(o Spans) Spans {
	for i, n := range o {
		s[i] += n
	}
	return s
}

// Count is how many there are.
func (s Spans) Count() int {
	total := 0
	for _, n := range s {
		total += n
	}
	return total
}

// Percentile gives the length that p percent of them do not exceed, as near as
// their classes tell; 0 when there are none.
func (s Spans) Percentile(p float64) time.Duration {
	rank := p / 100 * float64(s.Count())
	if rank == 0 {
		return 0
	}
	below := 0.0
	for class, n := range s {
		if below+float64(n) < rank {
			below += float64(n)
			continue
		}
		begin := time.Duration(0)
		if class > 0 {
			begin = spanEnd(class - 1)
		}
		share := (rank - below) / float64(n)
		return begin + time.Duration(share*float64(spanEnd(class)-begin))
	}
	return spanEnd(SpanClasses - 1)
}

// String writes them as they are kept: "4:12 5:3" are twelve of class 4 and
// three of class 5.
func (s Spans) String() string {
	var b strings.Builder
	for class, n := range s {
		if n == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(class))
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// ReadSpans reads what String wrote; what is no such thing counts as nothing.
func ReadSpans(text string) Spans {
	var s Spans
	for text != "" {
		var one string
		one, text, _ = strings.Cut(text, " ")
		class, count, _ := strings.Cut(one, ":")
		c, err1 := strconv.Atoi(class)
		n, err2 := strconv.Atoi(count)
		if err1 == nil && err2 == nil && c >= 0 && c < SpanClasses {
			s[c] += n
		}
	}
	return s
}
