package sqlite

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"hookline/internal/hookline"
)

const attemptColumns = "id, delivery_id, number, request_number, asked_by, sent, started_at, duration_us, timings, status, " +
	"answer_headers, answer, answer_too_large, outcome, reason"

// What an answer has set is read with an attempt, and written only when there is
// something: see recordSets.
const attemptSelect = "select " + attemptColumns + ", sets from attempts"

const (
	insertAnyAttempt = "insert into attempts (" + attemptColumns + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"

	// The first attempt of what goes well, which most are: as insertBegun.
	insertGoodAttempt = "insert into attempts (" + attemptColumns + ") values ($1, $1, 1, 1, '', $2, $3, $4, $5, $6, $7, $8, 0, $9, '')"
)

// insertAttempt adds an attempt of the delivery with that key: the first one
// under the delivery's own, which needs no index to be found.
func (s *Store) insertAttempt(t *tx, delivery int64, a hookline.Attempt) error {
	key := delivery
	if a.Number > 1 {
		key = s.ids.Key()
	}
	answer := a.Answer
	if answer == nil {
		answer = []byte{}
	}
	if a.Number == 1 && a.RequestNumber == 1 && a.AskedBy == "" && a.Reason == "" && !a.AnswerTooLarge {
		_, err := t.exec(insertGoodAttempt, key, headersJSON(a.Sent), micros(a.StartedAt), a.Duration.Microseconds(), timingsJSON(a.Timings), a.Status,
			headersJSON(a.AnswerHeaders), answer, string(a.Outcome))
		return err
	}
	_, err := t.exec(insertAnyAttempt,
		key, delivery, a.Number, a.RequestNumber, a.AskedBy, headersJSON(a.Sent), micros(a.StartedAt), a.Duration.Microseconds(), timingsJSON(a.Timings), a.Status,
		headersJSON(a.AnswerHeaders), answer, a.AnswerTooLarge, string(a.Outcome), a.Reason)
	return err
}

func scanAttempt(r row) (hookline.Attempt, error) {
	var a hookline.Attempt
	var sent, timings, answerHeaders, sets string
	var key, delivery, started, duration int64
	err := r.Scan(&key, &delivery, &a.Number, &a.RequestNumber, &a.AskedBy, &sent, &started, &duration, &timings, &a.Status,
		&answerHeaders, &a.Answer, &a.AnswerTooLarge, &a.Outcome, &a.Reason, &sets)
	if err != nil {
		return a, err
	}
	a.DeliveryID, a.StartedAt, a.Duration = hookline.KeyID("dlv", delivery), fromMicros(started), time.Duration(duration)*time.Microsecond
	err = errors.Join(json.Unmarshal([]byte(sent), &a.Sent), json.Unmarshal([]byte(timings), &a.Timings), json.Unmarshal([]byte(answerHeaders), &a.AnswerHeaders))
	if sets != "" {
		err = errors.Join(err, json.Unmarshal([]byte(sets), &a.Sets))
	}
	return a, err
}

// headersJSON writes what encoding/json reads back. It is on the way of every
// delivery, where most of encoding/json's cost would be reflection.
func headersJSON(headers []hookline.Header) string {
	text := make([]byte, 0, 2+64*len(headers))
	text = append(text, '[')
	for i, h := range headers {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendText(append(text, `{"name":`...), h.Name)
		text = appendText(append(text, `,"value":`...), h.Value)
		text = append(text, '}')
	}
	return string(append(text, ']'))
}

// appendText appends s as a JSON string.
func appendText(text []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(text, `""`...) // cannot be: a string can be marshalled
			}
			return append(text, quoted...)
		}
	}
	return append(append(append(text, '"'), s...), '"')
}

func timingsJSON(t hookline.Timings) string {
	text := make([]byte, 0, 96)
	text = strconv.AppendInt(append(text, `{"dns":`...), int64(t.DNS), 10)
	text = strconv.AppendInt(append(text, `,"connect":`...), int64(t.Connect), 10)
	text = strconv.AppendInt(append(text, `,"tls":`...), int64(t.TLS), 10)
	text = strconv.AppendInt(append(text, `,"first_byte":`...), int64(t.FirstByte), 10)
	if t.Inside {
		text = append(text, `,"inside":true`...)
	}
	return string(append(text, '}'))
}
