package hookline

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// DeletionWish is what somebody asks for who wants a person deleted, with
// everything that names them.
type DeletionWish struct {
	PersonID string
	Suppress bool   // events of them are refused from then on
	By       string // who asks: an e-mail, or a token by its name
}

// DeletionState is where a deletion stands.
//
//	waiting ──what came in before was worked out──▶ going on ──nothing is left──▶ finished
type DeletionState string

// The states of a deletion.
const (
	DeletionWaiting  DeletionState = "waiting"  // the person is still there, because events about them are being worked out
	DeletionGoesOn   DeletionState = "going_on" // the person is gone; what names them is being removed
	DeletionFinished DeletionState = "finished"
)

// DeletionStage is a part of the house that a deletion goes through.
type DeletionStage string

// DeletionStages lists the stages in the order in which they are gone through:
// what is owed goes first, so that nothing more is sent, and the texts in which
// somebody may be named go last.
func DeletionStages() []DeletionStage {
	return []DeletionStage{
		StageDeliveries, StageEvents, StageRejections, StageDuplicates, StageBins, StageImports, StageViews, StageResends, StageReplays, StageAudit, StageWords,
	}
}

// The stages.
const (
	StageDeliveries DeletionStage = "deliveries"
	StageEvents     DeletionStage = "events"
	StageRejections DeletionStage = "rejections"
	StageDuplicates DeletionStage = "duplicates"
	StageBins       DeletionStage = "bin_requests"
	StageImports    DeletionStage = "imports"
	StageViews      DeletionStage = "saved_views"
	StageResends    DeletionStage = "resends"
	StageReplays    DeletionStage = "replays"
	StageAudit      DeletionStage = "audit_entries"
	StageWords      DeletionStage = "search_index"
)

// Deleted is what of a person was removed, for counting.
type Deleted string

// What is counted.
const (
	DeletedPerson     Deleted = "person"
	DeletedNames      Deleted = "names"
	DeletedAttributes Deleted = "attributes"
	DeletedJourneys   Deleted = "journeys"
	DeletedSegments   Deleted = "segment_memberships"
	DeletedEvents     Deleted = "events"
	DeletedDeliveries Deleted = "deliveries"
	DeletedOwed       Deleted = "owed" // of the deliveries, those that had not been sent
	DeletedRequests   Deleted = "requests"
	DeletedAnswers    Deleted = "answers"
	DeletedParts      Deleted = "batch_parts" // what batches carried of them
	DeletedFailures   Deleted = "failures"
	DeletedRejections Deleted = "rejections"
	DeletedDuplicates Deleted = "duplicates"
	DeletedAtBins     Deleted = "bin_requests"
	DeletedImported   Deleted = "import_rows"
	DeletedViews      Deleted = "saved_views"
	DeletedResends    Deleted = "resends"
	DeletedReplays    Deleted = "replays"
	DeletedAudited    Deleted = "audit_entries"
	DeletedWords      Deleted = "search_index"
)

// DeletedKinds lists what is counted in the order in which it is told.
func DeletedKinds() []Deleted {
	return []Deleted{
		DeletedPerson, DeletedNames, DeletedAttributes, DeletedJourneys, DeletedSegments, DeletedEvents, DeletedDeliveries, DeletedOwed, DeletedRequests, DeletedAnswers,
		DeletedParts, DeletedFailures, DeletedRejections, DeletedDuplicates, DeletedAtBins, DeletedImported, DeletedViews, DeletedResends, DeletedReplays,
		DeletedAudited, DeletedWords,
	}
}

// SuppressedPerson is what somebody hears who wants to make a person who was
// deleted for good.
const SuppressedPerson = "This person was deleted and is not to be known again. To let them in, open their receipt under People, Deletions."

// Deletion is how far the deletion of a person has come. Once it has finished it
// names nobody: what is left is the receipt.
type Deletion struct {
	ID         string // del_…
	State      DeletionState
	By         string // who asked
	AskedAt    time.Time
	RemovedAt  time.Time // when the person was gone; zero before
	FinishedAt time.Time // zero before
	Suppress   bool
	Allowed    bool // somebody lets events of them in again

	Salt   string   // of Hashes
	Hashes []string // of the names that led to the person, see NameHash
	Counts map[Deleted]int

	// What it goes by until it has finished; nothing from then on.
	PersonID string
	Names    Names
	Stage    DeletionStage
	Position string // within the stage
	Upto     string // the last event that is theirs; later ones are of somebody new

	// The first and the last delivery that was removed: in between them the index
	// of words has to be cleaned.
	FirstDelivery, LastDelivery string
}

// NameHash is the hash of a name as a receipt has it, such as of
// UserIdentity("u1"): whoever knows the name can check it, and nobody can tell
// by two receipts whether they are about the same person.
func NameHash(salt, identity string) string {
	sum := sha256.Sum256([]byte(salt + " " + identity))
	return hex.EncodeToString(sum[:])
}

// About says whether a finished deletion was about who went by this id or
// e-mail address.
func (d Deletion) About(name string) bool {
	name = strings.TrimSpace(name)
	for _, identity := range []string{UserIdentity(name), AnonymousIdentity(name), EmailIdentity(name)} {
		if name != "" && slices.Contains(d.Hashes, NameHash(d.Salt, identity)) {
			return true
		}
	}
	return false
}

// Done is how many of the stages have been gone through.
func (d Deletion) Done() int {
	if d.State == DeletionFinished {
		return len(DeletionStages())
	}
	return max(slices.Index(DeletionStages(), d.Stage), 0)
}

// Count adds to what was removed.
func (d *Deletion) Count(what Deleted, n int) {
	if n == 0 {
		return
	}
	if d.Counts == nil {
		d.Counts = map[Deleted]int{}
	}
	d.Counts[what] += n
}

// Next goes on to the stage after this one; after the last it has finished, and
// forgets whom it was about.
func (d *Deletion) Next(at time.Time) {
	stages := DeletionStages()
	d.Position = ""
	if i := slices.Index(stages, d.Stage); i+1 < len(stages) {
		d.Stage = stages[i+1]
		return
	}
	d.State, d.FinishedAt = DeletionFinished, at
	d.PersonID, d.Names, d.Stage, d.Upto, d.FirstDelivery, d.LastDelivery = "", nil, "", "", "", ""
}
