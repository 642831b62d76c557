package web

import (
	"encoding/json"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestDeletionOfAPerson(t *testing.T) {
	s := newSite(t, nil)
	s.carriesOut()
	p := s.person(hookline.Person{UserID: "vera-4711", Email: "vera@example.com", Attributes: json.RawMessage(`{"email":"vera@example.com"}`)})
	b := s.as(editor)
	b.get("/deletions").want(t, 200, "Nobody was deleted yet")
	b.get(personPath(p.ID)+"/delete").want(t, 200, "vera@example.com", "This cannot be undone.", "Refuse events of them from now on")
	got := b.post(personPath(p.ID)+"/delete", form("suppress", "yes"))
	path := got.Header().Get("Location")
	if !strings.HasPrefix(path, "/deletions/del_") {
		t.Fatalf("%d to %q\n%s", got.Code, path, got.seen())
	}
	d := s.deleted()
	b.get(path).want(t, 200, "Finished", "Download receipt", "Let them in again…", "The person", "!vera")
	receipt := b.get(path + "/receipt")
	receipt.want(t, 200, d.ID, "editor@example.com", "Backups and exports that were made before.", "events of the person are refused", hookline.NameHash(d.Salt, "user:vera-4711"), "!vera")
	b.get(personPath(p.ID)).want(t, 404)
	b.get("/deletions").want(t, 200, "refused", d.ID)

	b.post("/deletions/find", form("name", "vera-4711")).want(t, 200, "They were deleted", path)
	b.post("/deletions/find", form("name", "olga")).want(t, 200, "No receipt is about this")
	b.post("/deletions/find", form("name", "")).want(t, 200, "No receipt is about this")

	b.get(path+"/allow").want(t, 200, "Let events of them in again?")
	b.post(path+"/allow", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "let in again", "!Let them in again…")
	b.post(path+"/allow", nil).want(t, 409, "let in already")
	if entry := s.entries()[0]; entry.ThingName != "a deleted person" || entry.ThingID != d.ID {
		t.Errorf("the newest entry is %+v", entry)
	}
	s.as(viewer).get("/deletions").want(t, 200, "!Was somebody deleted?")
	s.as(hookline.Support).post(personPath(p.ID)+"/delete", nil).want(t, 403)
}

func TestReceiptWaitsForTheEnd(t *testing.T) {
	s := newSite(t, nil)
	p := s.person(hookline.Person{UserID: "u1", Attributes: json.RawMessage(`{}`)})
	b := s.as(editor)
	path := b.post(personPath(p.ID)+"/delete", nil).Header().Get("Location")
	b.get(path).want(t, 200, "Step 1 of 11: webhooks about them.", "An event of the person would make somebody new", "!Download receipt")
	b.get(path+"/receipt").want(t, 409, "when it has finished")
}

func TestExportOfPeople(t *testing.T) {
	s := newSite(t, nil)
	s.person(hookline.Person{UserID: "u1", Email: "ana@example.com", Attributes: json.RawMessage(`{"email":"ana@example.com","formula":"=1+1","exact":1.50,"tags":["a","b"],"nothing":null}`)})
	s.person(hookline.Person{UserID: "u2", Attributes: json.RawMessage(`{"plan":"pro"}`)})
	b := s.as(editor)
	b.get("/people?q=u1").want(t, 200, "/people/export?q=u1")
	b.get("/people/export").want(t, 200, `value="formula"`, `value="plan"`, "The file has everybody.")
	b.get("/people/export?q=u2").want(t, 200, "“u2”", `!value="formula"`)
	b.get("/people/export?q=nobody").want(t, 200, "Nobody found")
	got := b.get("/people/export/file?attribute=formula&attribute=exact&attribute=tags&more=plan,+nothing,plan")
	lines := strings.Split(strings.TrimSpace(got.Body.String()), "\r\n")
	if len(lines) != 3 || lines[0] != "id,email,anonymous_ids,first_seen,last_change,suppressed,formula,exact,tags,plan,nothing" ||
		!strings.HasPrefix(lines[1], "u2,,,") || !strings.HasSuffix(lines[1], ",false,,,,pro,") || !strings.HasSuffix(lines[2], `,false,'=1+1,1.50,"[""a"",""b""]",,`) {
		t.Errorf("the file is\n%s", got.Body.String())
	}
	if got := b.get("/people/export/file?q=u2"); strings.Count(got.Body.String(), "\r\n") != 2 {
		t.Errorf("of a search: %q", got.Body.String())
	}
	if entry := s.entries()[1]; entry.Remark != "everybody, with 5 attributes" {
		t.Errorf("the entry is %+v", entry)
	}
	s.as(hookline.Support).get("/people/export").want(t, 403)
}
