package views

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// AuditPath is the list of who did what.
const AuditPath = "/settings/audit"

// AuditListModel is a stretch of the audit log.
type AuditListModel struct {
	Page    ui.Page
	Form    AuditForm
	Query   url.Values // the filters that are on
	Rows    []audit.Entry
	Pages   ui.Pages
	Trouble hookline.Error // what is wrong with the filters; the zero value: nothing
}

// AuditForm is what the filters hold, as it was typed.
type AuditForm struct {
	Actor, Deed, Kind, ThingID, Since, Until string

	Actors []ui.Option
}

// exportPath is the file with what the filters leave.
func (m AuditListModel) exportPath(format string) string {
	q := maps.Clone(m.Query)
	if q == nil {
		q = url.Values{}
	}
	q.Set("format", format)
	return AuditPath + "/export?" + q.Encode()
}

// AuditEntryModel is one entry.
type AuditEntryModel struct {
	Page  ui.Page
	Entry audit.Entry
}

// deedWords are what was done, for people: in a menu, and before the name of the thing.
var deedWords = map[audit.Deed]string{
	audit.Created:   "Made",
	audit.Changed:   "Changed",
	audit.Deleted:   "Deleted",
	audit.Cleared:   "Cleared",
	audit.Paused:    "Paused",
	audit.Resumed:   "Resumed",
	audit.Cancelled: "Cancelled",
	audit.Vouched:   "Tried at once",
	audit.Revealed:  "Looked at",
	audit.Rotated:   "Changed for a new one",
	audit.Sent:      "Sent",
	audit.Discarded: "Discarded",
	audit.Resent:    "Sent again",
	audit.Pressed:   "Pressed",
	audit.Tested:    "Tested",
	audit.Exported:  "Exported",
	audit.SignedIn:  "Signed in",
	audit.SignedOut: "Signed out",
	audit.Refused:   "Was refused",
}

// thingKindWords are what it was done to, for people.
var thingKindWords = map[audit.Kind]string{
	audit.Source:       "source",
	audit.Destination:  "destination",
	audit.Action:       "action",
	audit.Bin:          "bin",
	audit.Person:       "person",
	audit.Import:       "import of people",
	audit.Segment:      "segment",
	audit.Campaign:     "campaign",
	audit.Shortcut:     "shortcut",
	audit.Delivery:     "webhook",
	audit.Resend:       "resend",
	audit.Failure:      "failure",
	audit.Share:        "shared link",
	audit.Event:        "event",
	audit.Account:      "user",
	audit.Invitation:   "invitation",
	audit.APIToken:     "API token",
	audit.SavedView:    "saved view",
	audit.SigningKey:   "signing key",
	audit.Secret:       "secret",
	audit.Reporting:    "reporting webhook",
	audit.Addresses:    "IP addresses",
	audit.Retention:    "retention",
	audit.AlertRules:   "alert rules",
	audit.AlertChannel: "alert channel",
	audit.Demo:         "demo",
	audit.Workspace:    "workspace",
	audit.Page:         "page",
}

func deedOptions() []ui.Option {
	options := []ui.Option{{Label: "Anything"}}
	for _, d := range audit.Deeds() {
		options = append(options, ui.Option{Value: string(d), Label: deedWords[d]})
	}
	return options
}

func thingKindOptions() []ui.Option {
	options := []ui.Option{{Label: "Anything"}}
	for _, k := range audit.Kinds() {
		options = append(options, ui.Option{Value: string(k), Label: capital(thingKindWords[k])})
	}
	return options
}

// AuditTitle says an entry in a few words: “Changed: action “Tell the CRM””.
func AuditTitle(e audit.Entry) string {
	return deedWords[e.Deed] + ": " + thingWords(e)
}

