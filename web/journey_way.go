package web

import (
	"hookline/internal/hookline"
	"hookline/views"
)

// sentOfJourney is how many deliveries of a journey its page shows, the newest: each step makes one a visit.
const sentOfJourney = 200

// visitRows are the steps that a journey came to, with what they are called now and what they sent last.
func visitRows(j hookline.Journey, c hookline.Campaign, sent []hookline.DeliveryRow) []views.VisitRow {
	j.LeaveSent()
	newest := map[string]*hookline.DeliveryRow{}
	for i := range sent {
		if d := &sent[i]; newest[d.DestinationID] == nil {
			newest[d.DestinationID] = d
		}
	}
	rows := make([]views.VisitRow, len(j.Way))
	for i, v := range j.Way {
		rows[i].Visit = v
		if step := c.Step(v.StepID); step != nil {
			rows[i].Step, rows[i].Delivery = *step, newest[step.Webhook.DestinationID]
		}
	}
	return rows
}
