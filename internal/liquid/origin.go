package liquid

// TextMark is a part of the output that the template's own text wrote.
type TextMark struct {
	Start, End int // byte offsets in Output
	Offset     int // where in the template it begins, in bytes
}

// Origin gives the place in the template that wrote the byte at offset of the
// output: the tag that filled it in, or the template's own text. Both are 0 when
// the rendering kept no marks, and for text that went through a capture, which
// the tag that printed it stands for.
func (t *Template) Origin(made Result, offset int) (line, column int) {
	for _, m := range made.Marks {
		if m.Start <= offset && offset < m.End {
			return m.Line, m.Column
		}
	}
	for _, m := range made.Texts {
		if m.Start <= offset && offset < m.End {
			return placeOf(t.source, m.Offset+offset-m.Start)
		}
	}
	return 0, 0
}
