package web

import (
	"strconv"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func (s *site) segment(g hookline.Segment) hookline.Segment {
	s.t.Helper()
	if g.Name == "" {
		g.Name = "Segment " + hookline.Secret()
	}
	if !g.Manual && g.Condition == "" {
		g.Condition = `person.plan = "pro"`
	}
	made, err := s.store.CreateSegment(s.t.Context(), g)
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

// segmentBuilder is somebody who builds a segment.
type segmentBuilder struct {
	*builder
	saveAt string // below the segment's address
}

func newSegmentBuilder(t *testing.T, b *browser, id, saved string) segmentBuilder {
	t.Helper()
	u := newBuilder(t, b, "/segments/"+id+saved)
	u.path, u.step = "/segments/"+id, "/condition"
	return segmentBuilder{u, saved}
}

func (u segmentBuilder) save() { u.post(u.saveAt, "save", "") }

// theSegment is the only one there is.
func (s *site) theSegment() hookline.Segment {
	s.t.Helper()
	all, err := s.store.ListSegments(s.t.Context())
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%d segments, %v, want one", len(all), err)
	}
	return all[0]
}

func TestASegmentIsBuiltFromRows(t *testing.T) {
	s := newSite(t, nil)
	s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":"pro","seats":3}`)})
	s.calls(s.source("Website"), hookline.Track, `{"userId":"u1","event":"Order Completed"}`)
	s.as(editor).get("/segments").want(t, 200, "No segment yet", `href="/segments/new"`)
	s.as(viewer).get("/segments").want(t, 200, "Ask an editor", `!href="/segments/new"`)
	s.as(editor).get("/segments/new?attribute=seats").want(t, 200, "Everybody for whom", `value="seats"`, "Filled by hand")

	u := newSegmentBuilder(t, s.as(editor), "new", "")
	u.form.Set("name", "Paying customers")
	u.form.Set("c.0.key", "plan")
	u.form.Set("c.0.value", "pro")
	u.press("add-row:")
	u.form.Set("c.1.field", "did")
	u.press("refresh")
	u.last.want(t, 200, `name="c.1.unit"`, "within some days", `value="Order Completed"`, `!name="c.1.within"`)
	u.form.Set("c.1.key", "Order Completed")
	u.form.Set("c.1.op", "did_at_least")
	u.form.Set("c.1.unit", "days")
	u.press("refresh")
	u.last.want(t, 200, `name="c.1.within"`, ">days back<")
	u.save()
	u.last.want(t, 422, "One condition of the segment is not complete", "whole number")
	u.form.Set("c.1.value", "3")
	u.form.Set("c.1.within", "30")
	u.press("refresh")
	u.last.want(t, 200, "Nobody meets this now.", "When the person’s plan is pro and the person did Order Completed at least 3 times in 30 days.")
	u.save()
	g := s.theSegment()
	u.last.wantRedirect(t, "/segments/"+g.ID)
	if want := `person.plan = "pro" and did("Order Completed", within 30 days) >= 3`; g.Condition != want || g.Name != "Paying customers" {
		t.Errorf("kept %+v, want %s", g, want)
	}
	s.as(viewer).get("/segments/"+g.ID).want(t, 200, "The person’s plan is pro and the person did Order Completed at least 3 times in 30 days.", "Being counted", "Nobody found yet", "!/edit")
	s.as(viewer).get("/segments").want(t, 200, "Paying customers", "Being counted", "nothing yet")
}

func TestWhatASegmentCannotAsk(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	text := func(text string) []string {
		return []string{"name", "A", "trigger_mode", "text", "trigger_text", text}
	}
	for _, test := range []struct {
		form []string
		want string
	}{
		{[]string{"name", "A"}, "Say who belongs to the segment"},
		{[]string{"name", " ", "c.match", "all", "c.0.field", "person", "c.0.key", "plan", "c.0.op", "exists"}, "Give the segment a name"},
		{[]string{"name", "A", "c.match", "all", "c.0.field", "event", "c.0.op", "is", "c.0.value", "X"}, "Who belongs is asked without any event"},
		{text(`event = "X"`), "Who belongs is asked without any event"},
		{text(`person.plan =`), "Line 1, column"},
	} {
		b.post("/segments/new", form(test.form...)).want(t, 422, test.want, `name="name"`)
	}
}

func TestSegmentsDoNotAskForEachOther(t *testing.T) {
	s := newSite(t, nil)
	pro := s.segment(hookline.Segment{Name: "Pro"})
	other := s.segment(hookline.Segment{Name: "Other", Condition: `segment("` + pro.ID + `")`})
	ask := func(id string) []string {
		return []string{"name", "Pro", "version", "1", "trigger_mode", "text", "trigger_text", `segment("` + id + `")`}
	}
	b := s.as(editor)
	b.post("/segments/"+pro.ID+"/edit", form(ask(other.ID)...)).want(t, 422, "“Other” asks for this segment in turn", `href="#field-trigger"`)
	b.post("/segments/"+pro.ID+"/edit", form(ask(pro.ID)...)).want(t, 422, "cannot ask whether somebody is in itself")
	b.post("/segments/"+pro.ID+"/edit", form(ask("seg_gone")...)).want(t, 422, "There is no segment with the id")
}

func TestASegmentIsChangedWithCare(t *testing.T) {
	s := newSite(t, nil)
	g := s.segment(hookline.Segment{Name: "Pro"})
	b := s.as(editor)
	first, second := newSegmentBuilder(t, b, g.ID, "/edit"), newSegmentBuilder(t, b, g.ID, "/edit")
	first.form.Set("c.0.value", "team")
	first.save()
	first.last.wantRedirect(t, "/segments/"+g.ID)
	second.form.Set("name", "Mine")
	second.save()
	second.last.want(t, 422, "Somebody changed this segment at the same time", `value="Mine"`)
	if kept := s.theSegment(); kept.Name != "Pro" || kept.Condition != `person.plan = "team"` {
		t.Errorf("kept %+v", kept)
	}
	b.get("/segments/"+g.ID+"/duplicate").want(t, 200, `value="Copy of Pro"`, `value="team"`, `action="/segments/new"`)
}

func TestASegmentThatIsAskedForStays(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	g := s.segment(hookline.Segment{Name: "Pro <b>"})
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	a := s.action(d, func(a *hookline.Action) { a.Trigger = `segment("` + g.ID + `")` })
	b.get("/segments").want(t, 200, "1 action")
	b.get("/segments/"+g.ID+"/delete").want(t, 200, "still asked for", "/actions/"+a.ID, "!Delete segment")
	b.post("/segments/"+g.ID+"/delete", nil).want(t, 409, "still asked for by the action")
	if err := s.store.DeleteAction(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	b.get("/segments/"+g.ID+"/delete").want(t, 200, "The people themselves stay", "Delete segment")
	b.post("/segments/"+g.ID+"/delete", nil).wantRedirect(t, "/segments")
	b.get("/segments/"+g.ID).want(t, 404)
}

func TestTriggersNameSegments(t *testing.T) {
	s := newSite(t, nil)
	g := s.segment(hookline.Segment{Name: "Pro <b>", Manual: true})
	source := s.source("Website")
	d := s.destination(hookline.Destination{Enabled: true}, source)
	a := s.action(d, func(a *hookline.Action) { a.Trigger, a.Enabled = `!segment("`+g.ID+`")`, true })
	s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{}`)})
	event := s.calls(source, hookline.Track, `{"userId":"u1","event":"A"}`)
	path := "/destinations/" + d.ID + "/actions/" + a.ID
	b := s.as(editor)
	b.get(path).want(t, 200, `<option value="`+g.ID+`" selected>Pro &lt;b&gt;</option>`, "the person is not in segment Pro &lt;b&gt;", "!in segment "+g.ID)
	for _, page := range []string{path, "/destinations/" + d.ID, "/events/" + event} {
		s.as(viewer).get(page).want(t, 200, "the person is not in segment Pro &lt;b&gt;", "!"+g.ID)
	}
	u := newBuilder(t, b, path)
	u.form.Set("c.0.value", "seg_gone")
	u.press("refresh")
	u.last.want(t, 200, "A segment that is gone")
}

func TestPeopleArePutIntoAManualSegment(t *testing.T) {
	s := newSite(t, nil)
	ana := s.person(hookline.Person{UserID: "u1", Email: "ana@example.com", Attributes: []byte(`{"email":"ana@example.com"}`)})
	bob := s.person(hookline.Person{UserID: "u2", Attributes: []byte(`{}`)})
	g := s.segment(hookline.Segment{Name: "Friends", Manual: true})
	path := "/segments/" + g.ID
	b := s.as(support)
	b.get(path).want(t, 200, "Nobody is in it yet", path+"/add")
	s.as(viewer).get(path).want(t, 200, "Nobody has put anybody into it", "!/add")
	b.post(path+"/add", form("people", " \n")).want(t, 422, "Type who it is")
	b.post(path+"/add", form("people", strings.Repeat("u1\n", hookline.MaxPutMembers+1))).want(t, 422, "at most 1,000")
	b.post(path+"/add", form("people", "u1\r\nnobody\r\n"+bob.ID)).want(t, 422, "2 people you chose are in the segment now. Nobody is known", "\nnobody</textarea>", "!u1</textarea>")
	b.get(path).want(t, 200, "ana@example.com", "u2", "Entered", "somebody’s hand")
	if size := s.theSegment().Size; size != 2 {
		t.Errorf("its size is %d", size)
	}
	b.get(path+"?q=ana").want(t, 200, "ana@example.com")
	b.get(path+"?q=zzz").want(t, 200, "Nobody found for “zzz”")
	b.post(path+"/remove", form("person", ana.ID)).wantRedirect(t, path)
	b.get(path).want(t, 200, "Left")
	if size := s.theSegment().Size; size != 1 {
		t.Errorf("its size is %d", size)
	}
	filled := s.segment(hookline.Segment{Name: "Pro"})
	b.post("/segments/"+filled.ID+"/add", form("people", "u1")).want(t, 409, "fills itself")
	b.get("/segments/"+filled.ID).want(t, 200, "!/add")
}

func TestMembersInStretches(t *testing.T) {
	s := newSite(t, nil)
	g := s.segment(hookline.Segment{Manual: true})
	var ids []string
	for i := range 60 {
		ids = append(ids, s.person(hookline.Person{UserID: "user-" + strconv.Itoa(i), Attributes: []byte(`{}`)}).ID)
	}
	if err := s.store.PutMembers(t.Context(), g.ID, ids); err != nil {
		t.Fatal(err)
	}
	b := s.as(viewer)
	b.get("/segments/"+g.ID).want(t, 200, "user-59", "user-10", "!user-9<", `rel="next"`)
	b.get("/segments/"+g.ID+"?before="+ids[10]).want(t, 200, "user-9<", `rel="prev"`, "!user-10")
}

func TestSegmentsWhereverPeopleAre(t *testing.T) {
	s := newSite(t, nil)
	ana := s.person(hookline.Person{UserID: "u1", Email: "ana@example.com", Attributes: []byte(`{}`)})
	bob := s.person(hookline.Person{UserID: "u2", Email: "bob@example.com", Attributes: []byte(`{}`)})
	b := s.as(support)
	b.get("/people").want(t, 200, `!name="segment"`)
	g := s.segment(hookline.Segment{Name: "Friends <b>", Manual: true})
	filled := s.segment(hookline.Segment{Name: "Pro"})
	b.get("/people").want(t, 200, "In Friends &lt;b&gt;", "In Pro", "Add chosen to segment", `<option value="`+g.ID+`">Friends &lt;b&gt;</option>`, `!<option value="`+filled.ID+`">Pro</option>`)
	s.as(viewer).get("/people").want(t, 200, "In Pro", "!Add chosen")
	b.post("/segments/chosen", form("segment", g.ID)).want(t, 409, "Nobody is chosen")
	b.post("/segments/chosen", form("segment", filled.ID, "person", ana.ID)).want(t, 409, "fills itself")
	b.post("/segments/chosen", form("segment", g.ID, "person", ana.ID)).wantRedirect(t, "/segments/"+g.ID)
	b.get("/people?segment="+g.ID).want(t, 200, "ana@example.com", "!bob@example.com", "selected>In Friends")
	b.htmx().get("/people?q=bob&segment="+g.ID).want(t, 200, "Nobody found for “bob”", "!<html")
	b.get("/people?segment="+filled.ID).want(t, 200, "Nobody is in this segment now")
	b.get("/people/"+ana.ID).want(t, 200, "The person is in one segment now.", "Friends &lt;b&gt;")
	b.get("/people/"+bob.ID).want(t, 200, "!in one segment")
}

// The size is exact, and follows what is typed by a fragment as by a page.
func TestTheSizeIsShownWhileASegmentIsBuilt(t *testing.T) {
	s := newSite(t, nil)
	for i := range 7 {
		s.person(hookline.Person{UserID: "pro-" + strconv.Itoa(i), Attributes: []byte(`{"plan":"pro"}`)})
	}
	s.person(hookline.Person{UserID: "free", Attributes: []byte(`{"plan":"free"}`)})
	u := newSegmentBuilder(t, s.as(editor), "new", "")
	u.last.want(t, 200, "!meet this now", "!meets this now", "Finish the condition that is still empty, and you see here what the segment says.")
	for plan, want := range map[string]string{"pro": "7 people meet this now", "free": "1 person meets this now", "none": "Nobody meets this now."} {
		u.form.Set("c.0.key", "plan")
		u.form.Set("c.0.value", plan)
		u.press("refresh")
		u.last.want(t, 200, want)
		sent := u.form
		s.as(editor).htmx().post("/segments/new/condition", sent).want(t, 200, want, "!<html")
	}
	u.form.Set("c.0.value", "pro")
	u.press("refresh")
	u.last.want(t, 200, "pro-6", "pro-2", "!>pro-1<", "and 2 more")
	u.form.Set("c.0.op", "is_not")
	u.press("refresh")
	u.last.want(t, 200, "1 person meets this now", ">free<")
}
