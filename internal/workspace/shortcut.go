package workspace

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

type shortcutStore interface {
	CreateShortcut(ctx context.Context, s hookline.Shortcut, a hookline.Action) (hookline.Shortcut, error)
	UpdateShortcut(ctx context.Context, s hookline.Shortcut) (hookline.Shortcut, error)
	DeleteShortcut(ctx context.Context, id string) error
}

// Shortcut is a shortcut in a file, with what it sends.
type Shortcut struct {
	Name        string    `yaml:"name"`
	Description text      `yaml:"description,omitempty"`
	Least       string    `yaml:"least,omitempty"`   // support when not mentioned
	Enabled     *bool     `yaml:"enabled,omitempty"` // true when not mentioned
	Request     Request   `yaml:"request"`
	Response    *Response `yaml:"response,omitempty"`
}

func shortcutName(s hookline.Shortcut) string { return s.Name }

// readShortcuts reads all shortcuts with their actions.
func (s *state) readShortcuts(ctx context.Context, store reader) (err error) {
	if s.shortcuts, err = store.ListShortcuts(ctx); err != nil {
		return err
	}
	for _, one := range s.shortcuts {
		if s.owned[one.ActionID], err = store.Action(ctx, one.ActionID); err != nil {
			return err
		}
	}
	s.shortcutRefs = refs(s.shortcuts, shortcutName)
	return nil
}

func (e exporter) shortcut(s hookline.Shortcut, ref string) Shortcut {
	action := e.action(e.owned[s.ActionID], ref)
	return Shortcut{
		Name: s.Name, Description: text(s.Description), Least: string(s.Least), Enabled: &s.Enabled, Request: action.Request, Response: action.Response,
	}
}

func (c *comparison) shortcutChanges() {
	if len(c.File.Shortcuts) > hookline.MaxShortcuts {
		c.problem("shortcuts", fmt.Sprintf("at most %d shortcuts", hookline.MaxShortcuts))
	}
	inFile := refs(c.File.Shortcuts, func(s Shortcut) string { return s.Name })
	for i, ref := range inFile {
		if ref != strings.TrimSpace(c.File.Shortcuts[i].Name) {
			c.problem(fmt.Sprintf("shortcuts.%d", i), "two shortcuts are called “"+strings.TrimSpace(c.File.Shortcuts[i].Name)+"”: give each a name of its own")
		}
		c.shortcutChange(fmt.Sprintf("shortcuts.%d", i), ref, c.File.Shortcuts[i])
	}
	if c.File.Shortcuts == nil {
		return
	}
	for i, one := range c.shortcuts {
		if ref := c.shortcutRefs[i]; !slices.Contains(inFile, ref) {
			c.remove("shortcut “"+ref+"”", func(ctx context.Context) error { return c.store.DeleteShortcut(ctx, one.ID) })
		}
	}
}

func (c *comparison) shortcutChange(path, ref string, inFile Shortcut) {
	now, known := find(c.shortcuts, c.shortcutRefs, ref)
	want, thing := now, "shortcut “"+ref+"”"
	want.Name, want.Description, want.Least = strings.TrimSpace(inFile.Name), string(inFile.Description), hookline.Role(inFile.Least)
	want.Enabled = inFile.Enabled == nil || *inFile.Enabled
	if inFile.Least == "" {
		want.Least = hookline.Support
	}
	before := c.owned[now.ActionID]
	action := c.wantOwned(inFile.Request, inFile.Response, before)
	action.Name = hookline.ShortcutAction
	c.check(path, thing, want.Validate())
	c.checkAction(path, thing, action)
	c.change(thing, append(shortcutFields(now), requestFields(before)...), append(shortcutFields(want), requestFields(action)...), known, func(ctx context.Context) error {
		if !known {
			_, err := c.store.CreateShortcut(ctx, want, action)
			return err
		}
		if want != now {
			if _, err := c.store.UpdateShortcut(ctx, want); err != nil {
				return err
			}
		}
		_, err := c.store.UpdateAction(ctx, action)
		return err
	})
}

// wantOwned is the action that something owns, as the file has its request.
func (c *comparison) wantOwned(q Request, r *Response, now hookline.Action) hookline.Action {
	want := c.wantAction(Action{Name: now.Name, Request: q, Response: r}, now)
	want.Enabled, want.Save = true, hookline.Save{By: appliedBy}
	return want
}

func shortcutFields(s hookline.Shortcut) []Field {
	return []Field{
		{Name: "description", After: s.Description},
		{Name: "least", After: string(s.Least)},
		{Name: "enabled", After: strconv.FormatBool(s.Enabled)},
	}
}

// requestFields are those of an action that concern what it sends, and what is
// made of the answer.
func requestFields(a hookline.Action) []Field {
	return slices.DeleteFunc(actionFields(a), func(f Field) bool {
		return !strings.HasPrefix(f.Name, "request.") && !strings.HasPrefix(f.Name, "response.")
	})
}
