package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/deletion"
	"hookline/internal/hookline"
)

// What names the person who is deleted in these tests, and what names another.
const (
	veraID, veraEmail, veraDevice = "vera-4711", "vera@victim.example", "device-of-vera"
	olgaID, olgaEmail             = "olga-1", "olga@stays.example"
)

// trail is a store in which somebody has left their name wherever it can be.
type trail struct {
	*sender
	vera, olga hookline.Person
	bin        hookline.Bin
}

func newTrail(t *testing.T) *trail {
	tr := &trail{sender: newSender(t)}
	tr.vera, tr.olga = tr.person(veraID, veraEmail, veraDevice), tr.person(olgaID, olgaEmail, "device-of-olga")
	tr.hasDestinations()
	var err error
	if tr.bin, err = tr.CreateBin(t.Context(), hookline.Bin{Name: "Bin", Script: hookline.BinScript{Status: 200, FailStatus: 500}}); err != nil {
		t.Fatal(err)
	}
	for i := range 90 {
		tr.leave(i, tr.vera, veraID, veraEmail)
		tr.leave(i, tr.olga, olgaID, olgaEmail)
	}
	tr.fannedOut()
	tr.batch()
	tr.elsewhere()
	for {
		if n, err := tr.enterSearch(t.Context(), true); err != nil || n == 0 {
			break
		}
	}
	return tr
}

func (tr *trail) must(err error) {
	tr.t.Helper()
	if err != nil {
		tr.t.Fatal(err)
	}
}

func (tr *trail) person(user, email, device string) hookline.Person {
	tr.t.Helper()
	p := hookline.Person{ID: tr.ids.New("per"), UserID: user, Email: email, Attributes: json.RawMessage(fmt.Sprintf(`{"email":%q,"first_name":"of %s"}`, email, user)), CreatedAt: now(), UpdatedAt: now()}
	names := []string{hookline.UserIdentity(user), hookline.EmailIdentity(email), hookline.AnonymousIdentity(device)}
	tr.must(record(tr.t, tr.Store, hookline.PersonChange{Person: p, Identities: names}))
	p.Version = 1
	return p
}

// leave makes an event of somebody, and a delivery that names them and is tried.
func (tr *trail) leave(i int, p hookline.Person, user, email string) {
	tr.t.Helper()
	payload := json.RawMessage(fmt.Sprintf(`{"userId":%q,"email":%q}`, user, email))
	e := hookline.Event{SourceID: "src_1", Type: hookline.Track, Name: "Order Paid", MessageID: fmt.Sprint(user, "-", i), UserID: user, ReceivedAt: now(), Timestamp: now(), Payload: payload}
	if i%7 == 0 {
		e.UserID, e.AnonymousID = "", "device-of-"+strings.SplitN(user, "-", 2)[0]
	}
	events := []hookline.Event{e}
	_, err := tr.AppendEvents(tr.t.Context(), events, []hookline.Rejection{{SourceID: "src_1", Type: "track", Reason: "It is malformed.", ReceivedAt: now(), Payload: string(payload)}})
	tr.must(err)
	if i%10 == 0 {
		_, err := tr.AppendEvents(tr.t.Context(), []hookline.Event{e}, nil) // a duplicate
		tr.must(err)
	}
	o := hookline.Owed{Delivery: hookline.Delivery{
		State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: "dst_1", ActionID: "act_1", EventID: events[0].ID, PersonID: p.ID,
		IdempotencyKey: fmt.Sprintf("%s key %d", map[bool]string{true: "v", false: "o"}[user == veraID], i), RequestNumber: 1, CreatedAt: now(), NextAttemptAt: now(), UpdatedAt: now(),
	}, Request: hookline.Request{Method: "POST", URL: "https://crm.example/" + user, Body: payload}}
	if i%9 == 0 {
		o.State, o.NextAttemptAt = hookline.StateDraft, now()
	}
	o, err = tr.CreateDelivery(tr.t.Context(), o)
	tr.must(err)
	tr.all = append(tr.all, o.ID)
	if i%3 > 0 {
		tr.try(o.ID)
		tr.again(o.ID)
	}
	if i%20 == 0 {
		_, err = tr.AppendBinRequest(tr.t.Context(), hookline.BinRequest{BinID: tr.bin.ID, ReceivedAt: now(), Method: "POST", Path: "/", Headers: []hookline.Header{{Name: "Idempotency-Key", Value: o.IdempotencyKey}}})
		tr.must(err)
	}
}

