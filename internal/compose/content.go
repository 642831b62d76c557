package compose

import "strings"

// Content is a kind of body that has a name of its own.
type Content string

// The kinds of bodies.
const (
	ContentJSON  Content = "json"
	ContentForm  Content = "form"
	ContentXML   Content = "xml"
	ContentText  Content = "text"
	ContentHTML  Content = "html"
	ContentOther Content = "other" // everything else, and no content type at all
)

// Contents lists the kinds in the order of a menu.
func Contents() []Content {
	return []Content{ContentJSON, ContentForm, ContentXML, ContentText, ContentHTML, ContentOther}
}

// ContentOf is the kind of body that a content type asks for.
func ContentOf(contentType string) Content {
	media := mediaType(contentType)
	switch {
	case isJSON(contentType):
		return ContentJSON
	case isForm(contentType):
		return ContentForm
	case media == "text/xml", media == "application/xml", strings.HasSuffix(media, "+xml") && media != "application/xhtml+xml":
		return ContentXML
	case media == "text/plain":
		return ContentText
	case media == "text/html", media == "application/xhtml+xml":
		return ContentHTML
	}
	return ContentOther
}

// Type is the content type of a kind, "" for ContentOther.
func (c Content) Type() string {
	switch c {
	case ContentJSON:
		return "application/json"
	case ContentForm:
		return "application/x-www-form-urlencoded"
	case ContentXML:
		return "text/xml"
	case ContentText:
		return "text/plain"
	case ContentHTML:
		return "text/html"
	}
	return ""
}
