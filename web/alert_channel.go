package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type channelStore interface {
	ListAlertChannels(ctx context.Context) ([]hookline.AlertChannel, error)
	AlertChannel(ctx context.Context, id string) (hookline.AlertChannel, error)
	CreateAlertChannel(ctx context.Context, c hookline.AlertChannel) (hookline.AlertChannel, error)
	UpdateAlertChannel(ctx context.Context, c hookline.AlertChannel) (hookline.AlertChannel, error)
	DeleteAlertChannel(ctx context.Context, id string) error
}

func channelPath(id string) string { return alertsPath + "/channels/" + id }

func alertCrumbs() []ui.Crumb {
	return append(settingsCrumbs(), ui.Crumb{Label: "Alerts", Href: alertsPath})
}

// whereTold is where a channel leads, as anybody may see it: the path of an address is often a secret.
func whereTold(c hookline.AlertChannel) string {
	if c.Kind == hookline.ChannelEmail {
		return strings.Join(c.Mail.To, ", ")
	}
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		return u.Host
	}
	return ""
}

func (s *server) newChannel(w http.ResponseWriter, r *http.Request) error {
	kind := hookline.ChannelKind(r.URL.Query().Get("kind"))
	if kind != hookline.ChannelSlack && kind != hookline.ChannelEmail {
		kind = hookline.ChannelWebhook
	}
	m := views.ChannelModel{Typed: hookline.AlertChannel{Kind: kind, Enabled: true, Mail: hookline.MailServer{Port: 587, Security: hookline.MailSTARTTLS}}}
	return s.showChannelForm(w, r, http.StatusOK, m)
}

// showChannelForm never gives a password back: what was typed there is typed again.
func (s *server) showChannelForm(w http.ResponseWriter, r *http.Request, status int, m views.ChannelModel) error {
	m.Password = len(m.Typed.Mail.Sealed) > 0
	m.Typed.Mail.Sealed, m.Open = nil, s.openNetworks()
	if !m.Reveal {
		m.Typed.Key = ""
	}
	p := ui.Page{Title: "New alert channel", Active: ui.NavSettings, Crumbs: alertCrumbs(), Narrow: true}
	if m.Typed.ID != "" {
		p.Title = m.Name
	}
	m.Page = s.page(w, r, p)
	return s.showStatus(w, r, status, view{page: views.Channel(m)})
}

func (s *server) createChannel(w http.ResponseWriter, r *http.Request) error {
	m := views.ChannelModel{Typed: readChannel(r)}
	err := s.checkChannel(r.Context(), m.Typed, hookline.AlertChannel{})
	if err == nil {
		err = s.sealPassword(r, &m.Typed)
	}
	var made hookline.AlertChannel
	if err == nil {
		made, err = s.Store.CreateAlertChannel(r.Context(), m.Typed)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		m.Typed.Mail.Sealed = nil
		return s.showChannelForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, channelPath(made.ID), "The channel is ready. Send a test, to see that it arrives.")
}

