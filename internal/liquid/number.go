package liquid

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"math/bits"
	"regexp"
	"strconv"
	"strings"

	"hookline/internal/data"
)

// Numbers are int64, float64, or json.Number for what neither holds exactly.
// Arithmetic with a float is done in decimals, as the reference does it, so
// that 0.1 plus 0.2 is 0.3.

var (
	errDivisionByZero = errors.New("a number cannot be divided by 0")
	errNumberSize     = errors.New("the number becomes too large")
)

// maxNumberDigits bounds what arithmetic may build.
const maxNumberDigits = 400

var (
	decimalText = regexp.MustCompile(`^[+-]?\d+\.\d+$`)
	leadingInt  = regexp.MustCompile(`^[+-]?\d+`)
)

// toNumber reads a value as a number. Text counts by what it begins with, and
// everything that is no number at all is 0.
func toNumber(v any) Value {
	switch v := v.(type) {
	case int64, float64, json.Number:
		return v
	case safe:
		return toNumber(v.text)
	case string:
		text := strings.TrimSpace(v)
		if decimalText.MatchString(text) {
			return data.Number(strings.TrimPrefix(text, "+"))
		}
		digits := strings.TrimPrefix(leadingInt.FindString(text), "+")
		if digits == "" || len(digits) > maxNumberDigits {
			return int64(0)
		}
		return data.Number(digits)
	}
	return int64(0)
}

// toInt reads a value as a whole number: numbers and texts that are numbers.
func toInt(v any) (int64, bool) {
	switch v := plain(v).(type) {
	case int64:
		return v, true
	case float64:
		if math.Abs(v) < 1<<62 {
			return int64(v), true
		}
	case string:
		text := strings.TrimSpace(v)
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, true
		}
		if decimalText.MatchString(text) {
			f, _ := strconv.ParseFloat(text, 64)
			return toInt(f)
		}
	}
	return 0, false
}

// isInt is true for numbers without a fraction part.
func isInt(n Value) bool {
	switch n := n.(type) {
	case int64:
		return true
	case json.Number:
		return !strings.ContainsAny(string(n), ".eE")
	}
	return false
}

// rat gives the exact value; nil when the number is beyond all reason.
func rat(n Value) *big.Rat {
	switch n := n.(type) {
	case int64:
		return new(big.Rat).SetInt64(n)
	case float64:
		r, _ := new(big.Rat).SetString(strconv.FormatFloat(n, 'g', -1, 64))
		return r
	case json.Number:
		f, err := n.Float64()
		if err != nil || f == 0 || len(n) > maxNumberDigits {
			return nil
		}
		r, _ := new(big.Rat).SetString(string(n))
		return r
	}
	return nil
}

// number turns an exact value back: whole becomes an integer, otherwise the
// nearest float.
func number(r *big.Rat, whole bool) (Value, error) {
	if whole {
		return integer(new(big.Int).Quo(r.Num(), r.Denom()))
	}
	f, _ := r.Float64()
	if math.IsInf(f, 0) {
		return nil, errNumberSize
	}
	return f, nil
}

// integer bounds the digits: multiplying in a loop doubles them every time.
func integer(n *big.Int) (Value, error) {
	if n.IsInt64() {
		return n.Int64(), nil
	}
	if n.BitLen() > maxNumberDigits*3 {
		return nil, errNumberSize
	}
	return json.Number(n.String()), nil
}

// operate works out a op b for op one of + - * / %.
func operate(a any, op byte, b any) (Value, error) {
	x, y := toNumber(a), toNumber(b)
	if n, ok := operateInt(x, op, y); ok {
		return n, nil
	}
	rx, ry := rat(x), rat(y)
	if rx == nil || ry == nil {
		return nil, errNumberSize
	}
	whole := isInt(x) && isInt(y)
	switch op {
	case '+':
		rx.Add(rx, ry)
	case '-':
		rx.Sub(rx, ry)
	case '*':
		rx.Mul(rx, ry)
	case '/', '%':
		if ry.Sign() == 0 {
			return nil, errDivisionByZero
		}
		quotient := new(big.Rat).Quo(rx, ry)
		if op == '%' {
			rx.Sub(rx, ry.Mul(ry, new(big.Rat).SetInt(floor(quotient))))
		} else if rx = quotient; whole {
			rx.SetInt(floor(quotient))
		}
	}
	return number(rx, whole)
}

// operateInt is the quick way for two small integers.
func operateInt(x Value, op byte, y Value) (int64, bool) {
	a, aok := x.(int64)
	b, bok := y.(int64)
	if !aok || !bok {
		return 0, false
	}
	switch op {
	case '+':
		sum := a + b
		return sum, (sum > a) == (b > 0)
	case '-':
		diff := a - b
		return diff, (diff < a) == (b > 0)
	case '*':
		hi, lo := bits.Mul64(magnitude(a), magnitude(b))
		return a * b, hi == 0 && lo < 1<<63
	}
	return 0, false // division rounds down, which the long way knows
}

// magnitude is right also for the smallest int64, whose negative overflows to
// itself.
func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}

// floor is the largest whole number not above r.
func floor(r *big.Rat) *big.Int {
	// Div rounds down because a Rat's denominator is positive.
	return new(big.Int).Div(r.Num(), r.Denom())
}

// ceil is floor seen from the other side.
func ceil(r *big.Rat) *big.Int {
	n := floor(new(big.Rat).Neg(r))
	return n.Neg(n)
}

// roundHalf rounds to the nearest whole number, halves away from zero.
func roundHalf(r *big.Rat) *big.Int {
	half := big.NewRat(1, 2)
	if r.Sign() < 0 {
		return ceil(new(big.Rat).Sub(r, half))
	}
	return floor(new(big.Rat).Add(r, half))
}

// compareNumbers gives -1, 0 or 1; both must be numbers.
func compareNumbers(x, y Value) int {
	if a, ok := x.(int64); ok {
		if b, ok := y.(int64); ok {
			return cmpInt(a, b)
		}
	}
	rx, ry := rat(x), rat(y)
	if rx == nil || ry == nil {
		return strings.Compare(numberText(x), numberText(y))
	}
	return rx.Cmp(ry)
}

func cmpInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func numberText(n Value) string {
	e := encoder{limit: math.MaxInt}
	e.text(n)
	return string(e.buf)
}
