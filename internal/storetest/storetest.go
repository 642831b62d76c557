// Package storetest holds the promises a store makes, as one suite that every
// store runs: a file per noun, in each a list of promises and the methods they
// are about.
package storetest

import (
	"slices"
	"sync"
	"testing"

	"hookline/internal/access"
	"hookline/internal/delivery"
	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/internal/ingest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Store is the whole of what a store does: the sum of what those who use it ask for.
type Store interface {
	access.Store
	ingest.Store
	fanout.Store
	delivery.Store
	delivery.ResendStore

	sourceStore
	eventStore
	intakeStore
	personStore
	attributeStore
	attributeIndexStore
	importStore
	deletionStore
	destinationStore
	pauseStore
	actionStore
	versionStore
	deliveryStore
	runStore
	draftStore
	goalStore
	journeyStore
	failureStore
	binStore
	userStore
	settingStore
	tokenStore
	lookStore
	reportStore
	auditStore
	secretStore
	invitationStore
	savedViewStore
	countStore
	shareStore
	shortcutStore
	retentionStore
	segmentStore
	segmentMemberStore
	campaignStore

	Close() error
}

// Open opens the store that lives in folder home; the same home again is the
// same store. After each commit the store calls notify with what changed.
type Open func(t *testing.T, home string, notify func([]hookline.Topic)) Store

// Run checks every promise, each on a store of its own, several at a time: a
// store mostly waits for its disk.
func Run(t *testing.T, open Open) {
	for _, noun := range []struct {
		name     string
		promises []promise
	}{
		{"units", unitPromises},
		{"topics", topicPromises},
		{"sources", sourcePromises},
		{"events", eventPromises},
		{"rejections", rejectionPromises},
		{"intakes", intakePromises},
		{"people", personPromises},
		{"attributes", attributePromises},
		{"attribute index", attributeIndexPromises},
		{"imports", importPromises},
		{"deletions", deletionPromises},
		{"searches", searchPromises},
		{"destinations", destinationPromises},
		{"pauses", pausePromises},
		{"ways", wayPromises},
		{"actions", actionPromises},
		{"versions", versionPromises},
		{"routing", routingPromises},
		{"fanouts", fanoutPromises},
		{"merges", mergePromises},
		{"deliveries", deliveryPromises},
		{"looks", lookPromises},
		{"batches", batchPromises},
		{"held", heldPromises},
		{"skips", skipPromises},
		{"queue", queuePromises},
		{"attempts", attemptPromises},
		{"answers", answerPromises},
		{"resends", resendPromises},
		{"cancels", cancelPromises},
		{"runs", runPromises},
		{"drafts", draftPromises},
		{"conversions", conversionPromises},
		{"journeys", journeyPromises},
		{"failures", failurePromises},
		{"bins", binPromises},
		{"users", userPromises},
		{"sessions", sessionPromises},
		{"settings", settingPromises},
		{"tokens", tokenPromises},
		{"reports", reportPromises},
		{"audits", auditPromises},
		{"secrets", secretPromises},
		{"invitations", invitationPromises},
		{"saved views", savedViewPromises},
		{"counts", countPromises},
		{"shares", sharePromises},
		{"shortcuts", shortcutPromises},
		{"retention", retentionPromises},
		{"two steps", twoStepPromises},
		{"segments", segmentPromises},
		{"members", segmentMemberPromises},
		{"campaigns", campaignPromises},
	} {
		t.Run(noun.name, func(t *testing.T) {
			for _, p := range noun.promises {
				t.Run(p.says, func(t *testing.T) {
					t.Parallel()
					p.check(t, newHouse(t, open))
				})
			}
		})
	}
}

// promise is one thing that a store promises.
type promise struct {
	says  string
	check func(t *testing.T, h *house)
}

// house is a store under test and what it told.
type house struct {
	Store
	ids hookline.IDs // for nouns that get their id from outside of the store

	t    *testing.T
	open Open
	home string

	mu     sync.Mutex
	topics []hookline.Topic
}

func newHouse(t *testing.T, open Open) *house {
	h := &house{t: t, open: open, home: t.TempDir()}
	h.Store = open(t, h.home, h.hear)
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return h
}

// reopen is what a restart of the program does.
func (h *house) reopen() {
	h.t.Helper()
	if err := h.Close(); err != nil {
		h.t.Fatalf("close store: %v", err)
	}
	h.Store = h.open(h.t, h.home, h.hear)
}

func (h *house) hear(topics []hookline.Topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.topics = append(h.topics, topics...)
}

// heard gives the topics told since it was asked last, sorted.
func (h *house) heard() []hookline.Topic {
	h.mu.Lock()
	defer h.mu.Unlock()
	topics := slices.Compact(slices.Sorted(slices.Values(h.topics)))
	h.topics = nil
	return topics
}

// must is for calls that have to succeed: must(store.Source(ctx, id))(t).
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected error: %v", err)
		}
		return value
	}
}

func mustDo(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

// wantKind checks that a call failed, and how.
func wantKind(t testing.TB, want hookline.Kind, err error) {
	t.Helper()
	if got := hookline.KindOf(err); got != want {
		t.Errorf("kind of error = %q, want %q (error: %v)", got, want, err)
	}
}

// equal compares what a store gave with what was wanted; no rows are as good
// as none.
func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

// atOnce calls do n times at the same time and gives each one's error.
func atOnce(n int, do func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

// wantWinners checks that so many of those who raced succeeded, and that all
// others failed with kind.
func wantWinners(t testing.TB, want int, kind hookline.Kind, errs []error) {
	t.Helper()
	winners := 0
	for _, err := range errs {
		switch hookline.KindOf(err) {
		case "":
			winners++
		case kind:
		default:
			t.Errorf("a loser got %v, want kind %q", err, kind)
		}
	}
	if winners != want {
		t.Errorf("%d succeeded, want %d", winners, want)
	}
}

// evt is the id of an event that need not be there.
func evt(key int64) string { return hookline.KeyID("evt", key) }
