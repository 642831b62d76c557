package views

import (
	"net/url"

	"hookline/internal/hookline"
)

// DraftPath is the address of a draft.
func DraftPath(id string) string { return "/drafts/" + id }

// DraftsPath is the address of the list, of one campaign's drafts when one is named.
func DraftsPath(campaignID string) string { return ofCampaign("/drafts", campaignID) }

// SendDraftsPath asks before all drafts are sent, or all of one campaign.
func SendDraftsPath(campaignID string) string { return ofCampaign("/drafts/send", campaignID) }

// DiscardDraftsPath asks before all drafts are discarded, or all of one campaign.
func DiscardDraftsPath(campaignID string) string { return ofCampaign("/drafts/discard", campaignID) }

func ofCampaign(path, campaignID string) string {
	if campaignID == "" {
		return path
	}
	return path + "?" + url.Values{"campaign": {campaignID}}.Encode()
}

// DiscardWords say what discarding a draft does to its person.
func DiscardWords(holds bool) string {
	if holds {
		return "Nothing is sent, and the person goes on with the next step of the campaign, without what the answer would have set."
	}
	return "Nothing is sent. The person has gone on in the campaign already."
}

// personGone says whether the person of a draft was deleted.
func personGone(row hookline.DeliveryRow) bool { return row.PersonLabel == "" }

// holdWords say what the person does meanwhile.
func holdWords(holds bool) string {
	if holds {
		return "Waits at this step until the draft is sent or discarded, because its answer sets attributes."
	}
	return "Has gone on already: nothing in the campaign waits for this draft."
}

// sentence is what will happen, said before it does.
func (m SendDraftsModel) sentence() string {
	n := m.Survey.Resent()
	switch {
	case m.Survey.Whole && n == 0:
		return "None of these drafts can be sent."
	case m.Survey.Whole:
		return count(n, "draft") + " will be sent now."
	case m.Uncounted || m.Matches.More:
		return "More than " + Grouped(m.Matches.Count) + " drafts will be sent, one after the other."
	}
	return "Up to " + count(m.Matches.Count, "draft") + " will be sent, one after the other."
}

// leftOutWords say how many of the drafts that were looked at stay drafts.
func (m SendDraftsModel) leftOutWords() string {
	n := 0
	for _, some := range m.Survey.Skipped {
		n += some
	}
	switch {
	case n == 1:
		return "1 draft cannot be sent and stays as it is:"
	case n > 1:
		return Grouped(n) + " drafts cannot be sent and stay as they are:"
	}
	return ""
}
