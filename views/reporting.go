package views

import (
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// ReportingListModel is every reporting webhook, without keys, and with addresses as they may be shown.
type ReportingListModel struct {
	Page    ui.Page
	Rows    []hookline.ReportingWebhook
	MayEdit bool
}

// ReportingModel is one reporting webhook: how it stands, and what stands in its form.
type ReportingModel struct {
	Page       ui.Page
	Webhook    hookline.ReportingWebhook // as it is kept; its address as it may be shown, its key only when revealed
	Typed      hookline.ReportingWebhook // what stands in the form, without a key
	Unreported hookline.Unreported
	Test       ReportingTest
	Reveal     bool
	MayEdit    bool
	MayRetry   bool
	Open       []string       // inside networks that are open
	Trouble    hookline.Error // why the form came back; the zero value: it did not
}

// ReportingTest is an example that was sent, and what came back.
type ReportingTest struct {
	Made    bool // the zero value: none was sent
	Status  int
	Failure string
	Took    time.Duration
	Header  []hookline.Header // that signed it
	Body    []byte
	Answer  []byte
	Hidden  bool // the answer is not for whoever looks
}

func (m ReportingModel) path(act string) string {
	return "/settings/reporting-webhooks/" + m.Webhook.ID + act
}

// metricWords say what each metric means, for people who choose.
var metricWords = map[hookline.Metric][2]string{
	hookline.MetricSent:          {"Sent", "a receiver took the webhook"},
	hookline.MetricAttempted:     {"Attempted", "a try failed, and another one follows"},
	hookline.MetricFailed:        {"Failed", "it was given up"},
	hookline.MetricUndeliverable: {"Undeliverable", "there was nothing to send, or nowhere to send it"},
}

// metricOrder is that of the form: what most want to hear comes first.
func metricOrder() []hookline.Metric {
	return []hookline.Metric{hookline.MetricSent, hookline.MetricFailed, hookline.MetricUndeliverable, hookline.MetricAttempted}
}

// metricList names what a reporting webhook is told: "sent, failed".
func metricList(w hookline.ReportingWebhook) string {
	text := ""
	for _, metric := range metricOrder() {
		if w.Wants(metric) {
			if text != "" {
				text += ", "
			}
			text += string(metric)
		}
	}
	return text
}

// reportingBadge says in a word how a reporting webhook stands.
func reportingBadge(w hookline.ReportingWebhook) (tone ui.Tone, icon, word string) {
	switch {
	case !w.Enabled:
		return ui.Neutral, "player-pause", "Off"
	case w.Standing.Tries > 0:
		return ui.Bad, "alert-circle", "Failing"
	}
	return ui.Good, "check", "On"
}

// unreportedWords say what is still to be told.
func unreportedWords(u hookline.Unreported) string {
	switch {
	case u.Count == 0 && u.More:
		return "many webhooks are still to be looked at"
	case u.Count == 0:
		return "nothing"
	case u.More:
		return "more than " + count(u.Count, "report")
	}
	return count(u.Count, "report")
}

// droppedWords say what was never told.
func droppedWords(w hookline.ReportingWebhook) string {
	verb := " were"
	if w.Standing.Dropped == 1 {
		verb = " was"
	}
	return count(w.Standing.Dropped, "report") + verb + " dropped, because the receiver did not take them within seven days. The newest of them was dropped"
}
