package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"hookline/internal/outbound"
)

// careful is a sender that does not take the process down with it: a fault of
// ours in sending one request fails that delivery, with a reason, and no other.
type careful struct {
	Sender
	log *slog.Logger
}

// Send is part of Sender.
func (c careful) Send(ctx context.Context, r outbound.Request) (response outbound.Response, err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		c.log.ErrorContext(ctx, "panic in sending", "panic", p, "stack", string(debug.Stack()))
		response = outbound.Response{}
		err = &outbound.Error{
			Kind:    outbound.KindInternal,
			Message: "Something went wrong in Hookline while this was sent; its log says more",
			Cause:   fmt.Errorf("panic: %v", p),
		}
	}()
	return c.Sender.Send(ctx, r)
}
