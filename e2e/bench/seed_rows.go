package main

import (
	"fmt"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// seedReceivers, seedEvents and seedWords are what texts are made of. Earlier ones
// are met more often.
var (
	seedReceivers = []string{"CRM", "Warehouse", "Mailer", "Billing", "Loyalty", "Support", "Analytics", "Shipping"}
	seedEvents    = []string{
		"Order Completed", "Product Viewed", "Signed Up", "Cart Updated", "Logged In", "Order Shipped", "Plan Changed", "Coupon Used", "Review Written",
		"Invoice Paid", "Trial Started", "Trial Ended", "Ticket Opened", "Ticket Closed", "Order Refunded", "Password Changed", "Profile Updated",
		"Newsletter Joined", "Newsletter Left", "Gift Sent", "Points Earned", "Points Spent", "Friend Invited", "Card Expired", "Payment Failed",
		"Subscription Renewed", "Subscription Cancelled", "Address Changed", "Wishlist Shared", "Survey Answered",
	}
	seedWords = strings.Fields(`the a to of parcel door please leave gift wrap ring bell twice neighbour blue green large small second floor office
		weekend morning evening fragile express standard pickup locker counter return exchange size colour order urgent birthday card message team
		event conference hotel reception desk lobby garden gate code stairs left right house yard garage porch balcony kitchen window lamp chair table`)
	seedFirst = []string{"Ana", "Bo", "Chen", "Dana", "Emre", "Fatima", "Goran", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Mara", "Nils", "Olga", "Pia", "Rui", "Sara", "Tom", "Zoë"}
	seedLast  = []string{"Lima", "Jansen", "Wei", "Novak", "Kaya", "Haddad", "Petrov", "Sato", "Horvat", "Park", "Mensah", "Vogel", "Silva", "Berg", "Ivanova", "Rossi", "Costa", "Ali", "Smith", "Kovač"}
)

// seedReasons are why deliveries have failed, and with which status.
var seedReasons = []struct {
	status int
	reason string
	again  bool
}{
	{500, "The receiver answered 500 Internal Server Error.", true},
	{503, "The receiver answered 503 Service Unavailable.", true},
	{0, "Timed out after 4 s: the server accepted the connection but did not answer.", true},
	{422, "The receiver answered 422 Unprocessable Entity, which means that trying again would not help.", false},
	{404, "The receiver answered 404 Not Found, which means that trying again would not help.", false},
	{401, "The receiver answered 401 Unauthorized, which means that trying again would not help.", false},
	{429, "The receiver answered 429 Too Many Requests.", true},
	{0, "Connection refused: nothing listens at this address and port.", true},
	{0, "Name not found: hooks.example.com does not exist or has no address.", true},
	{0, "Certificate has expired on 2026-01-31.", true},
	{410, "The receiver answered 410 Gone, which means that trying again would not help.", false},
	{0, "The server closed the connection without answering.", true},
}

// Of a hundred deliveries so many have failed, and so many are tried again.
const (
	failedOf100   = 7
	retryingOf100 = 1
)

func (s *seeder) personID(i int) string {
	return hookline.IDAt("per", s.start().Add(-time.Hour).Add(time.Duration(i)*time.Microsecond))
}

func seedEmail(i int) string { return fmt.Sprintf("customer%d@example.com", i) }

// orderOf is a text that one delivery has, and no other.
func orderOf(i int) string { return fmt.Sprintf("ORD-%09d", i) }

func (s *seeder) start() time.Time { return s.end.Add(-seedDays * 24 * time.Hour) }

// key is that of delivery i's event; its own is the next one.
func (s *seeder) key(i int) int64 {
	span := s.end.Sub(s.start()).Microseconds()
	return s.start().UnixMicro() + int64(float64(span)*float64(i)/float64(s.n))
}

// deliveryID is the id of delivery i.
func (s *seeder) deliveryID(i int) string { return hookline.KeyID("dlv", s.key(i)+1) }

func (s *seeder) putPeople() error {
	for i := range s.people {
		at := s.start().UnixMicro()
		attributes := fmt.Sprintf(`{"email":%q,"first_name":%q,"last_name":%q,"plan":"pro"}`, seedEmail(i), seedFirst[i%len(seedFirst)], seedLast[i/len(seedFirst)%len(seedLast)])
		err := s.do("insert into people (id, user_id, email, attributes, suppressed, version, created_at, updated_at) values (?1, ?2, ?3, ?4, 0, 1, ?5, ?5)",
			s.personID(i), fmt.Sprint("user-", i), seedEmail(i), attributes, at)
		if err != nil {
			return err
		}
		for _, identity := range []string{hookline.UserIdentity(fmt.Sprint("user-", i)), hookline.EmailIdentity(seedEmail(i))} {
			if err := s.do("insert into identities (identity, person_id) values (?1, ?2)", identity, s.personID(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// skewed is a number below n, of which low ones are met more often.
func (s *seeder) skewed(n int) int {
	f := s.random.Float64()
	return int(f * f * float64(n))
}

func (s *seeder) words(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = seedWords[s.skewed(len(seedWords))]
	}
	return strings.Join(words, " ")
}

// put makes one delivery with its event.
func (s *seeder) put(i int) error {
	key, person, name := s.key(i), s.random.IntN(s.people), seedEvents[s.skewed(len(seedEvents))]
	action := s.actions[s.skewed(len(s.actions))]
	user := fmt.Sprint("user-", person)
	about := fmt.Sprintf(`"order_id":%q,"total":%d.50,"currency":"EUR","city":"Lisbon","note":%q`, orderOf(i), s.random.IntN(500), s.words(6+s.random.IntN(8)))
	err := s.do(`insert into events (id, source_id, type, message_id, anonymous_id, identity, name, timestamp, received_at, payload)
		values (?1, ?2, 'track', ?3, '', ?4, ?5, ?1, ?1, ?6)`, key, s.source, fmt.Sprintf("m-%016x", s.random.Uint64()), hookline.UserIdentity(user), name,
		fmt.Sprintf(`{"type":"track","userId":%q,"event":%q,"properties":{%s}}`, user, name, about))
	if err != nil {
		return err
	}
	body := fmt.Sprintf(`{"event":%q,"user_id":%q,"email":%q,"properties":{%s},"sent_by":"hookline"}`, name, user, seedEmail(person), about)
	err = s.do(`insert into requests (id, delivery_id, number, method, url, headers, body, made_by, made_at) values (?1, ?1, 1, 'POST', ?2, ?3, ?4, '', ?1)`,
		key+1, action.url, `[{"name":"Content-Type","value":"application/json"}]`, []byte(body))
	if err != nil {
		return err
	}
	return s.finish(key, action, person)
}

// seedOutcome is how a delivery stands.
type seedOutcome struct {
	state  hookline.State
	reason string
	status int
	tries  int
	next   int64
}

func (s *seeder) outcome() seedOutcome {
	n := s.random.IntN(100)
	if n >= failedOf100+retryingOf100 {
		return seedOutcome{state: hookline.StateDelivered, status: 200, tries: 1 + s.random.IntN(20)/19}
	}
	why := seedReasons[s.skewed(len(seedReasons))]
	o := seedOutcome{state: hookline.StateFailed, reason: why.reason, status: why.status, tries: 1}
	if why.again {
		o.tries, o.reason = 11, why.reason+" Given up after 11 tries."
	}
	if n < retryingOf100 {
		o.state, o.reason, o.tries = hookline.StateRetrying, why.reason, 1+s.random.IntN(5)
		o.next = s.end.Add(time.Duration(24+s.random.IntN(24)) * time.Hour).UnixMicro() // so that nothing is sent while it is measured
	}
	return o
}

// finish makes the delivery and its attempts: what is retried is tried again half
// a minute after the time before.
func (s *seeder) finish(key int64, action seedAction, person int) error {
	o := s.outcome()
	err := s.do(`insert into deliveries (id, state, origin, destination_id, action_id, event_id, person_id, idempotency_key, request_number, asked_by,
			tries, attempts, last_status, reason, created_at, next_attempt_at, updated_at, batch_size, action_version)
		values (?1, ?2, 'event', ?3, ?4, ?5, ?6, ?7, 1, '', ?8, ?8, ?9, ?10, ?5, ?11, ?5, 0, 1)`,
		key+1, string(o.state), action.destination, action.id, key, s.personID(person), fmt.Sprintf("%016x%016x", s.random.Uint64(), s.random.Uint64()),
		o.tries, o.status, o.reason, o.next)
	if err != nil {
		return err
	}
	for n := 1; n <= o.tries; n++ {
		if err := s.putAttempt(key, n, o); err != nil {
			return err
		}
	}
	return nil
}

// putAttempt makes one of the tries that led to an outcome.
func (s *seeder) putAttempt(key int64, n int, o seedOutcome) error {
	id, answer, status, reason, outcome := key+1, `{"ok":true}`, o.status, o.reason, string(o.state)
	if n > 1 {
		id = key + int64(n)*30_000_000 + 7
	}
	switch {
	case n < o.tries && o.state == hookline.StateDelivered:
		status, reason, outcome = 503, "The receiver answered 503 Service Unavailable.", "retrying"
	case n < o.tries:
		reason, outcome = strings.TrimSuffix(o.reason, " Given up after 11 tries."), "retrying"
	}
	switch status {
	case 0:
		answer = ""
	case 200:
	default:
		answer = `{"error":"` + s.words(4) + `"}`
	}
	return s.do(`insert into attempts (id, delivery_id, number, request_number, asked_by, sent, started_at, duration_us, timings, status, answer_headers, answer, answer_too_large, outcome, reason)
		values (?1, ?2, ?3, 1, '', '[{"name":"User-Agent","value":"Hookline/seed"}]', ?1, 12345, '{"dns":0,"connect":0,"tls":0,"first_byte":0}', ?4,
		'[{"name":"Content-Type","value":"application/json"}]', ?5, 0, ?6, ?7)`, id, key+1, n, status, []byte(answer), outcome, reason)
}
