package outbound

import (
	"context"
	"net"
	"slices"
	"time"
)

// mailPorts are the ports of mail servers, which no webhook may go to.
var mailPorts = map[uint16]bool{25: true, 465: true, 587: true, 2525: true}

// DialMail connects to a mail server, whose name is judged as that of a
// webhook's receiver is, and so are the addresses to which it leads. A port other
// than those of mail is for servers on networks that an exception opens. A
// connection never goes through a proxy.
func (c *Client) DialMail(ctx context.Context, name string, port uint16) (net.Conn, error) {
	start := time.Now()
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = start.Add(c.timeout)
	}
	ex := &exchange{parent: ctx, start: start, deadline: deadline, timeout: deadline.Sub(start)}
	dialing, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	if refusal := c.guard.admitName(name); refusal != nil {
		return nil, refusal
	}
	ex.enter(phaseResolving)
	found, err := c.dialer.resolve(dialing, name)
	if err != nil {
		return nil, explain(ex, err)
	}
	if !mailPorts[port] && !c.cfg.AnyPort {
		found.admitted = slices.DeleteFunc(found.admitted, func(p place) bool { return !p.inside })
	}
	if len(found.admitted) == 0 {
		return nil, refused("port " + decimal(port) + " is not one of mail: use 25, 465, 587 or 2525")
	}
	ex.enter(phaseConnecting)
	made, err := c.dialer.race(dialing, ex, found, port)
	if err != nil {
		return nil, explain(ex, err)
	}
	return made, nil
}

// CheckMail says whether a form may name this mail server, as [Client.CheckReach]
// does of a URL.
func (c *Client) CheckMail(ctx context.Context, name string) error {
	if refusal := c.guard.admitName(name); refusal != nil {
		return refusal
	}
	return c.leadsOutside(ctx, name)
}
