package hookline

import (
	"fmt"
	"strings"
	"time"
)

// deletedWords say what was removed, for a receipt and a page.
var deletedWords = map[Deleted]string{
	DeletedPerson: "The person", DeletedNames: "Ids and addresses that led to the person", DeletedAttributes: "Attributes",
	DeletedJourneys: "Journeys through campaigns", DeletedSegments: "Memberships of segments",
	DeletedEvents: "Events", DeletedDeliveries: "Webhooks", DeletedOwed: "Of these webhooks: not sent yet, and not sent any more",
	DeletedRequests: "Requests", DeletedAnswers: "Attempts with their answers", DeletedParts: "Parts of batches",
	DeletedFailures: "Mentions in failures", DeletedRejections: "Refused events", DeletedDuplicates: "Events that came twice",
	DeletedAtBins: "Requests that bins received", DeletedImported: "Rows of imports", DeletedViews: "Saved views of Sent",
	DeletedResends: "Resends of many webhooks", DeletedReplays: "Kept answers of the API", DeletedAudited: "Entries of the audit log, blotted out",
	DeletedWords: "Parts of the search index, made anew",
}

// Words say what it is.
func (d Deleted) Words() string { return deletedWords[d] }

// KeptAfterDeletion says what a deletion leaves, and why.
func KeptAfterDeletion() []string {
	return []string{
		"This receipt, so that the deletion can be shown. It names nobody: the hashes below can be checked by whoever knows the id or the address, and do not tell them.",
		"That somebody did something to a person, and when, in the audit log: whom it was about is blotted out.",
		"Counts and charts, which are about nobody.",
		"Who works with Hookline: if the person also signs in here, that account stays.",
		"What was sent to receivers before. Hookline cannot take it back: ask them.",
		"Names of fewer than 4 characters inside free text, which cannot be told from other words. Where a text says that it is an id, it was found.",
		"Backups and exports that were made before. They are not covered: delete them, or delete the person again when one is restored. A backup that is made from now on does not have the person.",
		"Traces in unused space of the database file, until it is written over.",
	}
}

// Receipt is the receipt as a text, which holds no personal data.
func (d Deletion) Receipt() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("Hookline: receipt of a deletion")
	line("")
	line("Number:      %s", d.ID)
	line("Asked for:   %s by %s", receiptTime(d.AskedAt), d.By)
	line("Gone since:  %s", receiptTime(d.RemovedAt))
	line("Finished:    %s", receiptTime(d.FinishedAt))
	line("From now on: %s", d.Later())
	line("")
	line("What was removed")
	for _, what := range DeletedKinds() {
		if n := d.Counts[what]; n > 0 {
			line("  %7d  %s", n, what.Words())
		}
	}
	line("")
	line("What is kept, and why")
	for _, kept := range KeptAfterDeletion() {
		line("  - %s", kept)
	}
	line("")
	line("Who it was")
	line("  SHA-256 of the text “%s”, a blank, and the name. A name is user: and the", d.Salt)
	line("  id, anon: and the anonymous id, or email: and the address in small letters.")
	line("  To check one: printf '%%s' '%s email:ana@example.com' | sha256sum", d.Salt)
	for _, hash := range d.Hashes {
		line("  %s", hash)
	}
	return b.String()
}

// Later says what becomes of events of the person that come in afterwards.
func (d Deletion) Later() string {
	switch {
	case d.Allowed:
		return "events of the person are let in again, since somebody allowed it later"
	case d.Suppress:
		return "events of the person are refused, and nothing of them is kept"
	}
	return "an event of the person would make somebody new"
}

func receiptTime(at time.Time) string {
	if at.IsZero() {
		return "not yet"
	}
	return at.UTC().Format("2006-01-02 15:04:05 UTC")
}
