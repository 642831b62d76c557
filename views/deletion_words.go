package views

import (
	"strconv"

	"hookline/internal/hookline"
)

// DeletionTitle names a deletion by when it was asked for: it is the deletion of nobody who could be named.
func DeletionTitle(d hookline.Deletion) string {
	return "Deletion of " + d.AskedAt.UTC().Format("2 January 2006, 15:04") + " UTC"
}

// stageWords say what a deletion goes through.
var stageWords = map[hookline.DeletionStage]string{
	hookline.StageDeliveries: "webhooks about them", hookline.StageEvents: "their events", hookline.StageRejections: "refused events",
	hookline.StageDuplicates: "events that came twice", hookline.StageBins: "what bins received", hookline.StageImports: "imports",
	hookline.StageViews: "saved views", hookline.StageResends: "resends", hookline.StageReplays: "answers of the API",
	hookline.StageAudit: "the audit log", hookline.StageWords: "the search index",
}

func deletionProgress(d hookline.Deletion) string {
	switch d.State {
	case hookline.DeletionFinished:
		return "Finished " + d.FinishedAt.UTC().Format("2 January 2006, 15:04:05") + " UTC. The receipt can be downloaded."
	case hookline.DeletionWaiting:
		return "Events about the person that came in before are being worked out. Then the person is deleted."
	}
	return "The person is gone. Step " + strconv.Itoa(d.Done()+1) + " of " + strconv.Itoa(len(hookline.DeletionStages())) + ": " + stageWords[d.Stage] + "."
}
