package api

import (
	"encoding/json"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

const campaignBody = `{"name":"Welcome","trigger":{"kind":"call"},"reentry":{"often":true},"goal":{"condition":"event = \"Order Completed\"","within_ms":86400000},"steps":[
	{"kind":"webhook","name":"Create lead","auto":true,"request":{"url":"https://user:pass@example.com/leads","body":"{\"who\":{{ customer.email | json }}}"},"attributes":[{"name":"lead_id","value":"{{ response.lead_id }}"}]},
	{"kind":"wait","wait":{"kind":"clock","time":"09:30","days":["mon"],"time_zone":"Europe/Berlin"}},
	{"kind":"branch","condition":"person.plan = \"pro\"","yes":[{"kind":"update","sets":[{"name":"seen","value":"true"}]}],"no":[{"kind":"exit"}]}]}`

func TestCampaignsAreMadeReadAndChanged(t *testing.T) {
	o := newOffice(t)
	path := "/campaigns/" + o.make("/campaigns", campaignBody)
	made := o.made(call1{method: "GET", path: path})
	steps := made["steps"].([]any)
	lead := steps[0].(map[string]any)
	if made["state"] != "draft" || len(made["missing"].([]any)) != 0 || len(steps) != 3 || lead["action_id"] == "" || lead["request"].(map[string]any)["url"] != "https://user:pass@example.com/leads" {
		t.Errorf("made %v", made)
	}
	if a := o.do(call1{method: "GET", path: path, as: hookline.Viewer}); strings.Contains(a.body, "pass") {
		t.Errorf("a viewer is told the password: %s", a.body)
	}
	if again := o.do(call1{method: "PATCH", path: path, body: o.do(call1{method: "GET", path: path}).without("id", "state", "missing", "started_at", "created_at", "updated_at")}); again.status != 200 {
		t.Errorf("what was read cannot be given back: %d %s", again.status, again.body)
	}
	changed := o.made(call1{method: "PATCH", path: path, body: `{"steps":[{"id":"` + lead["id"].(string) + `","kind":"webhook","name":"Make a lead"}]}`})
	kept := changed["steps"].([]any)
	if one := kept[0].(map[string]any); len(kept) != 1 || one["action_id"] != lead["action_id"] || one["request"] == nil || one["name"] != "Make a lead" || one["auto"] != false {
		t.Errorf("the step is %v", kept)
	}
	o.refused(call1{method: "PATCH", path: path, body: `{"name":"Late","version":1}`}, 409, "conflict")
	wrong := o.refused(call1{method: "POST", path: "/campaigns", body: `{"name":"","trigger":{"kind":"moon","condition":"event ="},"exit":"person.plan","steps":[{"kind":"webhook","request":{"url":""}},{"kind":"wait","wait":{"kind":"clock","time":"25:00"}}]}`}, 422, "invalid")
	for _, field := range []string{"name", "trigger.kind", "trigger.condition", "exit", "steps.0.request.url", "steps.1.wait.time"} {
		if wrong[field] == "" {
			t.Errorf("it is not said what is wrong with %s: %v", field, wrong)
		}
	}
	if list := o.made(call1{method: "GET", path: "/campaigns"})["data"].([]any); len(list) != 1 {
		t.Errorf("listed are %v", list)
	}
	if a := o.do(call1{method: "DELETE", path: path}); a.status != 204 {
		t.Errorf("deleting was answered %d", a.status)
	}
	every, err := o.store.EveryDestination(t.Context())
	if good(t, err); len(every) != 0 {
		t.Errorf("its requests stayed behind: %+v", every)
	}
}

func TestCampaignsAreStartedCalledAndStopped(t *testing.T) {
	o := newOffice(t)
	o.made(call1{method: "PUT", path: "/people/u1", body: `{"attributes":{"email":"ana@example.com"}}`})
	path := "/campaigns/" + o.make("/campaigns", campaignBody)
	call := call1{method: "POST", path: path + "/call", body: `{"person_ids":["u1","u1"],"data":{"order":17}}`, header: map[string]string{"Idempotency-Key": "k1"}}
	o.refused(call1{method: "POST", path: path + "/call", body: call.body}, 409, "conflict")
	o.refused(call1{method: "POST", path: "/campaigns/" + o.make("/campaigns", `{"name":"Empty","trigger":{"kind":"call"}}`) + "/start"}, 409, "conflict")
	if started := o.made(call1{method: "POST", path: path + "/start"}); started["state"] != "running" || started["started_at"] == nil {
		t.Errorf("started %v", started)
	}
	for range 2 { // the second time it is answered from memory
		if people := o.made(call)["people"].([]any); len(people) != 1 || people[0].(map[string]any)["began"] != true {
			t.Errorf("called %v", people)
		}
	}
	journeys := o.made(call1{method: "GET", path: path + "/journeys?state=going"})["data"].([]any)
	if len(journeys) != 1 {
		t.Fatalf("journeys are %v", journeys)
	}
	one := journeys[0].(map[string]any)
	if one["trigger"].(map[string]any)["order"] != 17.0 {
		t.Errorf("the journey is %v", one)
	}
	if visits := one["visits"].([]any); len(visits) != 0 {
		t.Errorf("it came to %v, and has taken no step", visits)
	}
	if stopped := o.made(call1{method: "POST", path: path + "/journeys/" + one["id"].(string) + "/stop", as: hookline.Support}); stopped["state"] != "stopped" || stopped["step_id"] != nil {
		t.Errorf("the journey is %v", stopped)
	}
	o.refused(call1{method: "GET", path: path + "/journeys?state=lost"}, 422, "invalid")
	o.refused(call1{method: "GET", path: "/campaigns/cmp_gone/journeys"}, 404, "not_found")
	o.refused(call1{method: "GET", path: "/campaigns/cmp_gone/journeys/" + one["id"].(string)}, 404, "not_found")
	o.refused(call1{method: "POST", path: path + "/call", body: `{"person_ids":["nobody"]}`}, 422, "invalid")
	o.refused(call1{method: "DELETE", path: path}, 409, "conflict")
	o.made(call1{method: "POST", path: path + "/pause"})
	o.refused(call1{method: "POST", path: path + "/call", body: call.body}, 409, "conflict")
	if stopped := o.made(call1{method: "POST", path: path + "/stop"}); stopped["state"] != "stopped" {
		t.Errorf("stopped %v", stopped)
	}
}

// without is the body of an answer without some of its members.
func (a answer) without(names ...string) string {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(a.body), &all) != nil {
		return ""
	}
	for _, name := range names {
		delete(all, name)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return ""
	}
	return string(text)
}
