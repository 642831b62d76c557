package web

import (
	"net/http"
	"testing"

	"hookline/internal/hookline"
)

// savedViews are the views of the user that a role stands for.
func (s *site) savedViews(role hookline.Role) []hookline.SavedView {
	s.t.Helper()
	u, err := s.store.UserByEmail(s.t.Context(), string(role)+"@example.com")
	s.must(err)
	all, err := s.store.ListSavedViews(s.t.Context(), u.ID)
	s.must(err)
	return all
}

func TestAViewIsSaved(t *testing.T) {
	s, _, all := failedLots(t)
	b := s.as(viewer)
	b.get("/sent").want(t, 200, "!Saved views", "!Save as a view")
	b.get("/sent?status=many").want(t, 422, "!Save as a view")
	b.get("/sent?state=failed&status=503&before="+all[2].ID).want(t, 200, `href="/account/views/new?state=failed&amp;status=503"`)
	b.get("/account/views").want(t, 200, "No views yet", `href="`+everything+`"`)
	b.get("/account/views/new").want(t, 409, "There is nothing to save yet")
	b.get("/account/views/new?state=failed&status=503").want(t, 200, "State: Failed", "Last answer: 503", `name="query" value="state=failed&amp;status=503"`)

	b.post("/account/views/new", form("query", "state=failed&status=503", "name", "")).want(t, 422, "Give the view a name.", "Last answer: 503")
	b.post("/account/views/new", form("query", "status=many", "name", "Wrong")).want(t, 409, "cannot be saved")
	b.post("/account/views/new", form("query", "%zz", "name", "Wrong")).want(t, 409, "cannot be read")
	b.post("/account/views/new", form("query", "before=dlv_1&id="+all[0].ID, "name", "Nothing")).want(t, 422, "There is nothing to save")
	b.post("/account/views/new", form("query", "state=failed&status=503&before=x", "name", "Mine "+evil)).wantRedirect(t, "/sent?state=failed&status=503")
	b.post("/account/views/new", form("query", "state=queued", "name", "Mine "+evil)).want(t, 422, "a view of this name already", `value="Mine &lt;script&gt;`)

	b.get("/sent?state=failed&status=503").want(t, 200, "Saved views", "Mine &lt;script&gt;", "!"+evil, `aria-label="Saved views"`, "!Save as a view")
	b.get("/account/views").want(t, 200, "Mine &lt;script&gt;", "!"+evil, "State: Failed", `href="/sent?state=failed&amp;status=503"`)
	s.as(support).get("/sent").want(t, 200, "!Mine")
}

// TestAViewIsReplaced: what a list is narrowed to now takes the place of what a view kept, under its name or a new one.
func TestAViewIsReplaced(t *testing.T) {
	s, _, _ := failedLots(t)
	b := s.as(support)
	b.get("/account/views/new?state=failed").want(t, 200, "!Save it as")
	b.post("/account/views/new", form("query", "state=failed", "name", "Mine")).want(t, 303)
	b.post("/account/views/new", form("query", "state=queued", "name", "Other")).want(t, 303)
	mine := s.savedViews(support)[0]
	b.get("/account/views/new?state=retrying").want(t, 200, "Save it as", "In place of “Mine”", `value="`+mine.ID+`"`)
	b.post("/account/views/new", form("query", "state=retrying", "name", "Other", "replace", mine.ID)).want(t, 422, "a view of this name already", `value="`+mine.ID+`" selected`)
	b.post("/account/views/new", form("query", "state=retrying", "name", "", "replace", mine.ID, "opens", "on")).wantRedirect(t, "/sent?state=retrying")
	if got := s.savedViews(support); len(got) != 2 || got[0].ID != mine.ID || got[0].Name != "Mine" || got[0].Query != "state=retrying" || !got[0].Opens {
		t.Errorf("replaced is %+v", got)
	}
	b.post("/account/views/new", form("query", "state=queued", "name", "Yours", "replace", mine.ID)).wantRedirect(t, "/sent?state=queued")
	if got := s.savedViews(support)[0]; got.Name != "Yours" || got.Query != "state=queued" || !got.Opens {
		t.Errorf("replaced once more it is %+v", got) // Sent still opens with it
	}
	s.as(viewer).post("/account/views/new", form("query", "state=failed", "name", "", "replace", mine.ID)).want(t, 404)
}

func TestSentOpensWithAView(t *testing.T) {
	s, _, all := failedLots(t)
	b := s.as(support)
	b.post("/account/views/new", form("query", "state=retrying", "name", "Mine", "opens", "on")).want(t, 303)
	b.get("/sent").wantRedirect(t, "/sent?state=retrying")
	b.get(everything).want(t, 200, all[0].ID)
	b.get("/sent?state=").want(t, 200, all[0].ID)
	b.htmx().get("/sent").want(t, 200, all[0].ID)
	b.get("/sent?state=retrying").want(t, 200, `href="`+everything+`"`) // the way out
	s.as(viewer).get("/sent").want(t, 200, all[0].ID)

	path := "/account/views/" + s.savedViews(support)[0].ID
	b.get(path).want(t, 200, `value="Mine"`, "checked")
	b.post(path, form("name", "Yours", "query", "state=failed")).wantRedirect(t, "/account/views")
	if got := s.savedViews(support); got[0].Name != "Yours" || got[0].Query != "state=retrying" || got[0].Opens {
		t.Errorf("changed is %+v", got)
	}
	b.get("/sent").want(t, 200, "Yours")
	b.post(path, form("name", "")).want(t, 422, "Give the view a name.")
	b.get(path+"/delete").want(t, 200, "Delete this view?", "Yours")
	b.post(path+"/delete", nil).wantRedirect(t, "/account/views")
	b.get("/sent").want(t, 200, "!Yours")
}

// TestAViewIsItsUsersAlone: nobody sees, changes or deletes the views of others, whatever their role.
func TestAViewIsItsUsersAlone(t *testing.T) {
	s, _, _ := failedLots(t)
	s.as(viewer).post("/account/views/new", form("query", "state=failed", "name", "Mine")).want(t, 303)
	path := "/account/views/" + s.savedViews(viewer)[0].ID
	b := s.as(admin)
	for _, got := range []*answer{b.get(path), b.get(path + "/delete"), b.post(path, form("name", "Yours")), b.post(path+"/delete", nil)} {
		if got.Code != http.StatusNotFound {
			t.Errorf("an administrator gets %d", got.Code)
		}
	}
	if got := s.savedViews(viewer); len(got) != 1 || got[0].Name != "Mine" {
		t.Errorf("left is %+v", got)
	}
}
