package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// maxBinRequests is how many requests a bin shows; older ones make room.
const maxBinRequests = 1000

const binColumns = "id, name, script, created_at"

func scanBin(r row) (hookline.Bin, error) {
	var b hookline.Bin
	var script string
	var created int64
	if err := r.Scan(&b.ID, &b.Name, &script, &created); err != nil {
		return b, err
	}
	b.CreatedAt = fromMicros(created)
	err := json.Unmarshal([]byte(script), &b.Script)
	return b, err
}

// ListBins gives all bins, the oldest first.
func (s *Store) ListBins(ctx context.Context) ([]hookline.Bin, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+binColumns+" from bins order by created_at, id")
	if err != nil {
		return nil, fmt.Errorf("read bins: %w", err)
	}
	return collect(rows, scanBin)
}

// Bin gives one bin.
func (s *Store) Bin(ctx context.Context, id string) (hookline.Bin, error) {
	b, err := scanBin(s.reads.QueryRowContext(ctx, "select "+binColumns+" from bins where id = $1", id))
	return b, found(err, "bin")
}

// CreateBin adds a bin. Its id is a secret and not one of those that grow with
// time: whoever knows a bin's URL may send to it.
func (s *Store) CreateBin(ctx context.Context, b hookline.Bin) (hookline.Bin, error) {
	b, script, err := readyBin(b)
	if err != nil {
		return hookline.Bin{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Bin, error) {
		b.ID, b.CreatedAt = "bin_"+hookline.Secret(), now()
		if err := insertBin(t, b, script); err != nil {
			return b, err
		}
		return b, s.note(ctx, t, audit.Make(audit.OfBin(b)))
	})
}

func insertBin(t *tx, b hookline.Bin, script string) error {
	_, err := t.exec("insert into bins ("+binColumns+", fails_left) values ($1, $2, $3, $4, $5)",
		b.ID, b.Name, script, micros(b.CreatedAt), b.Script.FailFirst)
	if err != nil {
		return fmt.Errorf("insert bin: %w", err)
	}
	t.changed(hookline.TopicBin(b.ID))
	return nil
}

// UpdateBin changes name and script. The script begins anew: its first
// FailFirst requests are those that come from now on.
func (s *Store) UpdateBin(ctx context.Context, b hookline.Bin) (hookline.Bin, error) {
	b, script, err := readyBin(b)
	if err != nil {
		return hookline.Bin{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Bin, error) {
		before, err := readBin(t, b.ID)
		if err != nil {
			return before, err
		}
		stored, err := scanBin(t.queryRow("update bins set name = $2, script = $3, fails_left = $4 where id = $1 returning "+binColumns,
			b.ID, b.Name, script, b.Script.FailFirst))
		if err := found(err, "bin"); err != nil {
			return stored, err
		}
		t.changed(hookline.TopicBin(b.ID))
		return stored, s.noteChange(ctx, t, audit.OfBin(before), audit.OfBin(stored))
	})
}

// readyBin gives b in the form that is stored, and its script as JSON.
func readyBin(b hookline.Bin) (hookline.Bin, string, error) {
	b.Name = strings.TrimSpace(b.Name)
	if err := b.Validate(); err != nil {
		return b, "", err
	}
	script, err := json.Marshal(b.Script)
	if err != nil {
		return b, "", fmt.Errorf("encode script: %w", err)
	}
	return b, string(script), nil
}

// DeleteBin removes a bin with all that it received.
func (s *Store) DeleteBin(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readBin(t, id)
		if err != nil {
			return err
		}
		t.changed(hookline.TopicBin(id))
		if err := deleteOne(t, "delete from bins where id = $1", id, "bin"); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfBin(before)))
	})
}

// NextBinAnswer gives the status that a bin answers now, and the script for
// the rest of the answer. Of many who ask at once, exactly FailFirst are given
// the failure.
func (s *Store) NextBinAnswer(ctx context.Context, binID string) (status int, script hookline.BinScript, err error) {
	var left int
	err = s.reads.QueryRowContext(ctx, "select fails_left from bins where id = $1", binID).Scan(&left)
	if err := found(err, "bin"); err != nil {
		return 0, script, err
	}
	if left == 0 { // nothing to count down: no need to write
		b, err := s.Bin(ctx, binID)
		return b.Script.Status, b.Script, err
	}
	answer, err := writeFor(ctx, s, func(t *tx) (binAnswer, error) { return nextBinAnswer(t, binID) })
	return answer.status, answer.script, err
}

