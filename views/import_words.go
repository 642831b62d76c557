package views

import (
	"cmp"
	"slices"
	"strings"

	"hookline/internal/hookline"
)

// RowsWord says how many rows there are.
func RowsWord(n int) string { return count(n, "row") }

// plannedWords and doneWords say what a dry run would do, and what was done.
var (
	plannedWords = map[hookline.ImportOutcome]string{
		hookline.ImportMade: "A person would be made", hookline.ImportChanged: "A person would be changed", hookline.ImportSame: "Nothing would change",
		hookline.ImportRepeated: "About somebody of a row before: the later row counts", hookline.ImportRefused: "Would be refused",
	}
	doneWords = map[hookline.ImportOutcome]string{
		hookline.ImportMade: "A person was made", hookline.ImportChanged: "A person was changed", hookline.ImportSame: "Nothing had to be changed",
		hookline.ImportRefused: "Refused",
	}
)

func plannedWord(o hookline.ImportOutcome) string { return plannedWords[o] }

func doneWord(o hookline.ImportOutcome) string { return doneWords[o] }

func importBarName(i hookline.Import) string {
	if i.State == hookline.ImportTrying || i.State == hookline.ImportTried {
		return "Looked at"
	}
	return "Imported"
}

func importProgress(i hookline.Import) string {
	of := Grouped(i.Done()) + " of " + RowsWord(i.Rows)
	switch i.State {
	case hookline.ImportMapping:
		return "Somebody who may import still has to say what the columns are."
	case hookline.ImportTrying:
		return "The dry run has looked at " + of + ". It changes nobody."
	case hookline.ImportTried:
		return "The dry run has looked at every row and changed nobody. Look at what would happen, then begin."
	case hookline.ImportRunning:
		return of + " are done."
	case hookline.ImportPaused:
		return of + " are done. Paused by " + i.ChangedBy + "."
	case hookline.ImportStopped:
		if i.ChangedBy == "" {
			return of + " were done. It was stopped because nobody went on with it for a day."
		}
		return of + " were done. Stopped by " + i.ChangedBy + "."
	}
	return "All " + RowsWord(i.Rows) + " are done."
}

// commonest are the reasons by how many rows have them.
func commonest(reasons map[string]int) []string {
	all := make([]string, 0, len(reasons))
	for reason := range reasons {
		all = append(all, reason)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(reasons[b]-reasons[a], strings.Compare(a, b)) })
	return all
}

func refusedSubtitle(m PeopleImportModel) string {
	if n := m.Import.Counts[hookline.ImportRefused]; n > len(m.Refusals) {
		return "The first " + Grouped(len(m.Refusals)) + " of " + Grouped(n) + ". Download the others with them."
	}
	return "Download them, mend them, and import that file."
}

func rowText(cells []string) string { return shortText(strings.Join(cells, " · "), 200) }

// columnsWords say what each column becomes.
func columnsWords(i hookline.Import) string {
	var words []string
	for n, column := range i.Columns {
		if n >= len(i.Header) {
			break
		}
		switch column.Use {
		case hookline.UseUserID:
			words = append(words, i.Header[n]+": their id")
		case hookline.UseEmail:
			words = append(words, i.Header[n]+": their e-mail address")
		case hookline.UseAttribute:
			words = append(words, i.Header[n]+": "+column.Attribute+" ("+lowerFirst(typeWords[column.Type])+")")
		case hookline.UseNothing:
			words = append(words, i.Header[n]+": left out")
		}
	}
	return strings.Join(words, "; ")
}

func emptyWords(e hookline.EmptyCells) string {
	if e == hookline.EmptyRemoves {
		return "remove the attribute"
	}
	return "leave the attribute as it is"
}
