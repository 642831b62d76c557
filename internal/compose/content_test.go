package compose

import "testing"

func TestContentTypesHaveKinds(t *testing.T) {
	for contentType, want := range map[string]Content{
		"application/json": ContentJSON, "application/vnd.api+json; charset=utf-8": ContentJSON, "Text/JSON": ContentJSON,
		"application/x-www-form-urlencoded": ContentForm, "x-www-form-urlencoded": ContentForm,
		"text/xml": ContentXML, "application/xml; charset=utf-8": ContentXML, "application/soap+xml": ContentXML,
		"text/plain": ContentText, "TEXT/PLAIN;charset=utf-8": ContentText, "text/html": ContentHTML, "application/xhtml+xml": ContentHTML,
		"": ContentOther, "text/csv": ContentOther, "{{ event.type }}": ContentOther, "multipart/form-data": ContentOther,
	} {
		if got := ContentOf(contentType); got != want {
			t.Errorf("%q is %s, want %s", contentType, got, want)
		}
	}
	for _, c := range Contents() {
		if got := ContentOf(c.Type()); got != c {
			t.Errorf("%s has the type %q, which is %s", c, c.Type(), got)
		}
	}
}