type binAnswer struct {
	status int
	script hookline.BinScript
}

func nextBinAnswer(t *tx, binID string) (binAnswer, error) {
	failures, err := t.exec("update bins set fails_left = fails_left - 1 where id = $1 and fails_left > 0", binID)
	if err != nil {
		return binAnswer{}, fmt.Errorf("count failures down: %w", err)
	}
	b, err := scanBin(t.queryRow("select "+binColumns+" from bins where id = $1", binID))
	if err := found(err, "bin"); err != nil {
		return binAnswer{}, err
	}
	if failures > 0 {
		return binAnswer{b.Script.FailStatus, b.Script}, nil
	}
	return binAnswer{b.Script.Status, b.Script}, nil
}

const binRequestColumns = "id, bin_id, received_at, method, path, headers, body, cut, status, remote_address"

func scanBinRequest(r row) (hookline.BinRequest, error) {
	var q hookline.BinRequest
	var headers string
	var at int64
	if err := r.Scan(&q.ID, &q.BinID, &at, &q.Method, &q.Path, &headers, &q.Body, &q.Cut, &q.Status, &q.From); err != nil {
		return q, err
	}
	q.ReceivedAt = fromMicros(at)
	err := json.Unmarshal([]byte(headers), &q.Headers)
	return q, err
}

// AppendBinRequest keeps a request that a bin received and gives it its id.
// The bin's oldest requests go when there are more than 1,000.
func (s *Store) AppendBinRequest(ctx context.Context, q hookline.BinRequest) (hookline.BinRequest, error) {
	headers, err := json.Marshal(q.Headers)
	if err != nil {
		return hookline.BinRequest{}, fmt.Errorf("encode headers: %w", err)
	}
	if q.Body == nil {
		q.Body = []byte{} // a nil slice would be stored as null
	}
	q.Method, q.Path = strings.ToValidUTF8(q.Method, "\uFFFD"), strings.ToValidUTF8(q.Path, "\uFFFD")
	return writeFor(ctx, s, func(t *tx) (hookline.BinRequest, error) {
		q.ID = s.ids.New("brq")
		return q, insertBinRequest(t, q, string(headers))
	})
}

func insertBinRequest(t *tx, q hookline.BinRequest, headers string) error {
	_, err := scanBin(t.queryRow("select "+binColumns+" from bins where id = $1", q.BinID))
	if err := found(err, "bin"); err != nil {
		return err
	}
	_, err = t.exec("insert into bin_requests ("+binRequestColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		q.ID, q.BinID, micros(q.ReceivedAt), q.Method, q.Path, headers, q.Body, q.Cut, q.Status, q.From)
	if err != nil {
		return fmt.Errorf("insert bin request: %w", err)
	}
	_, err = t.exec(`delete from bin_requests where bin_id = $1 and id <=
		(select id from bin_requests where bin_id = $1 order by id desc limit 1 offset $2)`, q.BinID, maxBinRequests)
	if err != nil {
		return fmt.Errorf("delete oldest bin requests: %w", err)
	}
	t.changed(hookline.TopicBin(q.BinID))
	return nil
}

// BinRequest gives one request.
func (s *Store) BinRequest(ctx context.Context, id string) (hookline.BinRequest, error) {
	q, err := scanBinRequest(s.reads.QueryRowContext(ctx, "select "+binRequestColumns+" from bin_requests where id = $1", id))
	return q, found(err, "request")
}

// ListBinRequests gives what a bin received, newest first.
func (s *Store) ListBinRequests(ctx context.Context, binID string, c hookline.Cursor) (hookline.Listing[hookline.BinRequest], error) {
	q := newList("select " + binRequestColumns + " from bin_requests")
	q.where("bin_id = ?", binID)
	return list(ctx, s.reads, q, c, scanBinRequest)
}

// ClearBin removes what a bin received; the script goes on where it is.
func (s *Store) ClearBin(ctx context.Context, binID string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readBin(t, binID)
		if err != nil {
			return err
		}
		if _, err := t.exec("delete from bin_requests where bin_id = $1", binID); err != nil {
			return fmt.Errorf("clear bin: %w", err)
		}
		t.changed(hookline.TopicBin(binID))
		return s.note(ctx, t, audit.OfBin(before).Say(audit.Cleared, ""))
	})
}
