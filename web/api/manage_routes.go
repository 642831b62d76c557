package api

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"hookline/internal/hookline"
)

// anyone needs no token.
const anyone hookline.Role = ""

// route is one line of the table from which the calls are served and the
// OpenAPI document is written.
type route struct {
	method, path string // the path without manageRoot; {name} stands for one part
	scope        hookline.Role
	status       int // of a success
	handling
	summary string
	about   string      // more than the summary says; may be empty
	query   []parameter // what the address may ask for
	once    bool        // takes an Idempotency-Key
}

// parameter is something that the address of a call may hold.
type parameter struct{ name, about, kind string }

// handling is a handler, with the types of what it takes and gives.
type handling struct {
	takes, gives reflect.Type
	run          func(*call) (any, error)
}

type none struct{}

// nothing is the type of no body.
var nothing = reflect.TypeFor[none]()

// giving makes a handling of a handler that takes no body.
func giving[Out any](do func(*call) (Out, error)) handling {
	return handling{nothing, reflect.TypeFor[Out](), func(c *call) (any, error) { return do(c) }}
}

// taking makes a handling of a handler that reads a body, over the form as it
// stands: with its defaults, or with what is stored.
func taking[In, Out any](do func(c *call, read func(form *In) error) (Out, error)) handling {
	return handling{reflect.TypeFor[In](), reflect.TypeFor[Out](), func(c *call) (any, error) {
		return do(c, func(form *In) error { return decode(c.body, form) })
	}}
}

const (
	get      = http.MethodGet
	post     = http.MethodPost
	patch    = http.MethodPatch
	put      = http.MethodPut
	deletion = http.MethodDelete

	read    = hookline.Viewer
	support = hookline.Support
	edit    = hookline.Editor
	admin   = hookline.Admin
)

