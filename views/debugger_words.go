package views

import (
	"strings"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// fates are what became of a call, as people read it.
var fates = map[hookline.Fate]struct {
	tone       ui.Tone
	icon, word string
}{
	hookline.FateAccepted:  {ui.Good, "check", "Accepted"},
	hookline.FateRejected:  {ui.Bad, "x", "Rejected"},
	hookline.FateDuplicate: {ui.Neutral, "copy", "Duplicate"},
}

func intakePath(i hookline.Intake) string {
	switch i.Fate {
	case hookline.FateRejected:
		return "/rejections/" + i.ID
	case hookline.FateDuplicate:
		return "/duplicates/" + i.ID
	}
	return "/events/" + i.ID
}

func intakeTitle(i hookline.Intake) string {
	if i.Fate == hookline.FateRejected {
		return RejectionTitle(hookline.Rejection{Name: i.Name, Type: i.Type})
	}
	return EventTitle(hookline.Event{Name: i.Name, Type: hookline.EventType(i.Type)})
}

// identityWords is whom a call is about, as its sender names them.
func identityWords(identity string) string {
	if id, anonymous := strings.CutPrefix(identity, hookline.AnonymousIdentity("")); anonymous {
		return id + " (not signed in)"
	}
	for _, prefix := range []string{hookline.UserIdentity(""), hookline.EmailIdentity("")} {
		if id, ok := strings.CutPrefix(identity, prefix); ok {
			return id
		}
	}
	return "nobody"
}

func noIntake(m DebuggerModel) ui.Empty {
	switch {
	case m.Narrowed && m.Pages.Older != "":
		return ui.Empty{Icon: "search", Title: "Nothing fits so far", Text: "The newest calls were searched, and none is like this. Search further back, or change the filters.", Action: ui.Button{Label: "Search further back", Href: m.Pages.Older}}
	case m.Narrowed:
		return ui.Empty{Icon: "search", Title: "Nothing fits", Text: "No call is like this. Change the filters to see more.", Action: ui.Button{Label: "Show all", Href: m.path()}}
	case m.Before != "" || m.Paused != "":
		return ui.Empty{Icon: "list", Title: "The list ends here", Action: ui.Button{Label: "Show the newest", Href: m.Resume}}
	case m.MayEdit:
		return ui.Empty{Icon: "broadcast", Title: "No call yet", Text: "Calls appear here the moment they arrive. Send an example to see one now.", Action: ui.Button{Label: "Send an example", Href: "/sources/" + m.Source.ID + "/tester", Icon: "flask"}}
	}
	return ui.Empty{Icon: "broadcast", Title: "No call yet", Text: "Calls appear here the moment they arrive."}
}

// exampleCalls are what the tester begins with. The people in them are those of the code samples.
var exampleCalls = map[hookline.EventType]string{
	hookline.Identify: `{
  "userId": "ana-1",
  "traits": {
    "email": "ana@example.com",
    "first_name": "Ana",
    "plan": "Startup"
  }
}`,
	hookline.Track: `{
  "userId": "ana-1",
  "event": "Signed Up",
  "properties": {
    "plan": "Startup",
    "total": 49.5
  }
}`,
	hookline.Page: `{
  "userId": "ana-1",
  "name": "Pricing",
  "properties": {
    "url": "https://example.com/pricing",
    "title": "Pricing"
  }
}`,
	hookline.Screen: `{
  "userId": "ana-1",
  "name": "Settings",
  "properties": {
    "tab": "Notifications"
  }
}`,
	hookline.Group: `{
  "userId": "ana-1",
  "groupId": "acme",
  "traits": {
    "name": "Acme",
    "employees": 12
  }
}`,
	hookline.Alias: `{
  "previousId": "visitor-7f3a",
  "userId": "ana-1"
}`,
}

// ExampleCall is a call of this type that is taken as it stands.
func ExampleCall(t hookline.EventType) string { return exampleCalls[t] }
