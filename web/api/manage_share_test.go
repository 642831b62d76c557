package api

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

func TestSharedLinksByAPI(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	to := "/deliveries/" + ids["delivery"] + "/share"
	made := o.made(call1{method: "POST", path: to, as: hookline.Support, body: `{"hours":168}`})
	address, err := url.Parse(made["url"].(string))
	good(t, err)
	code := address.Query().Get("code")
	if !strings.HasPrefix(made["url"].(string), "https://hooks.example.com/shared?code=") || made["delivery_id"] != ids["delivery"] || made["made_by"] != "API token “Script of support”" {
		t.Errorf("it was made as %v", made)
	}
	shared, err := o.desk.Shared(t.Context(), code)
	if err != nil || shared.DeliveryID != ids["delivery"] || shared.ExpiresAt.Sub(shared.CreatedAt) != 7*24*time.Hour {
		t.Errorf("the code leads to %+v, %v", shared, err)
	}
	listing := o.do(call1{method: "GET", path: "/shared-links?delivery_id=" + ids["delivery"], as: hookline.Support}).body
	if !strings.Contains(listing, shared.ID) || strings.Contains(listing, code) || strings.Contains(listing, shared.CodeHash) {
		t.Errorf("listed is %s", listing)
	}
	if other := o.made(call1{method: "GET", path: "/shared-links?delivery_id=dlv_none"}); len(list(other["data"])) != 0 {
		t.Errorf("another delivery has %v", other)
	}
	for _, body := range []string{`{"hours":0}`, `{"hours":2}`, `{"hours":-24}`, `{"hours":9223372036854775807}`, `{}`} {
		if fields := o.refused(call1{method: "POST", path: to, body: body}, 422, "invalid"); fields["hours"] == nil {
			t.Errorf("%s names %v", body, fields)
		}
	}
	o.refused(call1{method: "POST", path: "/deliveries/dlv_none/share", body: `{"hours":1}`}, 404, "not_found")
	o.refused(call1{method: "POST", path: to, as: hookline.Viewer, body: `{"hours":1}`}, 403, "forbidden")

	o.made(call1{method: "DELETE", path: "/shared-links/" + shared.ID, as: hookline.Support})
	o.refused(call1{method: "DELETE", path: "/shared-links/" + shared.ID}, 404, "not_found")
	if _, err := o.desk.Shared(t.Context(), code); hookline.KindOf(err) != hookline.KindNotFound {
		t.Errorf("after it was revoked: %v", err)
	}
	if strings.Contains(o.log.String(), code) {
		t.Error("the code is in the log")
	}
	for _, e := range o.entries(audit.Filter{}) {
		if strings.Contains(string(e.Before)+string(e.After)+e.ThingName, code) {
			t.Errorf("the audit log has the code: %+v", e)
		}
	}
}
