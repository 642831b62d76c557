package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"hookline/internal/hookline"
	"hookline/internal/search"
)

// asker is a pool of readers, or one moment of the database.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// sentText is what of a delivery is searched, but for its further tries: what
// everybody may see who may see the delivery.
type sentText struct {
	key                                                  int64
	state                                                hookline.State
	origin                                               hookline.Origin
	action, idempotencyKey                               string
	attempts, requestNumber, batchSize                   int
	event, message, userID, email, personAttributes, url string
	body                                                 []byte
	tried                                                bool // there is a first try
	first                                                tryText
}

// tryText is what of one try is searched.
type tryText struct {
	number  int
	status  int
	timings string
	answer  []byte
	reason  string
}

const (
	sentTextSelect = `select d.id, d.state, d.origin, d.action_id, d.idempotency_key, d.attempts, d.request_number, d.batch_size,
			coalesce(e.name, ''), coalesce(e.message_id, ''), coalesce(p.user_id, ''), coalesce(p.email, ''), coalesce(p.attributes, ''),
			coalesce(r.url, ''), r.body, coalesce(a.number, 0), coalesce(a.status, 0), coalesce(a.timings, ''), a.answer, coalesce(a.reason, '')
		from deliveries d left join events e on e.id = d.event_id left join people p on p.id = d.person_id
		left join requests r on r.id = d.id left join attempts a on a.id = d.id`
	tryTextSelect     = "select delivery_id, number, status, timings, answer, reason from attempts"
	requestTextSelect = "select delivery_id, url, body from requests"

	// The words about number are those of the partial indexes.
	furtherOfOne   = " where delivery_id = $1 and number > 1"
	furtherBetween = " where id > $1 and id <= $2 and number > 1"
)

func scanSentText(r row) (t sentText, err error) {
	err = r.Scan(&t.key, &t.state, &t.origin, &t.action, &t.idempotencyKey, &t.attempts, &t.requestNumber, &t.batchSize,
		&t.event, &t.message, &t.userID, &t.email, &t.personAttributes, &t.url, &t.body,
		&t.first.number, &t.first.status, &t.first.timings, &t.first.answer, &t.first.reason)
	t.tried = t.first.number > 0
	return t, err
}

// pieces are the texts, each by itself: nothing is found that goes from one into
// another.
func (t sentText) pieces() [][]byte {
	all := [][]byte{[]byte(hookline.SafeURL(t.url)), t.body}
	for _, text := range []string{t.event, t.message, t.userID, t.email, t.idempotencyKey, personName(t.personAttributes)} {
		if text != "" {
			all = append(all, []byte(text))
		}
	}
	return append(all, t.first.pieces()...)
}

// pieces leave out what an inside network answered, which only administrators
// see: searching it bit by bit would tell it.
func (t tryText) pieces() [][]byte {
	all := [][]byte{[]byte(t.reason)}
	if !strings.Contains(t.timings, `"inside":true`) {
		all = append(all, t.answer)
	}
	return all
}

// personName is what a person is called, by the names of attributes that most
// use for it.
func personName(attributes string) string {
	if !strings.Contains(attributes, `ame"`) {
		return ""
	}
	var all map[string]any
	if json.Unmarshal([]byte(attributes), &all) != nil {
		return ""
	}
	var names []string
	for _, name := range []string{"name", "full_name", "fullName", "first_name", "firstName", "last_name", "lastName"} {
		if text, is := all[name].(string); is {
			names = append(names, text)
		}
	}
	return strings.Join(names, " ")
}

// The marks by which deliveries are found that have no word in common.
const (
	markAction = "action"
	markStatus = "status"
	markCause  = "cause"
	markTry    = "try"
)

// add enters a delivery's text and says how long that was.
func (t sentText) add(b *search.Builder) (size int) {
	for _, piece := range t.pieces() {
		b.Text(t.key, piece)
		size += len(piece)
	}
	b.Mark(t.key, markAction, t.action)
	t.first.mark(b, t.key)
	return size
}

func (t tryText) add(b *search.Builder, key int64) (size int) {
	for _, piece := range t.pieces() {
		b.Text(key, piece)
		size += len(piece)
	}
	t.mark(b, key)
	return size
}

func (t tryText) mark(b *search.Builder, key int64) {
	if t.number > 1 {
		b.Mark(key, markTry, strconv.Itoa(t.number))
	}
	if t.status != 0 {
		b.Mark(key, markStatus, strconv.Itoa(t.status))
	}
	for _, c := range hookline.NetworkCauses() {
		if t.reason != "" && c.Of(t.reason) {
			b.Mark(key, markCause, string(c))
		}
	}
}

// further goes through one delivery's texts that are not in its sentText: bodies
// of a batch, requests that were made later, and further tries.
func (t sentText) further(ctx context.Context, db asker, text func([]byte), try func(tryText)) error {
	if t.batchSize > 0 && len(t.body) == 0 {
		bodies, err := batchTexts(ctx, db, t.key)
		if err != nil {
			return err
		}
		for _, body := range bodies {
			text(body)
		}
	}
	if t.attempts < 2 && t.requestNumber < 2 {
		return nil
	}
	err := eachText(ctx, db, requestTextSelect+furtherOfOne, []any{t.key}, func(_ int64, pieces [][]byte) {
		for _, piece := range pieces {
			text(piece)
		}
	})
	if err != nil {
		return err
	}
	return eachTry(ctx, db, tryTextSelect+furtherOfOne, []any{t.key}, func(_ int64, one tryText) { try(one) })
}

func batchTexts(ctx context.Context, db asker, key int64) ([][]byte, error) {
	rows, err := db.QueryContext(ctx, "select bodies from batch_parts where delivery_id = $1 and delivery_id <> 0 order by id", key)
	if err != nil {
		return nil, fmt.Errorf("read bodies: %w", err)
	}
	return collect(rows, func(r row) (text []byte, err error) { return text, r.Scan(&text) })
}

// eachText goes through requests.
func eachText(ctx context.Context, db asker, query string, args []any, do func(delivery int64, pieces [][]byte)) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read requests: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var delivery int64
		var url string
		var body []byte
		if err := rows.Scan(&delivery, &url, &body); err != nil {
			return fmt.Errorf("scan request: %w", err)
		}
		do(delivery, [][]byte{[]byte(hookline.SafeURL(url)), body})
	}
	return rows.Err()
}

// eachTry goes through attempts.
func eachTry(ctx context.Context, db asker, query string, args []any, do func(delivery int64, try tryText)) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read attempts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var delivery int64
		var try tryText
		if err := rows.Scan(&delivery, &try.number, &try.status, &try.timings, &try.answer, &try.reason); err != nil {
			return fmt.Errorf("scan attempt: %w", err)
		}
		do(delivery, try)
	}
	return rows.Err()
}
