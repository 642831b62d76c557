package views

// PeopleWords say whom a list of people is narrowed to, within a sentence.
func PeopleWords(search, segment string) string {
	switch {
	case search == "" && segment == "":
		return "everybody"
	case search == "":
		return "those in “" + segment + "”"
	case segment == "":
		return "those found for “" + search + "”"
	}
	return "those in “" + segment + "” found for “" + search + "”"
}

// whom says it above the list.
func (m PersonListModel) whom() string {
	return capital(PeopleWords(m.Search, m.Segment.All.Of(m.Segment.Chosen)))
}
