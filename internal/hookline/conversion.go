package hookline

import "time"

// Conversion is that somebody did what a campaign is for. A journey converts
// once, and of what it sent that delivery counts which may count and was
// delivered last before the event.
type Conversion struct {
	CampaignID    string
	JourneyID     string
	DeliveryID    string
	DestinationID string // of the delivery, which its step owns
	EventID       string
	At            time.Time
}

// Converting are the webhook steps of a campaign that may count towards its
// goal, by the destinations that they own; none without a goal.
func (c Campaign) Converting() []string {
	var ids []string
	if c.Goal.Condition == "" {
		return nil
	}
	for step := range c.Walk() {
		if step.Kind == StepWebhook && step.Webhook.Conversion && step.Webhook.DestinationID != "" {
			ids = append(ids, step.Webhook.DestinationID)
		}
	}
	return ids
}
