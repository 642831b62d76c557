package signing

import "strings"

// claim is what a request says of one signature, wherever it says it.
type claim struct {
	found   map[string]string // value by proper header name
	where   map[string]string // the name that it was found under
	missing []string          // proper names
}

// renamed lists the headers that came under another name: "X-Forwarded-X-Signature for X-Signature".
func (c claim) renamed() []string {
	var all []string
	for _, proper := range []string{HeaderWorkspace, HeaderWorkspaceTime, HeaderShared, HeaderStandard, HeaderStandardID, HeaderStandardTimestamp} {
		if is := c.where[proper]; is != "" && !strings.EqualFold(is, proper) {
			all = append(all, is+" instead of "+proper)
		}
	}
	return all
}

func (c Case) claims(d design) claim {
	r := received{header: c.Header}
	found := claim{found: map[string]string{}, where: map[string]string{}}
	for _, proper := range []string{d.signature, d.timestamp, d.id} {
		if proper == "" {
			continue
		}
		if value := r.get(proper); value != "" {
			found.found[proper], found.where[proper] = value, proper
		} else if name, value := c.likeness(proper); value != "" {
			found.found[proper], found.where[proper] = value, name
		} else {
			found.missing = append(found.missing, proper)
		}
	}
	return found
}

// likeness finds a header whose name a proxy or a framework may have made of the
// proper one: with something before it, or with other marks between the words.
func (c Case) likeness(proper string) (name, value string) {
	want := letters(proper)
	for name, values := range c.Header {
		if isOurs(name) || len(values) == 0 || !strings.HasSuffix(letters(name), want) {
			continue
		}
		return name, values[0]
	}
	return "", ""
}

func isOurs(name string) bool {
	for _, ours := range []string{HeaderWorkspace, HeaderWorkspaceTime, HeaderShared, HeaderStandard, HeaderStandardID, HeaderStandardTimestamp} {
		if strings.EqualFold(name, ours) {
			return true
		}
	}
	return false
}

// letters is a header name without marks: "HTTP_X_CIO_SIGNATURE" is "httpxciosignature".
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}
