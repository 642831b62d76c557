package liquid

import (
	"encoding/json"
	"math/big"
	"strings"
)

var numberFilters = map[string]filter{
	"plus":       arithmetic('+'),
	"minus":      arithmetic('-'),
	"times":      arithmetic('*'),
	"divided_by": arithmetic('/'),
	"modulo":     arithmetic('%'),
	"abs":        {fn: abs},
	"ceil":       {fn: func(c *call) (any, error) { return rounded(c, ceil) }},
	"floor":      {fn: func(c *call) (any, error) { return rounded(c, floor) }},
	"round":      {max: 1, fn: round},
	"at_least":   {min: 1, max: 1, fn: func(c *call) (any, error) { return bounded(c, -1) }},
	"at_most":    {min: 1, max: 1, fn: func(c *call) (any, error) { return bounded(c, 1) }},
	"sum":        {max: 1, fn: sum},
	"random":     {fn: func(c *call) (any, error) { return randomBelow(c.in) }},
}

// arithmetic makes the filter for one operator; texts count as numbers.
func arithmetic(op byte) filter {
	return filter{min: 1, max: 1, fn: func(c *call) (any, error) { return operate(c.in, op, c.args[0]) }}
}

// abs keeps the kind of number: -5.0 gives 5.0.
func abs(c *call) (any, error) {
	n := toNumber(c.in)
	if compareNumbers(n, int64(0)) >= 0 {
		return n, nil
	}
	switch n := n.(type) {
	case float64:
		return -n, nil
	case json.Number:
		return json.Number(strings.TrimPrefix(string(n), "-")), nil
	}
	return operate(int64(0), '-', n)
}

// rounded applies a rounding that gives a whole number.
func rounded(c *call, fn func(*big.Rat) *big.Int) (any, error) {
	n := toNumber(c.in)
	if isInt(n) {
		return n, nil
	}
	r := rat(n)
	if r == nil {
		return nil, errNumberSize
	}
	return integer(fn(r))
}

// maxPlaces is more decimal places than a float has.
const maxPlaces = 30

// round to n decimal places; halves go away from zero.
func round(c *call) (any, error) {
	places, _ := toInt(toNumber(c.given(0)))
	if places <= 0 {
		if places < 0 {
			return roundTens(c, min(-places, maxPlaces))
		}
		return rounded(c, roundHalf)
	}
	n := toNumber(c.in)
	r := rat(n)
	if isInt(n) || r == nil || places > maxPlaces {
		return n, nil
	}
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(places), nil))
	whole := new(big.Rat).SetInt(roundHalf(r.Mul(r, scale)))
	return number(whole.Quo(whole, scale), false)
}

// roundTens rounds to tens, hundreds, and so on.
func roundTens(c *call, places int64) (any, error) {
	r := rat(toNumber(c.in))
	if r == nil {
		return nil, errNumberSize
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(places), nil)
	whole := roundHalf(r.Quo(r, new(big.Rat).SetInt(scale)))
	return integer(whole.Mul(whole, scale))
}

// bounded keeps a number from going beyond the argument: below it for sign -1,
// above it for 1.
func bounded(c *call, sign int) (any, error) {
	n, bound := toNumber(c.in), toNumber(c.args[0])
	if compareNumbers(n, bound) == sign {
		return bound, nil
	}
	return n, nil
}

// sum adds up a list, or one property of its objects.
func sum(c *call) (any, error) {
	list, err := c.list()
	if err != nil {
		return nil, err
	}
	var total Value = int64(0)
	for _, v := range list {
		if len(c.args) > 0 && c.args[0] != nil {
			if v, err = c.propertyOf(v, c.args[0]); err != nil {
				return nil, err
			}
		}
		if total, err = operate(total, '+', v); err != nil {
			return nil, err
		}
	}
	return total, nil
}
