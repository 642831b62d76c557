package main

import (
	"context"
	"time"
)

// measureMemory reads what a house holds that was started and has nothing to do.
func (b *bench) measureMemory(ctx context.Context) error {
	return b.inHouse(ctx, []pair{{url: b.receiver.hook(0)}}, func(h *house) error {
		time.Sleep(3 * time.Second)
		m, err := h.memory()
		if err != nil {
			b.remark("memory.rest", err.Error())
			return nil
		}
		b.note("memory.rest", m.resident)
		b.remark("memory.rest", "PSS "+inUnit(asSize, m.proportional))
		return nil
	})
}
