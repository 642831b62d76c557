package audit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// OfSource is a source; its write key is a secret.
func OfSource(s hookline.Source) Thing {
	return Thing{Source, s.ID, s.Name, []fact{
		open("name", s.Name), open("enabled", s.Enabled), hidden("write_key", s.WriteKey),
	}}
}

// OfDestination is a destination with its settings, without what people do with
// it since, which have deeds of their own.
func OfDestination(d hookline.Destination) Thing {
	windows := []string{}
	for _, w := range d.Maintenance {
		windows = append(windows, strings.TrimSuffix(w.String()+": "+w.Note, ": "))
	}
	marks := make([]string, len(d.StandardSecrets))
	for i := range marks {
		marks[i] = Blot
	}
	return Thing{Destination, d.ID, d.Name, []fact{
		open("name", d.Name), open("enabled", d.Enabled), open("source_ids", append([]string{}, d.SourceIDs...)),
		hidden("shared_secret", d.SharedSecret), open("signature_mode", string(d.SignatureMode)),
		partly("standard_secrets", append([]string{}, d.StandardSecrets...), marks),
		open("timeout", d.Timeout.String()), open("max_per_second", d.MaxPerSecond), open("burst", d.Burst),
		open("max_concurrent", d.MaxConcurrent), open("retry_base", d.RetryBase.String()), open("max_tries", d.MaxTries),
		open("maintenance", windows), open("authorities", d.TLS.CA), open("client_certificate", d.TLS.ClientCert),
		hidden("client_key", d.TLS.ClientKey), partly("proxy", d.Proxy, hookline.SafeURL(d.Proxy)),
		open("region", d.Region),
	}}
}

// OfAction is an action; what authorizes in its headers and its address is secret.
func OfAction(a hookline.Action) Thing {
	real, shown := []string{}, []string{}
	for _, h := range a.Template.Headers {
		real = append(real, h.Name+": "+h.Value)
		if hookline.SecretHeader(h.Name) {
			h.Value = blotted(h.Value)
		}
		shown = append(shown, h.Name+": "+h.Value)
	}
	facts := []fact{
		open("name", a.Name), open("enabled", a.Enabled), open("trigger", a.Trigger), open("method", a.Template.Method),
		partly("url", a.Template.URL, hookline.SafeURL(a.Template.URL)), partly("headers", real, shown), open("body", a.Template.Body),
		open("plain_output", a.Template.PlainOutput), open("batch", a.Batching.Enabled), open("batch_size", a.Batching.Size),
		open("batch_window", a.Batching.Window.String()),
	}
	return Thing{Action, a.ID, a.Name, append(facts, responseFacts(a.Response)...)}
}

func responseFacts(r hookline.Response) []fact {
	sets := []string{}
	for _, a := range r.Attributes {
		sets = append(sets, a.Name+": "+a.Value)
	}
	return []fact{
		open("response_attributes", sets), open("response_inside", r.Inside), open("expect_statuses", r.Expect.StatusList()),
		open("expect_path", r.Expect.Path), open("expect_kind", r.Expect.Kind), open("expect_empty_is_ok", r.Expect.EmptyIsOK),
	}
}

// OfShortcut is a shortcut; what it sends is an action.
func OfShortcut(s hookline.Shortcut) Thing {
	return Thing{Shortcut, s.ID, s.Name, []fact{
		open("name", s.Name), open("description", s.Description), open("least", string(s.Least)), open("enabled", s.Enabled),
	}}
}

// PressRemark says for how many a shortcut was pressed.
func PressRemark(p hookline.Press) string {
	words := "for one person"
	if len(p.For) > 1 {
		words = "for " + strconv.Itoa(len(p.For)) + " people"
	}
	refused := 0
	for _, one := range p.For {
		if one.Refused != "" {
			refused++
		}
	}
	switch {
	case refused == 1:
		words += ", of whom 1 was refused"
	case refused > 1:
		words += ", of whom " + strconv.Itoa(refused) + " were refused"
	}
	return words
}

// OfBin is a bin with its script. Whoever knows its id may send to it, which is
// no secret to those who may read entries.
func OfBin(b hookline.Bin) Thing {
	s := b.Script
	return Thing{Bin, b.ID, b.Name, []fact{
		open("name", b.Name), open("status", s.Status), open("delay", s.Delay.String()), open("body", s.Body), open("body_size", s.BodySize),
		open("retry_after", s.RetryAfter), open("fail_first", s.FailFirst), open("fail_status", s.FailStatus),
	}}
}

