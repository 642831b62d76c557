package views

import (
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

const blot = hookline.Blot

// shownHeaders are headers as the Sent pages show them: secrets blotted out, signatures cut short, so that a page or a
// picture of it is no key to anything.
func shownHeaders(headers []hookline.Header) []hookline.Header {
	shown := compose.SafeHeaders(headers)
	for i, h := range shown {
		if isSignature(h.Name) && len(h.Value) > 16 {
			shown[i].Value = h.Value[:8] + "…" + h.Value[len(h.Value)-4:]
		}
	}
	return shown
}

// outsideHeaders are headers as they may leave Hookline: where the pages show the end of a secret, so that two can be
// told apart, nothing of it is left.
func outsideHeaders(headers []hookline.Header) []hookline.Header {
	shown := shownHeaders(headers)
	for i, h := range shown {
		if strings.Contains(h.Value, blot) {
			shown[i].Value = blot
		}
	}
	return shown
}

func isSignature(name string) bool {
	return strings.Contains(strings.ToLower(name), "signature")
}

// SafeURL is an address without the secrets that may stand in it. User and password never get as far as here; were they
// there, they would go too.
func SafeURL(address string) string { return hookline.SafeURL(address) }
