package data

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Between smallest and the largest float64, maxFloatDigits decimal digits are
// always given back as they came.
const (
	maxFloatDigits = 15
	smallest       = 1e-300
)

// Number keeps a number exactly: as int64, as float64 when it gives the same
// digits back, otherwise as the text it came in.
func Number(text string) Value {
	if !strings.ContainsAny(text, ".eE") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		return json.Number(text)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) < smallest && significant(text) > 0 || significant(text) > maxFloatDigits {
		return json.Number(text)
	}
	return f
}

// significant counts the digits that matter: no zeros at the ends, nothing of
// the exponent.
func significant(text string) int {
	counted, zeros := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == 'e' || c == 'E':
			return counted
		case c == '0' && counted > 0:
			zeros++
		case c > '0' && c <= '9':
			counted += zeros + 1
			zeros = 0
		}
	}
	return counted
}
