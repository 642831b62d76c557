//go:build e2e

package e2e

func (s *campaignStory) furnish() {
	setUp(s.visitor)
	s.writeKey = makeSource(s.visitor)
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"ana","traits":{"email":"ana@example.com","plan":"free"}}`)
	s.findsAt("/people", "ana@example.com")
	s.open("/segments/new")
	s.fill("Name", "Paying customers")
	s.click("Write it as text")
	s.fill("Condition as text", `person.plan = "pro"`)
	s.click("Create segment")
	s.sees("Paying customers")
}

func (s *campaignStory) makesCampaign() {
	s.open("/campaigns")
	s.looks("none")
	s.press("New campaign")
	s.write("Name", "Welcome")
	s.hand.press(s.find(`label:has-text("Entering a segment")`))
	s.looks("new")
	s.press("Create campaign")
	s.sees("The campaign is made")
	s.hand.choose(s.field("Segment"), 1)
	s.looks("trigger")
	s.press("Save trigger")
	s.sees("When somebody enters “Paying customers”.")
	s.campaign = s.path()
	s.looks("begun")
}

// adds begins a step of a kind where this link leads.
func (s *campaignStory) adds(where, kind, name string) {
	s.t.Helper()
	s.press(where)
	s.hand.press(s.find(`button[value="` + kind + `"]`))
	s.write("Name", name)
}

func (s *campaignStory) addsLead() {
	s.adds("Add a step at the end", "webhook", "Create lead")
	s.write("Address", s.crm.url+"/leads")
	s.looks("webhook")
	s.press("Add step")
	s.sees("Now compose its request.")
	s.press("Add attribute")
	s.write("Attribute 1: name", "lead_id")
	s.write("Attribute 1: value", "{{ response.lead_id }}")
	s.looks("request")
	s.press("Save")
	s.sees("as a draft that somebody sends. Sets lead_id.")
	s.press("Create lead")
	s.hand.press(s.field("Send automatically"))
	s.press("Save step")
	s.sees("sent automatically. Sets lead_id.")
}

func (s *campaignStory) addsWait() {
	s.adds("Add a step at the end", "wait", "A moment")
	s.write("How long", "1")
	s.hand.choose(s.find("#field-span_unit"), 3)
	s.looks("wait")
	s.press("Add step")
	s.sees("Wait 1 second.")
}

func (s *campaignStory) addsBranch() {
	s.adds("Add a step at the end", "branch", "A lead?")
	s.hand.press(s.control("Write it as text"))
	s.hand.write(s.field("Condition as text"), "person.lead_id != null")
	s.looks("branch")
	s.press("Add step")
	s.sees("Is it so that the person’s lead_id exists?")
}

func (s *campaignStory) addsNote() {
	s.adds("Add a step at the end of Yes of “A lead?”", "webhook", "Add note")
	s.write("Address", s.crm.url+"/notes")
	s.hand.press(s.field("Send automatically"))
	s.press("Add step")
	s.sees("Now compose its request.")
	s.hand.caret(`"id"`)
	s.types(` "lead": "{{ answers.create_lead.lead_id }}",`)
	s.press("Save")
	s.sees("/notes, sent automatically.")
	s.looks("workflow")
}

func (s *campaignStory) starts() {
	s.press("Start")
	s.sees("Start this campaign?")
	s.looks("start")
	s.press("Start campaign")
	s.sees("It is running")
}

// walks lets somebody enter the segment, and wants the lead in the second webhook and on the person.
func (s *campaignStory) walks() {
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"ana","traits":{"plan":"pro"}}`)
	s.findsAt(s.campaign+"/people?state=finished", "ana@example.com")
	s.looks("people")
	s.press("ana@example.com")
	s.sees("The journey of ana@example.com")
	s.sees("L-1")
	s.looks("journey")
	s.crm.mu.Lock()
	defer s.crm.mu.Unlock()
	if len(s.crm.notes) != 1 || s.crm.notes[0]["lead"] != "L-1" {
		s.t.Errorf("the CRM got the notes %v, want one with lead L-1", s.crm.notes)
	}
}
