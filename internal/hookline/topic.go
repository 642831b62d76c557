package hookline

// Topic names what a commit changed. After each commit the store calls a
// function with the topics of that commit: it nudges the next stage and tells
// open pages to look again. A topic is a hint, never the only way to find out.
type Topic string

// The topics that are not about one thing.
const (
	TopicEvents     Topic = "events"     // the event log grew
	TopicFanned     Topic = "fanned"     // fanout has done some events
	TopicDeliveries Topic = "deliveries" // something may be due
	TopicBatches    Topic = "batches"    // something was gathered for a batch
	TopicConfig     Topic = "config"     // sources, destinations, actions or keys changed
	TopicSent       Topic = "sent"       // a delivery was made or changed its state
	TopicHealth     Topic = "health"     // the engine found out something about a receiver
	TopicResends    Topic = "resends"    // a run began, ended, or was paused
	TopicFailures   Topic = "failures"   // something failed, or a failure was changed
	TopicReporting  Topic = "reporting"  // a reporting webhook was made, changed or deleted
	TopicAlerts     Topic = "alerts"     // an alert began or ended, or was told
	TopicDeletions  Topic = "deletions"  // the deletion of a person began or went on
	TopicImports    Topic = "imports"    // an import began, went on, ended or was paused
	TopicSegments   Topic = "segments"   // a segment was made, changed or deleted, or its size changed
	TopicAsks       Topic = "asks"       // people wait to be asked by segments again
	TopicMoves      Topic = "moves"      // somebody entered or left a segment
	TopicCampaigns  Topic = "campaigns"  // a campaign was made, changed or deleted
	TopicJourneys   Topic = "journeys"   // a journey may be due
	TopicDrafts     Topic = "drafts"     // a draft was made, sent or discarded
)

// TopicSource is for what a source received.
func TopicSource(id string) Topic { return Topic("source:" + id) }

// TopicDelivery is for one delivery.
func TopicDelivery(id string) Topic { return Topic("delivery:" + id) }

// TopicPerson is for one person.
func TopicPerson(id string) Topic { return Topic("person:" + id) }

// TopicSegment is for who is in a segment.
func TopicSegment(id string) Topic { return Topic("segment:" + id) }

// TopicCampaign is for how many are where in a campaign.
func TopicCampaign(id string) Topic { return Topic("campaign:" + id) }

// TopicResend is for how far a run has come.
func TopicResend(id string) Topic { return Topic("resend:" + id) }

// TopicDeletion is for how far a deletion has come.
func TopicDeletion(id string) Topic { return Topic("deletion:" + id) }

// TopicImport is for how far an import has come.
func TopicImport(id string) Topic { return Topic("import:" + id) }

// TopicBin is for what a bin received.
func TopicBin(id string) Topic { return Topic("bin:" + id) }

// TopicReports is for how far a reporting webhook has been told.
func TopicReports(id string) Topic { return Topic("reports:" + id) }
