package views

import (
	"net/http"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// advice is what people are told of a trouble: what is so, and what most likely helps.
type advice struct {
	title, remedy string
	fix           fix
}

// fix is where the remedy is found.
type fix int

const (
	fixNowhere     fix = iota // at the receiver
	fixAction                 // in the action
	fixDestination            // in the settings of the destination
)

// statusAdvice is the one table of what answers mean.
var statusAdvice = map[int]advice{
	http.StatusBadRequest:            {"it cannot use what we send", "Its answer often names what is wrong. Compare it with the body of the request, and mend the action.", fixAction},
	http.StatusUnauthorized:          {"it does not accept our sign-in", "The key or password in the headers or the address of the action is wrong, has expired, or was replaced at the receiver. Put the right one into the action.", fixAction},
	http.StatusPaymentRequired:       {"it wants to be paid first", "Look at the bill or the plan of your account with the receiver.", fixNowhere},
	http.StatusForbidden:             {"we may not do this there", "Either the key in the action may not do this, or a firewall of the receiver does not let our addresses in. Its answer often says which.", fixAction},
	http.StatusNotFound:              {"there is nothing at this address", "The address in the action is wrong, or what it names, such as a person or a list, is not there any more.", fixAction},
	http.StatusMethodNotAllowed:      {"it does not take this method", "Choose the method in the action that the receiver's documentation names.", fixAction},
	http.StatusNotAcceptable:         {"it cannot answer in the form that is asked for", "Look at the header Accept of the action.", fixAction},
	http.StatusRequestTimeout:        {"it waited too long for our request", "The receiver or its network is overloaded. Resend when it is well again.", fixNowhere},
	http.StatusConflict:              {"this does not fit what it has already", "What is sent is probably there already. Its answer often says what it is.", fixAction},
	http.StatusGone:                  {"this address is gone for good", "Ask whoever runs the receiver for the new address, and enter it in the action.", fixAction},
	http.StatusLengthRequired:        {"it wants to know the length beforehand", "This is a fault of the receiver: the length is sent whenever there is a body. Tell whoever runs it.", fixNowhere},
	http.StatusRequestEntityTooLarge: {"what we send is too large", "Leave out of the body what the receiver does not need, or gather fewer events in a batch.", fixAction},
	http.StatusRequestURITooLong:     {"the address is too long", "Put less into the address, and more into the body.", fixAction},
	http.StatusUnsupportedMediaType:  {"it does not take this kind of content", "Set the header Content-Type of the action to what the receiver's documentation names.", fixAction},
	http.StatusUnprocessableEntity:   {"it understands what we send and does not accept it", "Its answer often names the field that is missing or wrong. Mend the body in the action, or the data that it is made from.", fixAction},
	http.StatusTooManyRequests:       {"it is sent too much at once", "Set a pace in the settings of the destination: as many a second as the receiver allows. Then resend.", fixDestination},
	http.StatusInternalServerError:   {"it is in trouble itself", "Most likely nothing of ours is wrong. Ask whoever runs the receiver, and resend when it is well again.", fixNowhere},
	http.StatusBadGateway:            {"what is behind it does not answer", "Most likely nothing of ours is wrong. Ask whoever runs the receiver, and resend when it is well again.", fixNowhere},
	http.StatusServiceUnavailable:    {"it is down or overloaded", "Most likely nothing of ours is wrong. Wait until the receiver is well again and resend, or set a pace in the settings of the destination.", fixDestination},
	http.StatusGatewayTimeout:        {"what is behind it is too slow", "Most likely nothing of ours is wrong. Ask whoever runs the receiver, and resend when it is well again.", fixNowhere},
}

// troubleAdvice is the one table of what else can go wrong.
var troubleAdvice = map[hookline.Trouble]advice{
	hookline.TroubleTooLarge: {"The answer is larger than 10 KB", "The receiver has probably done its work, and a resend may do it twice. Ask it for a shorter answer: many have a parameter for that.", fixAction},
	hookline.TroubleTimeout:  {"The receiver does not answer in time", "It is slow or overloaded. Raise the time-out or set a pace in the settings of the destination. It may have done its work all the same, so look before you resend.", fixDestination},
	hookline.TroubleDNS:      {"The receiver's name leads nowhere", "The name in the address is misspelt, or its domain has expired. Correct the address in the action, or ask whoever runs the receiver.", fixAction},
	hookline.TroubleTLS:      {"No secure connection can be made", "The receiver's certificate has expired, is for another name, or comes from an authority that is not known here. Ask whoever runs it; one's own authorities and client certificates are in the settings of the destination.", fixDestination},
	hookline.TroubleRefused:  {"The address is one that webhooks may not go to", "It leads into a private network or to a port of another service. Correct the address in the action, or ask whoever runs Hookline to allow it.", fixAction},
	hookline.TroubleConnect:  {"The receiver cannot be reached", "Nothing listens there, or a firewall is in between. Check the address in the action, and ask whoever runs the receiver.", fixAction},
	hookline.TroubleReset:    {"The receiver breaks the connection", "It closes the connection before it has answered. Ask whoever runs it. It may have done its work all the same, so look before you resend.", fixNowhere},
	hookline.TroubleProxy:    {"The proxy on the way does not let this through", "Check the proxy in the settings of the destination, or ask whoever runs Hookline.", fixDestination},
	hookline.TroubleProtocol: {"What answers is no web server", "The address leads to another kind of service, or the receiver is broken. Check the address and the port in the action.", fixAction},
	hookline.TroubleRequest:  {"The request cannot be sent as it is", "The address or a header of the action holds something that cannot be sent. Correct the action.", fixAction},
	hookline.TroubleTemplate: {"The template has a mistake, or data that it needs is missing", "Mend the template in the action, at the line that is named, and give what may be missing a default. Then resend, composed anew.", fixAction},
	hookline.TroubleNotJSON:  {"The body is no JSON", "A value is missing where JSON needs one, or has quotation marks of its own. Mend the body in the action, and try it with this very event. Then resend, composed anew.", fixAction},
	hookline.TroubleOther:    {"Webhooks fail", "Look at one of the webhooks below: it says why.", fixNowhere},
}

func adviceOn(f hookline.Failure) advice {
	if f.Trouble != hookline.TroubleStatus {
		if a, known := troubleAdvice[f.Trouble]; known {
			return a
		}
		return troubleAdvice[hookline.TroubleOther]
	}
	a, known := statusAdvice[f.Status]
	switch {
	case known:
	case f.Status >= 300 && f.Status <= 399:
		a = advice{"it points to another address", "Redirects are not followed. Enter the address that answers itself in the action.", fixAction}
	case f.Status >= 500:
		a = advice{"it is in trouble itself", "Most likely nothing of ours is wrong. Ask whoever runs the receiver, and resend when it is well again.", fixNowhere}
	default:
		a = advice{"it does not take what we send", "Its answer often says why. Compare it with the receiver's documentation, and mend the action.", fixAction}
	}
	a.title = "The receiver says " + strconv.Itoa(f.Status) + ": " + a.title
	return a
}

// FailureTitle says in a sentence what is so, without its full stop.
func FailureTitle(f hookline.Failure) string { return adviceOn(f).title }

// FailureRemedy says what most likely helps.
func FailureRemedy(f hookline.Failure) string { return adviceOn(f).remedy }

// saidBy introduces what a failure's deliveries have in common.
func saidBy(f hookline.Failure) string {
	if f.Trouble == hookline.TroubleStatus {
		return "It answers:"
	}
	return "The reason:"
}

// fixLink leads to where the remedy is; "" when that is nowhere here.
func fixLink(f hookline.FailureRow) (label, href string) {
	switch adviceOn(f.Failure).fix {
	case fixAction:
		if f.ActionName != "" && f.DestinationName != "" {
			return "Open the action", "/destinations/" + f.DestinationID + "/actions/" + f.ActionID
		}
	case fixDestination:
		if f.DestinationName != "" {
			return "Open the destination", "/destinations/" + f.DestinationID
		}
	}
	return "", ""
}

// failurePlace names where it fails: "CRM: Tell the CRM".
func failurePlace(f hookline.FailureRow) string {
	return deliveryTitle(hookline.DeliveryRow{DestinationName: f.DestinationName, ActionName: f.ActionName})
}

// aboutWords name the people: the first five, and how many others there are.
func aboutWords(f hookline.FailureRow) string {
	switch {
	case f.Deliveries == 0:
		return "nobody any more"
	case len(f.About) == 0:
		return peopleWords(f.People)
	}
	names := make([]string, len(f.About))
	for i, p := range f.About {
		names[i] = p.Label
	}
	others := f.People - len(names)
	if others <= 0 {
		return listed(names)
	}
	return strings.Join(names, ", ") + " and " + count(others, "other")
}

func peopleWords(n int) string {
	switch n {
	case 0:
		return "nobody who is known"
	case 1:
		return "1 person"
	}
	return Grouped(n) + " people"
}

// listed joins names: "a", "a and b", "a, b and c".
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// recentWords say how much of it there is now.
func recentWords(f hookline.Failure) string {
	if f.Recent == 0 {
		return "none in the last hour"
	}
	return Grouped(f.Recent) + " in the last hour"
}

// heights draw a small chart in one line of text.
var heights = []rune("▁▂▃▄▅▆▇█")

// spark draws the minutes in twelve columns, for the eye alone: the number stands beside it.
func spark(minutes []int) string {
	const columns = 12
	var sums [columns]int
	most := 0
	for i, n := range minutes {
		at := i * columns / max(len(minutes), 1)
		sums[at] += n
		most = max(most, sums[at])
	}
	line := make([]rune, columns)
	for i, n := range sums {
		line[i] = heights[0]
		if n > 0 {
			line[i] = heights[max(1, n*(len(heights)-1)/most)]
		}
	}
	return string(line)
}
