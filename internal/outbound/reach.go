package outbound

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"
)

// reachPatience is how long somebody who saves a form waits for the name server.
const reachPatience = 2 * time.Second

// CheckReach is [Client.CheckURL], and a look at where the name leads at this
// moment, so that a form can refuse a name that leads inside. It makes no
// connection. A name that cannot be looked up passes: it may come to be, and Send
// looks again each time.
func (c *Client) CheckReach(ctx context.Context, raw string) error {
	t, err := c.guard.checkURL(raw)
	if err != nil || t.own {
		return err
	}
	return c.leadsOutside(ctx, t.host)
}

// CheckProxy says whether a destination's settings may name this proxy, as
// CheckReach does of a URL.
func (c *Client) CheckProxy(ctx context.Context, raw string) error {
	p, err := c.newProxy(raw, raw == c.cfg.Proxy)
	if err != nil {
		return err
	}
	if raw == c.cfg.Proxy {
		return nil
	}
	return c.leadsOutside(ctx, p.name)
}

func (c *Client) leadsOutside(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, reachPatience)
	defer cancel()
	_, err := c.dialer.resolve(ctx, name)
	if e := (*Error)(nil); errors.As(err, &e) && e.Kind == KindRefused {
		return e
	}
	return nil
}

// Exceptions lists the inside networks that requests may go to.
func (c *Client) Exceptions() []netip.Prefix { return slices.Clone(c.guard.allow) }

// Proxy is the egress proxy of requests that name none, without user and
// password; "" when there is none.
func (c *Client) Proxy() string { return ShowURL(c.cfg.Proxy) }
