package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/segment"
)

type segmentMemberStore interface {
	segment.Store

	SegmentsOf(ctx context.Context, personID string) ([]hookline.Membership, error)
	MembersAfter(ctx context.Context, segmentID, afterPersonID string, limit int) ([]string, error)
	SegmentMovesAfter(ctx context.Context, id string, limit int) ([]hookline.SegmentMove, error)
	LastSegmentMove(ctx context.Context) (string, error)
	PutMembers(ctx context.Context, segmentID string, personIDs []string) error
	ListMembers(ctx context.Context, segmentID, search string, c hookline.Cursor) (hookline.Listing[hookline.Member], error)
	RemoveMembers(ctx context.Context, segmentID string, personIDs []string) error
	SegmentProgress(ctx context.Context) (map[string]hookline.SegmentProgress, error)
	TallyPeople(ctx context.Context, condition string, samples int) (hookline.Tally, error)
	DeedsBy(ctx context.Context, personID string, events []string) (map[string]hookline.Deeds, error)
}

var segmentMemberPromises = []promise{
	{"people put into a manual segment are in it, and moved", membersByHand},
	{"members are read in stretches, by their ids", membersInStretches},
	{"members are searched as people are, and nobody else is found", membersSearched},
	{"nobody is put into a segment that fills itself", membersOfCondition},
	{"who is deleted is in no segment", membersDeleted},
	{"whoever was changed otherwise than by an event is asked", membersAsked},
	{"without a segment that fills itself nobody is asked", membersNotAsked},
	{"a round is recorded whole, once", roundRecorded},
	{"a round that something changed under is not recorded", roundConflict},
	{"deeds are kept as they were worked out, or not at all", roundDeeds},
	{"a first count moves nobody, and ends ready", roundBuilds},
	{"a tally counts exactly, and gives the newest", tallies},
	{"a tally says when it cannot count yet", talliesLater},
	{"deeds of one person are counted in the log", deedsInLog},
}

// people makes so many, with a number as their attribute n.
func (h *house) peopleNumbered(t *testing.T, users ...string) []hookline.Person {
	var people []hookline.Person
	for i, user := range users {
		attributes, err := json.Marshal(map[string]any{"n": i})
		mustDo(t, err)
		p, _, err := h.PutPerson(t.Context(), user, attributes)
		mustDo(t, err)
		people = append(people, p)
	}
	return people
}

func (h *house) manual(t *testing.T) hookline.Segment {
	return must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Friends", Manual: true}))(t)
}

func membersByHand(t *testing.T, h *house) {
	g, people := h.manual(t), h.peopleNumbered(t, "a", "b")
	before := must(h.LastSegmentMove(t.Context()))(t)
	mustDo(t, h.PutMembers(t.Context(), g.ID, []string{people[0].ID, people[1].ID, "per_nobody"}))
	mustDo(t, h.PutMembers(t.Context(), g.ID, []string{people[0].ID}))
	mustDo(t, h.RemoveMembers(t.Context(), g.ID, []string{people[1].ID, "per_nobody"}))
	h.reopen()
	in := must(h.SegmentsOf(t.Context(), people[0].ID))(t)
	if len(in) != 1 || in[0].SegmentID != g.ID || in[0].PersonID != people[0].ID || in[0].Since.IsZero() {
		t.Errorf("memberships are %+v", in)
	}
	equal(t, "memberships", must(h.MembershipsOf(t.Context(), []string{people[0].ID, people[1].ID}))(t), map[string][]string{people[0].ID: {g.ID}})
	moves := must(h.SegmentMovesAfter(t.Context(), before, 10))(t)
	for i, want := range []hookline.SegmentMove{{PersonID: people[0].ID, Entered: true}, {PersonID: people[1].ID, Entered: true}, {PersonID: people[1].ID}} {
		want.SegmentID = g.ID
		want.ID, want.At = moves[i].ID, moves[i].At
		equal(t, "move", moves[i], want)
	}
	equal(t, "last move", must(h.LastSegmentMove(t.Context()))(t), moves[2].ID)
	equal(t, "later moves", must(h.SegmentMovesAfter(t.Context(), moves[1].ID, 10))(t), moves[2:])
	if size := must(h.Segment(t.Context(), g.ID))(t).Size; size != 1 {
		t.Errorf("size is %d", size)
	}
}

