// Command clients sends with Segment's Go library what an app would send: one
// call of each kind, and then many at once. Only the host and the write key are
// set: everything else is as the library has it.
//
// It is a module of its own, so that the library is no part of Hookline.
package main

import (
	"errors"
	"log"
	"os"

	"github.com/segmentio/analytics-go/v3"
)

func main() {
	if err := send(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func send(host, writeKey string) error {
	client, err := analytics.NewWithConfig(writeKey, analytics.Config{Endpoint: host})
	if err != nil {
		return err
	}
	errs := []error{
		client.Enqueue(analytics.Identify{UserId: "u-1", Traits: analytics.NewTraits().SetEmail("ana@example.com").Set("plan", "pro").Set("seats", 3)}),
		client.Enqueue(analytics.Track{UserId: "u-1", Event: "Order Completed", Properties: analytics.NewProperties().Set("total", 27.5).Set("items", []string{"a", "b"})}),
		// The library has no field for the category; what it does not know is sent as a property.
		client.Enqueue(analytics.Page{UserId: "u-1", Name: "Pricing", Properties: analytics.NewProperties().SetURL("https://example.com/pricing").SetCategory("Docs")}),
		client.Enqueue(analytics.Group{UserId: "u-1", GroupId: "g-1", Traits: analytics.NewTraits().SetName("Acme")}),
		client.Enqueue(analytics.Alias{PreviousId: "anonymous-1", UserId: "u-1"}),
	}
	for n := range 200 {
		errs = append(errs, client.Enqueue(analytics.Track{UserId: "u-1", Event: "Flushed", Properties: analytics.NewProperties().Set("n", n)}))
	}
	return errors.Join(append(errs, client.Close())...)
}
