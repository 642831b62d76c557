package liquid

import (
	"math/big"
	"strings"
)

var moneyFilters = map[string]filter{
	"format_number":    {max: 1, fn: formatNumber},
	"currency":         {max: 2, fn: func(c *call) (any, error) { return c.money(2) }},
	"rounded_currency": {max: 2, fn: func(c *call) (any, error) { return c.money(0) }},
}

// marks are the signs a language puts into a number, and whether the currency
// stands behind it.
type numberMarks struct {
	thousands, decimal string
	behind             bool
}

var english = numberMarks{",", ".", false}

// languages lists those that differ from English.
var languages = map[string]numberMarks{
	"de": {".", ",", true}, "es": {".", ",", true}, "it": {".", ",", true}, "da": {".", ",", true},
	"nl": {".", ",", false}, "pt": {".", ",", false}, "tr": {".", ",", false}, "id": {".", ",", false},
	"fr": {"\u202f", ",", true}, "sv": {"\u00a0", ",", true}, "nb": {"\u00a0", ",", true}, "no": {"\u00a0", ",", true},
	"fi": {"\u00a0", ",", true}, "pl": {"\u00a0", ",", true}, "cs": {"\u00a0", ",", true}, "ru": {"\u00a0", ",", true},
	"uk": {"\u00a0", ",", true}, "de-ch": {"’", ".", false},
}

var currencySigns = map[string]string{
	"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "CAD": "CA$",
	"AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "HKD": "HK$", "ILS": "₪", "VND": "₫", "PHP": "₱", "TRY": "₺", "UAH": "₴",
}

// withoutCents are the currencies that have no smaller unit.
var withoutCents = map[string]bool{"JPY": true, "KRW": true, "VND": true, "CLP": true, "ISK": true}

// marksFor knows the language when it does not know the country.
func marksFor(locale string) numberMarks {
	locale = strings.ReplaceAll(strings.ToLower(locale), "_", "-")
	if m, ok := languages[locale]; ok {
		return m
	}
	language, _, _ := strings.Cut(locale, "-")
	if m, ok := languages[language]; ok {
		return m
	}
	return english
}

// grouped writes digits with a mark between the thousands.
func (m numberMarks) grouped(digits string) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(m.thousands)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

func (m numberMarks) write(text string) string {
	text, negative := strings.CutPrefix(text, "-")
	whole, fraction, hasFraction := strings.Cut(text, ".")
	out := m.grouped(whole)
	if hasFraction {
		out += m.decimal + fraction
	}
	if negative {
		out = "-" + out
	}
	return out
}

// formatNumber puts marks between the thousands: 1,234.5.
func formatNumber(c *call) (any, error) {
	n := toNumber(c.in)
	r := rat(n)
	if r == nil {
		return nil, errNumberSize
	}
	text := r.FloatString(maxPlaces)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	return marksFor(c.arg(0)).write(text), nil
}

// money prints an amount: currency: "de-DE", "EUR" gives 1.234,50 €.
func (c *call) money(places int) (any, error) {
	r := rat(toNumber(c.in))
	if r == nil {
		return nil, errNumberSize
	}
	code := "USD"
	if len(c.args) > 1 {
		code = strings.ToUpper(c.arg(1))
	}
	if withoutCents[code] {
		places = 0
	}
	sign, ok := currencySigns[code]
	if !ok {
		sign = code + "\u00a0"
	}
	marks := marksFor(c.arg(0))
	amount := marks.write(new(big.Rat).Abs(r).FloatString(places))
	if marks.behind {
		amount += "\u00a0" + strings.TrimSuffix(sign, "\u00a0")
	} else {
		amount = sign + amount
	}
	if r.Sign() < 0 {
		amount = "-" + amount
	}
	return amount, nil
}