func membersInStretches(t *testing.T, h *house) {
	g, people := h.manual(t), h.peopleNumbered(t, "a", "b", "c")
	for _, p := range people {
		mustDo(t, h.PutMembers(t.Context(), g.ID, []string{p.ID}))
	}
	equal(t, "first", must(h.MembersAfter(t.Context(), g.ID, "", 2))(t), []string{people[0].ID, people[1].ID})
	equal(t, "rest", must(h.MembersAfter(t.Context(), g.ID, people[1].ID, 2))(t), []string{people[2].ID})
	equal(t, "of none", must(h.MembersAfter(t.Context(), "seg_none", "", 2))(t), []string{})
}

func membersSearched(t *testing.T, h *house) {
	g := h.manual(t)
	var ids []string
	for i := range 8 {
		in := h.person(t, fmt.Sprint("u", i), `{"email":"u`+fmt.Sprint(i)+`@example.com","plan":"100% Pro"}`, fmt.Sprint("a", i))
		h.person(t, fmt.Sprint("u1", i), `{"plan":"100% Pro"}`) // who is not in it
		mustDo(t, h.PutMembers(t.Context(), g.ID, []string{in.ID}))
		ids = append(ids, in.ID)
	}
	for search, want := range map[string][]string{
		"":                ids,
		"U":               ids, // what all of their user ids begin with
		"100% pro":        ids,
		" u3":             ids[3:4],
		"a5":              ids[5:6],
		"U7@Example.com":  ids[7:],
		"3@example.com":   ids[3:4], // inside of an attribute
		"u11":             nil,
		"nobody has this": nil,
	} {
		if len(want) < len(ids) {
			found := must(h.ListMembers(t.Context(), g.ID, search, hookline.Cursor{}))(t)
			equal(t, fmt.Sprintf("search %q", search), idsOf(found, memberID), append([]string{}, want...))
			continue
		}
		checkPages(t, want, memberID, func(c hookline.Cursor) (hookline.Listing[hookline.Member], error) {
			page, err := h.ListMembers(t.Context(), g.ID, search, c)
			for _, m := range page.Rows {
				equal(t, "anonymous ids", m.AnonymousIDs, []string{"a" + m.UserID[1:]})
				if m.Since.IsZero() {
					t.Errorf("searching for %q, %s is a member since nobody knows when", search, m.UserID)
				}
			}
			return page, err
		})
	}
	equal(t, "of none", len(must(h.ListMembers(t.Context(), "seg_none", "u", hookline.Cursor{}))(t).Rows), 0)
	_, err := h.ListMembers(t.Context(), g.ID, strings.Repeat("x", 1001), hookline.Cursor{})
	wantKind(t, hookline.KindInvalid, err)
}

func memberID(m hookline.Member) string { return m.ID }

func membersOfCondition(t *testing.T, h *house) {
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Condition: `person.plan = "pro"`}))(t)
	people := h.peopleNumbered(t, "a")
	wantKind(t, hookline.KindConflict, h.PutMembers(t.Context(), g.ID, []string{people[0].ID}))
	wantKind(t, hookline.KindConflict, h.RemoveMembers(t.Context(), g.ID, []string{people[0].ID}))
	wantKind(t, hookline.KindNotFound, h.PutMembers(t.Context(), "seg_none", nil))
}

func membersDeleted(t *testing.T, h *house) {
	g, people := h.manual(t), h.peopleNumbered(t, "a", "b")
	mustDo(t, h.PutMembers(t.Context(), g.ID, []string{people[0].ID, people[1].ID}))
	mustDo(t, h.DeletePerson(t.Context(), people[0].ID))
	equal(t, "members", must(h.MembersAfter(t.Context(), g.ID, "", 9))(t), []string{people[1].ID})
	if size := must(h.Segment(t.Context(), g.ID))(t).Size; size != 1 {
		t.Errorf("size is %d", size)
	}
	mustDo(t, h.DeleteSegment(t.Context(), g.ID))
	equal(t, "memberships", must(h.SegmentsOf(t.Context(), people[1].ID))(t), []hookline.Membership{})
}

