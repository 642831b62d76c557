package demo

import (
	"strconv"
	"time"

	"hookline/internal/hookline"
)

// leadsRefused is how many customers go on without a lead, because the receiver
// refuses the first requests.
const leadsRefused = 2

// segments make two that fill themselves: by what people are, and by what they
// did. Both ask for made-up people, so that nobody else gets into them.
func (k *kit) segments() (paying, regular hookline.Segment) {
	paying = hookline.Segment{
		ID: k.ids.New("seg"), Name: "Demo: paying customers", Description: "Everybody on a plan that costs something.",
		Condition: "person." + madeUp + ` = true and in(person.plan, "team", "pro")`,
	}
	regular = hookline.Segment{
		ID: k.ids.New("seg"), Name: "Demo: regular customers", Description: "Everybody who ordered twice within 30 days.",
		Condition: "person." + madeUp + ` = true and did("Order Completed", within 30 days) >= 2`,
	}
	k.demo.Segments = []hookline.Segment{paying, regular}
	return paying, regular
}

// campaign makes one in which people are at every kind of place: some wait to
// become regular customers, and drafts hold those who are.
func (k *kit) campaign(paying, regular hookline.Segment) {
	c := hookline.Campaign{
		ID: k.ids.New("cmp"), Name: "Demo: a gift for regular customers",
		Description: "Who begins to pay becomes a lead of the CRM. Once they order regularly, somebody decides whether they get a gift.",
		Trigger:     hookline.CampaignTrigger{Kind: hookline.TriggerEntered, SegmentID: paying.ID},
		Goal:        hookline.Goal{Condition: `type = "track" and event = "Order Completed"`, Within: 7 * 24 * time.Hour},
	}
	lead := k.webhook(c.ID, "Create a lead", k.leads(), `{
  "email": "{{ customer.email }}",
  "name": "{{ customer.first_name }} {{ customer.last_name }}",
  "plan": "{{ customer.plan }}"
}`, "lead_id", "lead_owner")
	lead.Webhook.Auto, lead.Webhook.Conversion = true, true
	gift := k.webhook(c.ID, "Offer a gift", bin("Demo: gifts", `{"gift_id":"G-305"}`), `{
  "lead": "{{ customer.lead_id }}",
  "email": "{{ customer.email }}",
  "from": "{{ customer.lead_owner }}"
}`, "gift_id")
	c.Steps = []hookline.Step{
		lead,
		{ID: k.ids.New("stp"), Kind: hookline.StepWait, Name: "Until they are a regular customer", Wait: hookline.WaitStep{
			Kind: hookline.WaitCondition, Span: 14 * 24 * time.Hour, Condition: "segment(" + strconv.Quote(regular.ID) + ")",
		}},
		{
			ID: k.ids.New("stp"), Kind: hookline.StepBranch, Name: "Are they a lead?", If: "person.lead_id != null",
			Yes: []hookline.Step{gift}, No: []hookline.Step{{ID: k.ids.New("stp"), Kind: hookline.StepExit}},
		},
	}
	k.demo.Campaigns = []hookline.Campaign{c}
}

// leads is the receiver that knows everybody by the same number: a bin answers
// all alike.
func (k *kit) leads() hookline.Bin {
	b := bin("Demo: leads", `{"lead_id":"L-2071","lead_owner":"Mara Lind","hint":"a bin answers all alike, and this one gave its first requests the status 400 on purpose"}`)
	b.Script.FailFirst, b.Script.FailStatus = leadsRefused, 400
	return b
}

// webhook is a step with its request to a new bin; the attributes are set from
// those of the same name in the answer.
func (k *kit) webhook(campaignID, name string, to hookline.Bin, body string, attributes ...string) hookline.Step {
	d, a := k.request(campaignID, name, name, to, body, attributes...)
	return hookline.Step{
		ID: k.ids.New("stp"), Kind: hookline.StepWebhook, Name: name, Webhook: hookline.WebhookStep{DestinationID: d.ID, ActionID: a.ID},
	}
}

// shortcut makes one that is on every person's page.
func (k *kit) shortcut() {
	one := hookline.Shortcut{
		ID: k.ids.New("sct"), Name: "Demo: open a ticket", Description: "Asks the help desk to call this person back.", Least: hookline.Support, Enabled: true,
	}
	d, a := k.request(one.ID, one.Name, hookline.ShortcutAction, bin("Demo: help desk", `{"last_ticket":"T-118"}`), `{
  "email": "{{ customer.email }}",
  "subject": "Please call {{ customer.first_name }} back"
}`, "last_ticket")
	one.DestinationID, one.ActionID = d.ID, a.ID
	k.demo.Shortcuts = []hookline.Shortcut{one}
}

// request makes what a campaign or a shortcut sends, and the bin to which it goes.
func (k *kit) request(owner, name, action string, to hookline.Bin, body string, attributes ...string) (hookline.Destination, hookline.Action) {
	d := hookline.Destination{
		ID: k.ids.New("dst"), Owner: owner, Name: name, Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	}
	a := hookline.Action{
		ID: k.ids.New("act"), DestinationID: d.ID, Name: action, Enabled: true, Batching: hookline.NewBatching(), Template: template(k.binURL(to.ID), body),
	}
	for _, attribute := range attributes {
		a.Response.Attributes = append(a.Response.Attributes, hookline.ResponseAttribute{Name: attribute, Value: "{{ response." + attribute + " }}"})
	}
	a.Response.Inside = true // a bin is in this very house
	k.demo.Bins = append(k.demo.Bins, to)
	k.demo.Destinations = append(k.demo.Destinations, d)
	k.demo.Actions = append(k.demo.Actions, a)
	return d, a
}
