package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// personPage is a page that is looked at several times.
type personPage struct {
	id    string
	path  func(i int) string
	wants int // so many people at least
}

// pages asks for what is spread over all people. Each look asks for something
// else where that is possible, so that none finds what the one before has read.
func (c *crowd) pages() []personPage {
	list := func(pairs ...string) string {
		v := url.Values{}
		for n := 0; n < len(pairs); n += 2 {
			v.Set(pairs[n], pairs[n+1])
		}
		return "/people?" + v.Encode()
	}
	spread := func(i int) int { return c.n*(2*i+1)/(2*looks) + 1 }
	beginning := func(i int) string { return []string{"user-", "customer"}[i%2] + strconv.Itoa(1+i/2%9) }
	return []personPage{
		{"people.first", func(int) string { return list() }, 50},
		{"people.deep", func(i int) string { return list("before", c.seeder.personID(spread(i))) }, 50},
		{"people.email", func(i int) string { return list("q", c.email(spread(i))) }, 1},
		{"people.begins", func(i int) string { return list("q", beginning(i)) }, 50},
		{"people.attribute", func(i int) string { return list("q", seedLast[i]) }, 50},
		{"people.nobody", func(i int) string { return list("q", fmt.Sprint("nowhere", i, "atall")) }, 0},
		{"people.large", func(i int) string { return list("segment", c.large, "before", c.seeder.personID(spread(i))) }, 50},
		{"people.small", func(i int) string { return list("segment", c.small, "before", c.seeder.personID(spread(i))) }, 1},
		{"people.within", func(i int) string { return list("segment", c.large, "q", c.email(spread(i)/2*2+1)) }, 1},
		{"people.within.begins", func(i int) string { return list("segment", c.large, "q", beginning(i)) }, 50},
		{"people.within.nobody", func(i int) string { return list("segment", c.large, "q", fmt.Sprint("nowhere", i, "atall")) }, 0},
		{"people.one", func(i int) string { return "/people/" + c.seeder.personID(spread(i)) }, 0},
		{"people.attributes", func(int) string { return "/people/attributes" }, 0},
	}
}

// measureCrowd looks at each page of people.
func (h *house) measureCrowd(ctx context.Context, c *crowd) error {
	browser, err := h.signIn(ctx)
	if err != nil {
		return err
	}
	for _, p := range c.pages() {
		if err := h.measurePersonPage(ctx, browser, p); err != nil {
			return fmt.Errorf("%s: %w", p.id, err)
		}
	}
	return nil
}

var personInPage = regexp.MustCompile(`href="/people/per_`)

// measurePersonPage notes the p95 of looking. How much of that our process computed
// tells what the machine added.
func (h *house) measurePersonPage(ctx context.Context, browser *http.Client, p personPage) error {
	var took []time.Duration
	stopped := 0
	before, noProc := h.cpu()
	for i := range looks {
		var text strings.Builder
		one, err := h.lookInto(ctx, browser, p.path(i), &text)
		if err != nil {
			return err
		}
		if strings.Contains(text.String(), "Look further") {
			stopped++
		}
		if people := len(personInPage.FindAllString(text.String(), -1)); people < p.wants {
			return fmt.Errorf("%s has %d people, at least %d were expected", p.path(i), people, p.wants)
		}
		took = append(took, one)
	}
	slices.Sort(took)
	h.b.note(p.id, took[looks*95/100-1].Seconds())
	remarks := []string{"median " + inUnit(asTime, took[looks/2].Seconds())}
	if after, err := h.cpu(); noProc == nil && err == nil {
		remarks = append(remarks, inUnit(asTime, (after-before).Seconds()/looks)+" of CPU")
	}
	if stopped > 0 {
		remarks = append(remarks, fmt.Sprintf("%d of %d not looked to the end", stopped, looks))
	}
	h.b.remark(p.id, strings.Join(remarks, ", "))
	return nil
}
