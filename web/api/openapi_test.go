package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

// TestEveryRouteAnswersAsTheDocumentSays walks through everything that the
// document lists. The harness checks each answer against its schema; at the
// end nothing in the document may be left.
func TestEveryRouteAnswersAsTheDocumentSays(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	ids["failure"] = o.failing(ids, 503)
	destination, action := "/destinations/"+ids["destination"], "/destinations/"+ids["destination"]+"/actions/"+ids["action"]
	segment := "/segments/" + ids["segment"]
	campaign, shortcut := "/campaigns/"+ids["campaign"], "/shortcuts/"+ids["shortcut"]
	ids["press"] = o.make(shortcut+"/press", `{"person_ids":["u1"]}`)
	for _, c := range []call1{
		{method: "GET", path: "/openapi.json"},
		{method: "GET", path: "/shortcuts"},
		{method: "GET", path: shortcut},
		{method: "GET", path: shortcut + "/presses/" + ids["press"]},
		{method: "PATCH", path: shortcut, body: `{"enabled":false}`},
		{method: "DELETE", path: shortcut},
		{method: "GET", path: "/campaigns"},
		{method: "GET", path: campaign},
		{method: "GET", path: campaign + "/numbers"},
		{method: "GET", path: campaign + "/journeys/" + ids["journey"]},
		{method: "POST", path: campaign + "/journeys/" + ids["journey"] + "/stop"},
		{method: "POST", path: campaign + "/pause"},
		{method: "POST", path: campaign + "/stop"},
		{method: "PATCH", path: campaign, body: `{"description":"For all."}`},
		{method: "DELETE", path: campaign},
		{method: "GET", path: "/sources"},
		{method: "GET", path: "/sources/" + ids["source"]},
		{method: "PATCH", path: "/sources/" + ids["source"], body: `{"enabled":false}`},
		{method: "GET", path: "/destinations"},
		{method: "GET", path: destination},
		{method: "PATCH", path: destination, body: `{"timeout_ms":2000}`},
		{method: "POST", path: destination + "/pause", body: `{}`},
		{method: "POST", path: destination + "/resume", body: `{}`},
		{method: "POST", path: destination + "/try"},
		{method: "GET", path: destination + "/actions"},
		{method: "GET", path: action},
		{method: "GET", path: action + "/versions"},
		{method: "PATCH", path: action, body: `{"batch":{"enabled":true}}`},
		{method: "GET", path: "/people?q=u1&limit=1"},
		{method: "GET", path: "/people/u1"},
		{method: "PUT", path: "/people/u1", body: `{"attributes":{"plan":"pro"}}`},
		{method: "PUT", path: "/people/u1/attributes/tags", body: `{"value":["a",{"b":null}]}`},
		{method: "GET", path: "/people/u1/attributes"},
		{method: "GET", path: "/people/u1/attributes/tags"},
		{method: "DELETE", path: "/people/u1/attributes/tags"},
		{method: "GET", path: "/attributes"},
		{method: "GET", path: "/segments"},
		{method: "GET", path: segment},
		{method: "PATCH", path: segment, body: `{"name":"Good friends"}`},
		{method: "POST", path: segment + "/members", body: `{"people":["u1","nobody"]}`},
		{method: "GET", path: segment + "/members?q=u1&limit=1"},
		{method: "DELETE", path: segment + "/members/u1"},
		{method: "DELETE", path: segment},
		{method: "GET", path: "/deliveries?limit=1"},
		{method: "GET", path: "/deliveries/counts?destination_id=" + ids["destination"]},
		{method: "GET", path: "/deliveries/" + ids["delivery"]},
		{method: "POST", path: "/deliveries/" + ids["delivery"] + "/resend", body: `{"mode":"original"}`},
		{method: "POST", path: "/deliveries/" + ids["delivery"] + "/cancel"},
		{method: "GET", path: "/resends?limit=1"},
		{method: "GET", path: "/resends/" + ids["resend"]},
		{method: "POST", path: "/resends/" + ids["resend"] + "/pause"},
		{method: "POST", path: "/resends/" + ids["resend"] + "/continue"},
		{method: "POST", path: "/resends/" + ids["resend"] + "/cancel"},
		{method: "GET", path: "/failures?limit=1"},
		{method: "GET", path: "/failures/" + ids["failure"]},
		{method: "PATCH", path: "/failures/" + ids["failure"], body: `{"note":"asked them"}`},
		{method: "POST", path: "/render", body: `{"template":{"url":"https://example.com/"}}`},
		{method: "POST", path: "/render", body: `{"template":{"url":"https://example.com/","body":"{% cancel %}"}}`},
		{method: "GET", path: "/settings/signing-key"},
		{method: "POST", path: "/settings/signing-key/rotate"},
		{method: "GET", path: "/settings/retention"},
		{method: "PATCH", path: "/settings/retention", body: `{"bodies_days":90}`},
		{method: "GET", path: "/reporting-webhooks"},
		{method: "GET", path: "/reporting-webhooks/" + ids["reporting"]},
		{method: "PATCH", path: "/reporting-webhooks/" + ids["reporting"], body: `{"enabled":false}`},
		{method: "DELETE", path: "/reporting-webhooks/" + ids["reporting"]},
		{method: "GET", path: "/health?range=1h&destination_id=" + ids["destination"]},
		{method: "GET", path: "/alerts"},
		{method: "GET", path: "/alert-rules"},
		{method: "PATCH", path: "/alert-rules", body: `{"silence":false}`},
		{method: "GET", path: "/alert-channels"},
		{method: "GET", path: "/alert-channels/" + ids["channel"]},
		{method: "PATCH", path: "/alert-channels/" + ids["mail"], body: `{"port":465,"security":"tls"}`},
		{method: "POST", path: "/alert-channels/" + ids["channel"] + "/test"},
		{method: "GET", path: "/alert-channels/" + ids["channel"] + "/signing-key"},
		{method: "DELETE", path: "/alert-channels/" + ids["channel"]},
		{method: "GET", path: "/shared-links?delivery_id=" + ids["delivery"]},
		{method: "DELETE", path: "/shared-links/" + ids["share"]},
		{method: "GET", path: "/audit?deed=rotated&limit=1"},
		{method: "GET", path: "/audit/" + o.lastEntry()},
		{method: "DELETE", path: action},
		{method: "DELETE", path: destination},
		{method: "DELETE", path: "/sources/" + ids["source"]},
		{method: "DELETE", path: "/people/u1"},
		{method: "GET", path: "/deletions"},
		{method: "GET", path: "/deletions/" + ids["deletion"]},
		{method: "POST", path: "/deletions/" + ids["deletion"] + "/allow"},
	} {
		o.made(c)
	}
	for path, operations := range dig(o.document, "paths").(map[string]any) {
		for method, op := range operations.(map[string]any) {
			if !o.answered[dig(op, "operationId").(string)] {
				t.Errorf("%s %s is in the document, and no call of this test was answered by it", method, path)
			}
		}
	}
}