// thingWords name the thing; what is one of a kind is named by its kind.
func thingWords(e audit.Entry) string {
	switch {
	case e.Kind == audit.SigningKey, e.Kind == audit.Addresses, e.Kind == audit.AlertRules, e.Kind == audit.Retention, e.Kind == audit.Demo, e.Kind == audit.Workspace:
		return thingKindWords[e.Kind]
	case e.ThingName == "" && e.ThingID == "":
		return "unknown " + thingKindWords[e.Kind]
	case e.ThingName == "":
		return thingKindWords[e.Kind] + " " + e.ThingID
	}
	return thingKindWords[e.Kind] + " “" + e.ThingName + "”"
}

// actorWords name who did it.
func actorWords(a audit.Actor) string {
	switch {
	case a.Kind == audit.Stranger:
		return "Somebody who was not signed in"
	case a.Kind == audit.Token:
		return "API token “" + a.Name + "”"
	case a.Kind == audit.Command && a.Name != "":
		return a.Name + ", at the command line"
	case a.Kind == audit.Command:
		return "The command line"
	}
	return a.Name
}

// thingPath is the page of a thing; "" for one that has none, or no longer. An action's page needs its destination too.
func thingPath(e audit.Entry) string {
	root := map[audit.Kind]string{
		audit.Source: "/sources/", audit.Destination: "/destinations/", audit.Bin: "/bins/", audit.Person: "/people/", audit.Import: "/imports/",
		audit.Segment: "/segments/", audit.Campaign: "/campaigns/",
		audit.Delivery: "/sent/", audit.Event: "/events/", audit.Account: "/settings/team/",
	}[e.Kind]
	if e.Kind == audit.Person && strings.HasPrefix(e.ThingID, "del_") {
		return "/deletions/" + url.PathEscape(e.ThingID) // the receipt of who was deleted
	}
	if root == "" || e.ThingID == "" || e.Deed == audit.Deleted {
		return ""
	}
	return root + url.PathEscape(e.ThingID)
}

// historyPath is all that was done to an entry's thing.
func historyPath(e audit.Entry) string {
	return AuditPath + "?" + url.Values{"thing": {e.ThingID}}.Encode()
}

// auditFact is one thing about a thing, before and after.
type auditFact struct {
	name          string
	before, after string
	lines         []diffLine // instead of both, where one has several lines
}

// auditFacts are what an entry keeps of its thing, by name; short ones first.
func auditFacts(e audit.Entry) (short, long []auditFact) {
	before, after := auditObject(e.Before), auditObject(e.After)
	names := map[string]bool{}
	for name := range before {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := auditFact{name: auditFactName(name), before: auditValue(before[name]), after: auditValue(after[name])}
		if !strings.Contains(f.before+f.after, "\n") {
			short = append(short, f)
			continue
		}
		f.lines, _ = compareLines(auditLines(f.before), auditLines(f.after))
		long = append(long, f)
	}
	return short, long
}

func auditObject(text json.RawMessage) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(text, &all) // what is not there has no members
	return all
}

// auditFactName is a name as people read it: "Max per second"; an attribute's is its own.
func auditFactName(name string) string {
	if attribute, ok := strings.CutPrefix(name, "attributes."); ok {
		return "Attribute " + attribute
	}
	if name == "url" {
		return "Address"
	}
	return capital(strings.ReplaceAll(name, "_", " "))
}

// auditValue is a value as people read it: texts without quotes, lists line by line, yes and no.
func auditValue(text json.RawMessage) string {
	var plain string
	var list []string
	switch {
	case text == nil:
		return ""
	case string(text) == "true":
		return "yes"
	case string(text) == "false":
		return "no"
	case json.Unmarshal(text, &plain) == nil:
		return plain
	case json.Unmarshal(text, &list) == nil:
		return strings.Join(list, "\n")
	}
	var compact bytes.Buffer
	if json.Compact(&compact, text) != nil {
		return string(text)
	}
	return compact.String()
}

func auditLines(text string) linesSeen {
	if text == "" {
		return linesSeen{}
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	return linesSeen{lines, lines}
}
