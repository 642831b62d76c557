package hookline

import (
	"encoding/json"
	"fmt"
	"time"
)

// Retention says how many days things are kept; 0 is for ever.
type Retention struct {
	Events     int `json:"events_days"`     // the calls that came in
	Bodies     int `json:"bodies_days"`     // of requests and of answers
	Deliveries int `json:"deliveries_days"` // with their requests and attempts
}

// SettingRetention is the key under which it is kept.
const SettingRetention = "retention"

// MaxRetention is the most days that can be chosen: about ten years.
const MaxRetention = 3650

// Validate says at each field what is wrong; nil when nothing is.
func (r Retention) Validate() error {
	f := fields{}
	for name, days := range map[string]int{"events_days": r.Events, "bodies_days": r.Bodies, "deliveries_days": r.Deliveries} {
		f.check(days >= 0 && days <= MaxRetention, name, "Choose between 1 and 3,650 days, or for ever.")
	}
	return f.err("The retention was not saved.")
}

// ReadRetention reads the setting; nothing was set: everything is kept.
func ReadRetention(setting string) (r Retention, err error) {
	if setting == "" {
		return r, nil
	}
	if err := json.Unmarshal([]byte(setting), &r); err != nil {
		return r, fmt.Errorf("read retention: %w", err)
	}
	return r, nil
}

// WriteRetention is what ReadRetention reads.
func WriteRetention(r Retention) string {
	text, _ := json.Marshal(r) // numbers only
	return string(text)
}

// Deletes says whether anything is deleted by its age.
func (r Retention) Deletes() bool { return r.Events+r.Bodies+r.Deliveries > 0 }

// ShorterThan says whether anything is kept for a shorter time than before.
func (r Retention) ShorterThan(before Retention) bool {
	shorter := func(days, than int) bool { return days > 0 && (than == 0 || days < than) }
	return shorter(r.Events, before.Events) || shorter(r.Bodies, before.Bodies) || shorter(r.Deliveries, before.Deliveries)
}

// Cutoff is the moment before which things are deleted that are kept for so
// many days; the zero time for ever.
func Cutoff(now time.Time, days int) time.Time {
	if days == 0 {
		return time.Time{}
	}
	return now.Add(-time.Duration(days) * 24 * time.Hour)
}

// BodyDeleted is why the original bytes of a delivery cannot be sent any more.
const BodyDeleted = "The body of this request was deleted, as Settings → Retention says, so the original bytes cannot be sent. Resend it composed anew instead."

// RetentionHold is why nothing is deleted for now: the clock leapt from one moment
// to another. The zero value: nothing holds it.
type RetentionHold struct {
	From, To time.Time
	Until    time.Time // by the clock as it is; the clock set right ends it at once
}

// Holds says whether nothing is deleted for now.
func (h RetentionHold) Holds() bool { return !h.Until.IsZero() }

// Kept is how much there is, and how much a Retention would delete of it.
type Kept struct {
	Events     KeptPart
	Bodies     KeptPart // deliveries that have theirs
	Deliveries KeptPart
	Size       int64 // bytes of the database
	Free       int64 // of which are free and used again
}

// KeptPart is how much there is of one thing. What is counted is counted up to
// MaxKeptCount, which then stands for more.
type KeptPart struct {
	Oldest  time.Time // zero: there is nothing
	Count   int
	Deletes int // at most: what is still owed stays
}

// MaxKeptCount is how far is counted.
const MaxKeptCount = 100_000
