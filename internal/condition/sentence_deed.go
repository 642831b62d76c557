package condition

import "strconv"

// deedWords tells a clause about deeds: “the person did Order Completed at least 3 times in 30 days”.
func deedWords(c *Clause) string {
	name := plain(c.Field.eventName())
	if c.Op == OpNotDid {
		if in := spanWords(c); in != "" {
			return "the person did not do " + name + in
		}
		return "the person never did " + name
	}
	return "the person did " + name + " " + countWords(c) + spanWords(c)
}

// countWords tells how often a clause wants a deed.
func countWords(c *Clause) string {
	switch c.Op {
	case OpDidAtLeast:
		return "at least " + timesWords(c.times())
	case OpDidAtMost:
		return "at most " + timesWords(c.times())
	case OpDidExactly:
		return "exactly " + timesWords(c.times())
	}
	return "at least once"
}

// deedReason tells how often the person did it, and what was wanted where that is not met.
func deedReason(v *Verdict) string {
	found := "the person did " + plain(v.Clause.Field.eventName()) + " " + v.Found + spanWords(v.Clause)
	switch {
	case v.Met:
		return found
	case v.Clause.Op == OpNotDid:
		return found + ", which is ruled out"
	}
	return found + ", not " + countWords(v.Clause)
}

// spanWords tells the span of a clause, with a space before it; "" where all deeds count.
func spanWords(c *Clause) string {
	if _, within := c.Field.within(); !within {
		return ""
	}
	return " in " + c.Field.Path[1]
}

func timesWords(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return strconv.Itoa(n) + " times"
}
