package outbound

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

const (
	// maxTried is how many addresses of one name are tried at most.
	maxTried = 8
	// headStart is how long an address is tried alone before the next joins
	// (RFC 8305 §8 recommends 250 ms).
	headStart = 250 * time.Millisecond
)

// race dials the addresses one after the other: the next one joins when the one
// before has failed, or has not answered within the head start. The first
// connection wins, the others are closed. The error says of each address what
// came of it.
func (d *dialer) race(ctx context.Context, ex *exchange, to resolved, port uint16) (*link, error) {
	ex.trying(to)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runs := make(chan dialed, len(to.admitted))
	started := 0
	var errs []error
	for len(errs) < len(to.admitted) {
		var next <-chan time.Time
		if index := started; index < len(to.admitted) {
			go func() { runs <- d.run(ctx, to.admitted[index], index, port) }()
			if started++; started < len(to.admitted) {
				next = time.After(headStart)
			}
		}
		select {
		case run := <-runs:
			if run.err == nil {
				go closeRest(runs, started-len(errs)-1)
				return run.link, nil
			}
			ex.failed(run.index, failure(run.err))
			errs = append(errs, run.err)
		case <-next:
		}
	}
	if ex.isOver() {
		return nil, context.DeadlineExceeded
	}
	if told := ex.told(); told != "" && ctx.Err() == nil {
		return nil, &Error{Kind: KindConnect, Message: "no connection could be made: " + told, Cause: errors.Join(errs...)}
	}
	return nil, errs[0]
}

// dialed is what came of dialling the address at place index.
type dialed struct {
	index int
	link  *link
	err   error
}

func (d *dialer) run(ctx context.Context, to place, index int, port uint16) dialed {
	remote := netip.AddrPortFrom(to.addr, port)
	conn, err := d.net.DialContext(ctx, "tcp", remote.String())
	return dialed{index, &link{conn, remote, to.inside}, err}
}

// closeRest waits for the dials that lost, which are already cancelled.
func closeRest(runs <-chan dialed, pending int) {
	for range pending {
		if run := <-runs; run.err == nil {
			_ = run.link.Close()
		}
	}
}

// tried is an address and what came of it, which completes the sentence
// "192.0.2.1 …"; of one that may not be dialled it is what it is.
type tried struct {
	addr netip.Addr
	what string
}

const unanswered = "did not answer"

// failure says in few words why an address could not be dialled.
func failure(err error) string {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused the connection"
	case isTimeout(err), errors.Is(err, context.Canceled):
		return unanswered
	case isUnreachable(err):
		return "cannot be reached from here"
	}
	return "could not be connected to"
}

func isUnreachable(err error) bool {
	return errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EADDRNOTAVAIL) ||
		errors.Is(err, syscall.EAFNOSUPPORT)
}

// tellTried is one sentence over several addresses; "" for a single one, of
// which the error itself tells enough.
func tellTried(all, refused []tried) string {
	if len(all)+len(refused) < 2 {
		return ""
	}
	parts := make([]string, 0, len(all)+len(refused))
	for _, t := range all {
		parts = append(parts, t.addr.String()+" "+t.what)
	}
	for _, t := range refused {
		parts = append(parts, t.addr.String()+" was not tried, because it is "+t.what)
	}
	return strings.Join(parts, "; ")
}
