package sqlite

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// maxAttributes is how many bytes a person's attributes may have for answers to
// add to them.
const maxAttributes = 1 << 20

// setFromAnswer sets what an answer gave of the person whom the delivery with
// that key is about now: who was merged meanwhile is the one they became. Each
// attribute is set on the person as they are in this transaction, so what
// changed since the attempt began stays. hookline.ErrPersonChanged asks for them
// to be worked out anew: “what the person has, and 5 more” must count each 5. It gives what was set, and a doubt
// when nothing could be.
func setFromAnswer(t *tx, key int64, f hookline.Finished) (set []hookline.SetAttribute, doubt string, err error) {
	if len(f.Sets) == 0 || f.Outcome.State != hookline.StateDelivered {
		return nil, "", nil
	}
	p, err := personOf(t, key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, "no attribute was set, because nobody is known whom it is about", nil
	case err != nil:
		return nil, "", fmt.Errorf("read person of delivery: %w", err)
	case f.PersonVersion != 0 && p.Version != f.PersonVersion:
		return nil, "", hookline.ErrPersonChanged
	case p.Suppressed:
		return nil, "no attribute was set, because the person is suppressed", nil
	}
	attributes, err := hookline.ParseAttributes(p.Attributes)
	if err != nil {
		return nil, "", fmt.Errorf("read attributes of %s: %w", p.ID, err)
	}
	for _, one := range f.Sets {
		attributes.Set(one.Name, one.Value)
	}
	text := attributes.JSON()
	switch {
	case len(text) > maxAttributes:
		return nil, "no attribute was set, because the person would have more than 1 MB of them", nil
	case string(text) == string(p.Attributes): // as they are already
		return f.Sets, "", nil
	}
	by := hookline.Setter{ID: hookline.KeyID("dlv", key), At: now()}
	return f.Sets, "", saveAttributes(t, p, text, by)
}

// personOf reads the person whom a delivery is about; sql.ErrNoRows without one.
func personOf(t *tx, key int64) (hookline.Person, error) {
	return scanPerson(t.queryRow("select "+personColumns+" from people where id = (select person_id from deliveries where id = $1)", key))
}

// saveAttributes changes the attributes of a person as they were just read, and
// keeps what did; the e-mail address follows the attribute "email".
func saveAttributes(t *tx, p hookline.Person, attributes json.RawMessage, by hookline.Setter) error {
	email, err := emailAttribute(attributes)
	if err != nil {
		return err
	}
	if err := moveEmail(t, p, email); err != nil {
		return err
	}
	setters, err := settersAfter(p, attributes, by)
	if err != nil {
		return err
	}
	_, err = t.exec("update people set email = $2, attributes = $3, version = version + 1, updated_at = $4, setters = $5 where id = $1",
		p.ID, email, string(attributes), micros(now()), string(setters))
	if err != nil {
		return fmt.Errorf("set attributes: %w", err)
	}
	t.changedPerson(p.ID)
	return nil
}

// recordSets adds to an attempt what its answer has set.
func recordSets(t *tx, delivery int64, number int, set []hookline.SetAttribute) error {
	if len(set) == 0 {
		return nil
	}
	text, err := json.Marshal(set)
	if err != nil {
		return fmt.Errorf("encode what was set: %w", err)
	}
	_, err = t.exec("update attempts set sets = $3 where (id = $1 or delivery_id = $1 and number > 1) and number = $2", delivery, number, string(text))
	if err != nil {
		return fmt.Errorf("record what was set: %w", err)
	}
	return nil
}
