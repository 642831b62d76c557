package ui

// badge is how a state looks: colour, sign and word together, so that no reader depends on colour.
type badge struct {
	tone Tone
	icon string
	word string
}

// deliveryStates are the states of a delivery in the words people read.
var deliveryStates = map[string]badge{
	"draft":     {Neutral, "file-pencil", "Draft"},
	"queued":    {Info, "clock", "Queued"},
	"sending":   {Active, "send", "Sending"},
	"retrying":  {Warn, "refresh", "Retrying"},
	"delivered": {Good, "check", "Delivered"},
	"doubted":   {Warn, "alert-triangle", "Delivered, with a doubt"},
	"failed":    {Bad, "x", "Failed"},
	"held":      {Warn, "player-pause", "Held"},
	"discarded": {Neutral, "trash", "Discarded"},
}

// deliveryState shows a state this page does not know by its own name rather than hiding it.
func deliveryState(state string) badge {
	if b, ok := deliveryStates[state]; ok {
		return b
	}
	return badge{Neutral, "help-circle", state}
}
