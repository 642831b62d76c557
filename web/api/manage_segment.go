package api

import (
	"context"
	"strings"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/internal/segment"
)

type segmentStore interface {
	ListSegments(ctx context.Context) ([]hookline.Segment, error)
	Segment(ctx context.Context, id string) (hookline.Segment, error)
	CreateSegment(ctx context.Context, g hookline.Segment) (hookline.Segment, error)
	UpdateSegment(ctx context.Context, g hookline.Segment) (hookline.Segment, error)
	DeleteSegment(ctx context.Context, id string) error
	ListMembers(ctx context.Context, segmentID, search string, c hookline.Cursor) (hookline.Listing[hookline.Member], error)
	PutMembers(ctx context.Context, segmentID string, personIDs []string) error
	RemoveMembers(ctx context.Context, segmentID string, personIDs []string) error
}

type segmentForm struct {
	Name        string `json:"name" required:"true" doc:"What these people are. No two segments have the same name." example:"Paying customers"`
	Description string `json:"description" doc:"What the segment is for."`
	Manual      bool   `json:"manual" doc:"Whether its members are put in by hand. It stays as it was made."`
	Condition   string `json:"condition" doc:"Who belongs to it, as the builder writes it as text. Empty for a manual one." example:"person.plan = \"pro\" and did(\"Order Completed\", within 30 days) >= 3"`
	Version     int64  `json:"version" doc:"The version that was read: a change is refused when somebody has changed the segment since. 0 changes it whatever it is."`
}

type segmentAnswer struct {
	ID          string    `json:"id" example:"seg_00000000000000000000"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Manual      bool      `json:"manual"`
	Condition   string    `json:"condition"`
	State       string    `json:"state" enum:"building,ready" doc:"Whether everybody has been asked since the condition was last changed."`
	Size        int       `json:"size" doc:"How many people are in it; so far, while it is building."`
	Version     int64     `json:"version"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func showSegment(g hookline.Segment) segmentAnswer {
	return segmentAnswer{g.ID, g.Name, g.Description, g.Manual, g.Condition, string(g.State), g.Size, g.Version, g.CreatedAt, g.UpdatedAt}
}

func (m *manage) listSegments(c *call) (listAnswer[segmentAnswer], error) {
	segments, err := m.Store.ListSegments(c.Context())
	return listed(segments, showSegment), err
}

func (m *manage) showSegment(c *call) (segmentAnswer, error) {
	g, err := m.Store.Segment(c.Context(), c.params["id"])
	return showSegment(g), err
}

func (m *manage) createSegment(c *call, read func(*segmentForm) error) (segmentAnswer, error) {
	var form segmentForm
	if err := read(&form); err != nil {
		return segmentAnswer{}, err
	}
	g, err := m.overSegment(c, form, hookline.Segment{Manual: form.Manual})
	if err == nil {
		g, err = m.Store.CreateSegment(c.Context(), g)
	}
	return showSegment(g), err
}

func (m *manage) changeSegment(c *call, read func(*segmentForm) error) (segmentAnswer, error) {
	g, err := m.Store.Segment(c.Context(), c.params["id"])
	if err != nil {
		return segmentAnswer{}, err
	}
	form := segmentForm{Name: g.Name, Description: g.Description, Manual: g.Manual, Condition: g.Condition}
	if err := read(&form); err != nil {
		return segmentAnswer{}, err
	}
	if g, err = m.overSegment(c, form, g); err == nil {
		g, err = m.Store.UpdateSegment(c.Context(), g)
	}
	return showSegment(g), err
}

// overSegment is over, and asks whether the segments that it asks for are there
// and do not ask for it in turn.
func (m *manage) overSegment(c *call, f segmentForm, g hookline.Segment) (hookline.Segment, error) {
	g, err := f.over(g)
	if err != nil {
		return g, err
	}
	all, err := m.Store.ListSegments(c.Context())
	if err == nil {
		err = segment.Check(g, all)
	}
	return g, err
}

// over is the segment with what the form says, the condition in the one form in
// which it is kept.
func (f segmentForm) over(g hookline.Segment) (hookline.Segment, error) {
	wrong := map[string]string{}
	if f.Manual != g.Manual {
		wrong["manual"] = "A segment stays manual, or not. Make another one instead."
	}
	g.Name, g.Description, g.Condition = f.Name, f.Description, strings.TrimSpace(f.Condition)
	if f.Version != 0 {
		g.Version = f.Version
	}
	asked, err := condition.ParseIn(f.Condition, condition.AboutPeople)
	switch {
	case err != nil:
		wrong["condition"] = triggerTrouble(err)
	case !g.Manual:
		g.Condition = asked.String()
	}
	return g, also(wrong, g.Validate())
}

func (m *manage) deleteSegment(c *call) (none, error) {
	return none{}, m.Store.DeleteSegment(c.Context(), c.params["id"])
}

// memberAnswer is a person, and since when they are in a segment.
type memberAnswer struct {
	Since  time.Time    `json:"since" doc:"When they entered."`
	Person personAnswer `json:"person"`
}

var memberParameters = append([]parameter{{"q", "As in the list of people: what a user id, an e-mail address or an anonymous id begins with, or an attribute holds.", "string"}}, pageParameters...)

func (m *manage) listMembers(c *call) (listAnswer[memberAnswer], error) {
	at, err := c.cursor()
	if err != nil {
		return listAnswer[memberAnswer]{}, err
	}
	g, err := m.Store.Segment(c.Context(), c.params["id"])
	if err != nil {
		return listAnswer[memberAnswer]{}, err
	}
	members, err := m.Store.ListMembers(c.Context(), g.ID, c.query("q"), at)
	show := func(one hookline.Member) memberAnswer { return memberAnswer{one.Since, showPerson(one.Person)} }
	return stretch(members, show, func(one hookline.Member) string { return one.ID }), err
}

type membersForm struct {
	People []string `json:"people" required:"true" doc:"Who: Hookline's own ids (per_…) or the sender's user ids. At most 1,000." example:"u-1001"`
}

type membersAnswer struct {
	Added   int      `json:"added" doc:"How many are in it now of those who were named."`
	Unknown []string `json:"unknown" doc:"By which ids nobody is known. They were passed over."`
}

// addMembers puts in whom it finds, and tells by which ids nobody is known.
func (m *manage) addMembers(c *call, read func(*membersForm) error) (membersAnswer, error) {
	var form membersForm
	if err := read(&form); err != nil {
		return membersAnswer{}, err
	}
	if n := len(form.People); n == 0 || n > hookline.MaxPutMembers {
		return membersAnswer{}, hookline.Invalid("Nobody was added.", map[string]string{"people": "Name 1 to 1,000 people."})
	}
	answer := membersAnswer{Unknown: []string{}}
	var found []string
	for _, id := range form.People {
		p, err := m.personBy(c.Context(), id)
		switch {
		case hookline.KindOf(err) == hookline.KindNotFound:
			answer.Unknown = append(answer.Unknown, id)
		case err != nil:
			return answer, err
		default:
			found = append(found, p.ID)
		}
	}
	answer.Added = len(found)
	return answer, m.Store.PutMembers(c.Context(), c.params["id"], found)
}

func (m *manage) removeMember(c *call) (none, error) {
	p, err := m.personBy(c.Context(), c.params["person_id"])
	if err != nil {
		return none{}, err
	}
	return none{}, m.Store.RemoveMembers(c.Context(), c.params["id"], []string{p.ID})
}
