package hookline

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Setter is who or what gave an attribute the value that it has.
type Setter struct {
	ID   string    // of an event, the answered delivery, an import, a journey, a token or a user; "" at the command line
	From string    // an event's source (src_…); of others the name at the time, such as an e-mail address
	At   time.Time // to the microsecond
}

// SetterKind is what sort of somebody or something a setter is.
type SetterKind string

// The kinds of setters.
const (
	SetByNobody  SetterKind = ""         // it is not known
	SetByEvent   SetterKind = "event"    // of the source From
	SetByAnswer  SetterKind = "delivery" // the answer to it
	SetByImport  SetterKind = "import"
	SetByJourney SetterKind = "journey" // an update step of it
	SetByToken   SetterKind = "token"   // the management API
	SetByUser    SetterKind = "user"    // by hand
	SetByCommand SetterKind = "command" // somebody at the command line
)

var setterKinds = map[string]SetterKind{
	"evt": SetByEvent, "dlv": SetByAnswer, "imp": SetByImport, "jrn": SetByJourney, "tok": SetByToken, "usr": SetByUser,
}

// Kind says what the setter is; its id tells.
func (s Setter) Kind() SetterKind {
	prefix, _, _ := strings.Cut(s.ID, "_")
	switch kind := setterKinds[prefix]; {
	case kind != "":
		return kind
	case s.From != "":
		return SetByCommand
	}
	return SetByNobody
}

// Setters says of a person's attributes what set each of them last, as text that
// is cheap to add to: a line for each time that some were set, the latest last,
// with the names of those that were. Of a name the last line counts. What was set
// before setters were kept is in no line.
type Setters string

// spareLines is how many more lines there may be than attributes before those
// that no longer count are dropped, which takes longer than adding one.
const spareLines = 8

// With is s once by has set the attributes of these names. They are of so many
// that the person has.
func (s Setters) With(by Setter, names []string, of int) Setters {
	switch {
	case len(names) == 0:
		return s
	case by.Kind() == SetByNobody:
		return s.Without(names...)
	}
	var room [256]byte
	named := appendNames(room[:0], names)
	kept := s.beforeSame(named)
	var b strings.Builder
	b.Grow(len(kept) + len(named) + len(by.ID) + len(by.From) + 32)
	b.WriteString(string(kept))
	by.writeTo(&b, named)
	if more := Setters(b.String()); strings.Count(string(more), "\n") > of+spareLines {
		return more.rewrite(func(string) bool { return true })
	}
	return Setters(b.String())
}

// beforeSame is s without its last line when that names the very same: those who
// tell of the same again and again fill one line and not many.
func (s Setters) beforeSame(named []byte) Setters {
	if s == "" {
		return s
	}
	start := strings.LastIndexByte(string(s[:len(s)-1]), '\n') + 1
	if last := s[start:]; namesOf(string(last)) == string(named) {
		return s[:start]
	}
	return s
}

// Without is s for a person who has no attributes of these names any more.
func (s Setters) Without(names ...string) Setters {
	gone := make(map[string]bool, len(names))
	for _, name := range names {
		gone[name] = true
	}
	return s.rewrite(func(name string) bool { return !gone[name] })
}

// Joined is s of somebody who takes over what they lack, has says what they
// have, from somebody else.
func (s Setters) Joined(theirs Setters, has func(name string) bool) Setters {
	return theirs.rewrite(func(name string) bool { return !has(name) }) + s
}

// After is s once by has made of the attributes before those after.
func (s Setters) After(by Setter, before, after Attributes) Setters {
	var set, gone []string
	for _, name := range after.keys {
		if was, had := before.values[name]; !had || !sameJSON(was, after.values[name]) {
			set = append(set, name)
		}
	}
	for _, name := range before.keys {
		if !after.Has(name) {
			gone = append(gone, name)
		}
	}
	if len(gone) > 0 {
		s = s.Without(gone...)
	}
	return s.With(by, set, after.Len())
}

// All gives each attribute's setter by its name.
func (s Setters) All() map[string]Setter {
	all := map[string]Setter{}
	for line := range strings.Lines(string(s)) {
		by, names := readLine(line)
		for _, name := range names {
			all[name] = by
		}
	}
	return all
}

// rewrite keeps of each line the names for which it counts and that keep wants.
func (s Setters) rewrite(keep func(name string) bool) Setters {
	last := map[string]string{}
	for line := range strings.Lines(string(s)) {
		_, names := readLine(line)
		for _, name := range names {
			last[name] = line
		}
	}
	var b strings.Builder
	for line := range strings.Lines(string(s)) {
		by, names := readLine(line)
		var counts []string
		for _, name := range names {
			if last[name] == line && keep(name) {
				counts = append(counts, name)
			}
		}
		if len(counts) > 0 {
			by.writeTo(&b, appendNames(nil, counts))
		}
	}
	return Setters(b.String())
}

// A line is a JSON list: ["evt_1k3f8m2c1ab",1718000000000000,"src_…","email","plan"].

func (s Setter) writeTo(b *strings.Builder, named []byte) {
	var room [160]byte
	line := appendQuoted(append(room[:0], '['), s.ID)
	line = strconv.AppendInt(append(line, ','), s.At.UnixMicro(), 10)
	line = appendQuoted(append(line, ','), s.From)
	b.Write(line)
	b.Write(named)
}

// appendNames writes the names as they end a line.
func appendNames(to []byte, names []string) []byte {
	for _, name := range names {
		to = appendQuoted(append(to, ','), name)
	}
	return append(to, "]\n"...)
}

// namesOf is the end of a line that appendNames wrote.
func namesOf(line string) string {
	rest := line[len("["):]
	rest = rest[quotedLen(rest)+len(","):]
	rest = rest[strings.IndexByte(rest, ',')+1:]
	return rest[quotedLen(rest):]
}

// quotedLen is how long the JSON string is that text begins with.
func quotedLen(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// appendQuoted writes text as a JSON string.
func appendQuoted(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
			quoted, _ := json.Marshal(text) // a text can always be written
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

func readLine(line string) (by Setter, names []string) {
	var parts []json.RawMessage
	_ = json.Unmarshal([]byte(line), &parts) // was written as such
	if len(parts) < 3 {
		return by, nil
	}
	var micros int64
	_, _, _ = json.Unmarshal(parts[0], &by.ID), json.Unmarshal(parts[1], &micros), json.Unmarshal(parts[2], &by.From)
	by.At = time.UnixMicro(micros).UTC()
	names = make([]string, len(parts)-3)
	for i := range names {
		_ = json.Unmarshal(parts[3+i], &names[i])
	}
	return by, names
}