// TestBodiesTakeWhatTheDocumentSays: for each body, what the handler says it
// knows is what its schema has; and what the schema requires is required.
func TestBodiesTakeWhatTheDocumentSays(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	ids["failure"] = o.failing(ids, 503)
	for path, operations := range dig(o.document, "paths").(map[string]any) {
		for method, op := range operations.(map[string]any) {
			ref, _ := dig(op, "requestBody", "content", "application/json", "schema", "$ref").(string)
			if ref == "" {
				continue
			}
			schema := dig(o.document, "components", "schemas", strings.TrimPrefix(ref, "#/components/schemas/"))
			var names []string
			for name := range dig(schema, "properties").(map[string]any) {
				names = append(names, name)
			}
			fields := o.refused(call1{method: strings.ToUpper(method), path: o.paths(ids, path), body: `{"nonsense":{"a":[1]}}`}, 422, "invalid")
			said, _ := fields["nonsense"].(string)
			_, known, _ := strings.Cut(said, "Known are ")
			if known == "" {
				_, known, _ = strings.Cut(said, "Known is ")
			}
			got := strings.FieldsFunc(strings.TrimSuffix(known, "."), func(r rune) bool { return r == ',' || r == ' ' })
			got = slices.DeleteFunc(got, func(word string) bool { return word == "and" })
			slices.Sort(got)
			slices.Sort(names)
			if diff := cmp.Diff(names, got); diff != "" {
				t.Errorf("%s %s says %q, which differs from %s:\n%s", method, path, said, ref, diff)
			}
			required := dig(schema, "required")
			if method == "patch" && required != nil {
				t.Errorf("%s requires %v of a change", path, required)
			}
			if required != nil && method != "patch" {
				if a := o.do(call1{method: strings.ToUpper(method), path: o.paths(ids, path), body: `{}`}); a.status != 422 {
					t.Errorf("%s %s takes a body without %v: %d", method, path, required, a.status)
				}
			}
		}
	}
}

func TestDocumentIsOpenToEverybodyAndWhole(t *testing.T) {
	o := newOffice(t)
	a := o.send(call1{method: "GET", path: "/openapi.json"})
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/json" {
		t.Fatalf("answered %d %s", a.status, a.header.Get("Content-Type"))
	}
	if got := o.document["openapi"]; got != "3.1.0" {
		t.Errorf("the document is of version %v", got)
	}
	names := map[string]bool{}
	for path, operations := range dig(o.document, "paths").(map[string]any) {
		for method, op := range operations.(map[string]any) {
			name := dig(op, "operationId").(string)
			if names[name] {
				t.Errorf("two operations are called %s", name)
			}
			names[name] = true
			scope, _ := dig(op, "x-scope").(string)
			if _, err := hookline.ParseScope(scope); err != nil && path != "/openapi.json" {
				t.Errorf("%s %s has the scope %q", method, path, scope)
			}
		}
	}
	for name, schema := range dig(o.document, "components", "schemas").(map[string]any) {
		if schema == nil {
			t.Errorf("the schema %s is empty", name)
		}
	}
}

func TestReferenceIsTheDocument(t *testing.T) {
	o := newOffice(t)
	var listed []string
	for _, op := range Reference() {
		listed = append(listed, op.Method+" "+strings.TrimPrefix(op.Path, manageRoot)+" "+op.Summary+" "+op.Scope)
		if op.Subject == "" || op.Method == "PATCH" && len(op.Takes) == 0 {
			t.Errorf("the reference of %s %s is thin: %+v", op.Method, op.Path, op)
		}
	}
	var documented []string
	for path, operations := range dig(o.document, "paths").(map[string]any) {
		for method, op := range operations.(map[string]any) {
			scope, _ := dig(op, "x-scope").(string)
			documented = append(documented, strings.ToUpper(method)+" "+path+" "+dig(op, "summary").(string)+" "+scope)
		}
	}
	slices.Sort(listed)
	slices.Sort(documented)
	if diff := cmp.Diff(documented, listed); diff != "" {
		t.Error(diff)
	}
	i := slices.IndexFunc(Reference(), func(op Operation) bool { return op.Method == "POST" && strings.HasSuffix(op.Path, "/actions") })
	if takes := Reference()[i].Takes; !slices.ContainsFunc(takes, func(m Member) bool { return m.Name == "request.headers.value" && m.Kind == "text" && m.Required }) {
		t.Errorf("the members of members are missing: %+v", takes)
	}
}
