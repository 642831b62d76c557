package hookline

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxActions is the most actions a destination may have (seed 004).
const MaxActions = 50

// SignatureMode says what the shared secret signs in a batch.
type SignatureMode string

// The signature modes.
const (
	SignWhole   SignatureMode = "whole"   // the whole body, as sent
	SignSegment SignatureMode = "segment" // the first element of a batch only, as Segment does
)

// Limits and defaults of a destination's time-out (seed 002: 4 seconds).
const (
	DefaultTimeout = 4 * time.Second
	MaxTimeout     = 30 * time.Second
)

// Destination is a named receiver: sources are connected to it, and its
// actions say what is sent.
type Destination struct {
	ID              string // dst_…
	Owner           string // the campaign or the shortcut that it belongs to, with its one action; "": it stands for itself
	Name            string
	Enabled         bool
	SourceIDs       []string
	SharedSecret    string // signs X-Signature; empty: no such header
	SignatureMode   SignatureMode
	StandardSecrets []string             // whsec_… of Standard Webhooks, newest first; empty: no such headers
	StandardEnds    map[string]time.Time // when one of them ends, by the secret; those without an end are not in it
	Timeout         time.Duration
	TLS             TLS    // the zero value: as usual
	Proxy           string // http://host:port, or with socks5 or socks5h; empty: that of its region, or of the instance; ProxyDirect: none
	Region          string // the name of the region that its requests leave from; empty: none

	// How fast it may be sent to; zero fields are as usual.
	MaxPerSecond  float64
	Burst         int           // attempts that may begin at once after a quiet time; 0: the rate is spread evenly
	MaxConcurrent int           // attempts on their way at once; 0: UsualConcurrent
	RetryBase     time.Duration // the wait before the second try, doubling with each further one; 0: as the server's settings say
	MaxTries      int           // the first one included; 0: as the server's settings say
	Maintenance   []Window      // when it is not sent to

	// What people do with it, and no form or file changes.
	Paused    Pause
	Resume    Resume
	VouchedAt time.Time // when somebody last said that the receiver is well: it is tried at once, whatever is known against it

	CreatedAt time.Time
	UpdatedAt time.Time
}

// Validate says at each field what is wrong; nil when nothing is.
func (d Destination) Validate() error {
	f := fields{}
	checkName(f, d.Name, "Give the destination a name, such as “CRM”.")
	f.check(len(d.SharedSecret) <= 500, "shared_secret", "This secret is too long: at most 500 characters.")
	f.check(d.SignatureMode == SignWhole || d.SignatureMode == SignSegment, "signature_mode", "Choose how batches are signed.")
	f.check(d.Timeout >= 100*time.Millisecond && d.Timeout <= MaxTimeout, "timeout", "Choose a time-out between 0.1 and 30 seconds.")
	for _, s := range d.StandardSecrets {
		f.check(strings.HasPrefix(s, "whsec_"), "standard_secret", "A Standard Webhooks secret begins with whsec_.")
	}
	d.checkPace(f)
	d.TLS.check(f)
	checkProxy(f, d.Proxy)
	return f.err("The destination could not be saved.")
}

// Action is what a destination sends, and when.
type Action struct {
	ID            string // act_…
	DestinationID string
	Name          string
	Enabled       bool
	Trigger       string // the condition in text form; empty: every event
	Template      Template
	Batching      Batching
	Response      Response
	Version       int  // which of its versions this is; the store counts
	Save          Save // how it is to be saved; never read back
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Validate says at each field what is wrong; nil when nothing is. The trigger
// and the Liquid in the template are judged by those who can read them.
func (a Action) Validate() error {
	f := fields{}
	checkName(f, a.Name, "Give the action a name, such as “Tell the CRM about new customers”.")
	a.Template.check(f)
	a.Batching.check(f)
	a.Save.check(f)
	a.Response.check(f)
	return f.err("The action could not be saved.")
}

// Header is one header line; names may repeat and keep their order.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Template is what a request is made from; URL, header values and body are Liquid.
type Template struct {
	Method      string
	URL         string
	Headers     []Header
	Body        string
	PlainOutput bool // values are put into the body as they are, without escaping for its content type
}

// The limits of a template.
const (
	MaxHeaders = 50
	MaxBody    = 64 << 10
)

// Methods lists the HTTP methods in the order of the menu (seed 002).
func Methods() []string { return []string{"POST", "PUT", "PATCH", "DELETE", "GET"} }

// NewTemplate is what a new action begins with: POST, a JSON content type, and
// the parts of the event that receivers want most (seed 000).
func NewTemplate() Template {
	return Template{
		Method:  "POST",
		Headers: []Header{{Name: "Content-Type", Value: "application/json"}},
		Body: `{
  "type": "{{ event.type }}",
  "userId": "{{ event.userId }}",
  "event": "{{ event.event }}",
  "properties": {{ event.properties | json }}
}`,
	}
}

// ContentType is the value of the first Content-Type header, "" without one.
func (t Template) ContentType() string {
	for _, h := range t.Headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			return h.Value
		}
	}
	return ""
}

// Validate says at each field what is wrong; nil when nothing is.
func (t Template) Validate() error {
	f := fields{}
	t.check(f)
	return f.err("The request could not be made.")
}

func (t Template) check(f fields) {
	known := false
	for _, m := range Methods() {
		known = known || m == t.Method
	}
	f.check(known, "method", "Choose a method.")
	f.check(strings.TrimSpace(t.URL) != "", "url", "Enter the address to send to, such as https://example.com/webhooks.")
	f.check(len(t.URL) <= 8<<10, "url", "This address is too long: at most 8,192 characters.")
	if more := len(t.Headers) - MaxHeaders; more > 0 {
		f["headers"] = fmt.Sprintf("A request has at most %d headers, and this one has %d. Remove %d.", MaxHeaders, len(t.Headers), more)
	}
	f.check(len(t.Body) <= MaxBody, "body", tooLong(t.Body))
	for i, h := range t.Headers {
		f.check(h.Name != "", "headers."+strconv.Itoa(i), "Enter the header's name, or remove the row.")
		f.check(len(h.Value) <= 8<<10, "headers."+strconv.Itoa(i), "This value is too long: at most 8,192 characters.")
	}
}

// tooLong says where a body becomes too long; "" when it does not.
func tooLong(body string) string {
	if len(body) <= MaxBody {
		return ""
	}
	fits := body[:MaxBody]
	line, column := 1+strings.Count(fits, "\n"), 1+utf8.RuneCountInString(fits[strings.LastIndexByte(fits, '\n')+1:])
	return fmt.Sprintf("This body has %d bytes, and at most %d (64 KB) are possible. From line %d, column %d on it is too much: shorten it.", len(body), MaxBody, line, column)
}

// Request is a finished request: nothing is left to fill in, and nothing is
// signed yet.
type Request struct {
	Method  string   `json:"method"`
	URL     string   `json:"url"`
	Headers []Header `json:"headers"`
	Body    []byte   `json:"body"`
}
