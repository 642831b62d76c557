package views

import "strings"

// mark is a part of a User-Agent and what it stands for.
type mark struct{ part, word string }

// The browsers and systems that most people have. Browsers name others that they are like, so the order counts: what
// is more special comes first.
var (
	browserMarks = []mark{
		{"Edg/", "Edge"},
		{"EdgA/", "Edge"},
		{"EdgiOS/", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Vivaldi/", "Vivaldi"},
		{"FxiOS/", "Firefox"},
		{"Firefox/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"HeadlessChrome/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
		{"curl/", "curl"},
	}
	systemMarks = []mark{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"CrOS", "ChromeOS"},
		{"Macintosh", "macOS"},
		{"Linux", "Linux"},
	}
)

// BrowserInWords says which browser on which system a User-Agent claims to be: “Firefox on Windows”.
func BrowserInWords(agent string) string {
	browser, system := firstMark(browserMarks, agent), firstMark(systemMarks, agent)
	switch {
	case browser == "" && system == "":
		return "An unknown browser"
	case browser == "":
		return "A browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

func firstMark(marks []mark, agent string) string {
	for _, m := range marks {
		if strings.Contains(agent, m.part) {
			return m.word
		}
	}
	return ""
}
