package api

import (
	"errors"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// blot stands for what of a secret is not shown.
const blot = "••••••••"

// masked shows of a secret that it is there, and its end when it is long.
func masked(secret string) string {
	switch {
	case secret == "":
		return ""
	case len(secret) < 12:
		return blot
	}
	return blot + secret[len(secret)-4:]
}

// checkSecret refuses a masked secret: who changes what they have read would
// make the mask the secret.
func checkSecret(wrong map[string]string, name, secret string) {
	switch {
	case strings.HasPrefix(secret, blot):
		wrong[name] = "This is how the secret is shown, not the secret. Leave the field out to keep it."
	case strings.ContainsFunc(secret, func(r rune) bool { return r < ' ' || r == 0x7f }):
		wrong[name] = "Use letters, digits and signs, without line breaks."
	case len(secret) > 500:
		wrong[name] = "This secret is too long: at most 500 characters."
	}
}

// also joins what is wrong already with what an error says of fields. An error
// that is about something else comes first.
func also(wrong map[string]string, err error) error {
	e, told := errors.AsType[*hookline.Error](err)
	if err != nil && (!told || len(e.Fields) == 0) {
		return err
	}
	message := "This could not be saved: see its fields."
	if told {
		message = e.Message
		for name, text := range e.Fields {
			if _, known := wrong[name]; !known {
				wrong[name] = text
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return hookline.Invalid(message, wrong)
}

// named gives the fields of an error the names that they have here.
func named(err error, name func(string) string) error {
	e, told := errors.AsType[*hookline.Error](err)
	if !told || len(e.Fields) == 0 {
		return err
	}
	renamed := *e
	renamed.Fields = make(map[string]string, len(e.Fields))
	for field, text := range e.Fields {
		renamed.Fields[name(field)] = text
	}
	return &renamed
}

// millis reads a span; numbers beyond every limit do not overflow.
func millis(n int64) time.Duration {
	const most = int64(365 * 24 * time.Hour / time.Millisecond)
	return time.Duration(min(max(n, -most), most)) * time.Millisecond
}
