package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type binStore interface {
	ListBins(ctx context.Context) ([]hookline.Bin, error)
	Bin(ctx context.Context, id string) (hookline.Bin, error)
	CreateBin(ctx context.Context, b hookline.Bin) (hookline.Bin, error)
	UpdateBin(ctx context.Context, b hookline.Bin) (hookline.Bin, error)
	DeleteBin(ctx context.Context, id string) error
	AppendBinRequest(ctx context.Context, q hookline.BinRequest) (hookline.BinRequest, error)
	ListBinRequests(ctx context.Context, binID string, c hookline.Cursor) (hookline.Listing[hookline.BinRequest], error)
	BinRequest(ctx context.Context, id string) (hookline.BinRequest, error)
	ClearBin(ctx context.Context, binID string) error
	NextBinAnswer(ctx context.Context, binID string) (status int, script hookline.BinScript, err error)
}

var binPromises = []promise{
	{"a new bin gets an id that cannot be guessed, and stays", binCreate},
	{"a change changes what it says", binUpdate},
	{"exactly the first requests fail, and again after saving", binFailFirst},
	{"of many who ask at once as many fail as should", binFailRace},
	{"a request is kept as it came", binRequestKept},
	{"the oldest requests make room", binRequestLimit},
	{"pages have no gaps and no repeats", binRequestPages},
	{"clearing and deleting take the requests along", binClear},
}

func (h *house) bin(t *testing.T, name string) hookline.Bin {
	t.Helper()
	return must(h.CreateBin(t.Context(), hookline.Bin{Name: name, Script: hookline.NewBinScript()}))(t)
}

func binCreate(t *testing.T, h *house) {
	script := hookline.BinScript{
		Status: 429, Delay: 1500 * time.Millisecond, BodySize: 20000, Body: "a\"\u2028<", RetryAfter: "120", FailFirst: 3, FailStatus: 500,
	}
	a := must(h.CreateBin(t.Context(), hookline.Bin{Name: " Mine ", Script: script}))(t)
	b := h.bin(t, "Yours")
	if !strings.HasPrefix(a.ID, "bin_") || len(a.ID) < 30 || a.ID[:12] == b.ID[:12] {
		t.Errorf("ids %q, %q", a.ID, b.ID)
	}
	equal(t, "made", a, hookline.Bin{ID: a.ID, Name: "Mine", Script: script, CreatedAt: a.CreatedAt})
	h.reopen()
	equal(t, "list", must(h.ListBins(t.Context()))(t), []hookline.Bin{a, b})
	equal(t, "bin", must(h.Bin(t.Context(), a.ID))(t), a)

	_, err := h.CreateBin(t.Context(), hookline.Bin{Name: "Faulty"})
	wantKind(t, hookline.KindInvalid, err)
}

