package audit

import "hookline/internal/hookline"

// OfAlertRules are the rules by which alerts begin and end.
func OfAlertRules(r hookline.AlertRules) Thing {
	return Thing{Kind: AlertRules, Name: "Alert rules", facts: []fact{
		open("failing", r.Failing.On), open("failing_percent", r.Failing.Percent), open("failing_minutes", r.Failing.Minutes), open("failing_tries", r.Failing.Tries),
		open("broken", r.Broken.On), open("backlog", r.Backlog.On), open("backlog_minutes", r.Backlog.Minutes),
		open("silence", r.Silence.On), open("silence_times", r.Silence.Times), open("silence_minutes", r.Silence.Minutes),
	}}
}

// OfAlertChannel is where alerts are told. Slack's address is a secret: whoever
// has it may write there. The password is sealed anew whenever it is set.
func OfAlertChannel(c hookline.AlertChannel) Thing {
	address := partly("url", c.URL, hookline.SafeURL(c.URL))
	if c.Kind == hookline.ChannelSlack {
		address = hidden("url", c.URL)
	}
	return Thing{AlertChannel, c.ID, c.Name, []fact{
		open("name", c.Name), open("kind", string(c.Kind)), open("enabled", c.Enabled), address, hidden("key", c.Key),
		open("host", c.Mail.Host), open("port", c.Mail.Port), open("security", string(c.Mail.Security)), open("user", c.Mail.User),
		hidden("password", string(c.Mail.Sealed)), open("from", c.Mail.From), open("to", append([]string{}, c.Mail.To...)),
	}}
}
