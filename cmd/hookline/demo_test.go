package main

import (
	"testing"

	"hookline/internal/hookline"
)

func TestDemoCommand(t *testing.T) {
	data := t.TempDir()
	where := []string{"--data", data, "--addr", "127.0.0.1:0"}
	c := call{}
	c.run(t, append([]string{"demo", "--remove"}, where...)...).want(t, exitError, "no Hookline database")
	c.run(t, append([]string{"demo"}, where...)...).want(t, exitOK, "The demo is here")
	c.run(t, append([]string{"demo"}, where...)...).want(t, exitError, "The demo is already here.")
	store := openGuest(t, data)
	people, err := store.ListPeople(t.Context(), "", hookline.Cursor{Limit: 100})
	if err != nil || len(people.Rows) != 50 {
		t.Errorf("%d people, %v", len(people.Rows), err)
	}
	failed, err := store.ListDeliveries(t.Context(), hookline.DeliveryFilter{State: hookline.StateFailed}, hookline.Cursor{})
	if err != nil || len(failed.Rows) == 0 {
		t.Errorf("%d deliveries failed, %v", len(failed.Rows), err)
	}
	if drafts, err := store.CountDrafts(t.Context(), 10); err != nil || drafts.Count == 0 {
		t.Errorf("%d drafts, %v", drafts.Count, err)
	}
	c.run(t, append([]string{"demo", "--remove"}, where...)...).want(t, exitOK, "The demo is removed")
	c.run(t, append([]string{"demo", "--remove"}, where...)...).want(t, exitError, "There is no such demo")
	if left, err := store.ListPeople(t.Context(), "", hookline.Cursor{}); err != nil || len(left.Rows) != 0 {
		t.Errorf("%d people are left, %v", len(left.Rows), err)
	}
	if left, err := store.ListCampaigns(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("%d campaigns are left, %v", len(left), err)
	}
}

func TestDemoBesideServer(t *testing.T) {
	_, data := startServer(t, nil)
	call{}.run(t, "demo", "--data", data).want(t, exitError, "on its overview")
	call{}.run(t, "demo", "--data", data, "--remove").want(t, exitError, "There is no such demo")
}
