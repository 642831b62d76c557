package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// givesUp is how long the most impatient of the published client libraries
// holds on to an event that is not answered.
const givesUp = 500 * time.Millisecond

// tooSlow is how long a stop and a start together may take before a busy
// machine is to blame for a loss. The long form, by hand, makes no allowance.
const tooSlow = 400 * time.Millisecond

// restartWithSocket is F4: the socket stays open in other hands, as systemd
// keeps it, while the program is stopped and started again and again. A client
// that gives up after half a second loses nothing.
func restartWithSocket(ctx context.Context, w *world) error {
	w.want("restarts")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	if _, err := h.terminate(syscall.SIGTERM, exitLimit); err != nil {
		return err
	}
	socket, err := h.keepSocket()
	if err != nil {
		return err
	}
	defer func() { _ = socket.Close() }()
	if _, err := h.start(ctx); err != nil {
		return err
	}
	c := beginImpatient(ctx, h)
	var stop, start time.Duration // the longest of each
	slow := int64(0)              // lost while the machine was too slow for anybody
	for range w.often(6, 60) {
		if err := pause(ctx, w.between(200*time.Millisecond, 600*time.Millisecond)); err != nil {
			return err
		}
		before := c.lost.Load()
		stopped, err := h.terminate(syscall.SIGTERM, exitLimit)
		if err != nil {
			return err
		}
		started, err := h.start(ctx)
		if err != nil {
			return err
		}
		stop, start = max(stop, stopped), max(start, started)
		if stopped+started > tooSlow && !w.long {
			_ = pause(ctx, givesUp) // whoever waited has given up by now
			slow += c.lost.Load() - before
			w.inject("restarts on a machine too busy", 1)
			continue
		}
		w.inject("restarts", 1)
	}
	c.end()
	w.note("%d events from clients that give up after %v: %d lost; the longest stop took %v, the longest start %v", c.sent.Load(), givesUp, c.lost.Load(), stop.Round(time.Millisecond), start.Round(time.Millisecond))
	if n := c.lost.Load() - slow; n > 0 {
		return errors.Join(fmt.Errorf("%d of %d events were lost: %v", n, c.sent.Load(), c.why.Load()), h.finish(ctx))
	}
	return h.finish(ctx)
}

// keepSocket makes a socket that outlives the program and hands it over the
// way systemd does (sd_listen_fds(3)): as file 3, named by LISTEN_PID.
func (h *house) keepSocket() (*os.File, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer func() { _ = listener.Close() }() // the file is a copy
	tcp, ok := listener.(*net.TCPListener)
	if !ok {
		return nil, errors.New("no TCP listener")
	}
	socket, err := tcp.File()
	if err != nil {
		return nil, err
	}
	h.files = []*os.File{socket}
	h.under = []string{"/bin/sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"`, "sh"}
	return socket, nil
}

// impatient are clients that give an event up when it has no answer in time.
type impatient struct {
	stop       context.CancelFunc
	ended      sync.WaitGroup
	sent, lost atomic.Int64
	why        atomic.Value // of the last loss
}

func beginImpatient(ctx context.Context, h *house) *impatient {
	ctx, stop := context.WithCancel(ctx)
	c := &impatient{stop: stop}
	for i := range 6 {
		transport := &http.Transport{DisableKeepAlives: i%2 == 0}
		c.ended.Go(func() {
			for ctx.Err() == nil {
				c.send(ctx, h, &http.Client{Transport: transport})
				_ = pause(ctx, 10*time.Millisecond)
			}
		})
	}
	return c
}

// send tries again and again until an answer comes or the time is over, which
// is what that library does.
func (c *impatient) send(ctx context.Context, h *house, client *http.Client) {
	id := fmt.Sprintf("impatient-%d", c.sent.Add(1))
	body := fmt.Sprintf(`{"type":"track","event":"Loaded","userId":"u","messageId":%q}`, id)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), givesUp)
	defer cancel()
	var last error
	for ctx.Err() == nil {
		status, err := postEvents(ctx, client, h.address()+"/v1/track", h.writeKey, body, h.told)
		if err == nil && status == http.StatusOK {
			h.told.accept([]string{id})
			return
		}
		last = errors.Join(err, fmt.Errorf("status %d", status))
		_ = pause(ctx, 20*time.Millisecond)
	}
	c.lost.Add(1)
	c.why.Store(last.Error())
}

func (c *impatient) end() {
	c.stop()
	c.ended.Wait()
}
