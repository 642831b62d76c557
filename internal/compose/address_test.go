package compose

import (
	"errors"
	"testing"
)

func TestCheckAddressLooksAsFarAsTheAddressStands(t *testing.T) {
	for _, test := range []struct{ address, asked string }{
		{"", ""},
		{"https://example.com/a", "https://example.com/a"},
		{"https://example.com/{{ customer.id }}?q={% if a %}b{% endif %}", "https://example.com/x?q=xbx"},
		{"https://{{ customer.host }}/a", ""},
		{"https://a.{{ event.region }}.example.com/", ""},
		{"https://example.com?to={{ 'a/b' }}", "https://example.com?to=x"},
		{"{{ event.url }}", ""},
		{"{{ event.scheme }}://example.com/", ""},
		{"nonsense", "nonsense"},
	} {
		asked := ""
		err := CheckAddress(test.address, func(url string) error {
			asked = url
			return errors.New("No.")
		})
		if asked != test.asked {
			t.Errorf("%s: asked about %q, want %q", test.address, asked, test.asked)
		}
		e, ok := errors.AsType[*Error](err)
		if refused := ok && e.Part == URL && e.Message == "No."; refused != (test.asked != "") {
			t.Errorf("%s: %v", test.address, err)
		}
	}
}
