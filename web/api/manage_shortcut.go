package api

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

type shortcutStore interface {
	ListShortcuts(ctx context.Context) ([]hookline.Shortcut, error)
	Shortcut(ctx context.Context, id string) (hookline.Shortcut, error)
	CreateShortcut(ctx context.Context, s hookline.Shortcut, a hookline.Action) (hookline.Shortcut, error)
	UpdateShortcut(ctx context.Context, s hookline.Shortcut) (hookline.Shortcut, error)
	DeleteShortcut(ctx context.Context, id string) error
	Press(ctx context.Context, id string) (hookline.Press, error)
}

type shortcutForm struct {
	Name        string       `json:"name" required:"true" example:"Open a ticket"`
	Description string       `json:"description" doc:"What it does, for those who press it: at most 500 bytes."`
	Least       string       `json:"least" enum:"support,editor,admin" default:"support" doc:"Who may press it, at least."`
	Enabled     bool         `json:"enabled" default:"true" doc:"Whether it can be pressed."`
	Request     templateForm `json:"request" required:"true" doc:"Its Liquid speaks of customer; there is no event."`

	Attributes []attributeForm `json:"attributes" doc:"Attributes of the person that are set from an answer of 2xx, in this order."`
	Expect     expectForm      `json:"expect"`

	Note    string `json:"note" doc:"What changed of the request, for whoever looks at its versions: at most 200 characters."`
	Version int64  `json:"version" doc:"The version that was read; the call is refused when it is another by now. 0 for whichever it is."`
}

type shortcutAnswer struct {
	ID            string       `json:"id" example:"sct_00000000000000000000"`
	Name          string       `json:"name"`
	Description   string       `json:"description"`
	Least         string       `json:"least" enum:"support,editor,admin"`
	Enabled       bool         `json:"enabled"`
	DestinationID string       `json:"destination_id" doc:"The destination that belongs to it: what it sends is listed under this."`
	ActionID      string       `json:"action_id" doc:"That destination's one action."`
	Request       templateForm `json:"request" doc:"User, password and query secrets of the address, and headers that authorize, are blotted out unless the token's scope is edit or admin."`

	Attributes []attributeForm `json:"attributes"`
	Expect     expectForm      `json:"expect"`

	Version   int64     `json:"version" doc:"Grows with each change of the settings."`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func (c *call) showShortcut(s hookline.Shortcut, a hookline.Action) shortcutAnswer {
	return shortcutAnswer{
		ID: s.ID, Name: s.Name, Description: s.Description, Least: string(s.Least), Enabled: s.Enabled, DestinationID: s.DestinationID, ActionID: s.ActionID,
		Request: c.showRequest(a.Template), Attributes: showAttributes(a.Response), Expect: showExpectation(a.Response),
		Version: s.Version, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
}

// actionForm is what the form says of the shortcut's action.
func (f shortcutForm) action(name string) actionForm {
	return actionForm{
		Name: name, Enabled: true, Request: f.Request, Batch: showBatching(hookline.NewBatching()), Attributes: f.Attributes, Expect: f.Expect, Note: f.Note,
	}
}

// over is a shortcut with what the form says.
func (f shortcutForm) over(s hookline.Shortcut) hookline.Shortcut {
	s.Name, s.Description, s.Least, s.Enabled = f.Name, f.Description, hookline.Role(f.Least), f.Enabled
	if f.Version != 0 {
		s.Version = f.Version
	}
	return s
}

func (m *manage) listShortcuts(c *call) (listAnswer[shortcutAnswer], error) {
	shortcuts, err := m.Store.ListShortcuts(c.Context())
	if err != nil {
		return listAnswer[shortcutAnswer]{}, err
	}
	actions := map[string]hookline.Action{}
	for _, s := range shortcuts {
		if actions[s.ID], err = m.Store.Action(c.Context(), s.ActionID); err != nil {
			return listAnswer[shortcutAnswer]{}, err
		}
	}
	return listed(shortcuts, func(s hookline.Shortcut) shortcutAnswer { return c.showShortcut(s, actions[s.ID]) }), nil
}

// theShortcut reads what the path names, with its action.
func (m *manage) theShortcut(c *call) (s hookline.Shortcut, a hookline.Action, err error) {
	if s, err = m.Store.Shortcut(c.Context(), c.params["id"]); err == nil {
		a, err = m.Store.Action(c.Context(), s.ActionID)
	}
	return s, a, err
}

func (m *manage) showShortcut(c *call) (shortcutAnswer, error) {
	s, a, err := m.theShortcut(c)
	return c.showShortcut(s, a), err
}

func (m *manage) createShortcut(c *call, read func(*shortcutForm) error) (shortcutAnswer, error) {
	form := shortcutForm{
		Least: string(hookline.Support), Enabled: true, Request: showTemplate(hookline.NewShortcutTemplate()),
		Attributes: showAttributes(hookline.Response{}), Expect: showExpectation(hookline.Response{}),
	}
	if err := read(&form); err != nil {
		return shortcutAnswer{}, err
	}
	s := form.over(hookline.Shortcut{})
	a, err := m.overAction(c, form.action(hookline.ShortcutAction), hookline.Action{Save: hookline.Save{By: c.askedBy()}})
	if err = bothRight(err, s.Validate()); err == nil {
		s, err = m.Store.CreateShortcut(c.Context(), s, a)
	}
	return c.showShortcut(s, a), err
}

// changeShortcut changes the settings first: they are guarded by their version.
func (m *manage) changeShortcut(c *call, read func(*shortcutForm) error) (shortcutAnswer, error) {
	before, action, err := m.theShortcut(c)
	if err != nil {
		return shortcutAnswer{}, err
	}
	form := shortcutForm{
		before.Name, before.Description, string(before.Least), before.Enabled, showTemplate(action.Template), showAttributes(action.Response), showExpectation(action.Response), "", 0,
	}
	action.Save = hookline.Save{By: c.askedBy(), Over: action.Version}
	if err := read(&form); err != nil {
		return shortcutAnswer{}, err
	}
	s := form.over(before)
	a, err := m.overAction(c, form.action(action.Name), action)
	a.Batching = action.Batching
	if err = bothRight(err, s.Validate()); err != nil {
		return shortcutAnswer{}, err
	}
	if s != before {
		if s, err = m.Store.UpdateShortcut(c.Context(), s); err != nil {
			return shortcutAnswer{}, err
		}
	}
	a, err = m.Store.UpdateAction(c.Context(), a)
	return c.showShortcut(s, a), err
}

// bothRight joins what is wrong with the fields of an action and of what it
// belongs to.
func bothRight(action, owner error) error {
	if owner == nil {
		return action
	}
	wrong := map[string]string{}
	if err := also(wrong, action); err != nil && len(wrong) == 0 {
		return err
	}
	return also(wrong, owner)
}

func (m *manage) deleteShortcut(c *call) (none, error) {
	return none{}, m.Store.DeleteShortcut(c.Context(), c.params["id"])
}