func binUpdate(t *testing.T, h *house) {
	b, other := h.bin(t, "Mine"), h.bin(t, "Yours")
	wish := b
	wish.Name, wish.Script.Status, wish.CreatedAt = "Ours", 503, time.Time{}
	changed := must(h.UpdateBin(t.Context(), wish))(t)
	wish.CreatedAt = b.CreatedAt
	equal(t, "changed", changed, wish)
	equal(t, "list", must(h.ListBins(t.Context()))(t), []hookline.Bin{wish, other})

	wish.Script.Status = 99
	_, err := h.UpdateBin(t.Context(), wish)
	wantKind(t, hookline.KindInvalid, err)
	wish.Script.Status, wish.ID = 200, "bin_gone"
	_, err = h.UpdateBin(t.Context(), wish)
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.Bin(t.Context(), "bin_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func (h *house) answers(t *testing.T, binID string, n int) []int {
	t.Helper()
	statuses := make([]int, n)
	for i := range statuses {
		status, _, err := h.NextBinAnswer(t.Context(), binID)
		mustDo(t, err)
		statuses[i] = status
	}
	return statuses
}

func binFailFirst(t *testing.T, h *house) {
	b := h.bin(t, "Mine")
	equal(t, "answers without failures", h.answers(t, b.ID, 2), []int{200, 200})
	b.Script.FailFirst = 2
	b = must(h.UpdateBin(t.Context(), b))(t)
	equal(t, "answers with failures", h.answers(t, b.ID, 1), []int{503})
	h.reopen()
	equal(t, "answers after a restart", h.answers(t, b.ID, 3), []int{503, 200, 200})
	must(h.UpdateBin(t.Context(), b))(t)
	equal(t, "answers after saving", h.answers(t, b.ID, 3), []int{503, 503, 200})

	status, script, err := h.NextBinAnswer(t.Context(), b.ID)
	mustDo(t, err)
	equal(t, "status", status, 200)
	equal(t, "script", script, b.Script)
	_, _, err = h.NextBinAnswer(t.Context(), "bin_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func binFailRace(t *testing.T, h *house) {
	script := hookline.NewBinScript()
	script.FailFirst = 5
	b := must(h.CreateBin(t.Context(), hookline.Bin{Name: "Mine", Script: script}))(t)
	var failed atomic.Int64
	errs := atOnce(16, func(int) error {
		status, _, err := h.NextBinAnswer(t.Context(), b.ID)
		if status == script.FailStatus {
			failed.Add(1)
		}
		return err
	})
	mustDo(t, errors.Join(errs...))
	equal(t, "failed", failed.Load(), int64(5))
}

func newBinRequest(binID string) hookline.BinRequest {
	return hookline.BinRequest{BinID: binID, ReceivedAt: received, Method: "POST", Path: "/b/x?q=1", Status: 200, From: "203.0.113.7"}
}

func binRequestKept(t *testing.T, h *house) {
	b := h.bin(t, "Mine")
	wish := newBinRequest(b.ID)
	wish.Headers = []hookline.Header{{Name: "X-B", Value: "1"}, {Name: "X-A", Value: "ü"}, {Name: "X-B", Value: "2"}}
	wish.Body, wish.Cut, wish.Status = []byte{0, 1, 0xff, 'a', 0}, true, 503
	got := must(h.AppendBinRequest(t.Context(), wish))(t)
	if !strings.HasPrefix(got.ID, "brq_") {
		t.Errorf("id %q", got.ID)
	}
	wish.ID = got.ID
	h.reopen()
	equal(t, "request", must(h.BinRequest(t.Context(), got.ID))(t), wish)

	bare := newBinRequest(b.ID)
	bare.Path = "/b/\xff"
	bare = must(h.AppendBinRequest(t.Context(), bare))(t)
	want := newBinRequest(b.ID)
	want.ID, want.Path = bare.ID, "/b/\uFFFD"
	equal(t, "request without a body", must(h.BinRequest(t.Context(), bare.ID))(t), want)

	_, err := h.AppendBinRequest(t.Context(), newBinRequest("bin_gone"))
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.BinRequest(t.Context(), "brq_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func binRequestLimit(t *testing.T, h *house) {
	b, other := h.bin(t, "Mine"), h.bin(t, "Yours")
	kept := must(h.AppendBinRequest(t.Context(), newBinRequest(other.ID)))(t)
	first := must(h.AppendBinRequest(t.Context(), newBinRequest(b.ID)))(t)
	second := must(h.AppendBinRequest(t.Context(), newBinRequest(b.ID)))(t)
	mustDo(t, errors.Join(atOnce(999, func(int) error {
		_, err := h.AppendBinRequest(t.Context(), newBinRequest(b.ID))
		return err
	})...))
	_, err := h.BinRequest(t.Context(), first.ID)
	wantKind(t, hookline.KindNotFound, err)
	must(h.BinRequest(t.Context(), second.ID))(t)
	must(h.BinRequest(t.Context(), kept.ID))(t)
	all := must(h.ListBinRequests(t.Context(), b.ID, hookline.Cursor{Limit: 2000}))(t)
	equal(t, "requests", len(all.Rows), 1000)
}

func binRequestPages(t *testing.T, h *house) {
	b, other := h.bin(t, "Mine"), h.bin(t, "Yours")
	var ids []string
	for i := range 8 {
		q := newBinRequest(b.ID)
		q.Path = fmt.Sprint("/", i)
		ids = append(ids, must(h.AppendBinRequest(t.Context(), q))(t).ID)
		must(h.AppendBinRequest(t.Context(), newBinRequest(other.ID)))(t)
	}
	checkPages(t, ids, func(q hookline.BinRequest) string { return q.ID }, func(c hookline.Cursor) (hookline.Listing[hookline.BinRequest], error) {
		return h.ListBinRequests(t.Context(), b.ID, c)
	})
}

func binClear(t *testing.T, h *house) {
	b, other := h.bin(t, "Mine"), h.bin(t, "Yours")
	gone := must(h.AppendBinRequest(t.Context(), newBinRequest(b.ID)))(t)
	kept := must(h.AppendBinRequest(t.Context(), newBinRequest(other.ID)))(t)
	mustDo(t, h.ClearBin(t.Context(), b.ID))
	_, err := h.BinRequest(t.Context(), gone.ID)
	wantKind(t, hookline.KindNotFound, err)
	must(h.Bin(t.Context(), b.ID))(t)
	must(h.BinRequest(t.Context(), kept.ID))(t)
	wantKind(t, hookline.KindNotFound, h.ClearBin(t.Context(), "bin_gone"))

	mustDo(t, h.DeleteBin(t.Context(), other.ID))
	_, err = h.BinRequest(t.Context(), kept.ID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "list", must(h.ListBins(t.Context()))(t), []hookline.Bin{b})
	wantKind(t, hookline.KindNotFound, h.DeleteBin(t.Context(), other.ID))
}
