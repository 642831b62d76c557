package recipe

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxValue is the most that a field takes.
const maxValue = 2000

// Field is something that only whoever uses a recipe can know.
type Field struct {
	Name     string // in the template: [[api_key]]
	Label    string
	Hint     string
	Example  string
	Value    string // what is in it before anybody types
	Secret   bool
	Optional bool

	format string
	begins string
}

// format is what a field takes.
type format struct {
	pattern *regexp.Regexp // nil: anything on one line
	says    string         // what to do about anything else
}

// formats by their names in a recipe. Only "address" fills a whole address, only
// "digits" stands in JSON without quotation marks, and only "attribute" inside
// Liquid.
var formats = map[string]format{
	"text":                        {},
	"key":                         {regexp.MustCompile(`^[!-~]+$`), "A key has no blanks in it. Copy it again, from its first to its last character."},
	"digits":                      {regexp.MustCompile(`^(0|[1-9][0-9]{0,17})$`), "Only digits here, without a 0 in front, such as 12345."},
	"letters and digits":          {regexp.MustCompile(`^[A-Za-z0-9]+$`), "Only letters and digits here."},
	"letters, digits and hyphens": {regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`), "Only letters, digits and hyphens here: the part of the address before the first dot."},
	"name":                        {regexp.MustCompile(`^[A-Za-z0-9_-]+$`), "Only letters, digits, hyphens and underscores here."},
	"attribute":                   {regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`), "The name of an attribute has only letters, digits and underscores, and does not begin with a digit."},
	"phone":                       {regexp.MustCompile(`^\+[0-9]{6,15}$`), "Write the number with + and the code of the country, without blanks, such as +14155238886."},
	"e-mail":                      {regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`), "Enter an e-mail address, such as ana@example.com."},
	"address":                     {regexp.MustCompile(`^https?://[^\s/?#]+([/?#]\S*)?$`), "Enter a whole address without blanks, such as https://api.example.com/people."},
}

// check says what is wrong with a value; "" when nothing is.
func (f Field) check(value string) string {
	form := formats[f.format]
	switch {
	case value == "" && f.Optional:
		return ""
	case value == "":
		return "Fill in “" + f.Label + "”."
	case len(value) > maxValue:
		return "This is too long: at most 2,000 characters."
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl):
		return "There is a line break or another character here that cannot be seen. Type it anew, on one line."
	case f.begins != "" && !strings.HasPrefix(value, f.begins):
		return "This begins with " + f.begins + " when it is the right one. Copy it again."
	case form.pattern != nil && !form.pattern.MatchString(value):
		return form.says
	}
	if f.format == "address" {
		if u, err := url.Parse(value); err != nil || u.Hostname() == "" {
			return form.says
		}
	}
	return ""
}