func (h *house) news(t *testing.T) hookline.SegmentNews {
	plan := must(h.SegmentPlan(t.Context()))(t)
	return must(h.SegmentNews(t.Context(), plan.Cursor, time.Now(), 100, 100))(t)
}

func membersAsked(t *testing.T, h *house) {
	must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Condition: `person.plan = "pro"`}))(t)
	people := h.peopleNumbered(t, "a", "b")
	h.heard()
	must(h.UpdatePerson(t.Context(), people[1]))(t)
	if !contains(h.heard(), hookline.TopicAsks) {
		t.Error("nobody was told that somebody is to be asked")
	}
	asked := h.news(t).Asked
	equal(t, "asked", asked, []hookline.Asked{{PersonID: people[0].ID, Times: 1}, {PersonID: people[1].ID, Times: 2}})
	plan := h.following(t)
	asked[1].Times = 1 // they were changed again since this was read
	mustDo(t, h.RecordSegments(t.Context(), hookline.SegmentRound{Version: plan.Version, Asked: asked}))
	equal(t, "still to be asked", h.news(t).Asked, []hookline.Asked{{PersonID: people[1].ID, Times: 2}})
}

func contains(topics []hookline.Topic, one hookline.Topic) bool {
	for _, topic := range topics {
		if topic == one {
			return true
		}
	}
	return false
}

func membersNotAsked(t *testing.T, h *house) {
	h.manual(t)
	h.peopleNumbered(t, "a")
	equal(t, "asked", h.news(t).Asked, []hookline.Asked{})
}

// following begins to follow events and to count a deed.
func (h *house) following(t *testing.T) hookline.SegmentPlan {
	plan := must(h.SegmentPlan(t.Context()))(t)
	mustDo(t, h.CountDeeds(t.Context(), plan.Version, []hookline.CountedDeed{{Event: "Order", Times: 2}}, nil))
	return must(h.SegmentPlan(t.Context()))(t)
}

func roundRecorded(t *testing.T, h *house) {
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Condition: `person.plan = "pro"`}))(t)
	people := h.peopleNumbered(t, "a", "b")
	plan := h.following(t)
	at := time.Now().UTC().Truncate(time.Microsecond)
	round := hookline.SegmentRound{
		Version: plan.Version, To: "evt_1k3f8m2c1ab", Due: []hookline.DueChange{{PersonID: people[0].ID, At: at}},
		Changes: []hookline.MemberChange{
			{Segment: plan.Segments[0].Number, PersonID: people[0].ID, Entered: true, EventID: "evt_1k3f8m2c1ab", At: at},
			{Segment: plan.Segments[0].Number, PersonID: people[1].ID, Entered: true, Silent: true, At: at},
			{Segment: plan.Segments[0].Number, PersonID: "per_gone", Entered: true, At: at},
		},
	}
	mustDo(t, h.RecordSegments(t.Context(), round))
	wantKind(t, hookline.KindConflict, h.RecordSegments(t.Context(), round))
	moves := must(h.SegmentMovesAfter(t.Context(), "", 9))(t)
	equal(t, "moves", moves, []hookline.SegmentMove{{ID: moves[0].ID, SegmentID: g.ID, PersonID: people[0].ID, Entered: true, EventID: "evt_1k3f8m2c1ab", At: at}})
	equal(t, "standing", must(h.Standings(t.Context(), []string{people[0].ID}))(t), map[string]hookline.SegmentStanding{
		people[0].ID: {Members: []int64{plan.Segments[0].Number}, DueAt: at},
	})
	equal(t, "due", must(h.SegmentNews(t.Context(), round.To, at, 9, 9))(t).Due, []string{people[0].ID})
	equal(t, "not yet due", must(h.SegmentNews(t.Context(), round.To, at.Add(-1000), 9, 9))(t).Due, []string{})
	if size := must(h.Segment(t.Context(), g.ID))(t).Size; size != 2 {
		t.Errorf("size is %d", size)
	}
}

