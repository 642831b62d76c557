package views

import "hookline/internal/hookline"

// HoldWarning says what becomes of a resend to a destination that holds.
func HoldWarning(h hookline.Hold) string {
	switch h.Cause {
	case hookline.CauseOff:
		return "Its destination is switched off: a resend waits until somebody switches it on."
	case hookline.CausePaused:
		return "Its destination is paused: a resend waits until somebody resumes it."
	case hookline.CauseMaintenance:
		return "Its destination is in a maintenance window: a resend waits until that ends."
	}
	return "Its receiver is broken: a resend waits until it has recovered."
}

// heldBy says in two words what holds a delivery back; "" when nothing does.
func heldBy(h hookline.Hold) string {
	switch h.Cause {
	case hookline.CauseOff:
		return "destination off"
	case hookline.CausePaused:
		return "destination paused"
	case hookline.CauseMaintenance:
		return "maintenance"
	case hookline.CauseBroken:
		return "receiver broken"
	}
	return ""
}
