package main

import (
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// TestSeed: what is seeded stands as the engine would have left it, and the store
// finds it.
func TestSeed(t *testing.T) {
	const n = 3000
	data := t.TempDir()
	s, err := seedDatabase(t.Context(), data, n, 500)
	if err != nil {
		t.Fatal(err)
	}
	checkCopies(t, data, map[string]int64{
		"select count(*) from deliveries d join events e on e.id = d.event_id join requests r on r.id = d.id join people p on p.id = d.person_id": n,
		"select count(distinct destination_id) from deliveries":                                                                                   seedDestinations,
		"select count(*) from people":                                                                                    500,
		"select sum(attempts) - (select count(*) from attempts) from deliveries":                                         0,
		"select count(*) from deliveries where state not in ('delivered', 'failed', 'retrying')":                         0,
		"select count(*) from deliveries where state = 'retrying' and next_attempt_at < updated_at":                      0,
		"select count(*) between 2700 and 2820 from deliveries where state = 'delivered'":                                1,
		"select count(distinct reason) > 12 from deliveries":                                                             1,
		"select count(*) from deliveries_by_person":                                                                      n,
		"select count(*) from deliveries where id > (select event_id from cursors where name = 'search')":                0,
		"select count(*) from events where id > (select event_id from cursors where name = 'fanout')":                    0,
		"select (max(created_at) - min(created_at)) / 86400000000 from deliveries":                                       seedDays - 1,
		"select count(*) from attempts a where a.status = 0 and a.reason = '' or a.status >= 400 and length(answer) = 0": 0,
	})
	store, err := sqlite.Open(t.Context(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	for _, i := range []int{0, n / 2, n - 1} {
		l, err := store.ListDeliveries(t.Context(), hookline.DeliveryFilter{Query: orderOf(i)}, hookline.Cursor{})
		if err != nil || len(l.Rows) != 1 || l.Rows[0].ID != s.deliveryID(i) {
			t.Errorf("%s finds %d, %v", orderOf(i), len(l.Rows), err)
		}
	}
	for _, l := range s.lookups() {
		for i := range looks {
			if q := l.query(i); len(q) > 2 {
				t.Errorf("%s asks for %v", l.id, q)
			}
		}
	}
}

// TestSeedCrowd: everybody is found by their names, and the segments hold whom they
// say.
func TestSeedCrowd(t *testing.T) {
	const n = 2000
	data := t.TempDir()
	store, err := sqlite.Open(t.Context(), data, nil)
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := seedCrowd(t.Context(), data, n)
	if err != nil {
		t.Fatal(err)
	}
	checkCopies(t, data, map[string]int64{
		"select count(*) from people": n,
		"select count(*) from people p join identities i on i.person_id = p.id where identity = 'user:' || user_id": n,
		"select count(*) from people p join identities i on i.person_id = p.id where identity = 'email:' || email":  n * 96 / 100,
		"select count(*) from people where json_extract(attributes, '$.email') = email":                             n * 96 / 100,
		"select count(*) from people where json_extract(attributes, '$.company.size') > 0":                          n,
		"select count(*) > 900 and count(*) < 1100 from people where json_extract(attributes, '$.orders') > 0":      1,
		"select max(size) from segments":                                             n / 2,
		"select min(size) from segments":                                             n / 100,
		"select count(*) from segment_members m join people p on p.id = m.person_id": n/2 + n/100,
	})
	if store, err = sqlite.Open(t.Context(), data, nil); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	l, err := store.ListMembers(t.Context(), c.small, "user-", hookline.Cursor{})
	if err != nil || len(l.Rows) != n/100 {
		t.Errorf("the small segment lists %d, %v", len(l.Rows), err)
	}
}
