package demo

import (
	"time"

	"hookline/internal/hookline"
)

// The demo's sources, by their place in the kit.
const (
	website = iota
	shop
)

// kit is the demo workspace before anything happens in it.
type kit struct {
	demo    hookline.Demo
	ids     hookline.IDs
	binURL  func(binID string) string
	refuses hookline.Bin // the receiver that fails on purpose
}

// gathering is how the batching action gathers: little enough that the demo
// fills several batches, and soon enough that one can watch.
var gathering = hookline.Batching{Enabled: true, Size: 10, Window: time.Second}

func newKit(binURL func(string) string) *kit {
	receives := bin("Demo: CRM", `{"ok":true}`)
	refuses := bin("Demo: accounting, which refuses", `{"error":"unknown currency","hint":"this bin refuses on purpose: change its answer to 200, then resend"}`)
	refuses.Script.Status = 400
	k := &kit{binURL: binURL, refuses: refuses}
	ids := &k.ids
	for _, name := range []string{"Demo: website", "Demo: shop"} {
		k.demo.Sources = append(k.demo.Sources, hookline.Source{ID: ids.New("src"), Name: name, WriteKey: hookline.Secret(), Enabled: true})
	}
	k.demo.Bins = []hookline.Bin{receives, refuses}
	events := hookline.Destination{
		ID: ids.New("dst"), Name: "Demo: CRM and accounting", Enabled: true,
		SourceIDs:    []string{k.demo.Sources[website].ID, k.demo.Sources[shop].ID},
		SharedSecret: hookline.Secret(), SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
		RetryBase: time.Hour, MaxTries: 5, // so that what is tried again can be looked at in peace
	}
	for _, a := range actions(binURL(receives.ID), binURL(refuses.ID)) {
		a.ID, a.DestinationID, a.Enabled = ids.New("act"), events.ID, true
		k.demo.Actions = append(k.demo.Actions, a)
	}
	k.demo.Destinations = []hookline.Destination{events}
	paying, regular := k.segments()
	k.campaign(paying, regular)
	k.shortcut()
	return k
}

func bin(name, answer string) hookline.Bin {
	b := hookline.Bin{ID: "bin_" + hookline.Secret(), Name: name, Script: hookline.NewBinScript()}
	b.Script.Body = answer
	return b
}

// actions are a plain one, one that batches, and one that fails.
func actions(receives, refuses string) []hookline.Action {
	return []hookline.Action{
		{
			Name: "Welcome new customers", Trigger: `type = "track" and event = "Signed Up"`, Batching: hookline.NewBatching(),
			Template: template(receives, `{
  "text": "Welcome {{ customer.first_name }}!",
  "email": "{{ customer.email }}",
  "plan": "{{ event.properties.plan }}",
  "city": "{{ customer.city }}"
}`),
		},
		{
			Name: "Orders, several in a request", Trigger: `type = "track" and event = "Order Completed"`, Batching: gathering,
			Template: template(receives, `{
  "order": "{{ event.properties.order_id }}",
  "customer": "{{ customer.id }}",
  "total": {{ event.properties.total | json }},
  "products": {{ event.properties.products | json }}
}`),
		},
		{
			Name: "Refunds to accounting (fails on purpose)", Trigger: `type = "track" and event = "Refund Requested"`, Batching: hookline.NewBatching(),
			Template: template(refuses, `{
  "order": "{{ event.properties.order_id }}",
  "amount": {{ event.properties.total | json }},
  "why": "{{ event.properties.reason }}"
}`),
		},
	}
}

func template(url, body string) hookline.Template {
	t := hookline.NewTemplate()
	t.URL, t.Body = url, body
	return t
}

// busy is the refusing bin while it is in trouble, for more requests than will
// come by then: what is sent to it is tried again.
func (k *kit) busy() hookline.Bin {
	b := k.refuses
	b.Script.FailFirst, b.Script.FailStatus = refundsLately, 503
	return b
}
