package views

import (
	"fmt"
	"strings"

	"hookline/internal/hookline"
	"hookline/views/ui"

	"rsc.io/qr"
)

// TwoStepModel is the page on which somebody sets up two-step sign-in.
type TwoStepModel struct {
	Page    ui.Page
	Key     string // in base 32, as apps take it
	Address string // the same as an address that apps read from a picture
	Trouble hookline.Error
}

// TwoStepOffModel is the form that turns it off.
type TwoStepOffModel struct {
	Page    ui.Page
	Trouble hookline.Error
}

// RecoveryModel shows recovery codes, the only time.
type RecoveryModel struct {
	Page  ui.Page
	Codes []string
}

// CodeModel is the second step of signing in.
type CodeModel struct {
	Page    ui.Page
	Problem string // why the code was not taken, or ""
}

// TwoStepStanding is whether somebody is asked for a code.
type TwoStepStanding struct {
	On    bool
	State hookline.TwoStep
}

// quiet is the white border around a QR code, in modules; readers want four.
const quiet = 4

// qrPicture is a QR code: its width in modules, and the path of the black ones.
type qrPicture struct {
	width int
	path  string
}

// qrOf draws a text; false when it is too long for a picture.
func qrOf(text string) (p qrPicture, ok bool) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return p, false
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return qrPicture{code.Size + 2*quiet, path.String()}, true
}

func (p qrPicture) box() string { return fmt.Sprintf("0 0 %d %d", p.width, p.width) }

// inFours writes a key in groups that people can type.
func inFours(key string) string {
	var b strings.Builder
	for i, r := range key {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