func (s *server) editChannel(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Store.AlertChannel(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showChannelForm(w, r, http.StatusOK, views.ChannelModel{Name: c.Name, Typed: c})
}

func (s *server) saveChannel(w http.ResponseWriter, r *http.Request) error {
	before, err := s.Store.AlertChannel(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.ChannelModel{Name: before.Name, Typed: readChannel(r)}
	m.Typed.ID, m.Typed.Kind = before.ID, before.Kind
	m.Typed = m.Typed.Tidy()
	err = s.checkChannel(r.Context(), m.Typed, before)
	if err == nil {
		err = s.sealPassword(r, &m.Typed)
	}
	if err == nil {
		_, err = s.Store.UpdateAlertChannel(r.Context(), m.Typed)
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		m.Typed.Mail.Sealed = before.Mail.Sealed // so that the form says that there is one
		return s.showChannelForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, channelPath(before.ID), "The channel is saved.")
}

func readChannel(r *http.Request) hookline.AlertChannel {
	return hookline.AlertChannel{
		Kind: hookline.ChannelKind(r.PostFormValue("kind")), Name: trimmed(r, "name"), Enabled: r.PostFormValue("enabled") != "", URL: trimmed(r, "url"),
		Mail: hookline.MailServer{
			Host: trimmed(r, "host"), Port: max(0, numberOf(r, "port")), Security: hookline.MailSecurity(r.PostFormValue("security")),
			User: trimmed(r, "user"), From: trimmed(r, "from"), To: strings.Split(r.PostFormValue("to"), "\n"),
		},
	}.Tidy()
}

// checkChannel says at each field what is wrong, also where an address leads; one that stays is not judged again. A
// password belongs to its server and user: with others it has to be entered again.
func (s *server) checkChannel(ctx context.Context, typed, before hookline.AlertChannel) error {
	err := typed.Validate()
	field, refused := "url", error(nil)
	switch {
	case typed.Kind == hookline.ChannelEmail && typed.Mail.Host != "" && typed.Mail.Host != before.Mail.Host:
		field, refused = "host", s.Guard.CheckMail(ctx, typed.Mail.Host)
	case typed.Kind != hookline.ChannelEmail && typed.URL != "" && typed.URL != before.URL:
		refused = s.Guard.CheckReach(ctx, typed.URL)
	}
	if refused == nil {
		return err
	}
	wrong := map[string]string{}
	if e, ok := errors.AsType[*hookline.Error](err); ok {
		maps.Copy(wrong, e.Fields)
	}
	wrong[field] = refused.Error()
	return hookline.Invalid("The channel could not be saved.", wrong)
}

// sealPassword seals what was typed. Nothing typed leaves the password that is kept, if it is for the same server and
// user.
func (s *server) sealPassword(r *http.Request, c *hookline.AlertChannel) error {
	password := r.PostFormValue("password")
	if c.Kind != hookline.ChannelEmail || c.Mail.User == "" {
		return nil
	}
	if password != "" {
		key, err := s.Keys.MakeKey()
		if err != nil {
			return err
		}
		c.Mail.Sealed = key.Seal(c.Mail.Bound(), password)
		return nil
	}
	if c.ID != "" {
		before, err := s.Store.AlertChannel(r.Context(), c.ID)
		if err != nil {
			return err
		}
		if len(before.Mail.Sealed) > 0 && before.Mail.Host == c.Mail.Host && before.Mail.User == c.Mail.User {
			return nil
		}
	}
	return hookline.Invalid("The channel could not be saved.", map[string]string{"password": "Enter the password of this user. With another server or user it has to be entered again."})
}

// testChannel tells an example by the channel as it is saved, and shows what came back.
func (s *server) testChannel(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Store.AlertChannel(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.Store.RecordAudit(r.Context(), audit.OfAlertChannel(c).Say(audit.Tested, "")); err != nil {
		return err
	}
	sent := s.Watch.Test(r.Context(), c)
	m := views.ChannelModel{Name: c.Name, Typed: c, Test: views.ChannelTest{
		Made: true, Status: sent.Status, Failure: sent.Failure, Took: sent.Took, What: sent.What, Answer: sent.Answer,
	}}
	if sent.Inside && !visitor(r).user.Role.Allows(hookline.Admin) {
		m.Test.Answer, m.Test.Hidden = nil, true
	}
	if isHTMX(r) {
		return s.show(w, r, view{page: views.ChannelTested(m)})
	}
	return s.showChannelForm(w, r, http.StatusOK, m)
}

// revealChannelKey shows the key of a webhook. It is a POST, so that nothing but a person's press can ask for it.
func (s *server) revealChannelKey(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Store.AlertChannel(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := s.Store.RecordAudit(r.Context(), audit.OfAlertChannel(c).Say(audit.Revealed, "")); err != nil {
		return err // what cannot be written down is not shown
	}
	s.log.InfoContext(r.Context(), "alert key revealed", "request", traceOf(r).id, "by", visitor(r).user.Email, "channel", c.ID)
	return s.showChannelForm(w, r, http.StatusOK, views.ChannelModel{Name: c.Name, Typed: c, Reveal: true})
}

func (s *server) askDeleteChannel(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Store.AlertChannel(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this alert channel?", Active: ui.NavSettings, Crumbs: append(alertCrumbs(), ui.Crumb{Label: c.Name, Href: channelPath(c.ID)})},
		Text:   "“" + c.Name + "” is told of no alert any more. To stop it for a while, switch it off instead.",
		Action: channelPath(c.ID) + "/delete",
		Yes:    "Delete channel",
		Back:   channelPath(c.ID),
	})
}

func (s *server) deleteChannel(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteAlertChannel(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, alertsPath, "The channel is deleted.")
}
