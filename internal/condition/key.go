package condition

import "strings"

// joinKey writes a path as the builder's key field shows it: parts with dots between; a part that would not
// come back the same way is quoted.
func joinKey(path []string) string {
	parts := make([]string, len(path))
	for i, part := range path {
		parts[i] = part
		if part == "" || strings.ContainsAny(part, ".\n\r\t") || part[0] == '"' || strings.TrimSpace(part) != part {
			parts[i] = string(appendQuoted(nil, part))
		}
	}
	return strings.Join(parts, ".")
}

// splitKey reads what a person typed as a key: dots lead into objects, and a part may hold spaces and all
// else as it is, or stand in double quotes. The complaint is empty when it could be read.
func splitKey(key string) (path []string, complaint string) {
	s := scanner{text: key}
	for {
		s.skipSpace()
		part, ok := "", true
		if s.peek() == '"' {
			part, ok = s.quoted()
			s.skipSpace()
		} else {
			start := s.pos
			for s.pos < len(key) && key[s.pos] != '.' {
				s.pos++
			}
			part = strings.TrimSpace(key[start:s.pos])
			ok = part != ""
		}
		if !ok {
			return nil, "Write the parts of the name with single dots between them, like address.city."
		}
		path = append(path, part)
		if s.pos == len(key) {
			return path, ""
		}
		if !s.skip('.') {
			return nil, "After a quoted part only a dot can follow, like \"my.key\".city."
		}
	}
}

// KeyText writes a path as a person types it in a condition, such as company.size.
func KeyText(path []string) string { return joinKey(path) }
