package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// crowded is how many people there are when it is measured how they are found.
const crowded = 1_000_000

// crowd is so many people, and a segment of every second and one of every
// hundredth of them. They are put in by hand, so that no count of them goes on
// beside what is measured.
type crowd struct {
	n            int
	seeder       *seeder
	large, small string // segments
}

// seedCrowd makes them in a database that is there and that nothing has open.
func seedCrowd(ctx context.Context, data string, n int) (c *crowd, err error) {
	c = &crowd{n: n, seeder: &seeder{random: rand.New(rand.NewPCG(3, 4)), people: n, end: time.Now().UTC()}}
	if err := c.addSegments(ctx, data); err != nil {
		return nil, fmt.Errorf("make segments: %w", err)
	}
	if err := c.seeder.open(data); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.seeder.close()) }()
	for i := range n {
		if err := c.put(i); err != nil {
			return nil, err
		}
	}
	if err := c.name(); err != nil {
		return nil, err
	}
	for id, each := range map[string]int{c.large: 2, c.small: 100} {
		if err := c.choose(id, each); err != nil {
			return nil, err
		}
	}
	return c, c.seeder.do("commit")
}

func (c *crowd) addSegments(ctx context.Context, data string) (err error) {
	store, err := sqlite.Open(ctx, data, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for name, id := range map[string]*string{"Every second": &c.large, "Every hundredth": &c.small} {
		g, err := store.CreateSegment(ctx, hookline.Segment{Name: name, Manual: true})
		if err != nil {
			return err
		}
		*id = g.ID
	}
	return nil
}

var (
	seedPlans     = []string{"free", "free", "starter", "pro", "business"}
	seedCountries = []string{"DE", "FR", "PT", "AT", "CZ", "TR", "NO", "IT", "GB", "US"}
)

// email is that of person i. User ids are in the order in which people came, e-mail
// addresses are in none.
func (c *crowd) email(i int) string { return seedEmail(i * 7919 % c.n) }

// put makes one person. Of a hundred, four have no e-mail address, and half have
// never ordered.
func (c *crowd) put(i int) error {
	r := c.seeder.random
	email, attributes := "", fmt.Sprintf(`{"first_name":%q,"last_name":%q,"plan":%q,"country":%q,"company":{"name":"%s %d","size":%d},"signed_up":%q`,
		seedFirst[r.IntN(len(seedFirst))], seedLast[r.IntN(len(seedLast))], seedPlans[r.IntN(len(seedPlans))], seedCountries[r.IntN(len(seedCountries))],
		seedReceivers[r.IntN(len(seedReceivers))], r.IntN(20_000), 1+r.IntN(500), c.seeder.end.AddDate(0, 0, -r.IntN(1000)).Format(time.DateOnly))
	if i%25 != 0 {
		email = c.email(i)
		attributes += fmt.Sprintf(`,"email":%q`, email)
	}
	if r.IntN(2) == 0 {
		attributes += fmt.Sprintf(`,"orders":%d`, 1+r.IntN(40))
	}
	return c.seeder.do("insert into people (id, user_id, email, attributes, suppressed, version, created_at, updated_at) values (?1, ?2, ?3, ?4, 0, 1, ?5, ?5)",
		c.seeder.personID(i), fmt.Sprint("user-", i), email, attributes+"}", c.seeder.start().UnixMicro()+int64(i))
}

// name makes everybody known by their user id and their e-mail address. What is
// in order goes into an index fast.
func (c *crowd) name() error {
	return c.seeder.do(`insert into identities (identity, person_id) select * from (select ?1 || user_id, id from people
		union all select ?2 || email, id from people where email <> '') order by 1`, hookline.UserIdentity(""), hookline.EmailIdentity(""))
}

// choose puts one of each so many into a segment.
func (c *crowd) choose(segmentID string, each int) error {
	err := c.seeder.do(`insert into segment_members (segment, person_id, since) select number, p.id, created_at from segment_work, people p
		where segment_id = ?1 and p.rowid % ?2 = 0 order by 1, 2`, segmentID, each)
	if err != nil {
		return err
	}
	return c.seeder.do("update segments set size = (select count(*) from segment_members where segment = (select number from segment_work where segment_id = id)) where id = ?1", segmentID)
}
