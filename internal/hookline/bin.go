package hookline

import "time"

// Bin is a built-in receiver that shows what was sent to it.
type Bin struct {
	ID        string // bin_…; also the last part of its URL, so it is long enough not to be guessed
	Name      string
	Script    BinScript
	CreatedAt time.Time
}

// BinScript says what a bin answers.
type BinScript struct {
	Status     int           `json:"status"`      // 100–599 without 1xx and 304: 200 to 599
	Delay      time.Duration `json:"delay"`       // before the answer; at most 60 s
	BodySize   int           `json:"body_size"`   // fill the answer with this many bytes; at most 1 MB; 0: Body
	Body       string        `json:"body"`        // sent when BodySize is 0; at most 64 KB
	RetryAfter string        `json:"retry_after"` // the header's value; "" for none
	FailFirst  int           `json:"fail_first"`  // the first N requests after the script was saved get FailStatus
	FailStatus int           `json:"fail_status"`
}

// NewBinScript answers 200 with a small JSON object.
func NewBinScript() BinScript {
	return BinScript{Status: 200, Body: `{"ok":true}`, FailStatus: 503}
}

// Validate says at each field what is wrong; nil when nothing is.
func (b Bin) Validate() error {
	f := fields{}
	checkName(f, b.Name, "Give the bin a name.")
	s := b.Script
	f.check(s.Status >= 200 && s.Status <= 599, "status", "Choose a status between 200 and 599.")
	f.check(s.FailStatus >= 200 && s.FailStatus <= 599, "fail_status", "Choose a status between 200 and 599.")
	f.check(s.FailFirst >= 0 && s.FailFirst <= 1000, "fail_first", "Choose a number between 0 and 1,000.")
	f.check(s.Delay >= 0 && s.Delay <= time.Minute, "delay", "Choose a delay between 0 and 60 seconds.")
	f.check(s.BodySize >= 0 && s.BodySize <= 1<<20, "body_size", "Choose a size between 0 and 1,048,576 bytes.")
	f.check(len(s.Body) <= 64<<10, "body", "This answer is too long: at most 64 KB.")
	f.check(headerText(s.RetryAfter), "retry_after", "Use a number of seconds or a date, on one line.")
	return f.err("The bin could not be saved.")
}

// BinRequest is one request that a bin received.
type BinRequest struct {
	ID         string // brq_…
	BinID      string
	ReceivedAt time.Time
	Method     string
	Path       string // with the query
	Headers    []Header
	Body       []byte // at most 1 MB
	Cut        bool   // the body was longer and was cut
	Status     int    // what was answered
	From       string // the IP address that the connection came from; "" when it was not noted
}