// OfPerson is a person with the attributes; those that are called like secrets
// are taken for such.
func OfPerson(p hookline.Person) Thing {
	var attributes map[string]json.RawMessage
	_ = json.Unmarshal(p.Attributes, &attributes) // what is no object has no attributes
	facts := []fact{open("suppressed", p.Suppressed)}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		var value bytes.Buffer
		if json.Compact(&value, attributes[name]) != nil {
			continue
		}
		if hookline.SecretParameter(name) {
			facts = append(facts, hidden("attributes."+name, value.String()))
			continue
		}
		facts = append(facts, partly("attributes."+name, value.String(), json.RawMessage(value.Bytes())))
	}
	return Thing{Person, p.ID, p.Label(), facts}
}

// OfSegment is a segment; who is in it is no part of it.
func OfSegment(g hookline.Segment) Thing {
	return Thing{Segment, g.ID, g.Name, []fact{
		open("name", g.Name), open("description", g.Description), open("manual", g.Manual), open("condition", g.Condition),
	}}
}

// OfCampaign is a campaign with its steps. The requests of its webhook steps
// are actions, with entries of their own.
func OfCampaign(c hookline.Campaign) Thing {
	return Thing{Campaign, c.ID, c.Name, []fact{
		open("name", c.Name), open("description", c.Description), open("state", string(c.State)), open("trigger", c.Trigger),
		open("reentry", c.Reentry), open("exit", c.Exit), open("goal", c.Goal), open("steps", append([]hookline.Step{}, c.Steps...)),
	}}
}

// OfNobody is a person of whom nothing is kept but who it was: for one who is
// deleted.
func OfNobody(p hookline.Person) Thing { return Thing{Kind: Person, ID: p.ID, Name: p.Label()} }

// OfPeople is the list of people, for what is done with all of it.
func OfPeople() Thing { return Thing{Kind: Person, Name: "the list of people"} }

// OfImport is an import of people, without the people.
func OfImport(i hookline.Import) Thing {
	return Thing{Import, i.ID, i.File, []fact{open("file", i.File), open("bytes", i.Size), open("rows", i.Rows), open("columns", append([]string{}, i.Header...))}}
}

// OfDeleted is a person who was deleted, and is known by the number of the
// receipt alone.
func OfDeleted(d hookline.Deletion) Thing {
	return Thing{Person, d.ID, "a deleted person", []fact{open("suppress", d.Suppress)}}
}

// OfUser is somebody who signs in.
func OfUser(u hookline.User) Thing {
	return Thing{Account, u.ID, u.Email, []fact{
		open("email", u.Email), open("role", string(u.Role)), open("disabled", u.Disabled), hidden("password", u.PasswordHash),
	}}
}

// OfInvitation is an invitation; only the hash of its code was ever kept.
func OfInvitation(i hookline.Invitation) Thing {
	return Thing{Invitation, i.ID, i.Email, []fact{
		open("email", i.Email), open("role", string(i.Role)), open("expires_at", i.ExpiresAt.UTC().Format(time.RFC3339)),
	}}
}

// OfShare is a link to a delivery; it is named by that.
func OfShare(s hookline.Share) Thing {
	return Thing{Share, s.ID, s.DeliveryID, []fact{
		open("delivery_id", s.DeliveryID), open("expires_at", s.ExpiresAt.UTC().Format(time.RFC3339)),
	}}
}

// OfToken is a token; only its hash was ever kept.
func OfToken(t hookline.Token) Thing {
	return Thing{APIToken, t.ID, t.Name, []fact{open("name", t.Name), open("scope", hookline.ScopeName(t.Scope))}}
}

// OfAddresses are the addresses that receivers are told of.
func OfAddresses(setting string) Thing {
	facts := []fact{}
	regions, err := hookline.ReadRegions(setting)
	if err != nil {
		regions = nil
	}
	for _, r := range regions {
		facts = append(facts, open(r.Name, append([]string{}, r.IPs...)))
		if r.Proxy != "" {
			facts = append(facts, partly(r.Name+".proxy", r.Proxy, hookline.SafeURL(r.Proxy)))
		}
	}
	return Thing{Kind: Addresses, Name: "IP addresses", facts: facts}
}

// OfRetention is how long things are kept.
func OfRetention(r hookline.Retention) Thing {
	return Thing{Kind: Retention, Name: "Retention", facts: []fact{
		open("events_days", r.Events), open("bodies_days", r.Bodies), open("deliveries_days", r.Deliveries),
	}}
}

// OfSigningKey is the workspace's key.
func OfSigningKey() Thing { return Thing{Kind: SigningKey, Name: "Webhook signing key"} }

// OfSecret is a secret that requests carry. It is sealed anew whenever it is
// saved, so that it was set again counts as a change.
func OfSecret(s hookline.KeptSecret) Thing {
	return Thing{Secret, s.Name, s.Name, []fact{open("name", s.Name), open("hosts", append([]string{}, s.Hosts...)), hidden("value", string(s.Sealed))}}
}

