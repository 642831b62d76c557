//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

const segmentExport = `{"data": {"subscriptions": [
  {"name": "Tell the CRM about new customers", "enabled": true, "trigger": "type = \"track\" and event = \"Signed Up\"",
   "settings": {"url": "https://example.com/customers", "method": "PUT", "headers": {"X-Team": "crm"},
     "data": {"id": {"@path": "$.userId"}, "plan": {"@path": "$.properties.plan"},
       "coupon": {"@if": {"exists": {"@path": "$.properties.coupon"}, "then": {"@path": "$.properties.coupon"}}},
       "shouted": {"@shout": "x"}}}},
  {"name": "Send every page", "trigger": "type = \"page\"", "settings": {"url": "https://example.com/pages", "enable_batching": true}},
  {"name": "Braze: update user", "trigger": "type = \"identify\"", "settings": {"external_id": {"@path": "$.userId"}}}
]}}`

const campaignExport = `{"actions": [
  {"id": "1", "type": "webhook", "name": "Open a ticket", "method": "post", "url": "https://example.com/tickets", "sending_state": "automatic",
   "headers": "[{\"name\": \"X-Key\", \"value\": \"k\"}]", "body": "{\"about\": \"{{ event.subject }}\", \"who\": \"{{ customer.email }}\"}"},
  {"id": "2", "type": "email", "name": "Hello", "sending_state": "automatic"}
]}`

const terraformExport = `resource "segment_destination_subscription" "send" {
  name    = "Send orders"
  enabled = true
  settings = jsonencode({
    url  = "https://example.com/orders"
    data = { order = { "@path" = "$.properties" } }
  })
  trigger = "type = \"track\" and event = \"Order Completed\""
}`

// TestImport is the way of somebody who moves to Hookline with what they have elsewhere.
func TestImport(t *testing.T) {
	v := visit(t, newHouse(t))
	v.expects("status of 422") // forms that come back
	setUp(v)
	readsWhatIsBroken(v)
	bringsMappings(v)
	bringsACampaign(v)
	bringsTerraform(v)
}

func readsWhatIsBroken(v *visitor) {
	v.t.Helper()
	v.open("/recipes")
	v.inspect("import-gallery")
	v.click("Bring an export of Segment or Customer.io")
	v.at("/recipes/import")
	v.inspect("import-empty")
	broken := strings.Replace(segmentExport, `"enabled": true,`, `"enabled" true,`, 1)
	v.fill("Paste an export of Segment or Customer.io", broken)
	v.click("Read the export")
	v.sees("The export was not read.")
	v.sees("Line 2, column 58")
	if got := v.value("Paste an export of Segment or Customer.io"); got != broken {
		v.t.Errorf("what was typed has become %q", got)
	}
	v.inspect("import-broken")
}

func bringsMappings(v *visitor) {
	v.t.Helper()
	v.fill("Paste an export of Segment or Customer.io", segmentExport)
	v.click("Read the export")
	v.sees("3 actions of Segment")
	v.sees("The directive @shout is not known here.")
	v.sees("{{ event.userId | json }}")
	v.inspect("import-read")
	v.check("Tell the CRM about new customers", false)
	v.check("Send every page", false)
	v.click("Make the actions")
	v.sees("Choose the actions to make, one at least.")
	v.inspect("import-none-chosen")
	v.check("Tell the CRM about new customers", true)
	v.check("Send every page", true)
	v.fill("Name of the new destination", "CRM")
	v.click("Make the actions")
	v.sees("2 actions are made, and off.")
	v.sees("Send every page")
	v.inspect("import-made")
}

func bringsACampaign(v *visitor) {
	v.t.Helper()
	v.open("/recipes/import")
	v.fill("Paste an export of Segment or Customer.io", campaignExport)
	v.click("Read the export")
	v.sees("One action of Customer.io")
	v.sees("actions of the type email are left out")
	v.inspect("import-campaign")
	v.choose("Destination", "CRM")
	v.click("Make the actions")
	v.sees("The action is made, and off.")
	v.sees("event.properties.subject")
	if got := v.value("Name"); got != "Open a ticket" {
		v.t.Errorf("the action is called %q", got)
	}
	if got := v.value("Address (URL)"); got != "https://example.com/tickets" {
		v.t.Errorf("it sends to %q", got)
	}
	v.inspect("import-composer")
}

func bringsTerraform(v *visitor) {
	v.t.Helper()
	v.open("/recipes/import")
	v.fill("Paste an export of Segment or Customer.io", terraformExport)
	v.click("Read the export")
	v.sees("One action of Segment")
	v.sees("When the event type is track and the event is Order Completed.")
	v.choose("Destination", "CRM")
	v.click("Make the actions")
	v.sees("The action is made, and off.")
	v.sees("{{ event.properties | json }}")
}

// TestImportWithoutScripts does the same with forms alone.
func TestImportWithoutScripts(t *testing.T) {
	v := visit(t, newHouse(t), withoutScripts)
	v.expects("status of 422")
	setUp(v)
	v.open("/recipes/import")
	v.click("Read the export")
	v.sees("Paste an export: JSON")
	v.fill("Paste an export of Segment or Customer.io", terraformExport)
	v.click("Read the export")
	v.fill("Name of the new destination", "Orders")
	v.click("Make the actions")
	v.sees("The action is made, and off.")
}
