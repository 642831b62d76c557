package api

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

const shortcutBody = `{"name":"Open a ticket","description":"In the help desk.","request":{"url":"https://user:pass@example.com/tickets","body":"{\"who\":{{ customer.email | json }}}"},"attributes":[{"name":"ticket","value":"{{ response.id }}"}]}`

func TestShortcutsAreMadeReadAndChanged(t *testing.T) {
	o := newOffice(t)
	id := o.make("/shortcuts", shortcutBody)
	path := "/shortcuts/" + id
	made := o.made(call1{method: "GET", path: path})
	if made["least"] != "support" || made["enabled"] != true || made["version"] != 1.0 {
		t.Errorf("made %v", made)
	}
	if a := o.do(call1{method: "GET", path: path, as: hookline.Viewer}); strings.Contains(a.body, "pass") {
		t.Errorf("a viewer is told the password: %s", a.body)
	}
	changed := o.made(call1{method: "PATCH", path: path, body: `{"enabled":false,"version":1,"request":{"method":"PUT"}}`})
	request := changed["request"].(map[string]any)
	if changed["version"] != 2.0 || changed["enabled"] != false || request["method"] != "PUT" || request["url"] != "https://user:pass@example.com/tickets" {
		t.Errorf("changed to %v", changed)
	}
	o.refused(call1{method: "PATCH", path: path, body: `{"enabled":true,"version":1}`}, 409, "conflict")
	o.refused(call1{method: "POST", path: "/shortcuts", body: shortcutBody}, 409, "conflict")
	wrong := o.refused(call1{method: "POST", path: "/shortcuts", body: `{"name":"","least":"viewer","request":{"url":""}}`}, 422, "invalid")
	for _, field := range []string{"name", "least", "request.url"} {
		if wrong[field] == "" {
			t.Errorf("it is not said what is wrong with %s: %v", field, wrong)
		}
	}
	if list := o.made(call1{method: "GET", path: "/shortcuts"})["data"].([]any); len(list) != 1 {
		t.Errorf("listed are %v", list)
	}
	if list := o.made(call1{method: "GET", path: "/destinations"})["data"].([]any); len(list) != 0 {
		t.Errorf("what belongs to a shortcut is listed: %v", list)
	}
	if a := o.do(call1{method: "DELETE", path: path}); a.status != 204 {
		t.Errorf("deleting was answered %d", a.status)
	}
	o.refused(call1{method: "GET", path: path}, 404, "not_found")
}

func TestShortcutsArePressed(t *testing.T) {
	o := newOffice(t)
	path := "/shortcuts/" + o.make("/shortcuts", shortcutBody)
	o.made(call1{method: "PUT", path: "/people/u1", body: `{"attributes":{"email":"ana@example.com"}}`})
	suppressed := o.made(call1{method: "PUT", path: "/people/u2", body: `{"attributes":{}}`})["id"].(string)
	p, err := o.store.Person(t.Context(), suppressed)
	good(t, err)
	p.Suppressed = true
	_, err = o.store.UpdatePerson(t.Context(), p)
	good(t, err)
	press := call1{method: "POST", path: path + "/press", as: hookline.Support, body: `{"person_ids":["u1","` + suppressed + `","u1"]}`, header: map[string]string{"Idempotency-Key": "k1"}}
	made := o.made(press)
	people := made["people"].([]any)
	if len(people) != 2 {
		t.Fatalf("pressed for %v", people)
	}
	one, other := people[0].(map[string]any), people[1].(map[string]any)
	if one["refused"] != "" || other["refused"] != hookline.PressedSuppressed || other["delivery_id"] != nil {
		t.Errorf("pressed for %v", people)
	}
	if again := o.made(press); again["id"] != made["id"] {
		t.Errorf("the same call pressed again: %v", again)
	}
	if read := o.made(call1{method: "GET", path: path + "/presses/" + made["id"].(string)}); len(read["people"].([]any)) != 2 {
		t.Errorf("read %v", read)
	}
	delivery := o.made(call1{method: "GET", path: "/deliveries/" + one["delivery_id"].(string)})
	if delivery["origin"] != "shortcut" {
		t.Errorf("owed is %v", delivery)
	}
	if list := o.made(call1{method: "GET", path: "/deliveries?origin=shortcut"})["data"].([]any); len(list) != 1 {
		t.Errorf("listed are %v", list)
	}
	o.refused(call1{method: "POST", path: path + "/press", body: `{"person_ids":["u2"]}`}, 409, "conflict")
	if wrong := o.refused(call1{method: "POST", path: path + "/press", body: `{"person_ids":["u1","nobody"]}`}, 422, "invalid"); wrong["person_ids.1"] == "" {
		t.Errorf("it is not said who is unknown: %v", wrong)
	}
	o.refused(call1{method: "POST", path: path + "/press", body: `{"person_ids":[]}`}, 422, "invalid")
	o.made(call1{method: "PATCH", path: path, body: `{"least":"editor"}`})
	o.refused(call1{method: "POST", path: path + "/press", as: hookline.Support, body: `{"person_ids":["u1"]}`}, 403, "forbidden")
	o.made(call1{method: "PATCH", path: path, body: `{"enabled":false}`})
	o.refused(call1{method: "POST", path: path + "/press", body: `{"person_ids":["u1"]}`}, 409, "conflict")
	o.refused(call1{method: "GET", path: "/shortcuts/sct_gone/presses/" + made["id"].(string)}, 404, "not_found")
}
