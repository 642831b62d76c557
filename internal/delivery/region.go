package delivery

import (
	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// noRegion keeps a destination's requests here while the region that they are to
// leave from is not known: its receiver lets in no other.
func noRegion(d hookline.Destination) error {
	return &outbound.Error{
		Kind: outbound.KindProxy, Message: "The region “" + d.Region + "”, from which requests of this destination leave, is not there. Choose another one in its settings.",
	}
}