// OfReporting is a reporting webhook; its key is a secret.
func OfReporting(w hookline.ReportingWebhook) Thing {
	metrics := make([]string, len(w.Metrics))
	for i, m := range w.Metrics {
		metrics[i] = string(m)
	}
	return Thing{Reporting, w.ID, w.Name, []fact{
		open("name", w.Name), open("enabled", w.Enabled), partly("url", w.URL, hookline.SafeURL(w.URL)), open("metrics", metrics),
		open("first_only", w.FirstOnly), open("with_content", w.WithContent), hidden("key", w.Key),
	}}
}

// OfResend is a run that resends many deliveries, as it was asked for.
func OfResend(r hookline.ResendRun) Thing {
	facts := []fact{open("mode", string(r.Mode)), open("delivered", r.Delivered), open("per_second", r.PerSecond), open("ramp", r.Ramp.String())}
	name := ""
	if r.Discards() {
		name = "discarding of drafts"
	}
	return Thing{Resend, r.ID, name, append(facts, filterFacts(r.Filter)...)}
}

// filterFacts are what narrows f.
func filterFacts(f hookline.DeliveryFilter) []fact {
	var facts []fact
	for _, one := range []struct{ name, value string }{
		{"state", string(f.State)},
		{"origin", string(f.Origin)},
		{"destination_id", f.DestinationID},
		{"campaign_id", f.CampaignID},
		{"action_id", f.ActionID},
		{"person_id", f.PersonID},
		{"event_id", f.EventID},
		{"failure_id", f.FailureID},
		{"event", f.EventName},
		{"cause", string(f.Cause)},
		{"resend_id", f.ResendID},
		{"resend_outcome", string(f.ResendOutcome)},
		{"ids", strings.Join(f.IDs, ", ")},
	} {
		if one.value != "" {
			facts = append(facts, open(one.name, one.value))
		}
	}
	for _, one := range []struct {
		name  string
		value int
	}{{"status", f.Status}, {"attempts", f.Attempts}} {
		if one.value != 0 {
			facts = append(facts, open(one.name, one.value))
		}
	}
	for _, one := range []struct {
		name  string
		value time.Time
	}{{"since", f.Since}, {"until", f.Until}} {
		if !one.value.IsZero() {
			facts = append(facts, open(one.name, one.value.UTC().Format(time.RFC3339)))
		}
	}
	return facts
}

// OfFailure is a failure. Its name is that of the action it came from.
func OfFailure(f hookline.Failure, name string) Thing {
	return Thing{Kind: Failure, ID: f.ID, Name: name}
}

// FailureRemark says what somebody did with a failure. What they wrote stands
// with the failure itself.
func FailureRemark(deed hookline.FailureDeed, text string) string {
	switch {
	case deed == hookline.DeedAssign && text == "":
		return "nobody looks after it any more"
	case deed == hookline.DeedAssign:
		return text + " looks after it"
	case deed == hookline.DeedSnooze:
		return "snoozed until " + text
	}
	return map[hookline.FailureDeed]string{
		hookline.DeedNote: "a note was written", hookline.DeedResolve: "resolved", hookline.DeedReopen: "opened again",
	}[deed]
}

// OfSavedView is a list that somebody wants to come back to.
func OfSavedView(v hookline.SavedView) Thing {
	return Thing{SavedView, v.ID, v.Name, []fact{open("name", v.Name), open("query", v.Query), open("opens", v.Opens)}}
}

// OfDemo is the demo workspace.
func OfDemo() Thing { return Thing{Kind: Demo, Name: "Demo"} }

// OfSent is the list of deliveries.
func OfSent() Thing { return Thing{Kind: Delivery, Name: "Sent"} }

// OfWorkspace is the whole configuration.
func OfWorkspace() Thing { return Thing{Kind: Workspace, Name: "Workspace"} }

// PauseRemark says with which words a destination was paused.
func PauseRemark(note string) string {
	if note == "" {
		return ""
	}
	return "“" + note + "”"
}

// ResumeRemark says how a destination was resumed.
func ResumeRemark(r hookline.Resume) string {
	words := map[hookline.Keep]string{
		hookline.KeepAll:    "everything held is sent",
		hookline.KeepNewest: "of what is held the newest of each person is sent",
		hookline.KeepSince:  "what has been held since " + r.Since.UTC().Format(time.RFC3339) + " is sent",
	}[r.Keep]
	if r.PerSecond > 0 {
		words += ", at most " + strconv.FormatFloat(r.PerSecond, 'f', -1, 64) + " a second"
	}
	return words
}
