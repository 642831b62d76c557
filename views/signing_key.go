package views

import (
	"time"

	"hookline/internal/docs"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// SigningKeyModel is the workspace's keys. The keys themselves are in it only when an administrator asked to see them.
type SigningKeyModel struct {
	Page     ui.Page
	InUse    ShownKey
	Next     *ShownKey // that has not begun to sign; nil: there is none
	Former   []ShownKey
	Samples  VerifyModel
	IsAdmin  bool
	MayCheck bool
	Reveal   bool
}

// ShownKey is one key.
type ShownKey struct {
	Key       string // "" unless revealed
	CreatedAt time.Time
	SignsAt   time.Time // when it began to sign, or will; zero: when it was made
}

// RotationModel is the form that makes a new key.
type RotationModel struct {
	Page    ui.Page
	When    string         // now, hour, day or week
	Trouble hookline.Error // why the form came back; the zero value: it did not
}

func rotationOptions() []ui.Option {
	return []ui.Option{
		{Value: "hour", Label: "In an hour"},
		{Value: "day", Label: "In a day", Hint: "Until then the old key signs, and both are listed: receivers can learn the new one before it is used."},
		{Value: "week", Label: "In a week"},
		{Value: "now", Label: "Now", Hint: "For a key that somebody else may know. Receivers refuse webhooks until they know the new one; what they refuse is tried again or can be resent."},
	}
}

// VerifyModel is code that verifies signatures, for one scheme and in one language.
type VerifyModel struct {
	Scheme, Language string
	Code             string
}

// verifySchemes lists the schemes in the order of their tabs.
func verifySchemes() []ui.Option {
	return []ui.Option{
		{Value: "workspace", Label: "X-CIO-Signature", Hint: "Every webhook has it, made with this key: the HMAC-SHA256 of v0, the timestamp in X-CIO-Timestamp and the body, with colons between them, in hexadecimal."},
		{Value: "shared", Label: "X-Signature", Hint: "Webhooks of a destination with a shared secret have it: the HMAC-SHA1 of the body, in hexadecimal. With Segment parity, of a batch only its first element is signed, exactly as it stands in the body."},
		{Value: "standard", Label: "Standard Webhooks", Hint: "Webhooks of a destination with such a secret have webhook-id, webhook-timestamp and webhook-signature. While there are two secrets it holds a signature for each: one that fits is enough."},
	}
}

// VerifySamples picks the code to show; what is unknown is the first of its kind.
func VerifySamples(language, scheme string, code func(language, scheme string) string) VerifyModel {
	m := VerifyModel{Scheme: scheme, Language: language}
	if m.schemeOption().Value == "" {
		m.Scheme = verifySchemes()[0].Value
	}
	if m.Code = code(m.Language, m.Scheme); m.Code == "" {
		m.Language = docs.Languages()[0].ID
		m.Code = code(m.Language, m.Scheme)
	}
	return m
}

func (m VerifyModel) schemeOption() ui.Option {
	for _, o := range verifySchemes() {
		if o.Value == m.Scheme {
			return o
		}
	}
	return ui.Option{}
}

func (m VerifyModel) href(language, scheme string) string {
	return "/settings/signing-key?scheme=" + scheme + "&code=" + language + "#check-code"
}

func (m VerifyModel) schemeTabs() []ui.Tab {
	var tabs []ui.Tab
	for _, o := range verifySchemes() {
		tabs = append(tabs, ui.Tab{Label: o.Label, Href: m.href(m.Language, o.Value), Active: o.Value == m.Scheme})
	}
	return tabs
}

func (m VerifyModel) languageTabs() []ui.Tab {
	var tabs []ui.Tab
	for _, l := range docs.Languages() {
		tabs = append(tabs, ui.Tab{Label: l.Label, Href: m.href(l.ID, m.Scheme), Active: l.ID == m.Language})
	}
	return tabs
}

func (m VerifyModel) label() string {
	for _, l := range docs.Languages() {
		if l.ID == m.Language {
			return "Check " + m.schemeOption().Label + " in " + l.Label
		}
	}
	return "Code"
}
