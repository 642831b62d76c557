package condition

import "strings"

// decimal is a written number taken apart, not converted: no digit is lost and nothing is allocated.
type decimal struct {
	negative bool
	whole    string // digits before the point, without leading zeros
	fraction string // digits after the point, without trailing zeros
	exponent int
}

// maxExponent keeps sums of exponents and lengths from overflowing. Numbers beyond it are taken for equally
// far away, which nothing that is sent can notice.
const maxExponent = 1 << 30

// parseDecimal takes a number apart: digits, a fraction, an exponent, each but the first left out at will.
func parseDecimal(s string) (d decimal, ok bool) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	d.whole, s = cutDigits(s)
	if d.whole == "" {
		return d, false
	}
	if s != "" && s[0] == '.' {
		if d.fraction, s = cutDigits(s[1:]); d.fraction == "" {
			return d, false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		if d.exponent, s, ok = cutExponent(s[1:]); !ok {
			return d, false
		}
	}
	d.whole = strings.TrimLeft(d.whole, "0")
	d.fraction = strings.TrimRight(d.fraction, "0")
	return d, s == ""
}

// cutDigits takes the leading digits off; there may be none.
func cutDigits(s string) (digits, rest string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

// cutExponent takes the sign and digits behind an e off.
func cutExponent(s string) (exponent int, rest string, ok bool) {
	negative := s != "" && s[0] == '-'
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	digits, rest := cutDigits(s)
	for i := range len(digits) {
		exponent = min(exponent*10+int(digits[i]-'0'), maxExponent)
	}
	if negative {
		exponent = -exponent
	}
	return exponent, rest, digits != ""
}

func (d *decimal) len() int { return len(d.whole) + len(d.fraction) }

// digit returns the i-th digit, counted from the left over the point; past the end all digits are 0.
func (d *decimal) digit(i int) byte {
	switch {
	case i < len(d.whole):
		return d.whole[i]
	case i < d.len():
		return d.fraction[i-len(d.whole)]
	}
	return '0'
}

// leading returns where the first digit that is not 0 stands, and its power of ten; zero has none.
func (d *decimal) leading() (at, power int, zero bool) {
	for at < d.len() && d.digit(at) == '0' {
		at++
	}
	return at, len(d.whole) - at + d.exponent, at == d.len()
}

// compareDecimals orders two written numbers exactly. It is not ok when one of them is no number.
func compareDecimals(a, b string) (order int, ok bool) {
	x, okX := parseDecimal(a)
	y, okY := parseDecimal(b)
	if !okX || !okY {
		return 0, false
	}
	return x.compare(&y), true
}

// compare goes from coarse to fine: sign, power of ten of the first digit, digits. So 1e400 needs no room.
func (d *decimal) compare(other *decimal) int {
	at, power, zero := d.leading()
	otherAt, otherPower, otherZero := other.leading()
	sign, otherSign := d.sign(zero), other.sign(otherZero)
	switch {
	case sign != otherSign:
		return compareInts(sign, otherSign)
	case sign == 0:
		return 0
	case power != otherPower:
		return sign * compareInts(power, otherPower)
	}
	for i := range max(d.len()-at, other.len()-otherAt) {
		if x, y := d.digit(at+i), other.digit(otherAt+i); x != y {
			return sign * compareInts(int(x), int(y))
		}
	}
	return 0
}

// sign is 0 for zero, also for a negative one: -0 equals 0.
func (d *decimal) sign(zero bool) int {
	switch {
	case zero:
		return 0
	case d.negative:
		return -1
	}
	return 1
}

func compareInts(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// isPlainNumber reports whether s is how people write its number: no exponent, no needless zero or sign.
func isPlainNumber(s string) bool {
	whole, rest := cutDigits(strings.TrimPrefix(s, "-"))
	if whole == "" || (whole[0] == '0' && whole != "0") {
		return false
	}
	if rest == "" {
		return s != "-0"
	}
	fraction, end := cutDigits(rest[1:])
	return rest[0] == '.' && end == "" && fraction != "" && fraction[len(fraction)-1] != '0'
}
