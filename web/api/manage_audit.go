package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type auditStore interface {
	RecordAudit(ctx context.Context, n audit.Note) error
	ListAuditEntries(ctx context.Context, f audit.Filter, c hookline.Cursor) (hookline.Listing[audit.Entry], error)
	AuditEntry(ctx context.Context, id string) (audit.Entry, error)
}

// auditAnswer is what somebody did.
type auditAnswer struct {
	ID        string     `json:"id" example:"aud_00000000000000000000"`
	At        time.Time  `json:"at"`
	ActorKind string     `json:"actor_kind" enum:"stranger,user,token,command" doc:"A stranger was not signed in; command is the command line."`
	ActorID   string     `json:"actor_id" doc:"Of the user or the token; empty for others."`
	Actor     string     `json:"actor" doc:"The e-mail address of a user, or the name of a token."`
	From      string     `json:"from" doc:"The network address; empty for the command line."`
	Deed      string     `json:"deed" doc:"What was done: created, changed, deleted and so on."`
	Kind      string     `json:"kind" doc:"What it was done to: source, destination, action and so on."`
	ThingID   string     `json:"thing_id" doc:"Empty for what is one of a kind, such as the signing key."`
	Thing     string     `json:"thing" doc:"Its name at the time."`
	Before    jsonObject `json:"before" doc:"What it was like, without secrets: of a change only what differs; empty when it was made."`
	After     jsonObject `json:"after" doc:"What it became, likewise; empty when it was deleted."`
	Remark    string     `json:"remark"`
}

func showAudit(e audit.Entry) auditAnswer {
	answer := auditAnswer{
		e.ID, e.At, string(e.Actor.Kind), e.Actor.ID, e.Actor.Name, e.Actor.From, string(e.Deed), string(e.Kind), e.ThingID, e.ThingName,
		jsonObject(e.Before), jsonObject(e.After), e.Remark,
	}
	for _, object := range []*jsonObject{&answer.Before, &answer.After} {
		if len(*object) == 0 {
			*object = jsonObject("{}")
		}
	}
	return answer
}

var auditParameters = append([]parameter{
	{"actor", "The e-mail address of a user, or the name of a token.", "string"},
	{"deed", "What was done, such as created.", "string"},
	{"kind", "What it was done to, such as action.", "string"},
	{"thing_id", "The id of the thing.", "string"},
	{"since", "Only what was done at this time or later.", "date-time"},
	{"until", "Only what was done before this time.", "date-time"},
}, pageParameters...)

func (m *manage) listAudit(c *call) (listAnswer[auditAnswer], error) {
	var none listAnswer[auditAnswer]
	f, err := c.auditFilter()
	if err != nil {
		return none, err
	}
	at, err := c.cursor()
	if err != nil {
		return none, err
	}
	entries, err := m.Store.ListAuditEntries(c.Context(), f, at)
	return stretch(entries, showAudit, func(e audit.Entry) string { return e.ID }), err
}

func (c *call) auditFilter() (audit.Filter, error) {
	f := audit.Filter{Actor: c.query("actor"), ThingID: c.query("thing_id"), Deed: audit.Deed(c.query("deed")), Kind: audit.Kind(c.query("kind"))}
	wrong := map[string]string{}
	if f.Deed != "" && !slices.Contains(audit.Deeds(), f.Deed) {
		wrong["deed"] = oneOf(audit.Deeds())
	}
	if f.Kind != "" && !slices.Contains(audit.Kinds(), f.Kind) {
		wrong["kind"] = oneOf(audit.Kinds())
	}
	f.Since, f.Until = c.readTime("since", wrong), c.readTime("until", wrong)
	if len(wrong) > 0 {
		return f, hookline.Invalid("The list could not be read.", wrong)
	}
	return f, nil
}

func oneOf[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return "Use one of " + strings.Join(texts, ", ") + "."
}

func (m *manage) showAudit(c *call) (auditAnswer, error) {
	e, err := m.Store.AuditEntry(c.Context(), c.params["id"])
	return showAudit(e), err
}

// signed is the call with its caller in the context, where the store looks for who changes something. Whoever stands
// before this handler may have said from where they came.
func (c *call) signed() {
	before, _ := audit.By(c.Context())
	by := audit.Actor{Kind: audit.Token, ID: c.token.ID, Name: c.token.Name, From: before.From}
	c.Request = c.WithContext(audit.With(c.Context(), by))
}

// refused keeps that a token was used for what its scope does not include, and gives the refusal.
func (m *manage) refused(c *call, found *route) error {
	if found.method != get {
		n := audit.Thing{Kind: audit.Page, Name: c.URL.Path}.Say(audit.Refused, "the scope “"+hookline.ScopeName(c.token.Scope)+"” does not include it")
		if err := m.Store.RecordAudit(c.Context(), n); err != nil {
			return err
		}
	}
	return hookline.Forbidden("This token has the scope “" + hookline.ScopeName(c.token.Scope) + "”, and this needs “" + hookline.ScopeName(found.scope) + "”. Use another token, or ask an administrator for one.")
}