func roundConflict(t *testing.T, h *house) {
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Condition: `person.plan = "pro"`}))(t)
	plan := h.following(t)
	gone := hookline.DeedsOf{Owner: "per_gone", Deed: plan.Deeds[0].Number, Deeds: hookline.Deeds{Total: 1}}
	wantKind(t, hookline.KindConflict, h.RecordSegments(t.Context(), hookline.SegmentRound{Version: plan.Version, To: "evt_1k3f8m2c1ab", Deeds: []hookline.DeedsOf{gone}}))
	equal(t, "cursor", must(h.SegmentPlan(t.Context()))(t).Cursor, "")
	g.Condition = `person.plan = "team"`
	must(h.UpdateSegment(t.Context(), g))(t)
	wantKind(t, hookline.KindConflict, h.RecordSegments(t.Context(), hookline.SegmentRound{Version: plan.Version}))
	wantKind(t, hookline.KindConflict, h.CountDeeds(t.Context(), plan.Version, nil, nil))
	wantKind(t, hookline.KindConflict, h.ForgetSegments(t.Context(), plan.Version))
}

func roundDeeds(t *testing.T, h *house) {
	people := h.peopleNumbered(t, "a")
	plan := h.following(t)
	deed := plan.Deeds[0].Number
	save := func(owner string, was int, times ...int64) error {
		return h.RecordSegments(t.Context(), hookline.SegmentRound{Version: plan.Version, Deeds: []hookline.DeedsOf{
			{Owner: owner, Deed: deed, Deeds: hookline.Deeds{Total: was + 1, Times: times}, Was: was},
		}})
	}
	mustDo(t, save(people[0].ID, 0, 10))
	wantKind(t, hookline.KindConflict, save(people[0].ID, 0, 20))
	mustDo(t, save(people[0].ID, 1, 20, 10))
	standing := must(h.Standings(t.Context(), []string{people[0].ID}))(t)[people[0].ID]
	equal(t, "deeds", standing.Deeds, map[int64]hookline.Deeds{deed: {Total: 2, Times: []int64{20, 10}}})
	mustDo(t, save("anon:x", 0, 30))
	wantKind(t, hookline.KindConflict, save(hookline.UserIdentity("a"), 0, 30)) // it leads to somebody
	mustDo(t, h.CountDeeds(t.Context(), plan.Version, nil, []int64{deed}))
	for place, more := "", true; more; {
		var err error
		place, more, err = h.SweepSegments(t.Context(), place, time.Now())
		mustDo(t, err)
	}
	equal(t, "dropped", must(h.Standings(t.Context(), []string{people[0].ID}))(t), map[string]hookline.SegmentStanding{})
}

func roundBuilds(t *testing.T, h *house) {
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Condition: `person.plan = "pro"`}))(t)
	people := h.peopleNumbered(t, "a", "b")
	plan := h.following(t)
	number := plan.Segments[0].Number
	equal(t, "everybody", must(h.PeopleAfter(t.Context(), "", "", 9))(t), people)
	equal(t, "between", must(h.PeopleAfter(t.Context(), "", people[0].ID, 9))(t), people[:1])
	equal(t, "known", must(h.PeopleByID(t.Context(), []string{people[1].ID, "per_gone"}))(t), people[1:])
	h.heard()
	mustDo(t, h.RecordSegments(t.Context(), hookline.SegmentRound{Version: plan.Version, Built: []hookline.BuildPlace{{Segment: number, Place: people[0].ID, Asked: 1}}}))
	h.wantTold(t, "progress", hookline.TopicSegments, hookline.TopicSegment(g.ID))
	equal(t, "progress", must(h.SegmentProgress(t.Context()))(t), map[string]hookline.SegmentProgress{g.ID: {Done: 1, Of: 2}})
	mustDo(t, h.RecordSegments(t.Context(), hookline.SegmentRound{Version: plan.Version, Built: []hookline.BuildPlace{{Segment: number, Place: people[1].ID, Asked: 1, Ready: true}}}))
	h.wantTold(t, "the end of a first count", hookline.TopicSegments, hookline.TopicSegment(g.ID))
	equal(t, "progress", must(h.SegmentProgress(t.Context()))(t), map[string]hookline.SegmentProgress{})
	if state := must(h.Segment(t.Context(), g.ID))(t).State; state != hookline.SegmentReady {
		t.Errorf("state is %s", state)
	}
}

