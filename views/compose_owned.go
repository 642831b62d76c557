package views

import "strings"

// Owned says whether the action belongs to a campaign or a shortcut: no event sets it off, so it has neither a trigger
// nor batches, and it is as much on as its owner.
func (m ComposerModel) Owned() bool { return m.Destination.Owner != "" }

// OwnerPath is the page of the campaign or the shortcut that owns a destination.
func OwnerPath(owner string) string {
	if strings.HasPrefix(owner, "cmp_") {
		return "/campaigns/" + owner
	}
	return "/shortcuts/" + owner
}

// back is where who composes came from.
func (m ComposerModel) back() string {
	if m.Owned() {
		return m.Back
	}
	return "/destinations/" + m.Destination.ID
}

// requestHint says of what a request can speak.
func (m ComposerModel) requestHint() string {
	switch {
	case strings.HasPrefix(m.Destination.Owner, "cmp_"):
		return "What to send. In {{ … }} stands what is filled in, such as {{ customer.email }}, {{ trigger.properties.plan }} of what the journey began with, or {{ answers.create_lead.id }} of an earlier step named “Create lead”."
	case m.Owned():
		return "What to send. In {{ … }} stands what is filled in, such as {{ customer.email }}."
	}
	return "What to send. In {{ … }} stands what is filled in, such as {{ customer.email }} or {{ event.properties.plan }}."
}

// peopleLabel heads the people that a preview can be made with.
func (m PreviewModel) peopleLabel() string {
	if m.PeopleOnly {
		return "People"
	}
	return "People, with their newest event"
}
