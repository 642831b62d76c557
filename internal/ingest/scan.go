package ingest

import (
	"bytes"
	"encoding/json"
)

// The functions here read text that a tidier has written. They trust it: there
// is no white space, and every value ends.

// member is one name and value of an object.
type member struct {
	name  []byte // without its quotes; as escaped, which no name that we know is
	value []byte
	field field // which of the names that we know it is
}

// members appends the members of a tidy object, in their order.
func members(list []member, object []byte) []member {
	for at := 1; object[at] != '}'; {
		colon := textEnd(object, at)
		end := valueEnd(object, colon+1)
		name := object[at+1 : colon-1]
		list = append(list, member{name: name, value: object[colon+1 : end], field: fieldOf(name)})
		if at = end; object[at] == ',' {
			at++
		}
	}
	return list
}

// elements appends the elements of a tidy array.
func elements(list [][]byte, array []byte) [][]byte {
	for at := 1; array[at] != ']'; {
		end := valueEnd(array, at)
		list = append(list, array[at:end])
		if at = end; array[at] == ',' {
			at++
		}
	}
	return list
}

// valueEnd gives the offset behind the value that begins at at.
func valueEnd(text []byte, at int) int {
	switch text[at] {
	case '"':
		return textEnd(text, at)
	case '{', '[':
		return nestEnd(text, at)
	}
	for at < len(text) && text[at] != ',' && text[at] != '}' && text[at] != ']' {
		at++
	}
	return at
}

// textEnd gives the offset behind the string that begins at at. A quote ends
// it unless an odd number of backslashes stands before.
func textEnd(text []byte, at int) int {
	for at++; ; {
		at += bytes.IndexByte(text[at:], '"') + 1
		slashes := 0
		for text[at-2-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return at
		}
	}
}

func nestEnd(text []byte, at int) int {
	for depth := 0; ; at++ {
		switch text[at] {
		case '"':
			at = textEnd(text, at) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
}

// depth is how many objects and arrays are open at the deepest point.
func depth(text []byte) int {
	deepest, now := 0, 0
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			at = textEnd(text, at) - 1
		case '{', '[':
			now++
			deepest = max(deepest, now)
		case '}', ']':
			now--
		}
	}
	return deepest
}

// plainText gives what a tidy string says.
func plainText(quoted []byte) string {
	inner := quoted[1 : len(quoted)-1]
	for _, c := range inner {
		if c == '\\' {
			var s string
			_ = json.Unmarshal(quoted, &s) // tidy text is JSON
			return s
		}
	}
	return string(inner)
}

// quote appends s as a JSON string; s is text of ours that needs no escaping.
func quote(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

func isObject(value []byte) bool { return len(value) > 0 && value[0] == '{' }

// isNothing says whether a member is missing or null, which is the same here.
func isNothing(value []byte) bool { return len(value) == 0 || value[0] == 'n' }