func tallies(t *testing.T, h *house) {
	people := h.peopleNumbered(t, "a", "b", "c", "d")
	people[3].Suppressed = true
	must(h.UpdatePerson(t.Context(), people[3]))(t)
	g := h.manual(t)
	mustDo(t, h.PutMembers(t.Context(), g.ID, []string{people[1].ID}))
	tests := map[string]hookline.Tally{
		`person.n >= 1`:                         {Count: 2, Sample: []hookline.Person{people[2]}},
		`person.id = "a" or person.n = 2`:       {Count: 2, Sample: []hookline.Person{people[2]}},
		`person.plan = null`:                    {Count: 3, Sample: []hookline.Person{people[2]}},
		`segment("` + g.ID + `")`:               {Count: 1, Sample: []hookline.Person{people[1]}},
		`!segment("seg_none") and person.n < 1`: {Count: 1, Sample: []hookline.Person{people[0]}},
		`person.plan = "pro"`:                   {},
	}
	for text, want := range tests {
		equal(t, text, must(h.TallyPeople(t.Context(), text, 1))(t), want)
	}
	_, err := h.TallyPeople(t.Context(), `event = "x"`, 1)
	wantKind(t, hookline.KindInvalid, err)
}

func talliesLater(t *testing.T, h *house) {
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Condition: `person.plan = "pro"`}))(t)
	people := h.peopleNumbered(t, "a", "b")
	equal(t, "building", must(h.TallyPeople(t.Context(), `segment("`+g.ID+`")`, 1))(t), hookline.Tally{Later: true})
	equal(t, "nobody did", must(h.TallyPeople(t.Context(), `did("Order")`, 1))(t), hookline.Tally{})
	plan := h.following(t)
	mustDo(t, h.RecordSegments(t.Context(), hookline.SegmentRound{Version: plan.Version, Deeds: []hookline.DeedsOf{
		{Owner: people[0].ID, Deed: plan.Deeds[0].Number, Deeds: hookline.Deeds{Total: 1, Times: []int64{1}}},
	}}))
	equal(t, "counted", must(h.TallyPeople(t.Context(), `did("Order")`, 1))(t), hookline.Tally{Count: 1, Sample: people[:1]})
}

func deedsInLog(t *testing.T, h *house) {
	people := h.peopleNumbered(t, "a")
	at := time.Now().UTC().Truncate(time.Microsecond)
	var events []hookline.Event
	for i, name := range []string{"Order", "Order", "Other"} {
		events = append(events, hookline.Event{
			SourceID: "src_1", Type: hookline.Track, MessageID: name + string(rune('0'+i)), UserID: "a", Name: name,
			Timestamp: at.Add(time.Duration(2*i-1) * time.Hour), ReceivedAt: at, Payload: json.RawMessage(`{}`),
		})
	}
	must(h.AppendEvents(t.Context(), events, nil))(t)
	equal(t, "deeds", must(h.DeedsBy(t.Context(), people[0].ID, []string{"Order", "None"}))(t), map[string]hookline.Deeds{
		"Order": {Total: 2, Times: []int64{at.UnixMicro(), at.Add(-time.Hour).UnixMicro()}},
	})
	for text, count := range map[string]int{`did("Order")`: 1, `did("Order") >= 2`: 1, `did("Order") >= 3`: 0, `did("Order", within 30 minutes) >= 1`: 1, `did("Order", within 30 minutes) >= 2`: 0, `!did("Other")`: 0, `!did("None")`: 1} {
		equal(t, text, must(h.TallyPeople(t.Context(), text, 0))(t), hookline.Tally{Count: count})
	}
	equal(t, "of nobody", must(h.DeedsBy(t.Context(), "per_none", []string{"Order"}))(t), map[string]hookline.Deeds{})
}