// batch makes a batch that was sent with something of both, and one that waits.
func (tr *trail) batch() {
	tr.t.Helper()
	var items []hookline.BatchItem
	for i, who := range []string{veraID, olgaID, veraID} {
		e := []hookline.Event{{SourceID: "src_1", Type: hookline.Track, Name: "Batched", MessageID: fmt.Sprint("batched-", i), UserID: who, ReceivedAt: now(), Payload: json.RawMessage(`{"userId":"` + who + `"}`)}}
		_, err := tr.AppendEvents(tr.t.Context(), e, nil)
		tr.must(err)
		person := map[string]string{veraID: tr.vera.ID, olgaID: tr.olga.ID}[who]
		items = append(items, hookline.BatchItem{EventID: e[0].ID, PersonID: person, Body: []byte(`{"who":"` + who + `"}`)})
	}
	tr.fannedOut()
	parts := []*hookline.BatchPart{}
	for range 2 {
		p := &hookline.BatchPart{DestinationID: "dst_1", ActionID: "act_1", Key: "k", Request: hookline.Request{Method: "POST", URL: "https://crm.example/"}, Items: items, DueAt: now()}
		tr.must(tr.write(tr.t.Context(), func(t *tx) error { return tr.createBatchPart(t, p) }))
		parts = append(parts, p)
	}
	o := hookline.Owed{
		Delivery: hookline.Delivery{State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: "dst_1", ActionID: "act_1", IdempotencyKey: "batch", RequestNumber: 1, BatchSize: 3, CreatedAt: now(), NextAttemptAt: now(), UpdatedAt: now()},
		Request:  hookline.Request{Method: "POST", URL: "https://crm.example/", Body: []byte("[]")},
	}
	o, err := tr.CreateBatch(tr.t.Context(), o, []hookline.BatchPart{*parts[0]}, 3)
	tr.must(err)
	a := hookline.Attempt{DeliveryID: o.ID, Number: 1, RequestNumber: 1, StartedAt: now(), Status: 200, Answer: []byte("took " + veraEmail), Outcome: hookline.StateDelivered}
	tr.must(tr.Finish(tr.t.Context(), hookline.Finished{Attempt: a, Outcome: hookline.Outcome{State: hookline.StateDelivered}}))
}

// elsewhere leaves the name in what people and programs wrote.
func (tr *trail) elsewhere() {
	tr.t.Helper()
	ctx := audit.With(tr.t.Context(), audit.Actor{Kind: audit.User, ID: "usr_1", Name: "eve@team.example"})
	for _, p := range []hookline.Person{tr.vera, tr.olga} {
		changed := p
		changed.Attributes = json.RawMessage(fmt.Sprintf(`{"email":%q,"plan":"pro"}`, p.Email))
		_, err := tr.UpdatePerson(ctx, changed)
		tr.must(err)
		u, err := tr.CreateUser(tr.t.Context(), hookline.User{Email: p.ID[len(p.ID)-4:] + "@team.example", Role: hookline.Editor, PasswordHash: "x"})
		tr.must(err)
		_, err = tr.CreateSavedView(tr.t.Context(), hookline.SavedView{UserID: u.ID, Name: "Mine", Query: "person=" + p.ID})
		tr.must(err)
		_, err = tr.CreateResend(ctx, hookline.ResendWish{Filter: hookline.DeliveryFilter{PersonID: p.ID}, Mode: hookline.ResendOriginal, By: "eve@team.example"})
		tr.must(err)
	}
	tr.answer(ctx)
}

// answer keeps what a call of a program was answered.
func (tr *trail) answer(ctx context.Context) {
	tr.t.Helper()
	token, err := tr.CreateToken(ctx, hookline.Token{Name: "deploy", Hash: "h", Scope: hookline.Editor, MadeBy: "eve@team.example"})
	tr.must(err)
	_, _, err = tr.BeginReplay(ctx, hookline.Replay{TokenID: token.ID, Key: "once", Hash: "h", At: now()})
	tr.must(err)
	tr.must(tr.EndReplay(ctx, hookline.Replay{TokenID: token.ID, Key: "once", Status: 201, Body: []byte(`{"user_id":"` + veraID + `"}`)}))
}

// idle is an engine that sends nothing.
type idle struct{}

func (idle) Aside(deliveries []hookline.Delivery, _ bool, do func([]hookline.Delivery) error) (int, error) {
	return 0, do(deliveries)
}

// carryOut has the deletions carried out until none is left, or the store breaks
// off.
func (tr *trail) carryOut(store deletion.Store) {
	tr.t.Helper()
	ctx, cancel := context.WithCancel(tr.t.Context())
	defer cancel()
	done := make(chan error, 1)
	runner := deletion.New(store, idle{}, slog.New(slog.DiscardHandler))
	go func() { done <- runner.Run(ctx) }()
	for {
		open, err := tr.UnfinishedDeletions(ctx)
		tr.must(err)
		if b, is := store.(*breakingOff); len(open) == 0 || is && b.left.Load() < 0 {
			break
		}
		runner.Nudge()
	}
	cancel()
	tr.must(<-done)
}

