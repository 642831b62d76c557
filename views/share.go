package views

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// ShareMadeModel is a link with its code, the one time that it is shown.
type ShareMadeModel struct {
	Page  ui.Page
	Share hookline.Share
	Link  string
}

// ShareListModel are the links that still work.
type ShareListModel struct {
	Page   ui.Page
	Shares []hookline.Share
}

// SharedModel is what somebody sees who has a link.
type SharedModel struct {
	Page     ui.Page
	Share    hookline.Share
	Delivery DeliveryModel
}

// shareSpanOptions are for how long a link can work.
func shareSpanOptions() []ui.Option {
	var options []ui.Option
	for _, span := range hookline.ShareSpans() {
		label := count(int(span/time.Hour), "hour")
		if days := span / (24 * time.Hour); days > 0 {
			label = count(int(days), "day")
		}
		options = append(options, ui.Option{Value: strconv.Itoa(int(span / time.Hour)), Label: label})
	}
	return options
}

// lastShared is the request that is shown: with what its last try added, if it was sent; false when there is none.
func (m SharedModel) lastShared() (hookline.Request, bool) {
	made, ok := m.Delivery.current()
	if !ok {
		return hookline.Request{}, false
	}
	r, _ := m.Delivery.asSent(made)
	r.Headers = outsideHeaders(r.Headers)
	return r, true
}

// bodyGone says that the body of that request was deleted by its age.
func (m SharedModel) bodyGone() bool {
	made, ok := m.Delivery.current()
	return ok && made.BodyDeleted
}

// hostAndPath is an address without its parameters, in which customers' data may stand, and without who signs in.
func hostAndPath(address string) string {
	u, err := url.Parse(SafeURL(address))
	if err != nil {
		front, _, _ := strings.Cut(SafeURL(address), "?")
		return front
	}
	return u.Host + u.EscapedPath()
}

// sharedState is the state as somebody outside may see it.
func sharedState(m SharedModel) string {
	row := m.Delivery.Row
	if row.State == hookline.StateHeld { // why is the workspace's own affair
		return string(hookline.StateQueued)
	}
	return shownState(row.Delivery)
}