// routes is the table of contents: a line for each operation, and so as long as
// there are operations. GET changes nothing.
func (m *manage) routes() []route {
	return []route{
		{method: get, path: "/openapi.json", scope: anyone, status: 200, handling: giving(m.openAPI), summary: "Read this document"},

		{method: get, path: "/sources", scope: read, status: 200, handling: giving(m.listSources), summary: "List the sources"},
		{method: post, path: "/sources", scope: edit, status: 201, handling: taking(m.createSource), summary: "Make a source", once: true},
		{method: get, path: "/sources/{id}", scope: read, status: 200, handling: giving(m.showSource), summary: "Read a source"},
		{method: patch, path: "/sources/{id}", scope: edit, status: 200, handling: taking(m.changeSource), summary: "Change a source"},
		{method: deletion, path: "/sources/{id}", scope: edit, handling: giving(m.deleteSource), summary: "Delete a source", about: "Its events and what they set off stay."},

		{method: get, path: "/destinations", scope: read, status: 200, handling: giving(m.listDestinations), summary: "List the destinations"},
		{method: post, path: "/destinations", scope: edit, status: 201, handling: taking(m.createDestination), summary: "Make a destination", once: true},
		{method: get, path: "/destinations/{id}", scope: read, status: 200, handling: giving(m.showDestination), summary: "Read a destination"},
		{method: patch, path: "/destinations/{id}", scope: edit, status: 200, handling: taking(m.changeDestination), summary: "Change a destination"},
		{method: deletion, path: "/destinations/{id}", scope: edit, handling: giving(m.deleteDestination), summary: "Delete a destination with its actions", about: "What it still owed counts as failed; what was sent stays listed."},

		{method: post, path: "/destinations/{id}/pause", scope: edit, status: 200, handling: taking(m.pause), summary: "Pause a destination", about: "What it owes is held until it is resumed. One that is paused stays as it is; if it was being resumed, it is no longer."},
		{method: post, path: "/destinations/{id}/resume", scope: edit, status: 200, handling: taking(m.resume), summary: "Resume a destination", about: "While what is not kept is being taken out it is still paused, and catching up."},
		{method: post, path: "/destinations/{id}/try", scope: edit, status: 200, handling: giving(m.vouch), summary: "Try a destination at once", about: "For one whose receiver is broken, has asked to be left alone, or answered 410: it is taken to be well until it shows the contrary."},

		{method: get, path: "/destinations/{id}/actions", scope: read, status: 200, handling: giving(m.listActions), summary: "List a destination's actions"},
		{method: post, path: "/destinations/{id}/actions", scope: edit, status: 201, handling: taking(m.createAction), summary: "Make an action", about: "At most 50 a destination.", once: true},
		{method: get, path: "/destinations/{id}/actions/{action_id}", scope: read, status: 200, handling: giving(m.showAction), summary: "Read an action"},
		{method: patch, path: "/destinations/{id}/actions/{action_id}", scope: edit, status: 200, handling: taking(m.changeAction), summary: "Change an action", about: "A list that is given, such as headers, takes the place of the one before."},
		{method: get, path: "/destinations/{id}/actions/{action_id}/versions", scope: read, status: 200, handling: giving(m.listVersions), summary: "List an action's versions, the newest first", about: "The newest is in use. Each is kept as it was saved.", query: pageParameters},
		{method: deletion, path: "/destinations/{id}/actions/{action_id}", scope: edit, handling: giving(m.deleteAction), summary: "Delete an action", about: "What it owes already is still sent."},

		{method: get, path: "/people", scope: read, status: 200, handling: giving(m.listPeople), summary: "List or search people", query: append([]parameter{{"q", "What the user id or the e-mail address begins with, or what an attribute holds.", "string"}}, pageParameters...)},
		{method: get, path: "/people/{id}", scope: read, status: 200, handling: giving(m.showPerson), summary: "Read a person", about: personIDs},
		{method: put, path: "/people/{id}", scope: edit, status: 200, handling: taking(m.putPerson), summary: "Make a person, or replace their attributes", about: personIDs + " Only a user id that nobody goes by makes a person, and is answered 201."},
		{method: get, path: "/people/{id}/attributes", scope: read, status: 200, handling: giving(m.listAttributes), summary: "List a person's attributes, with what set each", about: personIDs},
		{method: get, path: "/people/{id}/attributes/{name}", scope: read, status: 200, handling: giving(m.showAttribute), summary: "Read one attribute of a person", about: personIDs},
		{method: put, path: "/people/{id}/attributes/{name}", scope: edit, status: 200, handling: taking(m.putAttribute), summary: "Set one attribute of a person", about: personIDs + " The others stay, also those that change at the same time."},
		{method: deletion, path: "/people/{id}/attributes/{name}", scope: edit, handling: giving(m.deleteAttribute), summary: "Remove one attribute of a person", about: personIDs},
		{method: get, path: "/attributes", scope: read, status: 200, handling: giving(m.showAttributeIndex), summary: "Read which attributes people have, and how many have each"},
		{method: deletion, path: "/people/{id}", scope: edit, status: 202, handling: giving(m.deletePerson), summary: "Delete a person with everything that names them", about: personIDs + " The person is gone at once. Their events, what was sent about them and every other mention are removed soon after: read the deletion to see how far that is, and its receipt. What was still owed is not sent.", query: []parameter{{"suppress", "true has events of them refused from then on.", "boolean"}}},

		{method: get, path: "/deletions", scope: read, status: 200, handling: giving(m.listDeletions), summary: "List the deletions of people, the newest first", about: "They name nobody.", query: pageParameters},
		{method: get, path: "/deletions/{id}", scope: read, status: 200, handling: giving(m.showDeletion), summary: "Read a deletion, and its receipt when it has finished"},
		{method: post, path: "/deletions/{id}/allow", scope: edit, status: 200, handling: giving(m.allowAgain), summary: "Let events of a deleted person in again", about: "For one of whom events are refused. Nothing of before comes back."},

		{method: get, path: "/campaigns", scope: read, status: 200, handling: giving(m.listCampaigns), summary: "List the campaigns, the newest first"},
		{method: post, path: "/campaigns", scope: edit, status: 201, handling: taking(m.createCampaign), summary: "Make a campaign", about: "As a draft, which may be incomplete. At most 200.", once: true},
		{method: get, path: "/campaigns/{id}", scope: read, status: 200, handling: giving(m.showCampaign), summary: "Read a campaign with its steps and what they send"},
		{method: patch, path: "/campaigns/{id}", scope: edit, status: 200, handling: taking(m.changeCampaign), summary: "Change a campaign", about: "People in it go on from the step they are at; who is at a step that goes takes the next one."},
		{method: deletion, path: "/campaigns/{id}", scope: edit, handling: giving(m.deleteCampaign), summary: "Delete a campaign", about: "Not while it is running. What it sent stays listed; what it still owed counts as failed."},
		{method: post, path: "/campaigns/{id}/start", scope: edit, status: 200, handling: giving(m.moveCampaign(hookline.CampaignRunning)), summary: "Start a campaign, or let a paused one go on"},
		{method: post, path: "/campaigns/{id}/pause", scope: edit, status: 200, handling: giving(m.moveCampaign(hookline.CampaignPaused)), summary: "Pause a campaign", about: "Nobody enters it, and nobody in it goes on."},
		{method: post, path: "/campaigns/{id}/stop", scope: edit, status: 200, handling: giving(m.moveCampaign(hookline.CampaignStopped)), summary: "Stop a campaign", about: "Everybody in it is let go. It can be started anew."},
		{method: post, path: "/campaigns/{id}/call", scope: edit, status: 200, handling: taking(m.callCampaign), summary: "Let people enter a campaign", about: "For campaigns that begin with calls, while they run. It is on disk when it is answered.", once: true},
		{method: get, path: "/campaigns/{id}/numbers", scope: read, status: 200, handling: giving(m.countCampaign), summary: "Read the numbers of a campaign", about: "Who is where now, and what the webhooks of its steps came to: the numbers of its page.", query: numbersParameters},
		{method: get, path: "/campaigns/{id}/journeys", scope: read, status: 200, handling: giving(m.listJourneys), summary: "List the journeys of a campaign, the newest first", query: journeyParameters},
		{method: get, path: "/campaigns/{id}/journeys/{journey_id}", scope: read, status: 200, handling: giving(m.showJourney), summary: "Read a journey"},
		{method: post, path: "/campaigns/{id}/journeys/{journey_id}/stop", scope: support, status: 200, handling: giving(m.stopJourney), summary: "Stop a journey", about: "The person leaves the campaign. What is on its way is still sent."},

		{method: get, path: "/shortcuts", scope: read, status: 200, handling: giving(m.listShortcuts), summary: "List the shortcuts"},
		{method: post, path: "/shortcuts", scope: edit, status: 201, handling: taking(m.createShortcut), summary: "Make a shortcut", about: "At most 100, each with a name of its own.", once: true},
		{method: get, path: "/shortcuts/{id}", scope: read, status: 200, handling: giving(m.showShortcut), summary: "Read a shortcut"},
		{method: patch, path: "/shortcuts/{id}", scope: edit, status: 200, handling: taking(m.changeShortcut), summary: "Change a shortcut", about: "A list that is given, such as headers, takes the place of the one before."},
		{method: deletion, path: "/shortcuts/{id}", scope: edit, handling: giving(m.deleteShortcut), summary: "Delete a shortcut", about: "What it still owed counts as failed; what it sent stays listed."},
		{method: post, path: "/shortcuts/{id}/press", scope: support, status: 202, handling: taking(m.press), summary: "Press a shortcut for one person or several", about: "Each gets a request of their own, which is sent at once. Who is the only one and cannot be sent about makes the call fail; of several, each says why.", once: true},
		{method: get, path: "/shortcuts/{id}/presses/{press_id}", scope: read, status: 200, handling: giving(m.showPress), summary: "Read a press"},
		{method: get, path: "/segments", scope: read, status: 200, handling: giving(m.listSegments), summary: "List the segments"},
		{method: post, path: "/segments", scope: edit, status: 201, handling: taking(m.createSegment), summary: "Make a segment", about: "At most 200. Whoever belongs to it is found right after.", once: true},
		{method: get, path: "/segments/{id}", scope: read, status: 200, handling: giving(m.showSegment), summary: "Read a segment and how many are in it"},
		{method: patch, path: "/segments/{id}", scope: edit, status: 200, handling: taking(m.changeSegment), summary: "Change a segment", about: "Under another condition everybody is asked anew."},
		{method: deletion, path: "/segments/{id}", scope: edit, handling: giving(m.deleteSegment), summary: "Delete a segment", about: "Not while a trigger, a campaign or another segment asks for it. The people stay."},
		{method: get, path: "/segments/{id}/members", scope: read, status: 200, handling: giving(m.listMembers), summary: "List or search the people in a segment", query: memberParameters},
		{method: post, path: "/segments/{id}/members", scope: support, status: 200, handling: taking(m.addMembers), summary: "Put people into a manual segment", about: "Who is in it already stays."},
		{method: deletion, path: "/segments/{id}/members/{person_id}", scope: support, handling: giving(m.removeMember), summary: "Take a person out of a manual segment", about: personIDs},

		{method: get, path: "/deliveries", scope: read, status: 200, handling: giving(m.listDeliveries), summary: "List deliveries, the newest first", query: deliveryParameters},
		{method: get, path: "/deliveries/counts", scope: read, status: 200, handling: giving(m.countDeliveries), summary: "Count deliveries by state", about: "Those that the filter leaves, each state up to 10,000 and all together in about a second.", query: countParameters},
		{method: get, path: "/deliveries/{id}", scope: read, status: 200, handling: giving(m.showDelivery), summary: "Read a delivery with its requests and attempts", about: "What authorizes is blotted out, and signatures are cut short."},
		{method: post, path: "/deliveries/{id}/resend", scope: support, status: 202, handling: taking(m.resend), summary: "Send a delivery again", about: "It keeps its idempotency key, and is attempted at once.", once: true},
		{method: post, path: "/deliveries/{id}/cancel", scope: support, status: 200, handling: giving(m.cancelDelivery), summary: "Cancel what a delivery still owes", about: "It fails, and its reason says who cancelled it and when. Not while an attempt is on its way."},
		{method: post, path: "/deliveries/{id}/share", scope: support, status: 201, handling: taking(m.share), summary: "Make a link that shows a delivery to whoever has it", about: "Without secrets, and without signing in. The link is given this once: make another when no answer came."},
		{method: post, path: "/deliveries/resend", scope: support, status: 202, handling: taking(m.resendMany), summary: "Send many deliveries again", about: "They become due one after the other, the oldest first, at a pace. Each keeps its idempotency key. What waits to be sent already is left out.", once: true},

		{method: get, path: "/resends", scope: read, status: 200, handling: giving(m.listResends), summary: "List the runs that resend many deliveries, the newest first", query: pageParameters},
		{method: get, path: "/resends/{id}", scope: read, status: 200, handling: giving(m.showResend), summary: "Read a run and how far it has come"},
		{method: post, path: "/resends/{id}/pause", scope: support, status: 200, handling: giving(m.changeResend(hookline.ResendPaused)), summary: "Pause a run", about: "What was due already is still sent."},
		{method: post, path: "/resends/{id}/continue", scope: support, status: 200, handling: giving(m.changeResend(hookline.ResendRunning)), summary: "Let a paused run go on"},
		{method: post, path: "/resends/{id}/cancel", scope: support, status: 200, handling: giving(m.changeResend(hookline.ResendCancelled)), summary: "Cancel a run", about: "What was due already is still sent; everything else stays as it was."},

		{method: get, path: "/shared-links", scope: support, status: 200, handling: giving(m.listShares), summary: "List the shared links that work, the newest first", about: "Without their addresses, which are kept nowhere.", query: shareParameters},
		{method: deletion, path: "/shared-links/{id}", scope: support, handling: giving(m.revokeShare), summary: "Revoke a shared link", about: "It leads nowhere any more."},

		{method: get, path: "/failures", scope: read, status: 200, handling: giving(m.listFailures), summary: "List failures, what began last first", about: "A failure is deliveries of one action that failed in the same way.", query: failureParameters},
		{method: get, path: "/failures/{id}", scope: read, status: 200, handling: giving(m.showFailure), summary: "Read a failure with what was done with it"},
		{method: patch, path: "/failures/{id}", scope: support, status: 200, handling: taking(m.changeFailure), summary: "Assign, snooze, resolve or open a failure, or write a note"},

		{method: post, path: "/render", scope: read, status: 200, handling: taking(m.render), summary: "See the request that a template would make", about: "Nothing is sent and nothing is kept."},

		{method: get, path: "/reporting-webhooks", scope: read, status: 200, handling: giving(m.listReporting), summary: "List the reporting webhooks, and how each stands"},
		{method: post, path: "/reporting-webhooks", scope: edit, status: 201, handling: taking(m.createReporting), summary: "Make a reporting webhook", about: "At most 20.", once: true},
		{method: get, path: "/reporting-webhooks/{id}", scope: read, status: 200, handling: giving(m.showReporting), summary: "Read a reporting webhook"},
		{method: patch, path: "/reporting-webhooks/{id}", scope: edit, status: 200, handling: taking(m.changeReporting), summary: "Change a reporting webhook", about: "Give signing_key to change the key; what was waiting is signed with the new one."},
		{method: deletion, path: "/reporting-webhooks/{id}", scope: edit, handling: giving(m.deleteReporting), summary: "Delete a reporting webhook", about: "It is told nothing more."},

		{method: get, path: "/health", scope: read, status: 200, handling: giving(m.showHealth), summary: "Read how destinations fare", about: "What charts show, from what is counted each minute.", query: healthParameters},
		{method: get, path: "/alerts", scope: read, status: 200, handling: giving(m.listAlerts), summary: "List alerts, those that go on first, then the newest", about: "At most 200."},
		{method: get, path: "/alert-rules", scope: read, status: 200, handling: giving(m.showAlertRules), summary: "Read the rules of alerts"},
		{method: patch, path: "/alert-rules", scope: edit, status: 200, handling: taking(m.changeAlertRules), summary: "Change the rules of alerts"},

		{method: get, path: "/alert-channels", scope: read, status: 200, handling: giving(m.listChannels), summary: "List the channels that are told of alerts"},
		{method: post, path: "/alert-channels", scope: edit, status: 201, handling: taking(m.createChannel), summary: "Make an alert channel", about: "At most 20. A webhook gets a signing key of its own.", once: true},
		{method: get, path: "/alert-channels/{id}", scope: read, status: 200, handling: giving(m.showChannel), summary: "Read an alert channel"},
		{method: patch, path: "/alert-channels/{id}", scope: edit, status: 200, handling: taking(m.changeChannel), summary: "Change an alert channel", about: "An address or a password that is not given stays."},
		{method: deletion, path: "/alert-channels/{id}", scope: edit, handling: giving(m.deleteChannel), summary: "Delete an alert channel", about: "It is told nothing more."},
		{method: post, path: "/alert-channels/{id}/test", scope: edit, status: 200, handling: giving(m.testChannel), summary: "Tell an example by an alert channel", about: "At once, and as it is saved. That the receiver did not take it is told in the answer, too."},
		{method: get, path: "/alert-channels/{id}/signing-key", scope: edit, status: 200, handling: giving(m.showChannelKey), summary: "Read the key that signs what a webhook is told", about: "The audit log keeps who asked."},

		{method: get, path: "/settings/signing-key", scope: admin, status: 200, handling: giving(m.showKey), summary: "Read the key that signs", about: "The audit log keeps who asked."},
		{method: post, path: "/settings/signing-key/rotate", scope: admin, status: 200, handling: giving(m.rotateKey), summary: "Make a new signing key", about: "It signs from the next attempt on; receivers refuse what they check with the old one. The audit log keeps who asked."},

		{method: get, path: "/settings/retention", scope: admin, status: 200, handling: giving(m.showRetention), summary: "Read how long things are kept"},
		{method: patch, path: "/settings/retention", scope: admin, status: 200, handling: taking(m.changeRetention), summary: "Change how long things are kept", about: "What is older is deleted from then on, a little at a time, and cannot be brought back. What is still owed, and the events that it needs, stays."},

		{method: get, path: "/audit", scope: admin, status: 200, handling: giving(m.listAudit), summary: "List who did what, the newest first", about: "Entries are only added. What looks at something leaves none, but for secrets.", query: auditParameters},
		{method: get, path: "/audit/{id}", scope: admin, status: 200, handling: giving(m.showAudit), summary: "Read an entry of the audit log"},
	}
}

const personIDs = "The id is Hookline's own (per_…) or the sender's user id."

// match says whether an escaped path is this route's, and what stands in it.
// No part may be empty, and nothing is tidied up: an untidy path is no path.
func (t *route) match(escaped string) (map[string]string, bool) {
	rest, ours := strings.CutPrefix(escaped, manageRoot)
	parts, pattern := strings.Split(rest, "/"), strings.Split(t.path, "/")
	if !ours || len(parts) != len(pattern) {
		return nil, false
	}
	params := map[string]string{}
	for i, part := range parts {
		name, isParameter := strings.CutPrefix(pattern[i], "{")
		if !isParameter {
			if part != pattern[i] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(part)
		if err != nil || value == "" {
			return nil, false
		}
		params[strings.TrimSuffix(name, "}")] = value
	}
	return params, true
}