// file is everything that is in the database, without what is left over in free
// space of its file.
func (tr *trail) file() []byte {
	tr.t.Helper()
	copied := filepath.Join(tr.t.TempDir(), "copy.db")
	db, err := sql.Open("sqlite", filepath.Join(tr.dir, File))
	tr.must(err)
	_, err = db.ExecContext(tr.t.Context(), "vacuum into '"+copied+"'")
	tr.must(errors.Join(err, db.Close()))
	text, err := os.ReadFile(copied)
	tr.must(err)
	return text
}

func (tr *trail) begin(suppress bool) hookline.Deletion {
	tr.t.Helper()
	ctx := audit.With(tr.t.Context(), audit.Actor{Kind: audit.User, ID: "usr_1", Name: "eve@team.example"})
	d, err := tr.BeginDeletion(ctx, hookline.DeletionWish{PersonID: tr.vera.ID, Suppress: suppress, By: "eve@team.example"})
	tr.must(err)
	return d
}

// TestDeletionLeavesNoName: what names somebody who was deleted is nowhere in
// the database; what names another stays.
func TestDeletionLeavesNoName(t *testing.T) {
	tr := newTrail(t)
	before := tr.file()
	names := []string{veraID, veraEmail, veraDevice, tr.vera.ID}
	for _, name := range names {
		if !bytes.Contains(before, []byte(name)) {
			t.Fatalf("%q is nowhere to begin with", name)
		}
	}
	d := tr.begin(true)
	tr.carryOut(tr.Store)
	tr.holds("after the deletion")
	d, err := tr.Deletion(t.Context(), d.ID)
	tr.must(err)
	after := tr.file()
	for _, name := range names {
		if at := bytes.Index(after, []byte(name)); at >= 0 {
			t.Errorf("%q is still in the file: %q", name, after[max(at-60, 0):min(at+60, len(after))])
		}
	}
	want := map[hookline.Deleted]int{
		hookline.DeletedPerson: 1, hookline.DeletedNames: 3, hookline.DeletedAttributes: 2, hookline.DeletedEvents: 92, hookline.DeletedDeliveries: 90,
		hookline.DeletedParts: 4, hookline.DeletedRejections: 90, hookline.DeletedDuplicates: 9, hookline.DeletedAtBins: 5, hookline.DeletedViews: 1,
		hookline.DeletedResends: 1, hookline.DeletedReplays: 1, hookline.DeletedAudited: 2,
	}
	for what, n := range want {
		if d.Counts[what] != n {
			t.Errorf("%d of %s were removed, want %d", d.Counts[what], what, n)
		}
	}
	for _, what := range []hookline.Deleted{hookline.DeletedOwed, hookline.DeletedRequests, hookline.DeletedAnswers, hookline.DeletedWords} {
		if d.Counts[what] == 0 {
			t.Errorf("none of %s was removed", what)
		}
	}
	if d.State != hookline.DeletionFinished || d.FinishedAt.IsZero() || len(d.Names)+len(d.PersonID) > 0 || !d.About(veraEmail) || d.About(olgaEmail) {
		t.Errorf("the receipt is %+v", d)
	}
	tr.otherStays()
}

func (tr *trail) otherStays() {
	tr.t.Helper()
	for query, want := range map[string]int{
		"select count(*) from people where user_id = '" + olgaID + "'":               1,
		"select count(*) from deliveries where person_id = '" + tr.olga.ID + "'":     90,
		"select count(*) from events where payload like '%" + olgaID + "%'":          91,
		"select count(*) from rejections where payload like '%" + olgaID + "%'":      90,
		"select count(*) from duplicates where payload like '%" + olgaID + "%'":      9,
		"select count(*) from bin_requests":                                          5,
		"select count(*) from saved_views":                                           1,
		"select count(*) from batch_parts where items = 1":                           2,
		"select count(*) from deliveries where batch_size = 1":                       1,
		"select count(*) from audit_entries where thing_id = '" + tr.olga.ID + "'":   1,
		"select count(*) from attempts where cast(answer as text) like 'took %'":     0,
		"select count(*) from resends where filter like '%" + tr.olga.ID + "%'":      1,
		"select count(*) from audit_entries where thing_name = 'a deleted person'":   3, // with that of the deletion itself
		"select count(*) from deletions where state = 'finished' and person_id = ''": 1,
	} {
		if n := tr.count(query); n != want {
			tr.t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
	found, err := tr.ListDeliveries(tr.t.Context(), hookline.DeliveryFilter{Query: olgaEmail}, hookline.Cursor{Limit: 200})
	tr.must(err)
	if len(found.Rows) < 80 {
		tr.t.Errorf("of the other person %d are found, want all", len(found.Rows))
	}
}
