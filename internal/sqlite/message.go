package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"hookline/internal/hookline"
)

// dedupeWindow is how long a messageId is remembered (WIRE: Events in). It is
// no longer than a day, so that it lies in the day of receipt and the day before.
const dedupeWindow = 24 * time.Hour

// rememberMessage remembers the event's messageId and gives "", or the id of the
// event that came with it before. Two messages may share a hash; then the later
// one is taken rather than lost, and the earlier is forgotten.
func rememberMessage(t *tx, e hookline.Event, key int64) (firstID string, err error) {
	today, yesterday := messageHash(e, 0), messageHash(e, -1)
	if before, err := hasMessages(t, yesterday>>hashBits); err != nil {
		return "", err
	} else if before {
		if firstID, err = knownMessage(t, e, yesterday); err != nil || firstID != "" {
			return firstID, err
		}
	}
	t.days[today>>hashBits] = true
	n, err := t.exec(`insert into message_ids (hash, event_id, received_at) values ($1, $2, $3) on conflict (hash) do nothing`, today, key, micros(e.ReceivedAt))
	if err != nil {
		return "", fmt.Errorf("insert message id: %w", err)
	}
	if n == 1 {
		return "", nil
	}
	if firstID, err = knownMessage(t, e, today); err != nil || firstID != "" {
		return firstID, err
	}
	_, err = t.exec(`insert into message_ids (hash, event_id, received_at) values ($1, $2, $3)
		on conflict (hash) do update set event_id = excluded.event_id, received_at = excluded.received_at`, today, key, micros(e.ReceivedAt))
	if err != nil {
		return "", fmt.Errorf("update message id: %w", err)
	}
	return "", nil
}

// hasMessages says whether any message of a day may be remembered, and looks only
// once: a day that had none has some when the first is remembered, by this tx. Of
// a unit that was undone it remembers too much, which only costs a look.
func hasMessages(t *tx, day int64) (bool, error) {
	has, looked := t.days[day]
	if looked {
		return has, nil
	}
	err := t.queryRow("select exists (select 1 from message_ids where hash >= $1 and hash < $2)", day<<hashBits, (day+1)<<hashBits).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("read message ids: %w", err)
	}
	if len(t.days) >= maxDays {
		clear(t.days)
	}
	t.days[day] = has
	return has, nil
}

// maxDays keeps what is known of days small.
const maxDays = 100

// knownMessage gives the id of the event that is remembered under a hash, if it
// came with the same messageId within the window.
func knownMessage(t *tx, e hookline.Event, hash int64) (firstID string, err error) {
	var sourceID, messageID sql.NullString
	var before, at int64
	err = t.queryRow(`select m.event_id, m.received_at, e.source_id, e.message_id
		from message_ids m left join events e on e.id = m.event_id where m.hash = $1`, hash).Scan(&before, &at, &sourceID, &messageID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("read message id: %w", err)
	}
	same := sourceID.String == e.SourceID && messageID.String == e.MessageID
	if same && e.ReceivedAt.Sub(fromMicros(at)) < dedupeWindow {
		return hookline.KeyID("evt", before), nil
	}
	return "", nil
}

// hashBits of a message's hash are of source and messageId; above them is the
// day. So what comes on one day lies together, and is forgotten together.
const hashBits = 48

// messageHash is the hash under which an event's messageId is remembered, or was
// some days before.
func messageHash(e hookline.Event, days int) int64 {
	h := fnv.New64a()
	h.Write([]byte(e.SourceID))
	h.Write([]byte{0})
	h.Write([]byte(e.MessageID))
	return firstHash(e.ReceivedAt.AddDate(0, 0, days)) + int64(h.Sum64()&(1<<hashBits-1))
}

// firstHash is the smallest hash of a day.
func firstHash(at time.Time) int64 {
	const day = 24 * time.Hour
	return at.UnixMicro() / day.Microseconds() % (1 << (63 - hashBits)) << hashBits
}

const (
	forgetEvery  = 10 * time.Minute
	forgetAtOnce = 4000
)

// ForgetMessages forgets messageIds that are too old to matter, until ctx ends.
// What it has not come to is no more than space, so an error is no more than a
// delay.
func (s *Store) ForgetMessages(ctx context.Context) error {
	again := time.NewTicker(forgetEvery)
	defer again.Stop()
	for ctx.Err() == nil {
		for more := true; more; {
			n, err := writeFor(ctx, s, forgetOldest)
			more = err == nil && n == forgetAtOnce
		}
		select {
		case <-ctx.Done():
		case <-again.C:
		}
	}
	return nil
}

func forgetOldest(t *tx) (int64, error) {
	n, err := t.exec("delete from message_ids where hash in (select hash from message_ids where hash < $1 order by hash limit $2)",
		firstHash(now().AddDate(0, 0, -1)), forgetAtOnce)
	if err != nil {
		return 0, fmt.Errorf("forget message ids: %w", err)
	}
	return n, nil
}
