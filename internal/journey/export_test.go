package journey

import "time"

// SetClock has the engine believe that it is another time.
func (e *Engine) SetClock(now func() time.Time) { e.now = now }

// DatesLookedAtAnew has everybody gone through for dates at once.
func (e *Engine) DatesLookedAtAnew() { e.dates = map[dateKey]time.Time{} }

// BroadcastAtOnce is how many people a broadcast brings in together.
const BroadcastAtOnce = broadcastAtOnce
