package liquid

import "strconv"

// tablerowTag is {% tablerow name in list cols: n %}: a loop that writes the
// rows and cells of an HTML table.
type tablerowTag forTag

func (t *tablerowTag) run(r *run, b *block) error {
	f := (*forTag)(t)
	it, err := f.items(r)
	if err != nil {
		return r.at(t.off, err)
	}
	if it.missing {
		return nil
	}
	cols, err := f.bound(r, t.cols, "cols", it.len())
	if err != nil {
		return r.at(t.off, err)
	}
	l := &loop{kind: "Liquid::TablerowloopDrop", length: it.len(), cols: max(cols, 1)}
	depth := len(r.frames)
	r.frames = append(r.frames, frame{"tablerowloop", l}, frame{t.name, nil})
	defer func() { r.frames = r.frames[:depth] }()
	if err := t.html(r, "<tr class=\"row1\">\n"); err != nil {
		return err
	}
	for i := range it.len() {
		if err := r.round(); err != nil {
			return r.at(t.off, err)
		}
		l.index = i
		r.frames[depth+1].value = it.at(i)
		if stop, err := t.cell(r, b, l); stop || err != nil {
			return err
		}
	}
	return t.html(r, "</tr>\n")
}

// cell writes one cell, and the row's end where it is the row's last.
func (t *tablerowTag) cell(r *run, b *block, l *loop) (stop bool, err error) {
	if err := t.html(r, `<td class="col`+strconv.FormatInt(l.index%l.cols+1, 10)+`">`); err != nil {
		return true, err
	}
	inner := r.each(b.body)
	if inner != nil && inner != breakLoop && inner != continueLoop {
		return true, inner
	}
	if err := t.html(r, "</td>"); err != nil {
		return true, err
	}
	if inner == breakLoop {
		return true, t.html(r, "</tr>\n")
	}
	if (l.index+1)%l.cols == 0 && l.index+1 < l.length {
		row := strconv.FormatInt((l.index+1)/l.cols+1, 10)
		return false, t.html(r, "</tr>\n<tr class=\"row"+row+"\">")
	}
	return false, nil
}

func (t *tablerowTag) html(r *run, s string) error {
	return r.at(t.off, r.write(s, t.outText))
}
