//go:build e2e

package e2e

func (s *campaignStory) furnish() {
	setUp(s.visitor)
	s.writeKey = makeSource(s.visitor)
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"zoe","traits":{"email":"zoe@example.com","plan":"free"}}`)
	s.findsAt("/people", "zoe@example.com")
	s.segmentsPaying()
}

// segmentsPaying makes the segment of those whose plan is pro.
func (v *visitor) segmentsPaying() {
	v.t.Helper()
	v.open("/segments/new")
	v.fill("Name", "Paying customers")
	v.click("Write it as text")
	v.fill("Condition as text", `person.plan = "pro"`)
	v.click("Make segment")
	v.sees("The segment is made.")
}

func (s *campaignStory) makesCampaign() {
	s.open("/campaigns")
	s.looks("none")
	s.press("New campaign")
	s.write("Name", "Welcome")
	s.hand.press(s.field("Entering a segment"))
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
	s.sendsItself("Create lead")
	s.sees("sent automatically. Sets lead_id.")
}

// sendsItself has a webhook sent automatically, which it can be once its request is complete.
func (s *campaignStory) sendsItself(step string) {
	s.t.Helper()
	s.press(step)
	s.hand.press(s.field("Send automatically"))
	s.press("Save step")
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
	s.press("Add step")
	s.sees("Now compose its request.")
	s.hand.caret(`"id"`)
	s.types(` "lead": "{{ answers.create_lead.lead_id }}",`)
	s.press("Save")
	s.sees("/notes, as a draft that somebody sends.")
	s.sendsItself("Add note")
	s.sees("/notes, sent automatically.")
	s.looks("workflow")
}

// rearranges moves a step up and down again by its menu, and removes one that was added by mistake.
func (s *campaignStory) rearranges() {
	s.hand.open(s.menuOf("A moment"), "Move up")
	s.sees("“A moment” is moved.")
	s.inOrder("A moment", "Create lead", "A lead?", "Add note")
	s.hand.open(s.menuOf("A moment"), "Move down")
	s.inOrder("Create lead", "A moment", "A lead?", "Add note")
	s.adds("Add a step at the end", "exit", "By mistake")
	s.press("Add step")
	s.sees("“By mistake” is saved.")
	s.looksAtMenu("By mistake")
	s.hand.open(s.menuOf("By mistake"), "Remove…")
	s.sees("Remove this step?")
	s.sees("“By mistake” goes, and cannot be brought back.")
	s.looks("remove")
	s.press("Remove step")
	s.sees("“By mistake” is removed.")
	s.inOrder("Create lead", "A moment", "A lead?", "Add note")
}

// looksAtMenu looks at the menu of a step while it is open, and closes it.
func (s *campaignStory) looksAtMenu(step string) {
	s.t.Helper()
	s.hand.press(s.menuOf(step))
	s.seesElement("details[open] .dropdown-menu")
	s.looks("menu")
	s.until(`(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight)(document.querySelector(".flow"))`) // not cut off
	s.presses("Escape")
	s.until(`document.querySelector(".flow details[open]") === null`)
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
	call(s.t, s.url, s.writeKey, "identify", `{"userId":"zoe","traits":{"plan":"pro"}}`)
	s.findsAt(s.campaign+"/people?state=finished", "zoe@example.com")
	s.looks("people")
	s.press("zoe@example.com")
	s.sees("The journey of zoe@example.com")
	s.sees("L-1")
	s.looks("journey")
	s.crm.mu.Lock()
	defer s.crm.mu.Unlock()
	if len(s.crm.notes) != 1 || s.crm.notes[0]["lead"] != "L-1" {
		s.t.Errorf("the CRM got the notes %v, want one with lead L-1", s.crm.notes)
	}
}
