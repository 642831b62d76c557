package web

import "testing"

func TestAConditionThatAsksNothingSaysWhatThatMeans(t *testing.T) {
	s := newSite(t, nil)
	c := s.campaign("Welcome")
	for part, says := range map[string]string{"exit": "No condition: nobody leaves before the end.", "goal": "No condition: the campaign has no goal."} {
		s.as(editor).get("/campaigns/"+c.ID+"/"+part).want(t, 200, says, "!any event comes in", "!Finish the")
	}
}
